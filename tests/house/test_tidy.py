"""The tree is tidy: small files, small functions, telling names, nothing left lying about."""

import ast
import re
from pathlib import Path

from house.tree import ROOT, SOURCE, kept, modules, parsed, short

MODULE_MAX = 400
FUNCTION_MAX = 50
"""Lines, from `def` to the last one."""
TELLS_NOTHING = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
ELSEWHERE = re.compile(
    re.escape(f"{ROOT}/") + r"|\b(?:docker|ghcr|quay|gcr)\.io\b|\bmcr\.microsoft\.com\b|index-url"
)
"""Places that only one machine or one company can reach, or that a mirror must replace."""

ENTRY = "aibwatch.__main__"
HERE = Path(__file__)


def test_no_module_is_too_long() -> None:
    """What does not fit is two things."""
    lengths = {short(each): len(each.read_bytes().splitlines()) for each in modules("src")}

    assert {name: lines for name, lines in lengths.items() if lines > MODULE_MAX} == {}


def test_no_function_is_too_long() -> None:
    """One screen shows a function whole, and a test too; what sets a scene may list more."""
    lengths = {
        f"{short(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in (*modules("src"), *modules("tests"), *modules("bench"))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.name.startswith("test_") or (ROOT / "tests") not in path.parents
    }

    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_MAX} == {}


def test_every_module_says_what_it_is() -> None:
    """The first lines of a file tell whether to read on."""
    files = (*modules("src"), *modules("tests"), *modules("bench"))

    assert [short(each) for each in files if not ast.get_docstring(parsed(each))] == []


def test_no_module_has_a_name_that_tells_nothing() -> None:
    """A drawer for everything fills up."""
    files = (*modules("src"), *modules("tests"))

    named = [short(each) for each in files if {each.stem, each.parent.name} & TELLS_NOTHING]

    assert named == []


def test_every_module_is_imported_by_another() -> None:
    """What nobody imports is dead, or untold."""
    names = {_name(path): path for path in modules("src")}
    used = {ENTRY}
    for path in names.values():
        used |= {each for each in _imports(path) if names.get(each) != path}

    packages = {name for name, path in names.items() if path.name == "__init__.py"}
    assert sorted(set(names) - used - packages) == []


def _name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_nothing_is_left_unfinished() -> None:
    """A note to oneself is work that nobody sees; an issue is seen."""
    assert _lines(UNFINISHED) == []


def test_nothing_rests_on_one_machine() -> None:
    """Neither a path of somebody's disk nor a registry is written down anywhere."""
    assert _lines(ELSEWHERE) == []


def _lines(pattern: re.Pattern[str]) -> list[str]:
    """Return where a pattern stands in any file that is kept, but for this one and the locks."""
    texts = {
        path: path.read_text(encoding="utf-8", errors="replace")
        for path in kept()
        if path != HERE and path.suffix not in {".lock", ".png"}
    }
    return [
        f"{short(path)}:{number}: {line.strip()}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_what_is_generated_is_not_kept() -> None:
    """Caches and environments stay out."""
    generated = re.compile(r"(?:^|/)(?:__pycache__|\.venv|build|dist|\.\w+_cache)/")

    names = [str(path.relative_to(ROOT)) for path in kept()]

    assert [name for name in names if generated.search(name)] == []
