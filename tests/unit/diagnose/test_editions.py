"""Which run made which version of an image, and which of two counts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from aibwatch.diagnose.editions import notice_editions
from aibwatch.journal.fold import apply
from aibwatch.model.edition import Edition
from aibwatch.model.entry import TemplateKnown
from aibwatch.model.failover import DOUBLE_WITHIN, Failover, Outcome, Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Publication, Version
from aibwatch.model.names import ImageName, Region
from aibwatch.model.observation import HistorySeen, Observation, PublicationSeen
from aibwatch.model.policy import SKEW
from aibwatch.model.state import State
from aibwatch.model.template import Run, RunKey, RunState
from aibwatch.model.verdict import Success, attempt_key, due_key, lost_key, run_key
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_failover,
    a_failure,
    a_run,
    a_template,
    a_version,
    an_attempt,
    an_image,
)

IMAGE = an_image()
BOTH = (NORTH, WEST)
OWN = a_run(
    template=WEB_NORTH, started=NOON + 10 * MINUTE, state=RunState.SUCCEEDED, ended=NOON + HOUR
)
AGAIN = a_run(started=NOON + 2 * HOUR, state=RunState.SUCCEEDED, ended=NOON + 3 * HOUR)
"""The primary's good run after the failover."""
built = partial(
    a_failover,
    phase=Phase.CLOSED,
    outcome=Outcome.SUCCEEDED,
    target=WEB_NORTH,
    run=OWN.key,
    closed=NOON + HOUR,
)


def a_state(*good: Run, failover: Failover | None = None) -> State:
    """Return a state with these good runs and one failover that built."""
    state = State()
    apply(state, TemplateKnown(NOON - DAY, a_template()))
    apply(state, TemplateKnown(NOON - DAY, a_template(id=WEB_NORTH, region=NORTH)))
    for run in good:
        state.successes[run.template] = Success(run, "recipe-web", "identity-web")
    known = failover or built()
    state.failovers[known.id] = known
    return state


def version(run: Run, replicated: Iterable[Region] = BOTH, *, number: int = 1) -> Version:
    """Return a version that was published when a run ended."""
    return a_version(
        id=f"versions/1.0.{number}",
        published=run.ended or run.started,
        replicated=tuple(replicated),
        pending=tuple(each for each in BOTH if each not in tuple(replicated)),
    )


def of_own(made: Version) -> PublicationSeen:
    """Return what the secondary was read to have put out."""
    return PublicationSeen(NOON, built().id, Publication(made, provisioned=True))


def of_primary(made: Version | None) -> HistorySeen:
    """Return what the primary was read to have put out."""
    return HistorySeen(NOON, WEB, Publication(made, provisioned=True))


def learnt(state: State, *seen: Observation, now: datetime = NOON + HOUR) -> list[Edition]:
    """Take in what was seen, one after the other; return the editions that are known then."""
    for each in seen:
        for entry in notice_editions([each], {IMAGE.name: IMAGE}, state, now):
            apply(state, entry)
    return list(state.editions.get(IMAGE.name, ()))


def test_a_failovers_version_is_noted_with_its_run() -> None:
    """Where it was built, when, and since when it is wherever it must be."""
    (edition,) = learnt(a_state(OWN), of_own(version(OWN)))

    assert (edition.run, edition.region, edition.answers) == (OWN.key, NORTH, built().id)
    assert (edition.complete, edition.duplicate_of) == (NOON + HOUR, "")


def test_one_that_is_not_everywhere_is_complete_when_it_is() -> None:
    """Not before, and the instant at which that was seen stays."""
    state, partly = a_state(OWN), version(OWN, [NORTH])

    (early,) = learnt(state, of_own(partly))
    (whole,) = learnt(state, of_own(version(OWN)), now=NOON + 2 * HOUR)
    (later,) = learnt(state, of_own(version(OWN)), now=NOON + 3 * HOUR)

    assert early.complete is None
    assert whole.complete == later.complete == NOON + 2 * HOUR


def test_only_what_the_owner_requires_must_be_there() -> None:
    """`required_regions` in place of all targets."""
    state, image = a_state(OWN), replace(IMAGE, required_regions=frozenset({NORTH}))

    (entry,) = notice_editions([of_own(version(OWN, [NORTH]))], {IMAGE.name: image}, state, NOON)

    assert entry.edition.complete


def test_of_two_that_answer_one_failure_the_first_that_is_everywhere_wins() -> None:
    """The rerun of the primary is told to be a duplicate of the secondary's (PROMISES S31)."""
    state = a_state(OWN, AGAIN)

    first, second = learnt(state, of_own(version(OWN)), of_primary(version(AGAIN, number=2)))

    assert (first.duplicate_of, second.duplicate_of) == ("", first.version)
    assert second.run == AGAIN.key
    assert second.region == WEST


