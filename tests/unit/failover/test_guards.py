"""Each guard holds for its reason, and lets go when that is gone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from aibwatch.failover.guards import GUARDS, OPENING, holds
from aibwatch.failover.plan import plan
from aibwatch.journal.fold import apply
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import FailoverId, ImageName, OrderId, template_id
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Disposition, Family, Veto
from builders import (
    CAPACITY,
    DAY,
    HOUR,
    MINUTE,
    NOON,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_definition,
    a_definition_id,
    a_failover,
    a_failure,
    a_policy,
    a_run,
    a_verdict,
)
from views import NOW, TWO_SECONDARIES, WEB_EAST, a_readiness, a_view, west_is_out

DARK = Fault(FaultKind.PLATFORM, "the gateway", 504)
FORBIDDEN = Fault(FaultKind.PERMISSION, "no right", 403)
ONE_FAMILY = (Family.RUN,)


def asked(view: View, image: Image = TWO_SECONDARIES, now: datetime = NOW) -> list[Hold]:
    """Return what holds `image`."""
    return list(holds(image, view.state.failures[WEB], view, now))


def reasons(view: View, image: Image = TWO_SECONDARIES, now: datetime = NOW) -> list[Reason]:
    """Return why `image` is held."""
    return [hold.reason for hold in asked(view, image, now)]


one_under_way = partial(a_failover, phase=Phase.BUILDING, target=WEB_NORTH, last_sent=NOON)
one_that_waits = partial(a_failover, phase=Phase.CHOOSING)
one_of_today = partial(a_failover, phase=Phase.CLOSED, closed=NOON)


def test_when_all_is_well_nothing_holds() -> None:
    """The view that the tests start from lets every guard go."""
    assert reasons(a_view()) == []


def test_the_guards_are_asked_in_the_order_of_what_matters() -> None:
    """Evidence comes before everything; the candidate comes last."""
    names = [guard.__name__ for guard in GUARDS]

    assert (names[0], names[-1]) == ("evidence", "candidate")


# evidence


def test_one_family_is_never_enough() -> None:
    """The error alone, however bad, waits for a second family (PROMISES S12)."""
    hold = asked(a_view(families=ONE_FAMILY))[0]

    assert hold.reason is Reason.AWAITING_EVIDENCE
    assert hold.says == "1 of 2 families agree: run"


def test_the_policy_may_ask_for_more_families() -> None:
    """With families: 3 two do not suffice."""
    view = replace(a_view(), policy=a_policy(families=3))

    assert reasons(view) == [Reason.AWAITING_EVIDENCE]


@pytest.mark.parametrize(
    ("veto", "reason"),
    [
        (Veto.NEVER_SUCCEEDED, Reason.NEVER_SUCCEEDED),
        (Veto.CHANGED, Reason.CHANGED_SINCE_SUCCESS),
    ],
)
def test_a_templates_own_history_vetoes_it(veto: Veto, reason: Reason) -> None:
    """What never built here, or was changed, is not blamed on the platform (PROMISES S12)."""
    verdict = replace(a_verdict(Family.RUN, Family.HISTORY), veto=veto)
    view = replace(a_view(), verdicts={WEB: verdict})

    assert reasons(view) == [reason]


def test_a_veto_on_nothing_is_not_worth_a_word() -> None:
    """Where no family speaks, that is said rather than the veto."""
    verdict = replace(a_verdict(), veto=Veto.CHANGED)
    view = replace(a_view(), verdicts={WEB: verdict})

    assert asked(view)[0].says == "0 of 2 families agree: none"


def test_a_lack_of_room_that_may_be_something_else_does_not_suffice() -> None:
    """A size that a subscription may never use is told in the same words (PROMISES S12)."""
    unclear = replace(CAPACITY, disposition=Disposition.SUSPECT)
    view = a_view(failure=a_failure(classification=unclear), families=ONE_FAMILY)

    assert reasons(view)[0] is Reason.AWAITING_EVIDENCE


def test_a_clear_capacity_code_suffices_for_its_own_image() -> None:
    """Neither a second family nor the region's outage is asked for (PROMISES S12)."""
    view = a_view(failure=a_failure(classification=CAPACITY), families=ONE_FAMILY)
    view.state.regions[WEST] = a_belief()

    assert reasons(view) == []


# region


def test_the_evidence_must_last() -> None:
    """While the debounce runs the guard names its end."""
    view = a_view()
    view.state.regions[WEST] = a_belief(health=Health.DEGRADED, agreed_since=NOW - MINUTE)

    hold = asked(view)[0]

    assert (hold.reason, hold.until) == (Reason.DEBOUNCING, NOW + 2 * MINUTE)


