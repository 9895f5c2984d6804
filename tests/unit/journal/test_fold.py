"""The state that entries make."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from aibwatch.journal.codec import decode
from aibwatch.journal.fold import apply, check, fold
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Answered,
    Booted,
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    Intended,
    Moved,
    Paused,
    RegionAssessed,
    Resumed,
    RunSeen,
    TemplateKnown,
)
from aibwatch.model.failover import Event, Failover, Outcome, Phase, Refusal
from aibwatch.model.names import FailoverId, ImageName, Token
from aibwatch.model.region import Health
from aibwatch.model.state import State
from aibwatch.model.template import Run, RunKey, RunState
from aibwatch.model.verdict import Success
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failure,
    a_run,
    a_template,
    an_id,
)

F = FailoverId("f00d")
IMAGE = ImageName("web")
WHY = Reason.PLATFORM_OUTAGE
OPENED = FailoverOpened(NOON, F, IMAGE, a_failure().key, WHY, signature="generic_internal")
BEFORE = NOON - DAY
INTENDED = Intended(NOON + MINUTE, F, WEB_NORTH, Token("t0"), 1, WHY, before=BEFORE)
BEGAN = Answered(NOON + 2 * MINUTE, F, Token("t0"), Event.BEGAN)
RUN = RunKey(WEB_NORTH, NOON + 2 * MINUTE)
ADOPTED = Moved(NOON + 3 * MINUTE, F, Event.ADOPTED, Reason.RUN_SEEN, RUN)


def answered(event: Event) -> Answered:
    """Return the answer to INTENDED."""
    return replace(BEGAN, event=event, says="409 Conflict")


def moved(event: Event, minute: int = 4) -> Moved:
    """Return a move without a run."""
    return Moved(NOON + minute * MINUTE, F, event, Reason.NEXT_SECONDARY)


def course(*entries: Entry) -> Failover:
    """Return the failover that these entries make."""
    return fold([OPENED, *entries]).failovers[F]


def seen(run: Run, *, ours: bool = True, recipe: str = "r1") -> RunSeen:
    """Return the sighting of a run."""
    return RunSeen(run.started, run, WEST, recipe, "i1", recipe_is_the_runs=ours)


def good_run(started: int = 0) -> Run:
    """Return a run of ten minutes that went well."""
    began = NOON + started * MINUTE
    return a_run(started=began, state=RunState.SUCCEEDED, ended=began + 10 * MINUTE)


def test_an_opened_failover_is_the_image_s_open_one() -> None:
    """A failover begins by choosing, and is found by its image."""
    state = fold([OPENED])

    assert state.open == {IMAGE: F}
    assert state.open_failover(IMAGE) == Failover(
        F, IMAGE, a_failure().key, NOON, Phase.CHOOSING, NOON, "generic_internal", reason=WHY
    )


def test_an_intent_names_its_target_token_and_instant() -> None:
    """All that settles an unclear answer is there before the request leaves."""
    failover = course(INTENDED)

    assert (failover.phase, failover.target, failover.token) == (
        Phase.REQUESTED,
        WEB_NORTH,
        Token("t0"),
    )
    assert failover.first_sent == failover.last_sent == failover.since == NOON + MINUTE
    assert failover.before == BEFORE


@pytest.mark.parametrize(("event", "accepted"), [(Event.BEGAN, True), (Event.UNCLEAR, False)])
def test_an_answer_that_may_have_begun_a_run_keeps_the_intent(
    event: Event, *, accepted: bool
) -> None:
    """Accepted or unclear, the run is looked for from the intent's instant on."""
    failover = course(INTENDED, answered(event))

    assert failover.phase is Phase.STARTING
    assert failover.accepted is accepted
    assert failover.first_sent == NOON + MINUTE


