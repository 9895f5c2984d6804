"""Laws of what was seen: late and lagging reads cannot make it worse."""

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.collect.sightings import absorb
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.observation import Observation, TemplatesSeen, TemplateUnseen
from aibwatch.model.state import Sightings
from aibwatch.model.template import ENDED, RunState
from builders import HOUR, NOON, WEB, a_run, a_template

DOWN = Fault(FaultKind.PLATFORM, "down", 503)
RUNS = st.one_of(
    st.none(),
    st.builds(
        lambda hour, state: a_run(started=NOON + hour * HOUR, state=state),
        st.integers(0, 3),
        st.sampled_from([RunState.RUNNING, RunState.FAILED]),
    ),
)


def reads(at: int) -> st.SearchStrategy[Observation]:
    """Return what a read of one template at second `at` may show."""
    instant = NOON + timedelta(seconds=at)
    return st.one_of(
        st.just(TemplateUnseen(instant, WEB, DOWN)),
        RUNS.map(lambda run: TemplatesSeen(instant, [a_template(run=run)])),
    )


HISTORIES = st.integers(0, 6).flatmap(lambda n: st.tuples(*(reads(at) for at in range(n))))


@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_reads_does_not_matter(
    history: tuple[Observation, ...], chance: Random
) -> None:
    """Answers that overtake each other lead to the same belief, freshness included."""
    shuffled = list(history)
    chance.shuffle(shuffled)
    straight, mixed = Sightings(NOON), Sightings(NOON)

    absorb(straight, history)
    absorb(mixed, shuffled)

    assert (mixed.templates, mixed.seen, mixed.asked) == (
        straight.templates,
        straight.seen,
        straight.asked,
    )


@given(HISTORIES)
def test_a_run_only_moves_on(history: tuple[Observation, ...]) -> None:
    """No read, stale or failed, ever shows an older run or an ended one running (S11)."""
    sightings = Sightings(NOON)
    progress = [(NOON - HOUR, False)]

    for observation in history:
        absorb(sightings, [observation])
        run = sightings.templates[WEB].run if WEB in sightings.templates else None
        progress.append((run.started, run.state in ENDED) if run else progress[0])

    assert progress == sorted(progress)


@given(HISTORIES)
def test_asking_twice_changes_nothing(history: tuple[Observation, ...]) -> None:
    """The same answers again are no news and leave what was seen as it was."""
    once, twice = Sightings(NOON), Sightings(NOON)
    absorb(once, history)
    absorb(twice, history)

    changed = absorb(twice, history)

    assert changed == []
    assert twice == once


@given(HISTORIES)
def test_freshness_is_that_of_a_read_that_worked(history: tuple[Observation, ...]) -> None:
    """`seen` is the instant of a read that showed just what is believed."""
    sightings = Sightings(NOON)

    absorb(sightings, history)

    if WEB in sightings.seen:
        template = sightings.templates[WEB]
        assert TemplatesSeen(sightings.seen[WEB], [template]) in history
