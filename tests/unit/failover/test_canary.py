"""Which canaries are run, and what keeps one from being run."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aibwatch.failover.canary import probe
from aibwatch.journal.fold import apply
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Event, Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ImageName, Token
from aibwatch.model.policy import Policy
from aibwatch.model.probe import Probe, ProbeDecision, ProbeReason
from aibwatch.model.region import Health
from aibwatch.model.state import State, View
from aibwatch.model.template import ProvisioningState, RunState, Template
from aibwatch.model.verdict import Family, failover_id
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_policy,
    a_probe,
    a_run,
    a_template,
    a_verdict,
    an_id,
    some_sightings,
)
from views import a_view

CANARY = an_id("canary-west")
CANARY_NORTH = an_id("canary-north")
POLICY = a_policy(canaries=((NORTH, CANARY_NORTH), (WEST, CANARY)))
ALONE = a_policy(canaries=((WEST, CANARY),))


def a_canary(**changes: object) -> Template:
    """Return the canary of WEST: it builds nothing that anybody uses."""
    canary = a_template(id=CANARY, recipe="bare", identities="its own", definition=None)
    return replace(canary, **changes)  # type: ignore[arg-type]  a test names the fields


def calm(
    *probes: Probe,
    canary: Template | None = None,
    policy: Policy = ALONE,
    now: datetime = NOON,
    ran: datetime | None = NOON - DAY,
) -> View:
    """Return a view in which WEST is healthy and its canary idle; it ran a day ago."""
    state = State(regions={WEST: a_belief()}, probes={WEST: probes} if probes else {})
    if ran:
        state.runs[CANARY] = a_run(template=CANARY, started=ran, state=RunState.SUCCEEDED)
    return View(
        images={},
        state=state,
        sightings=some_sightings(canary or a_canary(), now=now),
        verdicts={},
        readiness={},
        policy=policy,
    )


def doubted(view: View, since: datetime, health: Health = Health.DEGRADED) -> View:
    """Return the view with WEST in doubt since an instant."""
    view.state.regions[WEST] = a_belief(health=health, since=since)
    return view


def decided(view: View, now: datetime = NOON) -> ProbeDecision:
    """Return what is decided about the one canary."""
    (found,) = probe(view, now)
    return found


# what asks for a probe


def test_without_a_canary_there_is_nothing_to_decide() -> None:
    """The section is empty by default."""
    assert probe(replace(calm(), policy=a_policy()), NOON) == ()


def test_a_canary_that_never_ran_is_run() -> None:
    """Nothing is known of the region yet."""
    found = decided(calm(ran=None))

    assert (found.reason, found.template) == (ProbeReason.SCHEDULED, CANARY)
    assert found.token
    assert found.says == "its last run began never"


@pytest.mark.parametrize(
    ("ago", "reason"),
    [
        (6 * HOUR, ProbeReason.SCHEDULED),
        (6 * HOUR - MINUTE, ProbeReason.NOT_DUE),
    ],
)
def test_the_schedule_asks_an_interval_after_the_last_run(
    ago: timedelta, reason: ProbeReason
) -> None:
    """Whoever began that run: a person's tells as much."""
    found = decided(calm(ran=NOON - ago))

    assert found.reason is reason
    assert (found.token is None) == (reason is ProbeReason.NOT_DUE)


def test_what_is_not_due_says_when_it_is() -> None:
    """So that the daemon wakes then, and people know."""
    found = decided(calm(ran=NOON - HOUR))

    assert found.wake_at == NOON + 5 * HOUR
    assert found.says == "due 2026-03-02 17:00 UTC"


def test_a_request_that_was_refused_waits_for_the_next_interval_too() -> None:
    """It would be refused again."""
    refused = a_probe(at=NOON - HOUR, answer=Event.REFUSED, started=None, state=None, ended=None)

    assert decided(calm(refused)).reason is ProbeReason.NOT_DUE


@pytest.mark.parametrize("health", [Health.DEGRADED, Health.OUTAGE])
def test_a_region_in_doubt_is_probed_though_it_is_not_due(health: Health) -> None:
    """The answer is worth most then."""
    found = decided(doubted(calm(ran=NOON - HOUR), NOON - MINUTE, health))

    assert found.reason is ProbeReason.SUSPICION
    assert found.token


def test_a_region_that_is_degraded_as_something_spoke_a_while_ago_is_in_no_doubt() -> None:
    """It is told so that it does not flap; a probe costs a build."""
    view = calm(ran=NOON - HOUR)
    quiet = a_belief(health=Health.DEGRADED, since=NOON - HOUR, quiet_since=NOON - MINUTE)
    view.state.regions[WEST] = quiet

    assert decided(view).reason is ProbeReason.NOT_DUE


def test_a_failure_that_awaits_evidence_is_a_doubt() -> None:
    """Also where a veto keeps the region from being degraded by it."""
    view = replace(calm(ran=NOON - HOUR), verdicts={a_run().template: a_verdict(Family.RUN)})

    assert decided(view).reason is ProbeReason.SUSPICION


