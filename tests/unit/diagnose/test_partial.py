"""A part of a region that is ill, such as a zone, is no outage of the region."""

from datetime import timedelta

import pytest

from aibwatch.diagnose.region import assess
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import State
from aibwatch.model.template import Run, RunState, Template
from aibwatch.model.verdict import Family, Verdict
from builders import (
    CAPACITY,
    MINUTE,
    NOON,
    WEST,
    a_failure,
    a_policy,
    a_run,
    a_template,
    a_verdict,
    an_id,
    some_sightings,
)

BAD = a_verdict(Family.RUN, Family.HISTORY)
"""It ran from half an hour before NOON to NOON."""


def good(name: str, *, began: int = -20, ended: int = 5) -> Run:
    """Return a good run, by minutes from NOON."""
    return a_run(
        template=an_id(name),
        started=NOON + began * MINUTE,
        state=RunState.SUCCEEDED,
        ended=NOON + ended * MINUTE,
    )


def going(name: str, *, began: int, phase: str = "Customizing") -> Template:
    """Return a template whose build goes on, by minutes from NOON."""
    started = NOON + began * MINUTE
    run = a_run(
        template=an_id(name), started=started, state=RunState.RUNNING, ended=None, phase=phase
    )
    return a_template(id=an_id(name), run=run)


def believed(
    verdicts: list[Verdict], *runs: Run, templates: tuple[Template, ...] = ()
) -> RegionBelief:
    """Return the belief about WEST ten minutes after NOON, the evidence being as old."""
    state = State()
    state.good[WEST] = runs
    for minutes in (0, 10):
        now = NOON + minutes * MINUTE
        seen = some_sightings(a_template(), *templates, now=now)
        state.regions[WEST] = assess(WEST, verdicts, state, seen, a_policy(), now)
    return state.regions[WEST]


def test_without_a_good_build_it_is_an_outage() -> None:
    """The positive control."""
    assert believed([BAD]).health is Health.OUTAGE


def test_a_build_that_went_well_all_the_while_contradicts() -> None:
    """It began after the failing one began, and ended after that had failed."""
    belief = believed([BAD], good("shop-west"))

    assert belief.health is Health.DEGRADED
    assert "1 of its builds went well" in belief.partial


@pytest.mark.parametrize(
    ("began", "ended"), [(-40, 5), (-20, -1)], ids=["begun before", "ended before"]
)
def test_a_build_of_another_time_contradicts_nothing(began: int, ended: int) -> None:
    """What was almost ready when the trouble began proves nothing."""
    run = good("shop-west", began=began, ended=ended)

    assert believed([BAD], run).health is Health.OUTAGE


def test_a_build_that_outlives_the_failing_one_contradicts_before_it_ends() -> None:
    """It has its VM, and is older than the other one became."""
    assert believed([BAD], templates=(going("shop-west", began=-20),)).health is Health.DEGRADED


def test_a_build_that_hangs_before_it_has_its_vm_contradicts_nothing() -> None:
    """A region that is out may let builds hang as well as fail."""
    stuck = going("shop-west", began=-29, phase="Building")

    assert believed([BAD], templates=(stuck,)).health is Health.OUTAGE


def test_a_young_build_is_awaited_where_little_else_speaks() -> None:
    """What becomes of it will tell soon; others that failed alike tell already."""
    young = going("shop-west", began=-10, phase="Building")
    peers = a_verdict(Family.RUN, Family.PEERS)

    waiting = believed([BAD], templates=(young,))

    assert (waiting.health, waiting.awaited) == (Health.DEGRADED, "shop-west")
    assert believed([peers], templates=(young,)).health is Health.OUTAGE


def test_room_that_one_image_lacks_is_no_outage_for_others() -> None:
    """Its failure suffices for itself; nothing but its own error speaks against the region."""
    without = a_verdict(
        Family.RUN, Family.HISTORY, Family.PEERS, failure=a_failure(classification=CAPACITY)
    )

    belief = believed([without])

    assert (belief.health, belief.families) == (Health.DEGRADED, {Family.RUN})


def test_it_takes_as_many_as_failed() -> None:
    """Two builds that fail outweigh one that went well."""
    failure = a_failure(template=an_id("db-west"), recipe="recipe-db", identities="identity-db")
    both = [BAD, a_verdict(Family.RUN, Family.HISTORY, failure=failure)]

    assert believed(both, good("shop-west")).health is Health.OUTAGE
    assert believed(both, good("shop-west"), good("cms-west")).health is Health.DEGRADED


def test_builds_that_share_all_count_as_one_failure() -> None:
    """Many templates of one recipe and identity fail for one reason."""
    twin = a_verdict(Family.RUN, Family.HISTORY, failure=a_failure(template=an_id("web-2")))

    assert believed([BAD, twin], good("shop-west")).health is Health.DEGRADED


def test_an_incident_is_not_ended_by_it() -> None:
    """Coming back takes good evidence without a break, as ever."""
    state = State()
    for minutes in (0, 10):
        now = NOON + minutes * MINUTE
        seen = some_sightings(a_template(), now=now)
        state.regions[WEST] = assess(WEST, [BAD], state, seen, a_policy(), now)
    state.good[WEST] = (good("shop-west", ended=15),)

    now = NOON + timedelta(minutes=16)
    seen = some_sightings(a_template(), now=now)
    belief = assess(WEST, [BAD], state, seen, a_policy(), now)

    assert belief.health is Health.OUTAGE
