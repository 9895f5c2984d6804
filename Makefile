# Two commands for a newcomer: `make demo` and `make test`. Both do all their own set-up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# The long tests lie together: whoever has none left takes from the others.
SPREAD := -n auto --dist worksteal

.PHONY: demo incidents test fast mutants soak bench venv lock lint format clean

demo: venv ## watch a region fail and the builds move
	$(BIN)/aibwatch demo $(DEMO)

incidents: venv ## play every incident of the library; fail unless each ends as it should
	$(BIN)/aibwatch simulate --all

test: venv tools ## everything: unit, laws, transcripts, contract, house rules, real processes
	$(BIN)/python -m pytest $(SPREAD) -m "not process and not whole" tests
	$(BIN)/python -m pytest -n 4 -m process tests

fast: venv ## what to run while working: no real processes, no stories of days
	$(BIN)/python -m pytest $(SPREAD) -m "not process and not long and not whole" tests

mutants: venv ## one deliberate bug after the other; fail if a test does not notice it; renew the README's counts
	PYTHONPATH=tests $(BIN)/python -m mutants $(MUTANTS)
	PYTHONPATH=tests $(BIN)/python tests/house/guarantees.py

SEEDS ?= 50000
FIRST ?= 1
REPLICAS ?= 50
SOAK_SECONDS ?= 1800
soak: venv tools ## live through SEEDS drawn lives from FIRST on, the whole small scope and a brown-out of SOAK_SECONDS, kill REPLICAS real leaders; fail if a promise breaks
	PYTHONPATH=tests $(BIN)/python -m simulation.soak $(SEEDS) $(FIRST)
	$(BIN)/python -m pytest $(SPREAD) -m whole --junitxml build/scope.xml tests/simulation
	PYTHONPATH=tests $(BIN)/python -m simulation.stated build/scope.xml
	REPLICAS=$(REPLICAS) $(BIN)/python -m pytest -n 4 -k killed tests/process/test_two_replicas.py
	SOAK_SECONDS=$(SOAK_SECONDS) $(BIN)/python -m pytest -m soak tests/process/test_brownout.py
	PYTHONPATH=tests $(BIN)/python tests/house/guarantees.py

bench: venv ## ratios against the SDK and against bare orjson, taken in one run
	$(BIN)/python -m bench

venv: $(STAMP)

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "aibwatch needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: tools
tools: ## what the tests need beside Python
	@.ci/tools

lock: venv ## renew the locks; uv must be on the PATH
	uv pip compile pyproject.toml --all-extras --generate-hashes --universal --python-version 3.11 --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --all-extras --group dev --generate-hashes --universal --python-version 3.11 --no-header -q -o requirements-dev.lock
	uv pip compile --group build --generate-hashes --universal --python-version 3.11 --no-header -q -o requirements-build.lock

lint: venv
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: venv
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
