"""Makes one mutant at a time in a copy of the source and asks its tests; several side by side."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from mutants.mutant import ROOT, Mutant

SECONDS_MAX = 300.0
"""A mutant on which its tests take longer has been noticed: they passed in seconds without it."""
TESTS_FAILED = 1
"""What pytest exits with when a test failed, and nothing else was wrong."""
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
ARGUMENTS = (
    *("-q", "-x", "--tb=no", "--no-header", "-p", "no:randomly", "-p", "no:cacheprovider"),
    "--hypothesis-seed=0",
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one mutant."""

    mutant: Mutant
    killed_by: str
    """The first test that noticed; "" if none did."""
    seconds: float
    problem: str = ""
    """Why its tests could not say, if they could not."""

    @property
    def killed(self) -> bool:
        """Whether a test noticed."""
        return bool(self.killed_by) and not self.problem


def fates(mutants: Sequence[Mutant], at_once: int) -> Iterator[Fate]:
    """Yield what becomes of each, in their order."""
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(fate, mutants)


def fate(mutant: Mutant) -> Fate:
    """Make one mutant and ask its tests."""
    with TemporaryDirectory(prefix="mutant-") as place:
        source = copied(Path(place))
        changed = source / "aibwatch" / mutant.file
        changed.write_text(mutant.applied(), encoding="utf-8")
        began = perf_counter()
        try:
            told = asked(source, mutant.tests)
        except subprocess.TimeoutExpired:
            return Fate(mutant, f"nothing but the limit of {SECONDS_MAX:g} s", SECONDS_MAX)
        seconds = perf_counter() - began
    if told.returncode == TESTS_FAILED:
        found = FAILED.search(told.stdout)
        return Fate(mutant, found[1] if found else "a test", seconds)
    problem = "" if told.returncode == 0 else f"pytest exits with {told.returncode}: {told.stdout}"
    return Fate(mutant, "", seconds, problem)


def sane(mutants: Sequence[Mutant], at_once: int) -> str:
    """Return what is wrong with the tests themselves, "" if all pass where nothing is changed."""
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    with TemporaryDirectory(prefix="mutant-") as place:
        source = copied(Path(place))
        where = subprocess.run(
            [sys.executable, "-c", "import aibwatch; print(aibwatch.__file__)"],
            env=environment(source),
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        if str(source) not in where:
            return f"the copy is not what would be tested, but {where}"
        told = asked(source, [*tests, "-n", str(at_once)], limit=None)
    return "" if told.returncode == 0 else told.stdout + told.stderr


def copied(place: Path) -> Path:
    """Return a copy of the source."""
    return Path(shutil.copytree(ROOT / "src", place / "src"))


def environment(source: Path) -> dict[str, str]:
    """Return what lets Python find the copy first, and keeps examples of mutants out of the way."""
    return {
        **os.environ,
        "PYTHONPATH": str(source),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(source.parent / "hypothesis"),
    }


def asked(
    source: Path, tests: Sequence[str], limit: float | None = SECONDS_MAX
) -> "subprocess.CompletedProcess[str]":
    """Run tests over the copy."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *ARGUMENTS, *tests],
        cwd=ROOT,
        env=environment(source),
        check=False,
        capture_output=True,
        text=True,
        timeout=limit,
    )