def test_the_primarys_wins_if_it_is_everywhere_first() -> None:
    """Whoever was published first; and what is settled stays settled."""
    state = a_state(OWN, AGAIN)
    own, again = version(OWN, [NORTH]), version(AGAIN, number=2)

    first, second = learnt(state, of_own(own), of_primary(again))
    late_first, late_second = learnt(state, of_own(version(OWN)), now=NOON + DAY)

    assert (first.duplicate_of, second.duplicate_of) == (second.version, "")
    assert (late_first.duplicate_of, late_second.duplicate_of) == (second.version, "")
    assert late_first.complete


def test_of_two_that_are_first_seen_at_once_one_wins() -> None:
    """As after a restart, when one sweep shows both: the one that was published first (S31)."""
    state = a_state(OWN, AGAIN)
    seen = [of_primary(version(AGAIN, number=2)), of_own(version(OWN))]

    for entry in notice_editions(seen, {IMAGE.name: IMAGE}, state, NOON + DAY):
        apply(state, entry)
    first, second = state.editions[IMAGE.name]

    assert (first.duplicate_of, second.duplicate_of) == ("", first.version)
    assert first.complete == second.complete == NOON + DAY


def test_who_was_complete_first_wins_though_our_clock_goes_back() -> None:
    """A version is not robbed of its rank by one that was seen after it."""
    state = a_state(OWN, AGAIN)
    learnt(state, of_primary(version(AGAIN, number=2)), now=NOON + DAY)

    first, second = learnt(state, of_own(version(OWN)), now=NOON + DAY - MINUTE)

    assert (first.duplicate_of, second.duplicate_of) == (second.version, "")


def test_a_duplicate_stays_one_when_its_winner_is_forgotten() -> None:
    """What is kept is bounded; what was settled is not judged anew."""
    state = a_state(OWN, AGAIN)
    winner, _ = learnt(state, of_own(version(OWN)), of_primary(version(AGAIN, number=2)))
    state.editions[IMAGE.name] = state.editions[IMAGE.name][1:]

    (left,) = learnt(state, of_primary(version(AGAIN, number=2)), now=NOON + DAY)

    assert left.duplicate_of == winner.version


def test_a_run_of_the_primary_is_the_double_of_its_newest_failure_alone() -> None:
    """Three failures answered, then the primary builds: one version answers one failure (S31)."""
    state = State()
    for number in range(3):
        run = replace(OWN, started=OWN.started + number * HOUR, ended=NOON + (number + 1) * HOUR)
        key = run_key(a_run(started=NOON + number * HOUR))
        opened = NOON + number * HOUR + MINUTE
        failover = built(id=f"f{number}", opened=opened, key=key, run=run.key)
        state = _with(state, run, failover)
        apply(state, TemplateKnown(NOON - DAY, a_template()))
        made = Publication(version(run, number=number), provisioned=True)
        learnt(state, PublicationSeen(NOON, failover.id, made))
    again = replace(AGAIN, started=NOON + 5 * HOUR, ended=NOON + 6 * HOUR)
    state.successes[WEB] = Success(again, "recipe-web", "identity-web")

    found = learnt(state, of_primary(version(again, number=9)), now=NOON + 6 * HOUR)

    assert [(each.answers, each.duplicate_of) for each in found] == [
        ("f0", ""),
        ("f1", ""),
        ("f2", ""),
        ("f2", "versions/1.0.2"),
    ]


def test_while_neither_is_everywhere_nothing_is_settled() -> None:
    """Nobody is called a duplicate of what cannot be used yet (PROMISES S32)."""
    state = a_state(OWN, AGAIN)
    own, again = version(OWN, [NORTH]), version(AGAIN, [WEST], number=2)

    found = learnt(state, of_own(own), of_primary(again))

    assert [each.duplicate_of for each in found] == ["", ""]
    assert [each.complete for each in found] == [None, None]


def test_a_run_that_was_given_up_and_comes_right_late_is_noted_too() -> None:
    """Its failover is abandoned, its version is there (PROMISES S5, S31)."""
    given_up = built(outcome=Outcome.ABANDONED)

    (edition,) = learnt(a_state(OWN, failover=given_up), of_own(version(OWN)))

    assert edition.answers == given_up.id


