"""A failover whose request was sent."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from aibwatch.failover.course import settle, verify, watch
from aibwatch.model.decision import Close, Decision, Move, Reason
from aibwatch.model.failover import Event, Failover, Outcome, Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Publication, Version
from aibwatch.model.names import OrderId, Region
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import Run, RunKey, RunState
from aibwatch.model.verdict import Cause, Classification, Disposition, order_key
from builders import (
    CAPACITY,
    DAY,
    EAST,
    GENERIC,
    HOUR,
    MINUTE,
    NORTH,
    USER_BUILD,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_policy,
    a_run,
    a_version,
)
from views import NOW, TWO_SECONDARIES, a_view

SENT = NOW
SECOND = MINUTE / 60
SETTLED = SENT + 5 * MINUTE
DEADLINE = SENT + 4 * HOUR + 30 * MINUTE
BEGAN = SENT + MINUTE

its_run = partial(a_run, template=WEB_NORTH, started=BEGAN, ended=None, state=RunState.RUNNING)
starting = partial(
    a_failover,
    phase=Phase.STARTING,
    since=SENT,
    target=WEB_NORTH,
    first_sent=SENT,
    last_sent=SENT,
    signature=GENERIC.signature,
)
BUILDING = starting(phase=Phase.BUILDING, run=RunKey(WEB_NORTH, BEGAN))
PUBLISHING = replace(BUILDING, phase=Phase.PUBLISHING, since=NOW)


def ended(decision: Decision) -> tuple[Outcome, Reason] | None:
    """Return how a decision closes its failover, None if it does not."""
    return (
        (decision.action.outcome, decision.reason) if isinstance(decision.action, Close) else None
    )


# settling


def settled(failover: Failover, view: View, now: datetime = SETTLED) -> Decision:
    """Return the decision while the run is not known yet."""
    return settle(TWO_SECONDARIES, failover, view, now)


def with_run(failover: Failover, **changes: object) -> View:
    """Return a view in which the target shows a run, by default ours."""
    view = a_view(failover)
    view.state.runs[WEB_NORTH] = its_run(**changes)
    return view


@pytest.mark.parametrize("accepted", [True, False])
def test_a_run_that_began_since_is_adopted(*, accepted: bool) -> None:
    """A lost answer does not matter: the run is there (PROMISES S2)."""
    failover = starting(accepted=accepted)

    decision = settled(failover, with_run(failover), BEGAN)

    assert decision.reason is Reason.RUN_SEEN
    assert decision.action == Move(failover.id, Event.ADOPTED, RunKey(WEB_NORTH, BEGAN))


def test_a_run_that_ended_at_once_is_adopted_too() -> None:
    """What matters is when it began, not how it stands."""
    failover = starting()

    decision = settled(failover, with_run(failover, state=RunState.FAILED, ended=BEGAN + SECOND))

    assert isinstance(decision.action, Move)
    assert decision.action.event is Event.ADOPTED


@pytest.mark.parametrize("before", [None, SENT - HOUR])
def test_our_clock_does_not_say_whose_a_run_is(before: datetime | None) -> None:
    """It may be ahead of the stamps of runs, also where Azure's `Date` agrees with it.

    Newer than what was read just before the request is enough; where that was none, than what
    failed.
    """
    failover = starting(key=a_failure(ended=SENT - 30 * MINUTE).key, before=before)

    decision = settled(failover, with_run(failover, started=SENT - 20 * MINUTE))

    assert decision.reason is Reason.RUN_SEEN


def test_an_old_run_that_a_read_left_out_is_not_ours() -> None:
    """The read before the request showed no run at all: this one is older than what failed."""
    failure = a_failure(ended=SENT)
    failover = starting(key=failure.key, before=None)

    decision = settled(failover, with_run(failover, started=failure.began - SECOND))

    assert decision.reason is Reason.SETTLING


def test_an_order_for_what_never_ran_goes_by_our_clock() -> None:
    """Nothing failed and nothing ran before, so there is no other; Azure's may differ a little."""
    failover = starting(key=order_key(WEB, OrderId("1")), before=None)
    skew = a_policy().skew

    within = settled(failover, with_run(failover, started=SENT - skew + SECOND), SENT)
    beyond = settled(failover, with_run(failover, started=SENT - skew - SECOND), SENT)

    assert within.reason is Reason.RUN_SEEN
    assert beyond.reason is Reason.SETTLING