@pytest.mark.parametrize(
    "proof", [[answered(Event.REFUSED)], [BEGAN, moved(Event.NOT_BEGUN)]], ids=["refused", "idle"]
)
def test_a_void_intent_leaves_only_its_target(proof: list[Entry]) -> None:
    """Where surely nothing began, the same target stays the first choice, with a clean slate."""
    failover = course(INTENDED, *proof)

    assert failover.phase is Phase.CHOOSING
    assert failover.target == WEB_NORTH
    assert failover.first_sent is failover.last_sent is failover.before is None
    assert not failover.accepted


def test_a_refusal_is_remembered_once_a_target() -> None:
    """The latest refusal of each target is kept, so that their number is bounded."""
    again = replace(INTENDED, at=NOON + HOUR)
    refused = replace(answered(Event.REFUSED), at=NOON + HOUR, says="403 Forbidden")

    failover = course(INTENDED, answered(Event.REFUSED), again, refused)

    assert failover.refusals == (Refusal(WEB_NORTH, NOON + HOUR, "403 Forbidden"),)


def test_adopting_sets_the_run_and_a_newer_run_takes_over() -> None:
    """The phase begins with the first run; the run watched is the last one adopted."""
    newer = RunKey(WEB_NORTH, NOON + HOUR)

    failover = course(INTENDED, BEGAN, ADOPTED, replace(ADOPTED, at=NOON + HOUR, run=newer))

    assert failover.run == newer
    assert failover.phase is Phase.BUILDING
    assert failover.since == ADOPTED.at


def test_a_hop_leaves_the_target_behind() -> None:
    """The secondary counts as tried and nothing of its request remains."""
    failover = course(INTENDED, BEGAN, ADOPTED, moved(Event.HOPPED))

    assert failover.tried == (WEB_NORTH,)
    assert failover.hop == 1
    assert failover.phase is Phase.CHOOSING
    left = (failover.target, failover.run, failover.token, failover.first_sent)
    assert left == (None, None, None, None)


def test_a_closed_failover_has_its_outcome_and_frees_its_image() -> None:
    """Closing ends it for good; another failure of the image may open the next one."""
    closed = Closed(NOON + HOUR, F, Outcome.SUCCEEDED, Reason.REPLICATED, "", "1.0.42")
    state = fold([OPENED, INTENDED, BEGAN, ADOPTED, moved(Event.RUN_SUCCEEDED), closed])

    failover = state.failovers[F]

    assert state.open == {}
    assert (failover.outcome, failover.closed, failover.version, failover.reason) == (
        Outcome.SUCCEEDED,
        NOON + HOUR,
        "1.0.42",
        Reason.REPLICATED,
    )


@pytest.mark.parametrize(
    ("before", "stray"),
    [
        ([], INTENDED),
        ([OPENED], OPENED),
        ([OPENED], replace(OPENED, failover=FailoverId("other"))),
        ([OPENED], BEGAN),
        ([OPENED, INTENDED], INTENDED),
        ([OPENED, INTENDED], replace(BEGAN, token=Token("stale"))),
        ([OPENED, INTENDED], replace(BEGAN, event=Event.CLOSED)),
        ([OPENED, INTENDED, BEGAN], replace(ADOPTED, run=None)),
        ([OPENED, INTENDED, BEGAN], replace(ADOPTED, run=RunKey(WEB, NOON))),
        ([OPENED, INTENDED, BEGAN, ADOPTED], replace(ADOPTED, event=Event.CLOSED)),
        ([OPENED], replace(ADOPTED, event=Event.INTENDED)),
        ([Booted(NOON, 2, "1")], Booted(NOON, 2, "1")),
    ],
)
def test_an_entry_that_does_not_fit_is_named(before: list[Entry], stray: Entry) -> None:
    """A journal that contradicts itself is an error that says where, for `check` and `apply`."""
    state = fold(before)

    with pytest.raises(ValueError, match="does not fit") as raised:
        check(state, stray)
    with pytest.raises(ValueError, match="does not fit"):
        apply(state, stray)

    assert type(stray).__name__ in str(raised.value)
    assert state == fold(before)


