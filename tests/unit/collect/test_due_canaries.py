"""Canaries are watched like templates of images, and closely after a request."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aibwatch.collect.due import due
from aibwatch.collect.question import Asked
from aibwatch.model.failover import Event
from aibwatch.model.probe import Probe
from aibwatch.model.state import State, View
from builders import MINUTE, NOON, SUBSCRIPTION, WEB, WEB_NORTH, WEST, a_policy, a_probe, an_id
from unit.collect.watching import OTHER, SECOND, a_view, asked_all, idle, some_sightings

CANARY = an_id("canary-west")


def probed(*probes: Probe, seen: timedelta = -SECOND) -> View:
    """Return a view with a canary in WEST, read so long after NOON, and these probes of it."""
    canary = replace(idle()[0], id=CANARY, definition=None)
    sightings = some_sightings(*idle(), canary)
    sightings.seen[CANARY] = NOON + seen
    view = a_view(state=State(probes={WEST: probes}), sightings=sightings)
    return replace(view, policy=a_policy(canaries=((WEST, CANARY),)))


def test_a_canary_is_expected_in_the_list_of_its_subscription() -> None:
    """One that a list leaves out is read alone, as those of images are."""
    assert due(probed(), Asked(), NOON).watched == {SUBSCRIPTION: (WEB, WEB_NORTH, CANARY)}


def test_the_subscription_of_a_canary_is_listed() -> None:
    """Although no image lives there."""
    apart = a_policy(canaries=((WEST, an_id("canary-west", OTHER)),))

    assert due(replace(a_view(), policy=apart), Asked(), NOON).subscriptions == (
        SUBSCRIPTION,
        OTHER,
    )


@pytest.mark.parametrize("answer", [None, Event.BEGAN, Event.UNCLEAR])
def test_a_canary_that_was_asked_to_run_is_read_often(answer: Event | None) -> None:
    """Until its run is seen: only reading tells whether there is one."""
    asked = a_probe(at=NOON, answer=answer, answered=NOON if answer else None, started=None)
    view = probed(asked)

    assert due(view, asked_all(view), NOON + 10 * SECOND).templates == (CANARY,)


@pytest.mark.parametrize(
    ("probe", "seen"),
    [
        (a_probe(), -SECOND),
        (a_probe(answer=Event.REFUSED, started=None), -SECOND),
        (a_probe(answered=NOON, started=None), 5 * MINUTE),
    ],
    ids=["its run ended", "it was refused", "provably nothing began"],
)
def test_a_canary_whose_probe_is_settled_is_read_as_ever(probe: Probe, seen: timedelta) -> None:
    """By the list."""
    view = probed(probe, seen=seen)

    assert due(view, asked_all(view), NOON + 10 * SECOND).templates == ()
