"""Laws of the record: each failure is scored once, in whatever order things are learnt."""

from collections import Counter
from collections.abc import Iterable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from aibwatch.diagnose.score import scored
from aibwatch.journal.fold import apply, fold
from aibwatch.model.entry import (
    Entry,
    FailureJudged,
    NoticeKnown,
    RegionAssessed,
    RunSeen,
    Scored,
)
from aibwatch.model.names import ImageName
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Classification
from builders import (
    CAPACITY,
    DAY,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    USER_BUILD,
    WEB,
    WEST,
    a_belief,
    a_failure,
    a_notice,
    a_policy,
    a_run,
    an_id,
    an_image,
)
from histories import begun, histories, lived

PRIMARIES = (WEB, an_id("db-west"))
IMAGES = {
    name: an_image(name=name, templates=(template, an_id(f"{name}-north")))
    for name, template in zip((ImageName("web"), ImageName("db")), PRIMARIES, strict=True)
}
NOW = NOON + DAY


def learnt(
    hours: Sequence[int], texts: Sequence[Classification], recipes: Sequence[str]
) -> list[Entry]:
    """Return things that may be learnt of both primaries, each by itself."""
    entries: list[Entry] = [
        NoticeKnown(NOON, WEST, "events", a_notice(mitigated=NOON, active=False)),
        RegionAssessed(NOON - DAY, a_belief(since=NOON - DAY)),
    ]
    for template in PRIMARIES:
        for hour, text, recipe in zip(hours, texts, recipes, strict=True):
            ended = NOON + hour * HOUR
            run = a_run(template=template, started=ended - 30 * MINUTE, ended=ended)
            good = a_run(
                template=template,
                started=ended + MINUTE,
                ended=ended + 9 * MINUTE,
                state=RunState.SUCCEEDED,
            )
            failure = a_failure(
                template=template,
                ended=ended,
                classification=text,
                recipe=recipe,
            )
            entries += [
                RunSeen(ended, run, WEST, recipe, "identity-web"),
                FailureJudged(ended, failure),
                RunSeen(ended, good, WEST, recipe, "identity-web"),
            ]
    return entries


lessons = st.integers(1, 4).flatmap(
    lambda count: st.builds(
        learnt,
        st.lists(st.integers(0, 9), min_size=count, max_size=count, unique=True),
        st.lists(st.sampled_from([GENERIC, CAPACITY, USER_BUILD]), min_size=count, max_size=count),
        st.lists(st.sampled_from(["recipe-web", "other"]), min_size=count, max_size=count),
    )
)


def scores_after(entries: Iterable[Entry], *, each_time: bool) -> tuple[State, list[Scored]]:
    """Return state and scores once all is learnt, asked after each entry or only at the end."""
    state, found = State(), list[Scored]()
    entries = list(entries)
    for number, entry in enumerate(entries, 1):
        apply(state, entry)
        if each_time or number == len(entries):
            due = scored(IMAGES, state, a_policy(), NOW)
            for each in due:
                apply(state, each)
            found += due
    return state, found


@given(lessons.flatmap(st.permutations))
def test_a_failure_is_scored_at_most_once_in_any_order(entries: list[Entry]) -> None:
    """However often it is asked, and whatever comes after whatever."""
    state, found = scores_after(entries + entries, each_time=True)

    assert max(Counter(each.score.key for each in found).values(), default=1) == 1
    assert sum(state.tally.values()) == len(found)
    assert state.unscored.keys().isdisjoint(state.scores)


@given(lessons, st.data())
def test_what_is_told_again_scores_the_same(entries: list[Entry], data: st.DataObject) -> None:
    """Repetition adds nothing: neither a score nor another truth."""
    again = data.draw(st.lists(st.sampled_from(entries)))

    _, once = scores_after(entries, each_time=False)
    _, more = scores_after([*entries, *again], each_time=False)

    assert more == once


@given(lessons, st.data())
def test_the_order_within_the_state_decides_nothing(
    entries: list[Entry], data: st.DataObject
) -> None:
    """Whichever template's read came first, the scores are the same, in the same order."""
    state = fold(entries)
    due = scored(IMAGES, state, a_policy(), NOW)
    waiting = data.draw(st.permutations(list(state.unscored.items())))
    state.unscored = dict(waiting)

    assert scored(IMAGES, state, a_policy(), NOW) == due


@settings(deadline=None)
@given(histories)
def test_a_whole_history_scores_each_failure_once_and_a_restart_none(history: list[str]) -> None:
    """The real core, from readings to scores: its journal alone makes the same record."""
    story = lived(begun(), history)
    journal = list(story.loop.journal)

    state = fold(journal)
    again = scored(story.loop.images, state, story.loop.policy, story.now)

    keys = [each.score.key for each in story.loop.journal if isinstance(each, Scored)]
    assert len(keys) == len(set(keys))
    assert sum(state.tally.values()) == sum(isinstance(each, Scored) for each in journal)
    assert {each.score.key for each in again}.isdisjoint(keys)