def test_a_good_run_is_history_for_its_recipe() -> None:
    """A success is remembered with its recipe, identities, and when it built where."""
    run = good_run()

    state = fold([seen(run)])

    assert state.successes == {WEB: Success(run, "r1", "i1")}
    assert state.built == {"r1": {WEST: NOON + 10 * MINUTE}}


def test_what_was_built_last_is_what_counts() -> None:
    """An older build elsewhere in the region does not set the recipe's history back."""
    early = replace(good_run(), template=an_id("other"))

    state = fold([seen(good_run(60)), replace(seen(early), at=NOON + DAY)])

    assert state.built["r1"] == state.built_in == {WEST: NOON + 70 * MINUTE}


@pytest.mark.parametrize(
    "sighting",
    [
        seen(good_run(), ours=False),
        seen(good_run(), recipe=""),
        seen(replace(good_run(), state=RunState.PARTIALLY_SUCCEEDED)),
        seen(replace(good_run(), state=RunState.RUNNING, ended=None)),
    ],
    ids=["modified since", "unreadable recipe", "partial", "running"],
)
def test_nothing_else_is_history(sighting: RunSeen) -> None:
    """Only a whole success of a known recipe may later speak for the platform being at fault."""
    state = fold([sighting])

    assert state.runs == {WEB: sighting.run}
    assert state.successes == {}
    assert state.built == {}


def test_a_newer_run_takes_the_failure_away() -> None:
    """A failure stands only as long as its run is the newest."""
    failure = a_failure()

    state = fold([seen(failure.run), FailureJudged(NOON, failure), seen(good_run(60))])

    assert state.failures == {}


def test_the_same_run_seen_again_leaves_its_failure() -> None:
    """Seeing a failed run twice changes nothing."""
    failure = a_failure()

    state = fold([seen(failure.run), FailureJudged(NOON, failure), seen(failure.run)])

    assert state.failures == {WEB: failure}


def test_an_older_failure_is_not_taken_up() -> None:
    """A failure judged late, when a newer run is known, changes nothing."""
    state = fold([seen(good_run(60)), FailureJudged(NOON, a_failure(ended=NOON))])

    assert state.failures == {}


def test_a_run_that_ended_does_not_run_again() -> None:
    """A lagging read of the same run changes neither its state nor its failure."""
    failure = a_failure()
    lagging = replace(failure.run, state=RunState.RUNNING, ended=None)

    state = fold([seen(failure.run), FailureJudged(NOON, failure), seen(lagging)])

    assert state.runs == {WEB: failure.run}
    assert state.failures == {WEB: failure}


def test_the_first_sight_stays_the_first_and_the_last_is_believed() -> None:
    """The age of our knowledge counts from the first sight of a template (PROMISES S16)."""
    changed = a_template(recipe="another")

    state = fold([TemplateKnown(NOON, a_template()), TemplateKnown(NOON + DAY, changed)])

    assert state.first_seen == {WEB: NOON}
    assert state.templates == {WEB: changed}


def test_pauses_last_until_they_are_resumed() -> None:
    """Scopes are paused apart, and resuming what is not paused is harmless."""
    everything, region = Paused(NOON, "all", "audit"), Paused(NOON, f"region:{NORTH}", "move")

    state = fold([everything, region, Resumed(NOON, "all"), Resumed(NOON, "image:none")])

    assert state.pauses == {(f"region:{NORTH}", ""): region}


def test_each_has_a_pause_of_his_own_and_takes_away_his_own() -> None:
    """Two people may pause one scope, and either pause suffices (PROMISES S35)."""
    kim, lee = Paused(NOON, "all", "audit", "kim"), Paused(NOON, "all", "move", "lee")
    longer = replace(kim, until=NOON + timedelta(2))

    both = fold([kim, lee, longer])
    one = fold([kim, lee, Resumed(NOON, "all", "", "kim", owner="kim")])
    none = fold([kim, lee, Resumed(NOON, "all", "", "kim")])

    assert both.pauses == {("all", "kim"): longer, ("all", "lee"): lee}
    assert one.pauses == {("all", "lee"): lee}
    assert none.pauses == {}


