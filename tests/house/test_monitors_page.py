"""docs/monitors.md tells what is watched, and nothing that is not."""

import re

from aibwatch.journal.monitors.every import MONITORS, PROMISES
from house.tree import ROOT

PAGE = (ROOT / "docs" / "monitors.md").read_text(encoding="utf-8")


def test_each_promise_that_is_watched_has_its_row() -> None:
    """In the order of their numbers."""
    assert re.findall(r"^\| ([SL]\d+) \|", PAGE, re.MULTILINE) == list(PROMISES)


def test_each_monitor_cites_its_promise() -> None:
    """Its first line says which one it is of, and what must hold."""
    wrong = [
        each.breaks.__name__
        for each in MONITORS
        if not (each.breaks.__doc__ or "").startswith(f"{each.promise}: ")
    ]

    assert wrong == []