@pytest.mark.parametrize("health", [Health.UNKNOWN, Health.HEALTHY, Health.DEGRADED])
def test_a_region_that_is_not_out_holds(health: Health) -> None:
    """Only an outage is acted on, even where a verdict convinces."""
    view = a_view()
    view.state.regions[WEST] = a_belief(health=health)

    assert reasons(view) == [Reason.AWAITING_EVIDENCE]


def test_a_region_that_was_never_assessed_holds() -> None:
    """No belief is no outage."""
    view = a_view()
    del view.state.regions[WEST]

    assert asked(view)[0].says == "westeurope is not believed to be out: it is unknown"


def test_a_region_that_recovered_holds_an_open_failover() -> None:
    """Coming home before the act is noticed."""
    view = a_view(a_failover())
    view.state.regions[WEST] = a_belief()

    assert reasons(view) == [Reason.REGION_RECOVERED]


def test_a_failure_from_before_the_recovery_is_spent() -> None:
    """A region that was healthy again since is no longer blamed for it."""
    view = a_view()
    view.state.regions[WEST] = a_belief(cleared=NOON)

    assert reasons(view) == [Reason.REGION_RECOVERED]


def test_a_recovery_of_long_ago_explains_nothing() -> None:
    """A failure from after it waits for evidence like any other."""
    view = a_view()
    view.state.regions[WEST] = a_belief(cleared=NOON - DAY)

    assert reasons(view) == [Reason.AWAITING_EVIDENCE]


# ourselves and the configuration


def test_suspicion_of_ourselves_holds_everything() -> None:
    """While we distrust ourselves nothing is done anywhere (PROMISES S13)."""
    suspicion = Hold(Reason.SELF_SUSPECT, "3 of 3 regions look ill")

    assert asked(replace(a_view(), suspicion=suspicion)) == [suspicion]


def test_a_misconfigured_image_is_held() -> None:
    """What Azure contradicts holds its image and no other."""
    view = replace(a_view(), misconfigured={ImageName("web"): "shares its definition with db"})

    assert asked(view) == [Hold(Reason.MISCONFIGURED, "shares its definition with db")]
    assert reasons(replace(view, misconfigured={ImageName("db"): "is red"})) == []


def test_observe_says_what_auto_would_do() -> None:
    """Observing is explained by the act that it leaves out (PROMISES S36)."""
    holding = asked(a_view(), replace(TWO_SECONDARIES, mode=Mode.OBSERVE))

    assert holding == [
        Hold(Reason.OBSERVE_ONLY, "mode is observe; in auto, web-north would be started")
    ]


def test_advise_says_the_exact_command() -> None:
    """A person can copy the act, here and without aibwatch, and knows until when it is wanted."""
    advised = replace(TWO_SECONDARIES, mode=Mode.ADVISE)
    hold = asked(a_view(), advised)[0]
    order = Order(OrderId("x"), OrderKind.FAILOVER, advised.name, NOW, "ada", "why", WEB_NORTH)

    assert hold.reason is Reason.ADVISE_ONLY
    assert hold.says == (
        "mode is advise; to act until 2026-03-03 00:00Z: aibwatch failover web --to web-north"
        f" --plan {plan(advised, order, a_view(), NOW).hash} --reason '...'; by hand:"
        " az image builder run --subscription 11111111-2222-3333-4444-555555555555"
        " --resource-group images --name web-north"
    )


def test_a_name_that_two_templates_have_is_no_name() -> None:
    """Then the command that is shown names the id."""
    twin = template_id(WEB_NORTH.replace("resourcegroups/images", "resourcegroups/others"))
    advised = replace(TWO_SECONDARIES, templates=(WEB, WEB_NORTH, twin))

    assert advised.called(WEB_NORTH) == WEB_NORTH
    assert advised.called(WEB) == "web-west"


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(Mode.OBSERVE, Reason.OBSERVE_ONLY), (Mode.ADVISE, Reason.ADVISE_ONLY)],
)
def test_a_mode_holds_without_a_secondary_too(mode: Mode, reason: Reason) -> None:
    """That nothing could take it does not change which mode it is."""
    view = replace(a_view(), readiness={})

    hold = asked(view, replace(TWO_SECONDARIES, mode=mode))[0]

    assert (hold.reason, hold.says) == (reason, f"mode is {mode}; no secondary could take it")


def test_after_a_start_everything_is_asked_for_first() -> None:
    """Two full sweeps warm up (PROMISES S16)."""
    view = a_view()
    view.sightings.sweeps = 1

    assert asked(view) == [Hold(Reason.WARMING_UP, "1 full sweeps to go before anything is done")]


# the primary before the act


