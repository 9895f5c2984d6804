"""aibwatch cancels nothing: the door to Azure has the word, and nobody says it (PROMISES S7)."""

import re
from pathlib import Path

import aibwatch

SOURCE = Path(aibwatch.__file__).parent
"""The source that is tested, wherever it was imported from."""
WITHIN = ("azure", "sim")
"""Packages where the word is carried, to Azure or to the simulated one."""


def test_nobody_asks_azure_to_cancel() -> None:
    """Of all that decides and acts, nothing calls `cancel` of the port."""
    calls = re.compile(r"\bazure\.cancel\b|\bbuilds\.cancel\b")

    found = {
        str(path.relative_to(SOURCE)): calls.findall(path.read_text(encoding="utf-8"))
        for path in SOURCE.rglob("*.py")
        if path.relative_to(SOURCE).parts[0] not in WITHIN
    }

    assert len(found) > 100
    assert {name: calls for name, calls in found.items() if calls} == {}