def test_a_resume_of_an_older_journal_ends_the_pause_whoever_gave_it() -> None:
    """Then a scope had one pause, and whoever resumed it ended it."""
    told = json.dumps({"at": NOON.isoformat(), "scope": "all", "actor": "lee"})
    old = decode("Resumed", told.encode())

    assert fold([Paused(NOON, "all", "audit", "kim"), old]).pauses == {}


def test_pauses_that_have_lapsed_are_forgotten_with_the_next() -> None:
    """However many names are given over the years."""
    times = [NOON + timedelta(hours=n) for n in range(10)]
    pairs = enumerate(pairwise(times))
    names = [Paused(begin, "all", "x", f"job {n}", end) for n, (begin, end) in pairs]

    assert list(fold(names).pauses) == [("all", "job 8")]


def test_the_last_word_on_a_region_and_an_image_counts() -> None:
    """Beliefs, decisions and the epoch are replaced by later ones."""
    outage = a_belief(health=Health.OUTAGE)
    decided = Decided(NOON, IMAGE, "hold", Reason.PAUSED)
    entries: list[Entry] = [
        Booted(NOON, 1, "1"),
        RegionAssessed(NOON, a_belief()),
        RegionAssessed(NOON, outage),
        replace(decided, reason=Reason.BUDGET),
        decided,
        Booted(NOON + timedelta(1), 2, "1"),
    ]

    state = fold(entries)

    assert state == State(epoch=2, regions={WEST: outage}, decisions={IMAGE: decided})


def test_a_secondary_whose_run_was_given_up_is_quarantined() -> None:
    """Only that outcome does it, and its failover is named (PROMISES S5)."""
    begun = [OPENED, INTENDED, BEGAN, ADOPTED]
    at = NOON + 9 * HOUR

    given_up = fold([*begun, Closed(at, F, Outcome.ABANDONED, Reason.DEADLINE_PASSED)])
    failed = fold([*begun, Closed(at, F, Outcome.FAILED, Reason.TARGET_CANCELED)])

    assert given_up.quarantined == {WEB_NORTH: F}
    assert failed.quarantined == {}


@pytest.mark.parametrize(
    ("state", "freed"),
    [(RunState.RUNNING, False), (RunState.FAILED, True), (RunState.SUCCEEDED, True)],
)
def test_a_run_that_is_seen_to_have_ended_frees_its_secondary(
    state: RunState,
    freed: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    """However late it is, and however it ended; that it goes on does not."""
    run = a_run(template=WEB_NORTH, started=NOON + 2 * MINUTE, state=state, ended=None)
    at = NOON + 9 * HOUR
    given_up = Closed(at, F, Outcome.ABANDONED, Reason.DEADLINE_PASSED)

    after = fold([OPENED, INTENDED, BEGAN, ADOPTED, given_up, seen(run)])

    assert (WEB_NORTH not in after.quarantined) == freed


def test_whoever_asks_it_again_has_seen_it_idle() -> None:
    """The next intent for it ends the quarantine."""
    other = FailoverId("0ther")
    given_up = Closed(NOON + 9 * HOUR, F, Outcome.ABANDONED, Reason.DEADLINE_PASSED)

    after = fold(
        [
            *(OPENED, INTENDED, BEGAN, ADOPTED, given_up),
            replace(OPENED, failover=other, at=NOON + DAY),
            replace(INTENDED, failover=other, at=NOON + DAY),
        ]
    )

    assert after.quarantined == {}


def test_a_failover_keeps_the_priority_of_its_image() -> None:
    """So that who goes first can be told from the journal alone."""
    assert fold([replace(OPENED, priority=7)]).failovers[F].priority == 7
