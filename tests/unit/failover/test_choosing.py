"""An open failover that looks for a secondary."""

from dataclasses import replace

import pytest

from aibwatch.failover.choosing import choose
from aibwatch.failover.decide import decide
from aibwatch.journal.fold import apply
from aibwatch.model.decision import Close, Decision, Reason, Start
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Failover, Outcome, Refusal
from aibwatch.model.image import Image
from aibwatch.model.state import View
from aibwatch.model.verdict import Family
from builders import (
    CAPACITY,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_definition_id,
    a_failover,
    a_failure,
    a_policy,
    a_version,
    an_image,
)
from views import NOW, TWO_SECONDARIES, WEB_EAST, a_readiness, a_view

OPENED = a_failover()


def decided(view: View, image: Image = TWO_SECONDARIES) -> Decision:
    """Return the decision about the open failover of `view`."""
    failover = view.state.open_failover(image.name)
    assert failover
    return choose(image, failover, view, NOW)


def ended(decision: Decision) -> tuple[Outcome, Reason] | None:
    """Return how a decision closes its failover, None if it does not."""
    return (
        (decision.action.outcome, decision.reason) if isinstance(decision.action, Close) else None
    )


def test_when_nothing_holds_the_first_secondary_is_asked() -> None:
    """The start names its failover, its target and its token."""
    decision = decided(a_view(OPENED))

    assert isinstance(decision.action, Start)
    assert (decision.action.failover, decision.action.target) == (OPENED.id, WEB_NORTH)
    assert decision.reason is Reason.PLATFORM_OUTAGE


def test_a_token_names_one_failure_target_and_hop() -> None:
    """Asked again it is the same; after a hop, or for another failure, it is another."""
    tokens = {
        name: decided(a_view(failover)).action.token  # type: ignore[union-attr]  # a Start each
        for name, failover in {
            "first": OPENED,
            "again": a_failover(target=WEB_NORTH),
            "hop": a_failover(tried=(WEB_EAST,)),
        }.items()
    }

    assert tokens["first"] == tokens["again"]
    assert tokens["first"] != tokens["hop"]


@pytest.mark.parametrize(
    ("failover", "reason", "target"),
    [
        (a_failover(target=WEB_NORTH), Reason.RESEND, WEB_NORTH),
        (a_failover(tried=(WEB_NORTH,)), Reason.NEXT_SECONDARY, WEB_EAST),
        (
            a_failover(target=WEB_NORTH, refusals=(Refusal(WEB_NORTH, NOW, "409"),)),
            Reason.NEXT_SECONDARY,
            WEB_EAST,
        ),
    ],
    ids=["proven void", "after a hop", "after a refusal"],
)
def test_a_start_says_which_one_it_is(failover: Failover, reason: Reason, target: str) -> None:
    """Once more, the next one, or the first."""
    decision = decided(a_view(failover))

    assert isinstance(decision.action, Start)
    assert (decision.reason, decision.action.target) == (reason, target)


def test_a_start_for_capacity_says_so() -> None:
    """The same reason as when it was opened."""
    view = a_view(OPENED, failure=a_failure(classification=CAPACITY), families=[Family.RUN])
    view.state.regions[WEST] = a_belief()

    assert decided(view).reason is Reason.REGIONAL_CAPACITY


def test_a_primary_that_ran_again_supersedes() -> None:
    """Whatever became of its newer run, this failure is history (PROMISES S18)."""
    running, failed_again = a_view(OPENED), a_view(OPENED)
    running.state.failures.clear()
    failed_again.state.failures[WEB] = a_failure(ended=NOON + 2 * MINUTE)

    for view in (running, failed_again):
        assert ended(decided(view)) == (Outcome.SUPERSEDED, Reason.PRIMARY_RERAN)


def test_a_newer_version_supersedes() -> None:
    """Somebody published the image since: nothing is missing any more (PROMISES S18)."""
    view = a_view(OPENED)
    view.sightings.versions[a_definition_id()] = (a_version(published=NOON + MINUTE),)

    decision = decided(view)

    assert ended(decision) == (Outcome.SUPERSEDED, Reason.NEWER_VERSION)
    assert decision.says == "1.0.42 was published"


def test_an_older_version_does_not_supersede() -> None:
    """What was there before the failed run began is what it was to replace."""
    view = a_view(OPENED)
    view.sightings.versions[a_definition_id()] = (a_version(published=NOON - HOUR),)

    assert isinstance(decided(view).action, Start)