def test_the_run_that_was_there_before_is_not_ours() -> None:
    """However close to the request it began."""
    failover = starting(before=SENT - SECOND)

    decision = settled(failover, with_run(failover, started=SENT - SECOND), SENT + MINUTE)

    assert decision.reason is Reason.SETTLING


def test_a_run_of_the_first_of_two_requests_is_ours() -> None:
    """It is counted from the first request that is not proven void."""
    failover = starting(last_sent=SENT + HOUR)

    assert settled(failover, with_run(failover), SENT + HOUR).reason is Reason.RUN_SEEN


def test_before_settle_nothing_is_proven() -> None:
    """A read that shows no run proves nothing while one may still appear (PROMISES S2)."""
    failover = starting()
    view = a_view(failover)
    view.sightings.seen[WEB_NORTH] = SETTLED - SECOND

    decision = settled(failover, view, SETTLED - SECOND)

    assert (decision.reason, decision.action) == (Reason.SETTLING, None)
    assert decision.wake_at == SETTLED


def test_settle_runs_from_the_answer() -> None:
    """A request that took a minute to fail may have reached Azure at the end of that minute."""
    failover = starting(since=SENT + MINUTE)
    view = a_view(failover)
    view.sightings.seen[WEB_NORTH] = SETTLED

    assert settled(failover, view).wake_at == SETTLED + MINUTE


def test_time_alone_proves_nothing() -> None:
    """The read itself must be from after `settle`; until it works, only the deadline is left."""
    failover = starting()
    view = a_view(failover)
    view.sightings.seen[WEB_NORTH] = SETTLED - SECOND

    decision = settled(failover, view, SETTLED + HOUR)

    assert (decision.reason, decision.action) == (Reason.SETTLING, None)
    assert decision.wake_at == DEADLINE


def test_a_fresh_read_after_settle_proves_that_no_run_began() -> None:
    """Then the request is void and may be made again."""
    failover = starting()
    view = a_view(failover)
    view.sightings.seen[WEB_NORTH] = SETTLED

    decision = settled(failover, view)

    assert decision.reason is Reason.RUN_NEVER_BEGAN
    assert decision.action == Move(failover.id, Event.NOT_BEGUN)


def test_a_run_that_is_seen_and_not_in_the_journal_yet_proves_the_contrary() -> None:
    """A standby writes nothing down: only its own eyes tell it of the run, until it leads."""
    failover = starting()
    view = a_view(failover)
    view.sightings.seen[WEB_NORTH] = SETTLED
    known = view.sightings.templates[WEB_NORTH]
    view.sightings.templates[WEB_NORTH] = replace(known, run=its_run())

    decision = settled(failover, view)
    over = settled(failover, view, DEADLINE + SECOND)

    assert (decision.reason, decision.action) == (Reason.SETTLING, None)
    assert decision.says.startswith("the run of web-north began")
    assert "the journal does not tell" in decision.says
    assert decision.wake_at == DEADLINE
    assert ended(over) == (Outcome.ABANDONED, Reason.DEADLINE_PASSED)


def test_after_a_start_the_time_to_settle_runs_anew() -> None:
    """The machine's clock may have been set while nobody counted (S2, S43)."""
    failover = starting()
    view = a_view(failover)
    view.sightings.booted = SETTLED - SECOND
    view.sightings.seen[WEB_NORTH] = SETTLED

    decision = settled(failover, view)

    assert decision.reason is Reason.SETTLING
    assert decision.wake_at == view.sightings.booted + view.policy.settle


def test_a_target_that_was_never_read_since_a_restart_is_waited_for() -> None:
    """A restart while the secondary is dark proves nothing and breaks nothing."""
    failover = starting()
    view = a_view(failover)
    del view.sightings.seen[WEB_NORTH], view.sightings.templates[WEB_NORTH]

    waiting = settled(failover, view, DEADLINE)
    over = settled(failover, view, DEADLINE + SECOND)

    assert (waiting.reason, waiting.wake_at) == (Reason.SETTLING, DEADLINE)
    assert ended(over) == (Outcome.ABANDONED, Reason.DEADLINE_PASSED)


# building


