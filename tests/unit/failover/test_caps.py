"""The caps: how many failovers at once, where, and who goes first when all want to."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from aibwatch.failover.decide import decide
from aibwatch.failover.guards import holds
from aibwatch.failover.target import candidates, chosen
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.entry import Decided
from aibwatch.model.failover import Failover, Phase
from aibwatch.model.names import FailoverId, ImageName, Region, TemplateId
from aibwatch.model.state import View
from builders import (
    DAY,
    EAST,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    a_failover,
    a_failure,
    a_policy,
    a_template,
    an_id,
)
from views import NOW, TWO_SECONDARIES, WEB_EAST, a_readiness, a_view

building = partial(
    a_failover, phase=Phase.BUILDING, target=WEB_NORTH, since=NOW, first_sent=NOON, last_sent=NOON
)
choosing = partial(a_failover, phase=Phase.CHOOSING)


def named(number: int, failover: Failover, name: str = "") -> Failover:
    """Return a failover as that of another image."""
    image = ImageName(name or f"image{number}")
    return replace(failover, id=FailoverId(f"f{number}"), image=image)


def held(view: View, now: datetime = NOW) -> list[Hold]:
    """Return what holds the image `web`."""
    return list(holds(TWO_SECONDARIES, view.state.failures[WEB], view, now))


def said(view: View, name: str, *reasons: Reason, wants: tuple[Region, ...] = ()) -> None:
    """Note that the last decision about an image was held for these reasons, or acts."""
    image = ImageName(name)
    held_by = tuple(Hold(each, "it is so") for each in reasons)
    kind = "hold" if reasons else "act"
    decided = Decided(NOW, image, kind, Reason.PLATFORM_OUTAGE, held_by=held_by, wants=wants)
    view.state.decisions[image] = decided


# at once, and by priority


def test_a_full_house_names_the_cap_who_waits_and_when_a_place_is_free() -> None:
    """The first of those that build must have ended by its deadline (PROMISES S22, L4)."""
    others = [named(1, building()), named(2, building(since=NOW - HOUR))]
    view = replace(a_view(*others, named(3, choosing())), policy=a_policy(total=2))
    said(view, "image3", Reason.BUDGET)

    (hold,) = held(view)

    assert hold.reason is Reason.BUDGET
    assert hold.says == ("2 failovers are under way, total is 2; 1 others wait, 1 of them go first")
    assert hold.until == NOW - HOUR + 4 * HOUR + 30 * MINUTE


@pytest.mark.parametrize(
    ("priority", "name", "goes_first"),
    [
        (99, "zoo", True),
        (101, "ant", False),
        (100, "ant", True),
        (100, "zoo", False),
    ],
)
def test_who_waits_and_has_the_earlier_turn_takes_the_place(
    priority: int,
    name: str,
    goes_first: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    """By priority, then by name: the last place is not for who happens to be quicker (S22)."""
    other = named(1, choosing(priority=priority), name)
    view = replace(a_view(other), policy=a_policy(total=1))
    said(view, name)

    assert [each.reason for each in held(view)] == ([Reason.BUDGET] if goes_first else [])


@pytest.mark.parametrize(
    ("reasons", "takes_a_place"),
    [
        ([], True),
        ([Reason.BUDGET], True),
        ([Reason.PAUSED], False),
        ([Reason.BUDGET, Reason.NO_CANDIDATE], False),
        ([Reason.REGION_FULL], False),
    ],
)
def test_who_cannot_go_keeps_nobody_else_waiting(
    reasons: list[Reason],
    takes_a_place: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    """A place is kept for who would take it now, not for who is held for another reason."""
    view = replace(a_view(named(1, choosing(), "ant")), policy=a_policy(total=1))
    said(view, "ant", *reasons)

    assert bool(held(view)) == takes_a_place


def test_a_place_is_not_kept_for_ever() -> None:
    """A failover that nobody decides about any more, as its image is gone, keeps none."""
    view = replace(a_view(named(1, choosing(), "ant")), policy=a_policy(total=1))
    said(view, "ant")
    view.state.failures[WEB] = a_failure(ended=NOON + 13 * HOUR)

    later = [each.reason for each in held(view, NOON + 13 * HOUR)]

    assert Reason.BUDGET not in later


def test_one_is_not_always_allowed() -> None:
    """With no place at all nothing is begun: the one under decision counts (PROMISES S14)."""
    view = replace(a_view(), policy=a_policy(total=0, per_day=0, per_region=0))

    assert {each.reason for each in held(view)} == {Reason.BUDGET, Reason.REGION_FULL}


def test_the_days_last_place_is_kept_for_who_goes_first() -> None:
    """What is about to begin counts in the day like what began."""
    past = named(1, a_failover(phase=Phase.CLOSED, closed=NOW, last_sent=NOON - HOUR))
    view = replace(a_view(past, named(2, choosing(), "ant")), policy=a_policy(per_day=2))
    said(view, "ant")

    (hold,) = held(view)

    assert (hold.reason, hold.until) == (Reason.BUDGET, NOON - HOUR + DAY)


# in one region


def test_a_region_that_is_full_is_passed_over() -> None:
    """The next secondary is considered in the same decision (PROMISES S22, L5)."""
    full = [named(number, building()) for number in range(5)]

    assert chosen(TWO_SECONDARIES, None, a_view(*full[:4]), NOW) == WEB_NORTH
    assert chosen(TWO_SECONDARIES, None, a_view(*full), NOW) == WEB_EAST


@pytest.mark.parametrize(
    "phase", [Phase.REQUESTED, Phase.STARTING, Phase.BUILDING, Phase.PUBLISHING]
)
def test_whatever_was_asked_there_counts(phase: Phase) -> None:
    """From the intent to the outcome; what still chooses is nowhere."""
    view = replace(a_view(named(1, building(phase=phase))), policy=a_policy(per_region=1))

    first = candidates(TWO_SECONDARIES, None, view, NOW)[0]

    assert first.objection == "1 failovers build in northeurope, per_region is 1"
    assert first.full == NORTH


def test_where_another_image_is_built_the_journal_tells() -> None:
    """Of a target that is no template of this image; what was never heard of is nowhere."""
    elsewhere = building(target=an_id("db-north"))
    view = replace(a_view(named(1, elsewhere)), policy=a_policy(per_region=1))

    unknown = chosen(TWO_SECONDARIES, None, view, NOW)
    view.state.templates[an_id("db-north")] = a_template(id=an_id("db-north"), region=NORTH)
    known = chosen(TWO_SECONDARIES, None, view, NOW)

    assert (unknown, known) == (WEB_NORTH, WEB_EAST)


def test_its_own_failover_crowds_nobody() -> None:
    """A resend is not held by its own first request."""
    own = a_failover(target=WEB_NORTH)
    view = replace(a_view(own), policy=a_policy(per_region=1))

    assert chosen(TWO_SECONDARIES, own, view, NOW) == WEB_NORTH


def test_when_room_is_all_that_lacks_it_is_the_cap_that_holds() -> None:
    """Not a missing candidate: nobody has to mend anything, and the release is known."""
    view = replace(a_view(named(1, building())), policy=a_policy(per_region=1))
    view = replace(view, readiness={(TWO_SECONDARIES.name, WEB_NORTH): a_readiness(WEB_NORTH)})

    (hold,) = held(view)

    assert (hold.reason, hold.until) == (Reason.REGION_FULL, NOW + 4 * HOUR + 30 * MINUTE)
    assert hold.says == (
        "web-north: 1 failovers build in northeurope, per_region is 1; web-east: not checked yet"
    )


@pytest.mark.parametrize(
    ("priority", "reasons", "place"),
    [
        (99, [Reason.REGION_FULL], WEB_EAST),
        (99, [Reason.BUDGET, Reason.REGION_FULL], WEB_EAST),
        (99, [], WEB_EAST),
        (101, [Reason.REGION_FULL], WEB_NORTH),
        (99, [Reason.REGION_FULL, Reason.PAUSED], WEB_NORTH),
    ],
)
def test_a_place_in_a_region_is_kept_for_who_goes_first(
    priority: int, reasons: list[Reason], place: TemplateId
) -> None:
    """Of those that wait for it; not for one that could not take it now (PROMISES S22)."""
    view = a_view(named(1, choosing(priority=priority), "ant"))
    view = replace(view, policy=a_policy(per_region=1))
    said(view, "ant", *reasons, wants=(NORTH,))

    assert chosen(TWO_SECONDARIES, None, view, NOW) == place


def test_who_waits_keeps_one_place_only() -> None:
    """Of two regions with room the first that it wants; the other is free for the next."""
    view = replace(a_view(named(1, choosing(), "ant")), policy=a_policy(per_region=1))
    said(view, "ant", Reason.REGION_FULL, wants=(NORTH, EAST))

    assert chosen(TWO_SECONDARIES, None, view, NOW) == WEB_EAST


def test_who_wants_a_full_region_keeps_the_next_one_that_it_wants() -> None:
    """As it would be built there."""
    view = a_view(named(1, building()), named(2, choosing(), "ant"))
    view = replace(view, policy=a_policy(per_region=1))
    said(view, "ant", Reason.REGION_FULL, wants=(NORTH, EAST))

    (hold,) = held(view)

    assert (hold.reason, hold.until) == (Reason.REGION_FULL, NOW + 4 * HOUR + 30 * MINUTE)
    assert hold.says == (
        "web-north: 1 failovers build in northeurope, per_region is 1; "
        f"web-east: 0 failovers build in {EAST}, per_region is 1; 1 that wait go first"
    )


def test_where_it_would_be_built_is_told_whether_it_is_held_or_not() -> None:
    """Regions with room or without, in its order; those that cannot take it are not among them."""
    own = choosing()
    full = replace(a_view(own, named(1, building())), policy=a_policy(per_region=1))
    east = replace(full, readiness={(TWO_SECONDARIES.name, WEB_EAST): a_readiness(WEB_EAST)})

    wanted = [decide(TWO_SECONDARIES, each, NOW).wants for each in (a_view(own), full, east)]
    opening = decide(TWO_SECONDARIES, a_view(), NOW)

    assert wanted == [(NORTH, EAST), (NORTH, EAST), (EAST,)]
    assert opening.wants == (NORTH, EAST)