def test_a_dark_region_does_not_hold() -> None:
    """The primary's region does not answer: that is the outage itself (PROMISES S18)."""
    view = a_view()
    view.sightings.faults[WEB] = DARK
    view.sightings.versions[a_definition_id()] = DARK

    assert reasons(view) == []


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.PERMISSION,
        FaultKind.NOT_FOUND,
        FaultKind.THROTTLED,
        FaultKind.AUTH,
        FaultKind.NETWORK,
    ],
)
def test_a_primary_that_cannot_be_read_for_another_reason_holds(kind: FaultKind) -> None:
    """Only darkness excuses from reading the primary again (PROMISES S18)."""
    view = a_view()
    view.sightings.faults[WEB] = Fault(kind, "no")

    assert reasons(view) == [Reason.PRIMARY_UNREADABLE]


@pytest.mark.parametrize(("hours", "held"), [(0, []), (1, [Reason.PRIMARY_UNREADABLE])])
def test_a_newer_run_of_the_primary_in_no_known_state_holds(hours: int, held: list[Reason]) -> None:
    """It may be a rerun, so its darkness does not excuse; the failed run itself is a fact."""
    view = a_view()
    started = view.state.failures[WEB].run.started + hours * HOUR
    strange = a_run(started=started, state=RunState.UNKNOWN)
    view.sightings.templates[WEB] = replace(view.sightings.templates[WEB], run=strange)
    view.sightings.faults[WEB] = Fault(FaultKind.NONSENSE, "no known state")

    assert reasons(view) == held


def test_a_gallery_that_cannot_be_read_holds() -> None:
    """A newer version cannot be ruled out."""
    view = a_view()
    view.sightings.versions[a_definition_id()] = FORBIDDEN

    assert reasons(view) == [Reason.PRIMARY_UNREADABLE]


def test_a_gallery_that_is_dark_elsewhere_holds() -> None:
    """Darkness excuses only where the failed region is the gallery's home."""
    view = a_view()
    view.sightings.versions[a_definition_id()] = DARK
    view.sightings.definitions[a_definition_id()] = a_definition()
    at_home = a_view()
    at_home.sightings.versions[a_definition_id()] = DARK
    at_home.sightings.definitions[a_definition_id()] = a_definition(home=WEST)

    assert reasons(view) == [Reason.PRIMARY_UNREADABLE]
    assert reasons(at_home) == []


@pytest.mark.parametrize(
    ("state", "held"),
    [
        (RunState.RUNNING, [Reason.BUILT_ELSEWHERE]),
        (RunState.SUCCEEDED, [Reason.BUILT_ELSEWHERE]),
        (RunState.FAILED, []),
        (RunState.CANCELED, []),
    ],
)
def test_a_secondary_that_ran_since_holds(state: RunState, held: list[Reason]) -> None:
    """Whoever began it: the image is being built, or was (PROMISES S44)."""
    view = a_view()
    view.state.runs[WEB_EAST] = a_run(template=WEB_EAST, started=NOON + MINUTE, state=state)

    assert reasons(view) == held


def test_a_secondary_that_ran_before_does_not_hold() -> None:
    """What it built is older than the failure."""
    view = a_view()
    view.state.runs[WEB_EAST] = a_run(template=WEB_EAST, started=NOON, state=RunState.SUCCEEDED)

    assert reasons(view) == []


# operators


@pytest.mark.parametrize("scope", ["all", "region:westeurope", "image:web"])
def test_a_pause_holds_and_names_who_and_why(scope: str) -> None:
    """Each scope suffices (PROMISES S35)."""
    view = a_view()
    apply(view.state, Paused(NOON, scope, "migration", "ada", NOW + HOUR))

    assert asked(view) == [Hold(Reason.PAUSED, f"{scope} is paused by ada: migration", NOW + HOUR)]


def test_of_several_pauses_the_one_that_lasts_longest_is_named() -> None:
    """Nothing is done before all have ended, in one scope or in several (PROMISES S35, L4)."""
    view = a_view()
    for pause in (
        Paused(NOON, "all", "audit", "kim", NOW + 2 * HOUR),
        Paused(NOON, "all", "migration", "lee", NOW + HOUR),
        Paused(NOON, "image:web", "move", "pat", NOW + HOUR),
    ):
        apply(view.state, pause)

    assert asked(view) == [Hold(Reason.PAUSED, "all is paused by kim: audit", NOW + 2 * HOUR)]

    apply(view.state, Paused(NOON, "image:web", "move", "pat"))

    assert asked(view) == [Hold(Reason.PAUSED, "image:web is paused by pat: move", None)]