def test_a_run_is_waited_for_until_its_deadline() -> None:
    """Its build timeout and half an hour, then it is given up (PROMISES L3)."""
    view, over = with_run(BUILDING), BEGAN + 4 * HOUR + 30 * MINUTE

    waiting = watch(TWO_SECONDARIES, BUILDING, view, over)
    too_late = watch(TWO_SECONDARIES, BUILDING, view, over + SECOND)

    assert (waiting.reason, waiting.wake_at) == (Reason.BUILDING, over)
    assert ended(too_late) == (Outcome.ABANDONED, Reason.DEADLINE_PASSED)


def test_a_restart_while_the_secondary_is_dark_changes_nothing() -> None:
    """Its template was not read since: the service's own timeout counts."""
    view = with_run(BUILDING)
    del view.sightings.seen[WEB_NORTH], view.sightings.templates[WEB_NORTH]

    assert watch(TWO_SECONDARIES, BUILDING, view, NOW).reason is Reason.BUILDING


@pytest.mark.parametrize("state", [RunState.SUCCEEDED, RunState.PARTIALLY_SUCCEEDED])
def test_a_good_run_leads_to_its_version(state: RunState) -> None:
    """A partial one too: what counts is where its version is."""
    view = with_run(BUILDING, state=state, ended=NOW + HOUR)

    decision = watch(TWO_SECONDARIES, BUILDING, view, NOW + HOUR)

    assert decision.action == Move(BUILDING.id, Event.RUN_SUCCEEDED)


def test_a_canceled_run_ends_it() -> None:
    """A person canceled it: nothing is started instead."""
    view = with_run(BUILDING, state=RunState.CANCELED, ended=NOW)

    decision = watch(TWO_SECONDARIES, BUILDING, view, NOW)

    assert ended(decision) == (Outcome.FAILED, Reason.TARGET_CANCELED)


def after_failing_with(error: Classification) -> Decision:
    """Return the decision when the secondary's run failed with `error`."""
    view = with_run(BUILDING, state=RunState.FAILED, ended=NOW + HOUR)
    failure = a_failure(template=WEB_NORTH, region=NORTH, classification=error)
    view.state.failures[WEB_NORTH] = failure
    return watch(TWO_SECONDARIES, BUILDING, view, NOW + HOUR)


def test_failing_the_same_way_ends_it() -> None:
    """Then it is the build and not the region."""
    assert ended(after_failing_with(GENERIC)) == (Outcome.FAILED, Reason.FAILED_THE_SAME_WAY)


def test_a_step_of_the_build_that_failed_ends_it_and_is_not_the_primarys_failure() -> None:
    """Another region would fail alike; that the primary's was out is as true as before."""
    assert ended(after_failing_with(USER_BUILD)) == (Outcome.FAILED, Reason.FAILED_IN_THE_BUILD)


def test_an_image_that_could_not_be_distributed_hops() -> None:
    """The secondary's own gallery may be dark: that is no fault of the build."""
    error = Classification(Cause.USER_BUILD, Disposition.SUSPECT, "distribution_failed")

    decision = after_failing_with(error)

    assert decision.reason is Reason.FAILED_ITS_OWN_WAY
    assert decision.action == Move(BUILDING.id, Event.HOPPED)


def test_what_no_text_tells_is_not_the_same_twice() -> None:
    """An order answers no error, and the secondary's error is unknown: that is no likeness."""
    ordered = replace(BUILDING, signature="")
    view = with_run(ordered, state=RunState.FAILED, ended=NOW)
    unknown = Classification(Cause.UNKNOWN, Disposition.SUSPECT, "")
    view.state.failures[WEB_NORTH] = a_failure(template=WEB_NORTH, classification=unknown)

    assert watch(TWO_SECONDARIES, ordered, view, NOW).action == Move(ordered.id, Event.HOPPED)


def test_failing_in_its_own_way_hops() -> None:
    """The next secondary may have better luck (PROMISES L5)."""
    error = Classification(Cause.QUOTA, Disposition.USER, "quota_exceeded")

    decision = after_failing_with(error)

    assert decision.reason is Reason.FAILED_ITS_OWN_WAY
    assert decision.action == Move(BUILDING.id, Event.HOPPED)
    assert decision.says == "web-north failed: quota (quota_exceeded)"


def test_a_lack_of_capacity_on_both_sides_hops() -> None:
    """That two regions are full says nothing about the build: the third may have room."""
    full = replace(BUILDING, signature=CAPACITY.signature)
    view = with_run(full, state=RunState.FAILED, ended=NOW)
    failure = a_failure(template=WEB_NORTH, region=NORTH, classification=CAPACITY)
    view.state.failures[WEB_NORTH] = failure

    assert watch(TWO_SECONDARIES, full, view, NOW).action == Move(full.id, Event.HOPPED)


