"""Histories under another configuration."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aibwatch.daemon.backtest import Case, backtest
from aibwatch.model.decision import Reason
from aibwatch.model.entry import Decided, Entry, RegionAssessed, Witnessed
from aibwatch.model.image import Image, Mode
from aibwatch.model.policy import Policy
from builders import MINUTE
from told import STORIES, journal_of

OTHERWISE = {
    "primary_reran",
    "same_way",
    "stay_there",
    "ordered",
    "ordered_in_an_outage",
    "blind",
}
"""Stories that turn on what happens between entries, on a secondary's build that failed, on what an
operator ordered, or on our own blindness: a backtest sees well."""


def fleet_of(journal: tuple[Entry, ...]) -> tuple[list[Image], Policy]:
    """Return the images and the policy of a story."""
    witnesses = [each.witness for each in journal if isinstance(each, Witnessed)]
    images = {each.image.name: each.image for each in witnesses}
    return list(images.values()), witnesses[-1].policy


def what_comes_of(
    story: str, *, mode: Mode | None = None, debounce: timedelta | None = None
) -> list[Case]:
    """Return what would become of the failures of a story."""
    journal = journal_of(story)
    images, policy = fleet_of(journal)
    images = [replace(each, mode=mode or each.mode) for each in images]
    return backtest(journal, images, replace(policy, debounce=debounce or policy.debounce))


@pytest.mark.parametrize("story", sorted(set(STORIES) - OTHERWISE))
def test_with_the_same_configuration_the_same_moves_at_the_same_time(story: str) -> None:
    """A backtest that did not find again what happened would be worth nothing."""
    found = what_comes_of(story)

    assert found
    assert [(each.moved, each.target) for each in found] == [
        (each.really_moved, each.really_target) for each in found
    ]


def test_what_is_only_observed_would_not_move() -> None:
    """It says which guard held, beside what really happened."""
    (case,) = what_comes_of("outage", mode=Mode.OBSERVE)

    assert case.moved is None
    assert case.reason is Reason.OBSERVE_ONLY
    assert case.really_moved is not None


def test_what_was_only_advised_would_move_in_auto() -> None:
    """What an owner asks before changing the mode."""
    (case,) = what_comes_of("advise", mode=Mode.AUTO)

    assert case.moved is not None
    assert case.really_moved is None
    assert case.reason is Reason.PLATFORM_OUTAGE


def test_a_longer_debounce_moves_later_between_entries() -> None:
    """Time passes on its own: nothing was entered at that instant."""
    (sooner,) = what_comes_of("outage")
    (later,) = what_comes_of("outage", debounce=7 * MINUTE)

    assert sooner.moved is not None
    assert later.moved == sooner.moved + 4 * MINUTE


def test_what_was_believed_then_changes_nothing() -> None:
    """Only what was seen counts, not what was made of it."""
    journal = journal_of("outage")
    images, policy = fleet_of(journal)
    seen = [each for each in journal if not isinstance(each, Decided | RegionAssessed)]

    assert backtest(seen, images, policy) == backtest(journal, images, policy)


def test_an_empty_history_has_no_cases() -> None:
    """A store that is new."""
    assert backtest([], [], Policy()) == []