def test_a_pause_of_something_else_does_not_hold() -> None:
    """Another image and another region are not ours."""
    view = a_view()
    for scope in ("image:db", "region:uksouth"):
        apply(view.state, Paused(NOON, scope, "migration"))

    assert reasons(view) == []


def test_a_pause_runs_out() -> None:
    """At its end it holds no more."""
    view = a_view()
    apply(view.state, Paused(NOON, "all", "migration", until=NOW))

    assert reasons(view) == []


def test_a_standby_holds() -> None:
    """Only the leader acts (PROMISES S4)."""
    assert reasons(replace(a_view(), leader=False)) == [Reason.NOT_LEADER]


def test_a_journal_that_takes_nothing_holds() -> None:
    """An intent that cannot be durable is not made (PROMISES S44)."""
    assert reasons(replace(a_view(), writable=False)) == [Reason.STORE_UNWRITABLE]


# budget


def others(count: int, one: Callable[..., Failover]) -> list[Failover]:
    """Return so many failovers, each of another image."""
    return [one(id=FailoverId(f"f{i}"), image=ImageName(f"image{i}")) for i in range(count)]


@pytest.mark.parametrize(("under_way", "held"), [(1, []), (2, [Reason.BUDGET])])
def test_so_many_failovers_may_be_under_way(under_way: int, held: list[Reason]) -> None:
    """The one under decision is counted with the others (PROMISES S14, S22)."""
    view = replace(a_view(*others(under_way, one_under_way)), policy=a_policy(total=2))

    assert reasons(view) == held


def test_a_failover_that_waits_takes_no_place() -> None:
    """What is held in CHOOSING builds nothing."""
    view = replace(a_view(*others(3, one_that_waits)), policy=a_policy(total=1))

    assert reasons(view) == []


def test_so_many_failovers_may_begin_in_a_day() -> None:
    """The hold ends when enough of them are a day ago."""
    first, second, third = others(3, one_of_today)
    ended = (
        replace(first, last_sent=NOON - 3 * HOUR),
        replace(second, last_sent=NOON - 2 * HOUR),
        replace(third, last_sent=NOON - HOUR),
    )
    view = replace(a_view(*ended), policy=a_policy(per_day=2))

    hold = asked(view)[0]

    assert (hold.reason, hold.until) == (Reason.BUDGET, NOON - 2 * HOUR + DAY)
    assert reasons(view, now=NOON - 2 * HOUR + DAY) != [Reason.BUDGET]


def test_an_images_own_past_counts_in_a_day() -> None:
    """One image alone may not use more than the day's budget."""
    past = one_of_today(
        outcome=Outcome.SUCCEEDED, opened=NOW, last_sent=NOON, id=FailoverId("past")
    )

    assert reasons(replace(a_view(past), policy=a_policy(per_day=1))) == [Reason.BUDGET]


def test_a_resend_is_not_held_by_its_own_first_request() -> None:
    """The failover under decision does not stand in its own way."""
    own = a_failover(tried=(WEB_NORTH,), since=NOON)

    assert reasons(replace(a_view(own), policy=a_policy(per_day=1, total=1))) == []


# candidate


def test_what_is_wrong_with_each_secondary_is_named() -> None:
    """Every secondary's first objection is told (PROMISES S26)."""
    view = a_view()
    ready = {
        (TWO_SECONDARIES.name, WEB_NORTH): a_readiness(WEB_NORTH, "provisioning failed"),
    }

    hold = asked(replace(view, readiness=ready))[0]

    assert hold.reason is Reason.NO_CANDIDATE
    assert hold.says == "web-north: provisioning failed; web-east: not checked yet"


def test_an_image_alone_has_no_candidate() -> None:
    """One template is valid to observe, and said to be alone."""
    alone = replace(TWO_SECONDARIES, templates=(WEB,))

    assert asked(a_view(), alone)[0].says == "it has no secondary template"


# what a hold does


OPENS: list[tuple[Callable[[View], View], bool]] = [
    (lambda view: replace(view, leader=False), True),
    (lambda view: replace(view, writable=False), True),
    (lambda view: replace(view, readiness={}), True),
    (lambda view: replace(view, misconfigured={ImageName("web"): "red"}), False),
    (lambda view: replace(view, policy=a_policy(families=3)), False),
]


@pytest.mark.parametrize(("change", "opens"), OPENS)
def test_only_doubt_keeps_a_failover_closed(change: Callable[[View], View], *, opens: bool) -> None:
    """What merely delays the act lets a failover be opened, and is seen to hold it."""
    held = set(reasons(change(a_view())))

    assert held
    assert (not held & OPENING) == opens


def test_the_incident_of_the_views_is_open() -> None:
    """The tests above rest on it."""
    assert west_is_out().incident_opened == NOW - 2 * MINUTE
