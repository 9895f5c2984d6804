"""Lint, form, types and import contracts: what `make lint` asks, so that one command tells all."""

import subprocess
import sys
from pathlib import Path

import pytest

from house.tree import ROOT, modules

BIN = Path(sys.executable).parent

CHECKERS = {
    "ruff": [sys.executable, "-m", "ruff", "check", "--quiet", "."],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."],
    "mypy": [sys.executable, "-m", "mypy"],
    "imports": [str(BIN / "lint-imports")],
}


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_is_content(checker: str) -> None:
    """It exits with 0; if not, the failure shows all that it says."""
    told = subprocess.run(CHECKERS[checker], cwd=ROOT, check=False, capture_output=True, text=True)

    assert told.returncode == 0, f"{told.stdout}\n{told.stderr}"


def test_what_tests_are_built_with_has_types() -> None:
    """A builder that lies about its types makes every test lie."""
    files = [str(each) for each in modules("tests") if each.parent == ROOT / "tests"]

    told = subprocess.run(
        [sys.executable, "-m", "mypy", *files],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert told.returncode == 0, f"{told.stdout}\n{told.stderr}"


def test_make_lint_asks_the_same() -> None:
    """The Makefile's line and this table do not drift apart."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert (
        "ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imp" in makefile
    )