def test_a_broken_version_of_the_failed_run_does_not_supersede() -> None:
    """A run that fails while it distributes leaves a version that nobody can use."""
    view = a_view(OPENED)
    broken = a_version(published=NOON - MINUTE, provisioned=False, replicated=())
    view.sightings.versions[a_definition_id()] = (broken,)

    assert isinstance(decided(view).action, Start)


def test_it_ends_when_no_secondary_is_left() -> None:
    """Each had its run."""
    view = a_view(a_failover(tried=(WEB_NORTH, WEB_EAST)))

    assert ended(decided(view)) == (Outcome.FAILED, Reason.FAILED_ITS_OWN_WAY)


@pytest.mark.parametrize(("max_hops", "goes_on"), [(0, False), (1, True)])
def test_it_ends_after_so_many_hops(max_hops: int, *, goes_on: bool) -> None:
    """At most one run and `max_hops` more (PROMISES S1)."""
    view = replace(a_view(a_failover(tried=(WEB_NORTH,))), policy=a_policy(max_hops=max_hops))

    assert isinstance(decided(view).action, Start) == goes_on


def test_it_ends_when_the_last_is_in_a_region_that_was_tried() -> None:
    """A region is tried once, so nobody is left (PROMISES S23)."""
    view = a_view(a_failover(tried=(WEB_NORTH,)))
    moved = replace(view.sightings.templates[WEB_EAST], region=NORTH)
    view.sightings.templates[WEB_EAST] = moved

    assert ended(decided(view)) == (Outcome.FAILED, Reason.FAILED_ITS_OWN_WAY)


def test_an_image_alone_waits_for_a_secondary() -> None:
    """That it has none is no failed run: one may still be configured."""
    alone = an_image(templates=(WEB,))

    decision = decided(a_view(OPENED, image=alone), alone)

    assert (decision.reason, decision.action) == (Reason.NO_CANDIDATE, None)
    assert decision.wake_at == NOON + 12 * HOUR


def test_a_hold_waits_for_the_first_guard_that_lets_go() -> None:
    """It is asked again when the pause runs out, before the failure grows too old."""
    view = a_view(OPENED)
    apply(view.state, Paused(NOON, "all", "migration", until=NOW + HOUR))

    decision = decided(view)

    assert (decision.reason, decision.wake_at) == (Reason.PAUSED, NOW + HOUR)
    assert [hold.reason for hold in decision.held_by] == [Reason.PAUSED]


def test_a_refusal_is_waited_out() -> None:
    """With nobody else to ask, it is asked again once `settle` has passed."""
    view = a_view(a_failover(refusals=(Refusal(WEB_NORTH, NOW - MINUTE, "409"),)), image=an_image())

    decision = decided(view, an_image())

    assert (decision.reason, decision.wake_at) == (Reason.NO_CANDIDATE, NOW + 4 * MINUTE)


def test_it_is_never_told_to_ask_again_in_the_past() -> None:
    """A debounce that should be over is asked about again at once."""
    view = a_view(OPENED)
    view.state.regions[WEST] = a_belief(agreed_since=NOON - HOUR)

    assert decided(view).wake_at == NOW


def test_a_failure_that_grew_old_ends_as_timed_out() -> None:
    """The outcome says what held it to the last."""
    view = a_view(OPENED)
    apply(view.state, Paused(NOON, "all", "migration"))
    at_last = NOON + 12 * HOUR + MINUTE
    view.sightings.seen[WEB_NORTH] = at_last

    decision = choose(TWO_SECONDARIES, OPENED, view, at_last)

    assert ended(decision) == (Outcome.TIMED_OUT, Reason.TOO_OLD)
    assert "all is paused: migration" in decision.says


def test_a_failure_that_grew_old_without_a_secondary_says_so() -> None:
    """Nobody could take it: that is another outcome than not being allowed to act."""
    view = replace(a_view(OPENED), readiness={})

    decision = choose(TWO_SECONDARIES, OPENED, view, NOON + 12 * HOUR + MINUTE)

    assert ended(decision) == (Outcome.NO_CANDIDATE, Reason.TOO_OLD)


def test_a_secondary_that_turns_ready_is_asked() -> None:
    """While the failure matters, a red secondary that is mended takes it (PROMISES L5)."""
    red = replace(a_view(OPENED), readiness={})
    mended = replace(red, readiness={(TWO_SECONDARIES.name, WEB_EAST): a_readiness(WEB_EAST)})

    before = decide(TWO_SECONDARIES, red, NOW)
    after = decide(TWO_SECONDARIES, mended, NOW)

    assert before.action is None
    assert isinstance(after.action, Start)
    assert after.action.target == WEB_EAST
