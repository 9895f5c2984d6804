"""One entry of the history in words."""

from typing import Any

import pytest

from aibwatch.cli.recount import recounted

OPENED = {"event": "failover.opened", "failover": "f1", "image": "web", "reason": "out"}
ID = "/subscriptions/1/resourceGroups/g/providers/Microsoft.X/imageTemplates/web-north"


def row(entry: dict[str, Any]) -> tuple[str, ...]:
    """Return the row of an entry that follows the opening of failover f1."""
    _, found = recounted(
        {"seq": 1, "at": "2026-03-02T12:00:59+00:00", **each} for each in [OPENED, entry]
    )
    return found


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"token": "a", "epoch": 3, "plan": "b"}, ""),
        ({"target": ID}, ": target web-north"),
        ({"key": f"run:{ID}@2026-03-02T11:30:00+00:00"}, ": run:web-north@2026-03-02 11:30"),
        ({"blind": False, "run": None, "says": "", "accept": []}, ""),
        ({"blind": True}, ": blind"),
        ({"reason": "paused", "held_by": ["paused"]}, ": paused"),
        ({"reason": "paused", "held_by": ["paused", "budget"]}, ": paused; held by budget"),
        ({"health": "outage", "families": ["run", "peers"]}, ": outage; run; peers"),
        ({"accept": ["drift", "quota"]}, ": accept drift, quota"),
    ],
)
def test_a_field_is_told_if_it_says_something(fields: dict[str, Any], says: str) -> None:
    """By its name, unless its value says enough; what only aibwatch compares is left out."""
    assert row({"event": "e", "image": "web", **fields}) == ("2026-03-02 12:00", "web", f"e{says}")


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"failover": "f1"}, "web"),
        ({"failover": "older"}, "older"),
        ({"region": "uksouth", "failover": "f1"}, "uksouth"),
        ({}, ""),
    ],
)
def test_an_entry_is_about_the_image_of_its_failover(fields: dict[str, Any], about: str) -> None:
    """By its id where the opening is not at hand."""
    assert row({"event": "e", **fields})[1] == about
