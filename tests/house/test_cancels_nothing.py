"""aibwatch cancels nothing: the door to Azure has the word, and nobody says it (PROMISES S7)."""

import re

from house.tree import modules, short

WITHIN = ("src/aibwatch/azure/", "src/aibwatch/sim/")
"""Where the word is carried, to Azure or to the simulated one."""


def test_nobody_asks_azure_to_cancel() -> None:
    """Of all that decides and acts, nothing calls `cancel` of the port."""
    calls = re.compile(r"\bazure\.cancel\b|\bbuilds\.cancel\b")

    found = {
        short(each): calls.findall(each.read_text(encoding="utf-8"))
        for each in modules("src")
        if not short(each).startswith(WITHIN)
    }

    assert len(found) > 100
    assert {name: calls for name, calls in found.items() if calls} == {}
