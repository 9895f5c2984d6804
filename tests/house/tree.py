"""What is in the tree: the files that are kept, and the modules among them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"


@cache
def kept() -> tuple[Path, ...]:
    """Return every file that git keeps and that is there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607  make test has looked for git
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def modules(folder: str) -> tuple[Path, ...]:
    """Return the Python files that are kept below a folder."""
    return tuple(
        each for each in kept() if each.suffix == ".py" and (ROOT / folder) in each.parents
    )


@cache
def parsed(path: Path) -> ast.Module:
    """Return a Python file as its syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def short(path: Path) -> str:
    """Return a path as one says it."""
    return str(path.relative_to(ROOT))


def pages() -> tuple[Path, ...]:
    """Return everything that is written for people."""
    return tuple(each for each in kept() if each.suffix == ".md")
