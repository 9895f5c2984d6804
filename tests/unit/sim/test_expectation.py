"""What a right answer is stands in the timetable, and is read as it is written."""

from datetime import timedelta

import pytest

from aibwatch.errors import ConfigError
from aibwatch.sim.expectation import Expectation
from aibwatch.sim.scenario import load
from builders import NORTH, WEST

HOUR = timedelta(hours=1)
FLEET = """# a story
image web westeurope northeurope
image db westeurope northeurope
"""


def expected(*lines: str) -> Expectation:
    """Return what a timetable expects that says these lines."""
    return load(FLEET + "\n".join(lines)).expectation


def test_every_line_is_a_field_of_the_answer() -> None:
    """Outages, failovers with their time, what may be needless, and when Microsoft told."""
    found = expected(
        "source azvmimagebuilder#45, #46",
        "source somebody else",
        "the trouble begins at 2h",
        "Microsoft knew after 3h",
        "expects outage in westeurope",
        "expects outage in northeurope   # a comment",
        "expects failover of web",
        "expects failover of db after 1h",
        "at most 2 needless",
    )

    assert found == Expectation(
        outages=frozenset({WEST, NORTH}),
        failovers={"web": timedelta(0), "db": HOUR},
        needless=2,
        sources=("azvmimagebuilder#45, #46", "somebody else"),
        begins=2 * HOUR,
        notified=3 * HOUR,
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("source a book", False),
        ("expects none", True),
        ("expects no outage", True),
        ("expects outage in westeurope", True),
        ("expects failover of web", True),
    ],
)
def test_only_what_is_expected_tells_how_it_should_end(line: str, *, told: bool) -> None:
    """Where a story is from does not say how it ends."""
    assert expected(line).told is told


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["expects failover of mail"], "line 4: 'mail' is no image"),
        (["expects outage in mars"], "line 4: 'mars' is no region"),
        (["expects failover of web soon"], "line 4: .* is not understood"),
        (["expects failover of web after a while"], "'a while' is no duration"),
        (["at most many needless"], "'most' is no duration|nothing like"),
        (["expects none", "expects failover of web"], "expects none, and yet a failover"),
        (["expects no outage", "expects outage in westeurope"], "no outage, and yet one"),
    ],
)
def test_what_makes_no_sense_is_refused(lines: list[str], problem: str) -> None:
    """With the line, and what there is."""
    with pytest.raises(ConfigError, match=problem):
        expected(*lines)
