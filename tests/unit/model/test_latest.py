"""Which version of an image its consumers should take."""

from dataclasses import replace

import pytest

from aibwatch.model.edition import Edition
from aibwatch.model.failover import Outcome, Phase
from aibwatch.model.latest import latest
from aibwatch.model.names import TemplateId
from aibwatch.model.state import State
from aibwatch.model.template import RunKey
from builders import HOUR, NOON, NORTH, WEB, WEB_NORTH, WEST, a_failover, an_image

IMAGE = an_image()
OLD = Edition(IMAGE.name, "v/1", RunKey(WEB, NOON), WEST, NOON, NOON, replicated=(NORTH, WEST))
NEW = Edition(
    IMAGE.name,
    "v/2",
    RunKey(WEB_NORTH, NOON + HOUR),
    NORTH,
    NOON + HOUR,
    NOON + HOUR,
    replicated=(NORTH,),
)


def a_state(*editions: Edition) -> State:
    """Return a state that knows these versions."""
    state = State()
    state.editions[IMAGE.name] = editions
    return state


def test_it_is_the_newest_that_is_wherever_it_must_be() -> None:
    """Whichever template made it; where none is known, there is none."""
    assert latest(IMAGE, a_state(OLD, NEW)) == NEW
    assert latest(IMAGE, a_state(OLD, replace(NEW, complete=None))) == OLD
    assert latest(IMAGE, a_state()) is None


def test_in_a_region_it_is_the_newest_that_is_there() -> None:
    """Also one that lacks replicas elsewhere."""
    state = a_state(OLD, replace(NEW, complete=None))

    assert latest(IMAGE, state, NORTH) == replace(NEW, complete=None)
    assert latest(IMAGE, state, WEST) == OLD


@pytest.mark.parametrize(
    "other",
    [
        replace(NEW, duplicate_of="v/1"),
        replace(NEW, excluded=True),
        replace(NEW, run=RunKey(TemplateId("drill"), NOON)),
    ],
    ids=["duplicate", "excluded", "drill"],
)
def test_what_is_not_for_use_is_never_the_latest(other: Edition) -> None:
    """Neither anywhere nor in a region where it is."""
    state = a_state(OLD, other)

    assert latest(IMAGE, state) == latest(IMAGE, state, NORTH) == OLD


@pytest.mark.parametrize(
    ("outcome", "version", "wins"),
    [
        (Outcome.LATE_REPLICAS, "v/2", True),
        (Outcome.LATE_REPLICAS, "v/3", False),
        (Outcome.SUPERSEDED, "v/2", False),
    ],
)
def test_a_failovers_version_counts_before_the_region_that_is_out_has_it(
    outcome: Outcome, version: str, *, wins: bool
) -> None:
    """As its success was told with that version: consumers get the same."""
    failover = a_failover(
        phase=Phase.CLOSED, outcome=outcome, target=WEB_NORTH, closed=NOON, version=version
    )
    new = replace(NEW, complete=None, answers=failover.id)
    state = a_state(OLD, new)
    state.failovers[failover.id] = failover

    assert latest(IMAGE, state) == (new if wins else OLD)