@pytest.mark.parametrize(
    ("good", "failover"),
    [
        ((OWN,), built()),
        ((OWN, replace(AGAIN, started=NOON - HOUR)), built()),
        ((OWN, replace(AGAIN, started=NOON + DOUBLE_WITHIN + MINUTE)), built()),
        ((AGAIN,), built(outcome=Outcome.FAILED)),
        ((OWN, AGAIN), built(run=None)),
    ],
    ids=["no run", "older", "of another day", "no good build elsewhere", "nothing begun"],
)
def test_what_the_primary_made_is_no_double(good: tuple[Run, ...], failover: Failover) -> None:
    """It did not build since, or not for this failure, or nobody else did."""
    state = a_state(*good, failover=failover)

    assert learnt(state, of_primary(version(AGAIN, number=2))) == []


def test_only_the_first_good_run_of_the_primary_is_the_double() -> None:
    """The one after it is a build that somebody wanted."""
    state = a_state(OWN, AGAIN)
    before = learnt(state, of_own(version(OWN)), of_primary(version(AGAIN, number=2)))
    third = replace(AGAIN, started=NOON + 4 * HOUR, ended=NOON + 5 * HOUR)
    state.successes[WEB] = Success(third, "recipe-web", "identity-web")

    assert learnt(state, of_primary(version(third, number=3))) == before


def test_an_earlier_runs_version_is_nobodys() -> None:
    """A version from before the run began was not made by it."""
    stale = replace(version(OWN), published=OWN.started - MINUTE)

    assert learnt(a_state(OWN), of_own(stale)) == []


def test_a_later_runs_version_is_no_answer() -> None:
    """Neither of the failover nor of its double, though that is the last run of known recipe."""
    state, third = a_state(OWN, AGAIN), replace(AGAIN, started=NOON + 4 * HOUR, ended=NOON + DAY)
    state.unpublished[WEB] = third
    strange = replace(version(OWN), id="strange", published=NOON + DAY)

    (own, later) = learnt(
        state, of_own(version(OWN)), of_own(strange), of_primary(version(third, number=3))
    )

    assert (own.run, own.answers) == (OWN.key, built().id)
    assert (later.run, later.answers, later.duplicate_of) == (third.key, None, "")


@pytest.mark.parametrize(
    "seen",
    [
        of_primary(None),
        HistorySeen(NOON, WEB, Fault(FaultKind.PLATFORM, "no", 503)),
        PublicationSeen(NOON, built(id="0ther").id, Publication(version(OWN), provisioned=True)),
    ],
)
def test_what_tells_of_no_version_of_ours_is_nothing(seen: Observation) -> None:
    """No version, no answer, no such failover."""
    assert learnt(a_state(OWN, AGAIN), seen) == []


def test_told_again_it_is_no_news() -> None:
    """The same answer makes no second entry."""
    state = a_state(OWN, AGAIN)
    learnt(state, of_own(version(OWN)), of_primary(version(AGAIN, number=2)))
    seen = [of_own(version(OWN)), of_primary(version(AGAIN, number=2))]

    assert notice_editions(seen, {IMAGE.name: IMAGE}, state, NOON + DAY) == []


def test_editions_are_bounded() -> None:
    """The oldest go; what is kept is in order of publication."""
    state = State()
    for number in range(30):
        run = replace(OWN, started=NOON + number * DAY, ended=NOON + number * DAY + HOUR)
        failover = built(id=f"f{number}", opened=run.started, run=run.key)
        state = _with(state, run, failover)
        seen = PublicationSeen(
            NOON, failover.id, Publication(version(run, number=number), provisioned=True)
        )
        found = learnt(state, seen)

    assert [each.version for each in found] == [f"versions/1.0.{each}" for each in range(10, 30)]


def _with(state: State, run: Run, failover: Failover) -> State:
    apply(state, TemplateKnown(NOON, a_template(id=WEB_NORTH, region=NORTH)))
    state.successes[WEB_NORTH] = Success(run, "recipe-web", "identity-web")
    state.failovers[failover.id] = failover
    return state


