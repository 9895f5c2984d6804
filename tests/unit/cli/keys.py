"""The keys in answers for programs; `PYTHONPATH=tests python -m unit.cli.keys` enters them."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from typer.testing import Result

from unit.cli.running import run
from unit.cli.scenes import CASES, Case

FILE = Path(__file__).with_name("keys.txt")
"""Case by case, the path of every key. One that goes breaks somebody's program."""
DATA = {"templates show: body"}
"""What is not ours, key by key: a template as its owner wrote it."""


def written() -> list[str]:
    """Return the keys that there are to be."""
    return FILE.read_text(encoding="utf-8").splitlines()


def told(case: Case, folder: Path, *more: str) -> Result:
    """Run the command of a case in its scene."""
    with case.scene(folder) as path:
        where = () if case.command == "simulate" else ("--config",)
        return run(*case.words, *where, path, *more)


def found(case: Case, folder: Path) -> list[str]:
    """Return the keys that there are."""
    answer = json.loads(told(case, folder, "--output", "json").stdout)
    return sorted({*keys(answer, f"{case.name}:")})


def keys(value: Any, above: str) -> Iterator[str]:
    """Yield the path of every key of an answer; all that is in a list counts as one."""
    if isinstance(value, list):
        for each in value:
            yield from keys(each, above)
    elif isinstance(value, dict) and above not in DATA:
        for key, inner in value.items():
            path = f"{above} {key}" if above.endswith(":") else f"{above}.{key}"
            yield path
            yield from keys(inner, path)


def _all() -> Iterator[str]:
    for case in CASES:
        with TemporaryDirectory() as folder:
            yield from found(case, Path(folder))


if __name__ == "__main__":
    FILE.write_text("".join(f"{each}\n" for each in _all()), encoding="utf-8")