@pytest.mark.parametrize(
    ("families", "age"),
    [((), MINUTE), ((Family.RUN,), 3 * HOUR)],
    ids=["the owner's error", "old"],
)
def test_a_failure_that_may_not_be_the_platforms_or_is_old_is_no_doubt(
    families: tuple[Family, ...], age: timedelta
) -> None:
    """Nobody waits for evidence about it."""
    view = replace(
        calm(ran=NOON + age - HOUR, now=NOON + age),
        verdicts={a_run().template: a_verdict(*families)},
    )

    assert decided(view, NOON + age).reason is ProbeReason.NOT_DUE


def test_on_suspicion_can_be_switched_off() -> None:
    """Then only the schedule asks."""
    policy = replace(ALONE, canary_on_suspicion=False)

    found = decided(doubted(calm(ran=NOON - HOUR, policy=policy), NOON - MINUTE))

    assert found.reason is ProbeReason.NOT_DUE


def test_the_region_that_would_take_the_builds_is_probed_too() -> None:
    """WEST is out and `web` would go to NORTH: both canaries are asked, each for its reason."""
    view = replace(a_view(), policy=POLICY)
    now = NOON + 5 * MINUTE
    for name, region in ((CANARY, WEST), (CANARY_NORTH, NORTH)):
        view.sightings.templates[name] = a_canary(id=name, region=region)
        view.sightings.seen[name] = now
        view.state.runs[name] = a_run(template=name, started=NOON - HOUR)

    found = {each.region: each.reason for each in probe(view, now)}

    assert found == {WEST: ProbeReason.SUSPICION, NORTH: ProbeReason.TARGET}


@pytest.mark.parametrize("phase", [Phase.BUILDING, Phase.CLOSED])
def test_a_target_that_was_asked_for_the_build_need_not_be_probed(phase: Phase) -> None:
    """The build itself tells more."""
    answer = a_failover(
        id=failover_id(ImageName("web"), a_failure().key), phase=phase, target=WEB_NORTH
    )
    view = replace(a_view(answer), policy=a_policy(canaries=((NORTH, CANARY_NORTH),)))
    now = NOON + 5 * MINUTE
    view.sightings.templates[CANARY_NORTH] = a_canary(id=CANARY_NORTH, region=NORTH)
    view.sightings.seen[CANARY_NORTH] = now
    view.state.runs[CANARY_NORTH] = a_run(template=CANARY_NORTH, started=NOON - HOUR)

    assert decided(view, now).reason is ProbeReason.NOT_DUE


@pytest.mark.parametrize(
    ("doubt", "ended", "again"),
    [
        (20 * MINUTE, 10 * MINUTE, False),
        (8 * MINUTE, 10 * MINUTE, True),
        (HOUR, 31 * MINUTE, True),
    ],
    ids=["it ended in this doubt", "it ended before", "its word is too old"],
)
def test_a_doubt_that_was_answered_is_not_asked_again_at_once(
    doubt: timedelta, ended: timedelta, *, again: bool
) -> None:
    """Else the day's probes were gone in the first hours."""
    last = a_probe(at=NOON - ended - 20 * MINUTE, ended=NOON - ended)

    found = decided(doubted(calm(last, ran=last.started), NOON - doubt))

    assert (found.token is not None) == again


# what keeps it from being run


def test_asked_twice_it_names_the_same_request_and_after_a_probe_another() -> None:
    """So that one request cannot be made twice, and the next one can."""
    first, again = decided(calm()), decided(calm())
    after = decided(calm(a_probe(at=NOON - 7 * HOUR)))

    assert first == again
    assert after.token not in (None, first.token)


Change = Callable[[View], View]


def pause(scope: str, until: datetime | None = None) -> Change:
    """Return the change that pauses a scope."""

    def paused(view: View) -> View:
        apply(view.state, Paused(NOON, scope, "a freeze", "kim", until))
        return view

    return paused


def with_sightings(**changes: object) -> Change:
    """Return the change of what was seen."""
    return lambda view: replace(view, sightings=replace(view.sightings, **changes))


NETWORK = Fault(FaultKind.NETWORK, "no route")
HOLDS: Mapping[ProbeReason, Change] = {
    ProbeReason.UNREADABLE: with_sightings(faults={CANARY: NETWORK}),
    ProbeReason.SELF_SUSPECT: lambda view: replace(
        view, suspicion=Hold(Reason.SELF_SUSPECT, "all is ill")
    ),
    ProbeReason.WARMING_UP: with_sightings(sweeps=1),
    ProbeReason.PAUSED: pause("all"),
    ProbeReason.NOT_LEADER: lambda view: replace(view, leader=False),
    ProbeReason.STORE_UNWRITABLE: lambda view: replace(view, writable=False),
}


@pytest.mark.parametrize("reason", HOLDS)
@pytest.mark.parametrize("asks", ["schedule", "suspicion"])
def test_what_holds_a_failover_holds_a_probe(reason: ProbeReason, asks: str) -> None:
    """Whatever asks for it; the reason says what holds, in words."""
    view = calm() if asks == "schedule" else doubted(calm(ran=NOON - HOUR), NOON - MINUTE)

    found = decided(HOLDS[reason](view))

    assert (found.reason, found.token) == (reason, None)
    assert found.says