@pytest.mark.parametrize(
    ("failover", "start", "doubled"),
    [
        (built(), a_failure().began, False),
        (built(), a_failure().began + MINUTE, True),
        (built(key=lost_key(a_run())), a_run().started, True),
        (built(key=due_key(WEB, NOON)), NOON + MINUTE, True),
        (built(key=attempt_key(an_attempt())), NOON, False),
        (built(key=attempt_key(an_attempt())), NOON + MINUTE, True),
        (built(), NOON + DOUBLE_WITHIN, True),
        (built(), NOON + DOUBLE_WITHIN + timedelta(seconds=1), False),
    ],
)
def test_which_run_builds_a_failure_once_more(
    failover: Failover,
    start: datetime,
    doubled: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    """One since the failure, or the lost run itself; not the next day's."""
    assert failover.is_doubled_by(a_run(started=start)) == doubled
    assert RunKey(WEB_NORTH, OWN.started) == OWN.key


def test_two_that_are_seen_at_once_have_one_winner() -> None:
    """Both are in one cycle's answers, and neither was known before."""
    state = a_state(OWN, AGAIN)
    seen = [of_own(version(OWN)), of_primary(version(AGAIN, number=2))]

    entries = notice_editions(seen, {IMAGE.name: IMAGE}, state, NOON + 4 * HOUR)
    for entry in entries:
        apply(state, entry)

    first, second = state.editions[IMAGE.name]
    assert (first.duplicate_of, second.duplicate_of) == ("", first.version)


def ordinary(run: Run) -> State:
    """Return a state in which a good run was seen that answers nothing."""
    state = State()
    apply(state, TemplateKnown(NOON - DAY, a_template(targets=BOTH)))
    state.unpublished[WEB] = run
    return state


def test_a_build_like_any_other_is_noted_and_ranked_with_nothing() -> None:
    """Neither with the one before it nor with what answered a failure."""
    state, (ours,) = a_state(OWN), learnt(a_state(OWN), of_own(version(OWN)))
    state.editions[IMAGE.name] = (ours,)
    for number in (2, 3):
        run = replace(AGAIN, started=NOON + number * DAY, ended=NOON + number * DAY + HOUR)
        state.unpublished[WEB] = run
        state.successes[WEB] = Success(run, "recipe-web", "identity-web")
        found = learnt(state, of_primary(version(run, number=number)))

    assert [(each.answers, each.duplicate_of) for each in found] == [
        (built().id, ""),
        (None, ""),
        (None, ""),
    ]
    assert found[-1].run == run.key
    assert found[-1].complete


def test_where_a_version_is_is_noted_as_it_is_seen() -> None:
    """What was there stays; which are for use is as the gallery says it last."""
    state, partly = ordinary(AGAIN), version(AGAIN, [NORTH])

    (first,) = learnt(state, of_primary(partly))
    (then,) = learnt(state, of_primary(replace(version(AGAIN, [WEST]), excluded=True)))

    assert (first.replicated, first.complete, first.excluded) == ((NORTH,), None, False)
    assert (then.replicated, then.excluded) == ((NORTH, WEST), True)


@pytest.mark.parametrize(
    ("published", "noted"), [(HOUR, True), (HOUR + SKEW, True), (HOUR + 2 * SKEW, False)]
)
def test_a_version_from_after_a_run_is_not_its_own(published: timedelta, *, noted: bool) -> None:
    """A newer run made it, which was not seen yet; our clocks may differ a little."""
    made = replace(version(AGAIN), published=AGAIN.started + published)

    assert bool(learnt(ordinary(AGAIN), of_primary(made))) is noted


def test_a_version_that_was_noted_before_its_failover_counts_for_that() -> None:
    """The primary's good run was seen first, and then that it doubled the secondary's."""
    state = ordinary(AGAIN)
    (before,) = learnt(state, of_primary(version(AGAIN, number=2)))
    known = a_state(OWN, AGAIN)
    known.editions[IMAGE.name] = (before,)

    ours, again = learnt(known, of_own(version(OWN)), of_primary(version(AGAIN, number=2)))

    assert (before.answers, again.answers) == (None, built().id)
    assert ours.answers == again.answers
    assert [ours.duplicate_of, again.duplicate_of].count("") == 1


def test_a_version_that_answers_a_failure_is_noted_once_and_stays_its_answer() -> None:
    """Also when that failover is too long ago to be looked for."""
    state, seen = a_state(OWN, AGAIN), of_primary(version(AGAIN, number=2))
    state.unpublished[WEB] = AGAIN

    (entry,) = notice_editions([seen], {IMAGE.name: IMAGE}, state, NOON)
    apply(state, entry)
    state.unpublished[WEB] = AGAIN
    state.failovers.clear()
    (later,) = learnt(state, of_primary(replace(version(AGAIN, number=2), excluded=True)))

    assert entry.edition.answers == later.answers == built().id
    assert later.excluded


def test_a_template_of_two_images_makes_a_version_of_both() -> None:
    """And one of none makes none."""
    other = replace(IMAGE, name=ImageName("other"))
    seen, state = of_primary(version(AGAIN)), ordinary(AGAIN)

    both = notice_editions([seen], {each.name: each for each in (IMAGE, other)}, state, NOON)

    assert {each.edition.image for each in both} == {IMAGE.name, other.name}
    assert notice_editions([seen], {}, state, NOON) == []
