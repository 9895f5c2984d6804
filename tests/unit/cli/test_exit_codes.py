"""The exit codes, all in one table, as the process gives them (DESIGN 4)."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from aibwatch.__main__ import main
from told import journal_of
from unit.cli.running import config_for
from unit.cli.scenes import IMAGE, LIVED, REST, Scene, alone, asked, azure
from unit.cli.test_history import stored, tampered
from unit.cli.test_status import degraded, unprepared
from unit.status.snapshots import blind, calm, outage

SIGNALS = {130, 143}
"""What a second signal ends with: tests/process/test_stopping.py."""
PAGE = Path(__file__).parents[3] / "docs" / "commands.md"


@contextmanager
def changed(folder: Path) -> Iterator[str]:
    """A store that somebody wrote into."""
    stored(folder, journal_of("outage")).close()
    tampered(folder, "DELETE FROM entry WHERE seq = 2")
    yield str(config_for(folder, 1))


@contextmanager
def open_to_all(folder: Path) -> Iterator[str]:
    """A token that everybody on the machine may read."""
    path = config_for(folder, 1)
    (folder / "token").chmod(0o644)
    yield str(path)


TABLE: tuple[tuple[int, str, Scene], ...] = (
    (0, "status", asked(calm())),
    (0, "check --metadata off", azure),
    (0, "history", LIVED),
    (1, "history --verify", changed),
    (2, "frobnicate", alone()),
    (2, "status --output xml", alone()),
    (2, "failover nope --reason x", REST),
    (2, "pause --reason x --for soon", REST),
    (10, "status", asked(degraded())),
    (10, "status", asked(blind())),
    (11, "status", asked(outage())),
    (12, "status", asked(unprepared())),
    (12, "readiness", asked(unprepared())),
    (75, "status", alone()),
    (75, "pause --reason x", alone()),
    (75, "build web", alone(IMAGE)),
    (77, "pause --reason x", open_to_all),
    (78, "config validate", alone("poll: {intervall: 1m}")),
    (78, "status", alone("poll: {interval: 0s}")),
    (78, "check", alone()),
)


def ended(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run the program in this process and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["aibwatch", *words])
    try:
        return main()
    except SystemExit as end:
        return int(end.code or 0)


@pytest.mark.parametrize(
    ("code", "words", "scene"), TABLE, ids=lambda each: None if callable(each) else each
)
def test_a_command_ends_with_its_code(
    code: int,
    words: str,
    scene: Callable[[Path], AbstractContextManager[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is wrong is said on stderr in words, never by a traceback."""
    with scene(tmp_path) as config:
        found = ended(monkeypatch, *words.split(), "--config", config)

    said = capsys.readouterr()
    assert found == code
    assert "Traceback" not in said.err
    assert said.err if code in {2, 75, 77, 78} else said.out


def test_every_code_that_is_documented_is_in_the_table() -> None:
    """And none else; whoever reads an exit code looks there."""
    table = PAGE.read_text(encoding="utf-8").partition("## Exit codes")[2]
    cells = re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE)

    documented = {int(code) for cell in cells for code in cell.split(", ")}

    assert {code for code, _, _ in TABLE} | SIGNALS == documented