def test_a_failed_run_that_is_not_judged_yet_is_waited_for() -> None:
    """How it failed decides, so that must be known first."""
    view = with_run(BUILDING, state=RunState.FAILED, ended=NOW)

    assert watch(TWO_SECONDARIES, BUILDING, view, NOW).reason is Reason.BUILDING


def test_a_newer_run_takes_over() -> None:
    """Somebody ran the secondary again: that run is the image's now."""
    view = with_run(BUILDING, started=BEGAN + HOUR)

    decision = watch(TWO_SECONDARIES, BUILDING, view, BEGAN + HOUR)

    assert decision.reason is Reason.RUN_REPLACED
    assert decision.action == Move(BUILDING.id, Event.ADOPTED, RunKey(WEB_NORTH, BEGAN + HOUR))


# publishing


ITS_RUN = its_run(ended=BEGAN + HOUR, state=RunState.SUCCEEDED)
its_version = partial(a_version, published=BEGAN + HOUR)


def verified(
    answer: Publication | Fault | Version | None,
    *,
    required: frozenset[Region] = frozenset(),
    out: tuple[Region, ...] = (),
    now: datetime = NOW,
    to_gallery: bool = True,
    last: Run | None = ITS_RUN,
) -> Decision:
    """Return the decision when the run's output reads like `answer`."""
    view = a_view(PUBLISHING)
    if last is not None:
        view.state.runs[WEB_NORTH] = last
    if not to_gallery:
        known = view.sightings.templates[WEB_NORTH]
        view.sightings.templates[WEB_NORTH] = replace(known, definition=None)
    for region in (NORTH, EAST, WEST):
        health = Health.OUTAGE if region in out else Health.HEALTHY
        view.state.regions[region] = a_belief(region=region, health=health)
    if isinstance(answer, Version):
        answer = Publication(answer, provisioned=True)
    if answer is not None:
        view.sightings.publications[PUBLISHING.id] = answer
    image = replace(TWO_SECONDARIES, required_regions=required)
    return verify(image, PUBLISHING, view, now)


def test_a_version_that_is_everywhere_is_success() -> None:
    """Only then is success said, with the version's id (PROMISES S34)."""
    decision = verified(its_version())

    assert ended(decision) == (Outcome.SUCCEEDED, Reason.REPLICATED)
    assert isinstance(decision.action, Close)
    assert decision.action.version == its_version().id
    assert decision.says == "version 1.0.42 is in northeurope, westeurope"


@pytest.mark.parametrize(
    "version",
    [
        its_version(replicated=(NORTH,), pending=(WEST,)),
        its_version(replicated=(NORTH,)),
        its_version(replicated=(), pending=()),
        its_version(provisioned=False),
        its_version(published=BEGAN - SECOND),
    ],
    ids=["pending", "a target is missing", "nowhere", "not provisioned", "an earlier run's"],
)
def test_a_version_that_is_not_everywhere_is_waited_for(version: Version) -> None:
    """None of these is the image where it must be (PROMISES S34)."""
    decision = verified(version)

    assert (decision.reason, decision.action) == (Reason.REPLICATING, None)
    assert decision.wake_at == NOW + DAY


def test_an_output_that_is_not_ready_is_waited_for_though_its_version_is_everywhere() -> None:
    """Both must have Succeeded: the version, and the output that the run says it made (S34)."""
    decision = verified(Publication(its_version(), provisioned=False))

    assert (decision.reason, decision.action) == (Reason.REPLICATING, None)


def test_only_the_required_regions_are_waited_for() -> None:
    """The owner may ask for less than all targets."""
    version = its_version(replicated=(NORTH,), pending=(WEST,))

    decision = verified(version, required=frozenset({NORTH}))

    assert ended(decision) == (Outcome.SUCCEEDED, Reason.REPLICATED)


def test_a_region_that_is_out_is_not_waited_for() -> None:
    """The version is usable; the replica there will follow (PROMISES S27)."""
    decision = verified(its_version(replicated=(NORTH,), pending=(WEST,)), out=(WEST,))

    assert ended(decision) == (Outcome.LATE_REPLICAS, Reason.REPLICAS_LATE)
    assert decision.says == "version 1.0.42 exists; westeurope will follow"


