"""Which images a person must look at, and until when."""

from dataclasses import replace

import pytest

from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.names import FailoverId, ImageName
from aibwatch.model.state import View
from aibwatch.status.needing import REMEDIES, needing, needs_told
from builders import DAY, HOUR, MINUTE, NOON, WEB, a_failover, a_success
from unit.status.snapshots import a_calm_state, a_closed_failover, a_view

WEB_IMAGE = ImageName("web")
FAILED = a_closed_failover(7, Outcome.FAILED, NOON)


def seen(*failovers: Failover) -> View:
    """Return a view in which these failovers are known, in the order of their opening."""
    state = a_calm_state()
    state.failovers = {each.id: each for each in failovers}
    return a_view(state=state)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_image_that_was_not_built_needs_a_human(outcome: Outcome) -> None:
    """After those outcomes after which nothing goes on by itself, each with its remedy (L12)."""
    found = needing(seen(a_closed_failover(7, outcome, NOON)))

    assert (WEB_IMAGE in found) == (outcome in REMEDIES)
    assert outcome in REMEDIES or not found


def test_what_to_do_is_said_with_names() -> None:
    """Since when, after which failover, and the command that ends it."""
    found = needing(seen(FAILED))[WEB_IMAGE]

    assert needs_told(found) == {
        "failover": FAILED.id,
        "outcome": "failed",
        "since": NOON.isoformat(),
        "says": "look at the run of web-north and its error, mend it, and build the image; then"
        " `aibwatch ack web`",
    }
    assert needs_told(None) is None


@pytest.mark.parametrize(
    "later",
    [
        replace(FAILED, acknowledged=NOON + MINUTE),
        a_closed_failover(8, Outcome.SUCCEEDED, NOON + HOUR),
        a_failover(id=FailoverId("new"), phase=Phase.CHOOSING),
    ],
    ids=["acknowledged", "answered well since", "being answered anew"],
)
def test_it_is_over_when(later: Failover) -> None:
    """Somebody has seen it, or aibwatch itself goes on."""
    assert needing(seen(FAILED, later)) == {}


def test_a_good_build_since_ends_it_too() -> None:
    """Whoever made it: the image is there, and no alert should last for what is well."""
    view = seen(FAILED)
    view.state.successes[WEB] = a_success(ended=NOON + HOUR)

    assert needing(view) == {}


def test_an_image_that_is_configured_no_more_needs_nobody() -> None:
    """Nobody could acknowledge it."""
    gone = replace(FAILED, image=ImageName("gone"), closed=NOON - DAY)

    assert needing(seen(gone)) == {}
