"""The World's time, templates and buckets."""

from datetime import timedelta
from functools import partial

import pytest

from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.world import World
from builders import MINUTE, NOON, SUBSCRIPTION, WEB, WEST


def test_what_is_scheduled_happens_in_order_of_time_then_of_scheduling(world: World) -> None:
    """Two things of one instant keep their order; a later one waits for its time."""
    seen: list[str] = []
    for name, minutes in (("late", 2), ("first", 1), ("second", 1)):
        world.schedule(NOON + minutes * MINUTE, partial(seen.append, name))

    world.advance(NOON + MINUTE)

    assert seen == ["first", "second"]
    assert world.due == NOON + 2 * MINUTE


def test_what_happens_may_cause_more_within_the_same_advance(world: World) -> None:
    """A thing scheduled by another comes true in the same advance, at its own instant."""
    seen = []
    world.schedule(NOON + MINUTE, lambda: world.after(MINUTE, lambda: seen.append(world.now)))

    world.advance(NOON + 5 * MINUTE)

    assert seen == [NOON + 2 * MINUTE]
    assert world.now == NOON + 5 * MINUTE


def test_the_world_never_goes_back(world: World) -> None:
    """Advancing to the past is an error, not a no-op that hides a mistake."""
    with pytest.raises(ValueError, match="cannot go back"):
        world.advance(NOON - MINUTE)


def test_a_look_stays_the_same_object_until_something_changes(world: World) -> None:
    """Faces keep what they encoded by the identity of the look."""
    before = world.shown(world.templates[WEB])
    world.advance(NOON + MINUTE)

    assert world.shown(world.templates[WEB]) is before

    world.rewrite(WEB, before.body)

    assert world.shown(world.templates[WEB]) is not before
    assert world.shown(world.templates[WEB]).modified == NOON + MINUTE


def test_a_lag_shows_the_past_of_one_region_only(world: World) -> None:
    """A stale read shows what was so long ago."""
    web = world.templates[WEB]
    world.advance(NOON + MINUTE)
    world.rewrite(WEB, {**web.look.body})
    world.weather.lags[WEST] = timedelta(seconds=30)

    stale = world.shown(web)
    world.advance(NOON + MINUTE + timedelta(seconds=30))
    caught_up = world.shown(web)

    assert stale.modified == NOON
    assert caught_up.modified == NOON + MINUTE


def test_reads_and_writes_have_buckets_of_their_own(world: World) -> None:
    """250 reads at once, then 25 a second; writes are not touched by them."""
    taken = [world.take(SUBSCRIPTION) for _ in range(251)]
    world.advance(NOON + timedelta(seconds=1))
    later = [world.take(SUBSCRIPTION) for _ in range(26)]

    assert taken[:250] == [None] * 250
    assert taken[250] == pytest.approx(0.04)
    assert later[:25] == [None] * 25
    assert later[25] is not None
    assert world.remaining(SUBSCRIPTION, write=True) == 200


def test_a_removed_template_is_out_of_its_roster(world: World) -> None:
    """The roster of a subscription follows what is added and removed."""
    assert [each.name for each in world.roster(SUBSCRIPTION)] == ["web-north", "web-west"]

    world.remove_template(WEB)

    assert [each.name for each in world.roster(SUBSCRIPTION)] == ["web-north"]


def test_every_ending_has_a_phase_that_exists() -> None:
    """An ending of a phase that no run passes would never come true."""
    phases = {ending.phase for ending in ENDINGS.values()}

    assert phases <= {"Queued", "Building", "Customizing", "Validating", "Distributing"}


def test_an_empty_bucket_says_when_the_next_request_may_come(world: World) -> None:
    """Half a token after 20 ms: the other half takes 20 ms more."""
    for _ in range(250):
        world.take(SUBSCRIPTION)
    world.advance(NOON + timedelta(milliseconds=20))

    assert world.take(SUBSCRIPTION) == pytest.approx(0.02)
