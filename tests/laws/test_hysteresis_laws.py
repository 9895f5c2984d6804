"""Laws of hysteresis: however its signs come and go, a region's state is told seldom (S24)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.diagnose.region import assess_all
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.journal.fold import apply
from aibwatch.model.names import Region
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import State
from builders import (
    DAY,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEST,
    a_belief,
    a_policy,
    a_template,
    a_word,
    an_id,
)
from laws.test_judgement_laws import Failed, Scene, scenes

POLICY = a_policy()
DEBOUNCE = round(POLICY.debounce / MINUTE)
"""Minutes."""
READ = tuple(a_template(id=an_id(name), region=home) for name, home in (("a", WEST), ("b", NORTH)))


@dataclass(frozen=True)
class Minute:
    """What shows in one minute, of everything that a belief may rest on."""

    scene: Scene
    built: frozenset[Region] = frozenset()
    """Where a build ends well."""
    word: bool = False
    """An operator says that WEST is out."""
    refuted: bool = False
    """A secondary has failed just as what failed in WEST did."""
    blind: bool = False


QUIET = Minute(Scene(failed=(), told=(), built=(), cleared=None))
"""Nothing fails and nothing is said."""

FAILING = Minute(
    Scene(
        failed=(Failed("a", 1, "one", "one", GENERIC, built_before=True),),
        told=(),
        built=(("one", WEST, 24),),
        cleared=None,
    )
)
"""One failure of a template that built before: two families."""
WELL = replace(QUIET, built=frozenset({WEST}))
"""A build ends well."""

signs = st.builds(
    Minute,
    scene=scenes.map(lambda scene: replace(scene, cleared=None)),
    built=st.frozensets(st.sampled_from([WEST, NORTH])),
    word=st.booleans(),
    refuted=st.booleans(),
    blind=st.booleans(),
)
lasting = signs.map(lambda each: replace(each, refuted=False))
"""An outage that a secondary refutes was none, and ends at once."""
palettes = st.lists(signs, max_size=4).map(lambda drawn: [FAILING, WELL, *drawn])
lastings = st.lists(lasting, max_size=4).map(lambda drawn: [FAILING, WELL, *drawn])
stretches = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40)), min_size=1, max_size=8)
starts = st.sampled_from([Health.HEALTHY, Health.OUTAGE])


def course(minutes: Iterable[Minute], start: Health) -> list[tuple[datetime, RegionBelief]]:
    """Return the beliefs of WEST as they change, assessed each minute after NOON."""
    state = State(regions={WEST: _before(start)})
    told = []
    for minute, shown in enumerate(minutes):
        shift = minute * MINUTE
        now = NOON + shift
        state = _shown(shown, state, shift)
        seen = shown.scene.sightings(shift=shift)
        for each in READ:
            seen.templates.setdefault(each.id, each)
            seen.read[each.region] = now - HOUR if shown.blind else now
        verdicts = weigh_all({}, state, seen, POLICY, now)
        for entry in assess_all(verdicts, state, seen, POLICY, now):
            apply(state, entry)
            if entry.belief.region == WEST:
                told.append((now, entry.belief))
    return told


def _before(start: Health) -> RegionBelief:
    """Return a belief from before, that nothing has to do with what is seen since."""
    opened = None if start is Health.HEALTHY else NOON - DAY
    return a_belief(health=start, incident_opened=opened)


def _shown(shown: Minute, before: State, shift: timedelta) -> State:
    """Return the state of a minute: all is as its scene says, but for what was believed."""
    state = shown.scene.state(shift=shift)
    state.regions = before.regions
    now = NOON + shift
    state.built_in = before.built_in | dict.fromkeys(shown.built, now)
    if shown.word:
        state.words = {WEST: a_word(at=now - MINUTE)}
    if shown.refuted:
        state.refuted = {WEST: {GENERIC.signature: now}}
    return state


def most_changes(told: Sequence[tuple[datetime, object]]) -> int:
    """Return how often at most the value changes within a window; the first is no change."""
    changes = [at for (_, before), (at, after) in pairwise(told) if before != after]
    return max(
        (sum(at <= each < at + POLICY.window for each in changes) for at in changes), default=0
    )


def published(
    told: Iterable[tuple[datetime, RegionBelief]], start: Health
) -> list[tuple[datetime, Health]]:
    """Return the states that are told; while nobody sees a region, none is."""
    states = [(at, each.health) for at, each in told if each.health is not Health.UNKNOWN]
    return [(NOON - MINUTE, start), *states]


def _minutes(palette: list[Minute], shown: list[tuple[int, int]]) -> list[Minute]:
    """Return what shows, each sign for as many minutes as it lasts."""
    return [palette[each % len(palette)] for each, long in shown for _ in range(long)]


@given(palettes, st.lists(st.integers(0, 5), min_size=10, max_size=75), starts)
def test_what_flips_faster_than_the_debounce_is_told_twice_a_window_at_most(
    palette: list[Minute], shown: list[int], start: Health
) -> None:
    """Any signs in any order, if each debounce has a minute in which nothing speaks."""
    minutes = [
        QUIET if minute % DEBOUNCE == 0 else palette[each % len(palette)]
        for minute, each in enumerate(shown)
    ]

    assert most_changes(published(course(minutes, start), start)) <= 2


@given(
    lastings,
    stretches,
    starts,
)
def test_nothing_at_all_takes_a_region_down_and_up_more_than_twice_a_window(
    palette: list[Minute], shown: list[tuple[int, int]], start: Health
) -> None:
    """Signs that last for any time: down and up together, at most two changes."""
    minutes = _minutes(palette, shown)

    told = [(at, each is Health.OUTAGE) for at, each in published(course(minutes, start), start)]

    assert most_changes(told) <= 2


@given(lastings, stretches)
def test_a_region_comes_up_after_good_signs_for_the_whole_delay(
    palette: list[Minute], shown: list[tuple[int, int]]
) -> None:
    """In each minute of the delay it was read, and no word held it down.

    One that has no template left comes up by no good sign: it is forgotten, so it is unknown.
    """
    minutes = _minutes(palette, shown)

    told = course(minutes, Health.OUTAGE)

    ends = ((at, each.health) for at, each in told if each.health is not Health.OUTAGE)
    up, health = next(ends, (None, Health.UNKNOWN))
    if up is not None and health is not Health.UNKNOWN:
        last = round((up - NOON) / MINUTE)
        before = minutes[last - round(POLICY.healthy_delay / MINUTE) : last + 1]
        assert len(before) > POLICY.healthy_delay / MINUTE
        assert not any(each.blind or each.word for each in before)


def test_the_laws_see_regions_go_down_and_come_up() -> None:
    """One stretch of failures, then a build that goes well: each change is seen once."""
    minutes = [QUIET, *[FAILING] * 10, *[WELL] * 40]

    told = published(course(minutes, Health.HEALTHY), Health.HEALTHY)

    health = [each for _, each in told]
    assert list(dict.fromkeys(health)) == [Health.HEALTHY, Health.DEGRADED, Health.OUTAGE]
    assert health[-1] is Health.HEALTHY
    assert most_changes(told) == 2