def test_a_pause_of_its_region_holds_and_says_until_when() -> None:
    """Any one of the reasons to pause suffices (S35)."""
    found = decided(pause("region:westeurope", NOON + HOUR)(calm()))

    assert (found.reason, found.wake_at) == (ProbeReason.PAUSED, NOON + HOUR)
    assert found.says == "region:westeurope is paused by kim: a freeze"


@pytest.mark.parametrize("scope", ["region:northeurope", "image:web"])
def test_a_pause_of_something_else_does_not_hold(scope: str) -> None:
    """Nor does one that ran out."""
    assert decided(pause(scope)(calm())).token
    assert decided(pause("all", NOON)(calm())).token


@pytest.mark.parametrize(
    ("canary", "reason", "says"),
    [
        (a_canary(region=NORTH), ProbeReason.MISPLACED, "lives in northeurope"),
        (
            a_canary(provisioning=ProvisioningState.FAILED, provisioning_error="BadSource: no"),
            ProbeReason.NOT_PROVISIONED,
            "canary-west is Failed: BadSource: no",
        ),
        (
            a_canary(run=a_run(template=CANARY, state=RunState.RUNNING, ended=None)),
            ProbeReason.BUILDING,
            "canary-west is building",
        ),
    ],
)
def test_a_canary_that_cannot_be_run_says_why(
    canary: Template, reason: ProbeReason, says: str
) -> None:
    """Also when nothing asks for it, as it could not be run then either (S6)."""
    for ran in (NOON - DAY, NOON - HOUR):
        found = decided(calm(canary=canary, ran=ran))

        assert (found.reason, found.token) == (reason, None)
        assert says in found.says


def test_a_canary_that_was_not_read_for_long_is_not_run() -> None:
    """Who knows whether it is idle (S15)."""
    assert decided(calm(), NOON + 3 * MINUTE).reason is ProbeReason.UNREADABLE


def test_a_canary_that_was_never_seen_is_not_run() -> None:
    """It may not even be there."""
    view = calm()
    view.sightings.templates.clear()

    assert decided(view).reason is ProbeReason.UNREADABLE


# one at a time


def test_nothing_is_asked_while_an_answer_is_awaited() -> None:
    """However long ago the next one was due."""
    waiting = a_probe(at=NOON - DAY, answer=None, answered=None, started=None, state=None)

    assert decided(calm(waiting)).reason is ProbeReason.AWAITING_ANSWER


@pytest.mark.parametrize("answer", [Event.UNCLEAR, Event.BEGAN])
def test_a_run_that_is_not_seen_yet_is_waited_for(answer: Event) -> None:
    """Until a read proves that there is none: a second request could make a second run (S2)."""
    at = NOON - 7 * HOUR
    lost = a_probe(at=at, answer=answer, answered=NOON - 4 * MINUTE, started=None, state=None)

    found = decided(calm(lost))

    assert (found.reason, found.wake_at) == (ProbeReason.SETTLING, NOON + MINUTE)
    later = NOON + 2 * MINUTE
    assert decided(calm(lost, now=NOON), later).reason is ProbeReason.SETTLING
    assert decided(calm(lost, now=later), later).reason is not ProbeReason.SETTLING


def test_a_region_rests_after_a_probe() -> None:
    """For `settle`, though a new doubt asks at once."""
    last = a_probe(at=NOON - 20 * MINUTE, ended=NOON - 4 * MINUTE)

    found = decided(doubted(calm(last, ran=last.started), NOON - 2 * MINUTE))

    assert (found.reason, found.wake_at) == (ProbeReason.TOO_SOON, NOON + MINUTE)


def test_a_day_has_room_for_so_many_probes_whatever_came_of_them() -> None:
    """The fifth waits until the first is a day old."""
    probes = [
        a_probe(at=NOON - hours * HOUR, ended=NOON - hours * HOUR + 20 * MINUTE, token=Token(name))
        for hours, name in ((20, "a"), (15, "b"), (10, "c"), (7, "d"))
    ]

    found = decided(calm(*probes, ran=probes[-1].at))

    assert (found.reason, found.wake_at) == (ProbeReason.MAX_PER_DAY, NOON + 4 * HOUR)
    assert found.says == "4 probes within a day, max_per_day is 4"
    assert decided(calm(*probes[1:], ran=probes[-1].at)).token


def test_each_region_is_decided_for_itself() -> None:
    """The probe of one does not hold the other."""
    view = replace(calm(), policy=POLICY)
    view.sightings.templates[CANARY_NORTH] = a_canary(id=CANARY_NORTH, region=NORTH)
    view.sightings.seen[CANARY_NORTH] = NOON
    view.state.probes[NORTH] = (a_probe(region=NORTH, template=CANARY_NORTH, answer=None),)

    found = {each.region: each.reason for each in probe(view, NOON)}

    assert found == {NORTH: ProbeReason.AWAITING_ANSWER, WEST: ProbeReason.SCHEDULED}
