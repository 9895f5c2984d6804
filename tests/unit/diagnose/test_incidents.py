"""Notices: each is told once in each watched region that it names, and again when it changes."""

from dataclasses import replace

import pytest

from aibwatch.diagnose.incidents import AT_ONCE, OLD, notices_known
from aibwatch.journal.fold import apply
from aibwatch.model.entry import NoticeKnown
from aibwatch.model.notice import Notice
from aibwatch.model.state import Sightings, State
from builders import (
    DAY,
    EAST,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB_NORTH,
    WEST,
    a_belief,
    a_notice,
    a_policy,
    a_state,
    a_template,
    some_sightings,
)

POLICY = a_policy()


def shown(*notices: Notice, source: str = "events:sub-1") -> Sightings:
    """Return sightings of WEST and NORTH in which one source shows these notices."""
    seen = some_sightings(a_template(), a_template(id=WEB_NORTH, region=NORTH))
    seen.notices, seen.sources = {source: notices}, {source: NOON}
    return seen


def told(state: State, seen: Sightings) -> list[NoticeKnown]:
    """Return what is told, and let it be believed."""
    found = notices_known(state, seen, POLICY, NOON)
    for entry in found:
        apply(state, entry)
    return found


def test_a_notice_is_told_whole_and_once() -> None:
    """The journal keeps all of it, without the subscription that happened to be asked."""
    state = State()

    first = told(state, shown(a_notice()))
    again = told(state, shown(a_notice()))

    assert first == [NoticeKnown(NOON, WEST, "events", a_notice())]
    assert again == []


@pytest.mark.parametrize(
    "notice",
    [
        a_notice(regions=frozenset({EAST})),
        a_notice(services=frozenset({"Virtual Machines"})),
        a_notice(kind="PlannedMaintenance"),
        a_notice(active=False, mitigated=NOON - OLD - MINUTE),
        a_notice(active=False, began=None),
    ],
    ids=["another region", "another service", "no fault", "long over", "no impact"],
)
def test_what_is_no_fault_of_the_builder_in_a_watched_region_is_not_told(notice: Notice) -> None:
    """Microsoft says much that is not about us."""
    assert told(State(), shown(notice)) == []


def test_a_region_that_only_the_journal_knows_is_watched() -> None:
    """After a restart in the dark it cannot be read yet."""
    state = a_state(beliefs=[a_belief(region=EAST)])

    (found,) = told(state, shown(a_notice(regions=frozenset({EAST}))))

    assert found.region == EAST


def test_a_notice_on_everywhere_is_told_in_every_watched_region() -> None:
    """Each region's record stands for itself."""
    found = told(State(), shown(a_notice(regions=frozenset(), everywhere=True)))

    assert [each.region for each in found] == [NORTH, WEST]


@pytest.mark.parametrize(
    "change",
    [
        a_notice(active=False, mitigated=NOON),
        a_notice(began=NOON - 3 * HOUR),
    ],
    ids=["resolved", "began earlier"],
)
def test_a_changed_impact_is_told_and_keeps_when_it_was_first_seen(change: Notice) -> None:
    """When Microsoft first spoke is what the lead is measured to."""
    state = State()
    told(state, shown(a_notice()))

    found = notices_known(state, shown(change), POLICY, NOON + HOUR)
    apply(state, found[0])

    assert [each.notice for each in found] == [change]
    assert state.notices[WEST, "events", change.id] == NoticeKnown(NOON, WEST, "events", change)


def test_new_words_for_the_same_impact_are_no_news() -> None:
    """Updates come every half an hour."""
    state = State()
    told(state, shown(a_notice()))

    assert told(state, shown(a_notice(title="Builds fail; we are working on it"))) == []


def test_a_notice_that_is_shown_no_more_is_over() -> None:
    """Nobody said since when, so no end is invented."""
    state = State()
    told(state, shown(a_notice()))

    first, again = told(state, shown()), told(state, shown())

    assert [each.notice for each in first] == [a_notice(active=False)]
    assert again == []


def test_a_source_that_has_not_answered_since_the_start_ends_nothing() -> None:
    """After a restart its notices stay as the journal tells them."""
    state = State()
    told(state, shown(a_notice()))

    assert told(state, shown(source="emerging")) == []
    assert told(state, some_sightings(a_template())) != []


@pytest.mark.parametrize("swapped", [False, True])
def test_subscriptions_that_differ_are_one_notice_that_lasts(swapped: bool) -> None:  # noqa: FBT001
    """Each subscription has its own impact; told in turn it would never be quiet."""
    over = a_notice(active=False, mitigated=NOON)
    pair = (over, a_notice())[:: -1 if swapped else 1]
    seen = shown()
    seen.notices = {"events:a": (pair[0],), "events:b": (pair[1],)}
    state = State()

    first, again = told(state, seen), told(state, seen)

    assert [each.notice.active for each in first] == [True]
    assert again == []


def test_no_number_of_notices_is_told_without_an_end() -> None:
    """Of too many the newest are followed, and none is told twice."""
    state = State()
    many = [a_notice(id=f"N-{n:04}", began=NOON - n * MINUTE) for n in range(3 * AT_ONCE)]

    first = told(state, shown(*many))
    again = told(state, shown(*many))

    assert {each.notice.id for each in first} == {f"N-{n:04}" for n in range(AT_ONCE)}
    assert again == []


def test_a_notice_of_two_sources_is_told_by_each() -> None:
    """Who of them was first is part of the record."""
    seen = shown(a_notice())
    seen.notices = {**seen.notices, "emerging": (a_notice(kind="EmergingIssue"),)}

    found = told(State(), seen)

    assert [each.source for each in found] == ["emerging", "events"]


def test_an_old_notice_that_lasts_is_told() -> None:
    """How long ago it began does not matter while it lasts."""
    lasting = replace(a_notice(), began=NOON - 30 * DAY)

    assert len(told(State(), shown(lasting))) == 1