def test_a_version_without_any_replica_is_not_usable() -> None:
    """That the required region is out does not make it so."""
    decision = verified(its_version(replicated=(), pending=(WEST,)), out=(WEST,))

    assert decision.reason is Reason.REPLICATING


def test_an_output_that_is_no_version_is_judged_by_itself() -> None:
    """A managed image or a VHD exists or not (PROMISES S34)."""
    disk = Publication(None, provisioned=True, artifact="https://disk.vhd")
    exists = verified(disk, to_gallery=False)
    not_yet = verified(Publication(None, provisioned=False), to_gallery=False)

    assert ended(exists) == (Outcome.SUCCEEDED, Reason.REPLICATED)
    assert exists.says == "https://disk.vhd exists"
    assert not_yet.reason is Reason.REPLICATING


def test_where_a_version_must_come_nothing_else_will_do() -> None:
    """The output is whole and names none, as after a partial success: that is none (S34)."""
    told = verified(Publication(None, provisioned=True))

    assert ended(told) == (Outcome.FAILED, Reason.OUTPUT_MISSING)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "the run succeeded; its output is not read yet"),
        (
            Fault(FaultKind.PERMISSION, "no right", 403),
            "the run succeeded; its output could not be read (permission 403: no right)",
        ),
        (Publication(None, provisioned=False), "the run succeeded; its output is not ready"),
        (its_version(replicated=(), pending=(WEST,)), "version 1.0.42: waiting for westeurope"),
    ],
    ids=["unread", "fault", "not ready", "pending"],
)
def test_the_wait_is_explained(answer: Publication | Fault | Version | None, says: str) -> None:
    """A person sees what is missing, now and in the outcome."""
    waiting = verified(answer)
    over = verified(answer, now=NOW + DAY + SECOND)

    assert waiting.says == says
    assert ended(over) == (Outcome.FAILED, Reason.OUTPUT_MISSING)


def test_after_a_day_a_usable_version_is_taken_as_it_is() -> None:
    """Replication of a day was seen, so a day is granted and then said to be late."""
    decision = verified(its_version(replicated=(NORTH,), pending=(WEST,)), now=NOW + DAY + SECOND)

    assert ended(decision) == (Outcome.LATE_REPLICAS, Reason.REPLICAS_LATE)
    assert decision.says == "version 1.0.42 still lacks westeurope"


def test_an_earlier_runs_version_is_never_taken_for_ours() -> None:
    """Not even at the deadline."""
    decision = verified(its_version(published=BEGAN - SECOND), now=NOW + DAY + SECOND)

    assert ended(decision) == (Outcome.FAILED, Reason.OUTPUT_MISSING)


@pytest.mark.parametrize(
    ("last", "published"),
    [
        (ITS_RUN, 3 * HOUR),
        (replace(ITS_RUN, started=BEGAN + 2 * HOUR, ended=BEGAN + 3 * HOUR), 2 * HOUR),
        (its_run(started=BEGAN + 2 * HOUR), 3 * HOUR),
    ],
    ids=["a run that is not seen yet", "the last one", "one that is not seen to end"],
)
def test_a_later_runs_version_is_no_success_of_ours(last: Run, published: timedelta) -> None:
    """The output tells only of the last good run: whoever asked for that made a newer version."""
    decision = verified(its_version(published=BEGAN + published), last=last)

    assert ended(decision) == (Outcome.SUPERSEDED, Reason.NEWER_VERSION)
    assert decision.says == "a newer run of web-north made 1.0.42"


def test_while_a_newer_run_goes_on_its_own_version_counts() -> None:
    """And where the run is not known any more, one that was published since."""
    newer = its_run(started=BEGAN + 2 * HOUR)

    assert ended(verified(its_version(), last=newer)) == (Outcome.SUCCEEDED, Reason.REPLICATED)
    assert ended(verified(its_version(), last=None)) == (Outcome.SUCCEEDED, Reason.REPLICATED)


def test_a_newer_version_that_is_not_there_yet_ends_nothing() -> None:
    """Nor is it ever taken for what the failover's own run made."""
    coming = Publication(its_version(published=BEGAN + 3 * HOUR), provisioned=False)

    assert verified(coming).reason is Reason.REPLICATING
    assert ended(verified(coming, now=NOW + DAY + SECOND)) == (
        Outcome.FAILED,
        Reason.OUTPUT_MISSING,
    )
