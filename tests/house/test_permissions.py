"""docs/permissions.md names a right for every call that aibwatch makes, and no other."""

import re

from aibwatch.azure.calls import _TABLE
from aibwatch.azure.granted import RIGHTS
from aibwatch.azure.kinds import KINDS
from aibwatch.azure.offers import _LIMITS, PROVIDERS_RIGHT, SIZES_RIGHT
from aibwatch.cli.rights import TRIED
from aibwatch.secondaries import agreement, building, granted, residency
from house.tree import ROOT

PAGE = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+ \w+)` \| ([^|]*) \|", PAGE, re.MULTILINE)
"""Each call, and what is said of the right that it takes."""
ELSEWHERE = {
    "imagebuilder create",
    "imagebuilder run",
    "imagebuilder cancel",
    "blob list",
    "blob get",
}
"""Calls of which `check` speaks by other means, or that no daemon makes: a run is looked up, never
tried, blobs are told with the build logs, and who deploys a secondary is a person."""


def actions() -> dict[str, set[str]]:
    """Return the actions that each call takes, by the page; "the same" is that of the row above."""
    found: dict[str, set[str]] = {}
    above: set[str] = set()
    for call, says in ROWS:
        named = set(re.findall(r"`(Microsoft\.[^`]+)`", says))
        found[call] = above = above if says.startswith("the same") else named
    return found


def test_every_call_has_its_row() -> None:
    """The first column is the call as the metrics name it: api and operation."""
    assert [call for call, _ in ROWS] == [f"{api} {operation}" for _, _, api, operation in _TABLE]


def test_check_tries_every_right_of_the_table() -> None:
    """By the same calls, but for what it speaks of by other means; each action stands once."""
    tried = {call: {right.action} for right in TRIED for call in right.calls}
    untold = {right.action for right in TRIED if not right.calls}

    assert tried | {"resourcegraph query": untold} == {
        call: named for call, named in actions().items() if call not in ELSEWHERE
    }
    assert len({right.action for right in TRIED}) == len(TRIED)


def test_what_is_told_to_be_granted_is_a_right_that_check_tries() -> None:
    """By adapters and by readiness, where an answer was refused."""
    told = {
        *(SIZES_RIGHT, PROVIDERS_RIGHT, *RIGHTS),
        *(each.right for each in (*KINDS.values(), *_LIMITS)),
        agreement.RIGHT,
        building.RIGHT,
        granted.RIGHT,
        residency.PLACES_RIGHT,
        *building.RIGHTS.values(),
    }

    assert told <= {right.action for right in TRIED}
