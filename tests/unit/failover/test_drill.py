"""Drills: what keeps one from beginning, what ends one, and what it leaves alone (S38)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aibwatch.failover.decide import decide
from aibwatch.failover.plan import plan
from aibwatch.model.decision import Close, Decision, Drop, Hold, Move, Open, Reason, Start
from aibwatch.model.drill import Drills
from aibwatch.model.entry import Decided, Paused
from aibwatch.model.failover import Event, Failover, Outcome, Phase
from aibwatch.model.gallery import Publication, Version
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import FailoverId, ImageName, OrderId
from aibwatch.model.order import SCHEDULER, Order, OrderKind
from aibwatch.model.policy import Policy
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import RunKey, RunState
from aibwatch.model.verdict import Evidence, Family
from builders import (
    CAPACITY,
    DAY,
    GENERIC,
    HOUR,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_run,
    a_template,
    an_id,
)
from unit.failover.test_ordered import calm, opened
from views import NOW, TWO_SECONDARIES, a_readiness, a_view

WEB_NAME = TWO_SECONDARIES.name
DRILL = an_id("web-drill")
IMAGE = replace(TWO_SECONDARIES, drill=DRILL)
ORDER = Order(OrderId("dr1ll"), OrderKind.DRILL, WEB_NAME, NOW, SCHEDULER, "it is Saturday")
REAL = Order(OrderId("r3al"), OrderKind.FAILOVER, WEB_NAME, NOW, "ada", "a move")
OTHER = ImageName("db")


def rehearsing(view: View, image: Image = IMAGE) -> View:
    """Return the view in which the image has a drill template in NORTH that is ready."""
    template = a_template(id=DRILL, region=NORTH, excluded=True)
    view.sightings.templates[DRILL] = template
    view.sightings.seen[DRILL] = NOW
    readiness = {**view.readiness, (WEB_NAME, DRILL): a_readiness(DRILL)}
    return replace(view, images={WEB_NAME: image}, readiness=readiness)


def ordered(view: View | None = None, order: Order = ORDER) -> View:
    """Return the view in which a drill is ordered on a calm day."""
    found = rehearsing(view or calm())
    found.state.orders[WEB_NAME] = order
    return found


def under_way(view: View, phase: Phase = Phase.CHOOSING, **changes: object) -> View:
    """Return the view in which the drill is open."""
    drill = opened(ORDER, phase=phase, **changes)
    found = rehearsing(view)
    found.state.failovers[drill.id] = drill
    found.state.open[WEB_NAME] = drill.id
    return found


def building(view: View) -> View:
    """Return the view in which the drill builds."""
    run = a_run(template=DRILL, started=NOW, state=RunState.RUNNING, ended=None)
    view.state.runs[DRILL] = run
    sent = {"target": DRILL, "first_sent": NOW, "last_sent": NOW}
    return under_way(view, Phase.BUILDING, run=RunKey(DRILL, NOW), **sent)


def decided(view: View) -> Decision:
    """Return the decision about `web`."""
    return decide(view.images[WEB_NAME], view, NOW)


def test_it_runs_the_drill_template() -> None:
    """And not a secondary, though all of them are ready."""
    begun, chosen = decided(ordered()), decided(under_way(calm()))

    assert isinstance(begun.action, Open)
    assert isinstance(chosen.action, Start)
    assert chosen.action.target == DRILL


def _degraded(view: View) -> View:
    view.state.regions[NORTH] = a_belief(region=NORTH, health=Health.DEGRADED)
    return view


def _evidence(view: View) -> View:
    speaks = (Evidence(Family.RUN, "it says so"),)
    view.state.regions[NORTH] = a_belief(region=NORTH, evidence=speaks)
    return view


def _elsewhere(view: View, order: Order | None = None) -> View:
    other = replace(a_failover(), id=FailoverId("0ther"), image=OTHER, order=order)
    view.state.failovers[other.id] = other
    view.state.open[OTHER] = other.id
    return view


def _paused(scope: str) -> Callable[[View], View]:
    def change(view: View) -> View:
        view.state.pauses[scope, "ada"] = Paused(NOON, scope, "a freeze", "ada")
        return view

    return change


def _distrusting(view: View) -> View:
    return replace(view, suspicion=Hold(Reason.SELF_SUSPECT, "the self-test fails"))


def _publishing_latest(view: View) -> View:
    known = view.sightings.templates[DRILL]
    view.sightings.templates[DRILL] = replace(known, excluded=False)
    return view


IN_THE_WAY = [
    (_degraded, "northeurope is degraded"),
    (_evidence, "northeurope is healthy"),
    (_elsewhere, "failover 0ther of db is choosing"),
    (lambda view: _elsewhere(view, replace(ORDER, image=OTHER)), "drill 0ther of db is choosing"),
    (_paused("all"), "all is paused by ada: a freeze"),
    (_paused(f"region:{WEST}"), "region:westeurope is paused"),
    (_paused(f"region:{NORTH}"), "region:northeurope is paused"),
    (_paused("image:web"), "image:web is paused"),
    (_distrusting, "the self-test fails"),
    (_publishing_latest, "it does not say excludeFromLatest"),
    (lambda view: replace(view, misconfigured={WEB_NAME: "it is wrong"}), "it is wrong"),
]


@pytest.mark.parametrize(("change", "says"), IN_THE_WAY)
def test_a_drill_begins_only_while_nothing_is_in_its_way(
    change: Callable[[View], View], says: str
) -> None:
    """Else it is dropped at once with what blocked it, and a person's is refused."""
    view = change(ordered())

    blocked = decided(view)

    assert blocked.reason is Reason.DRILL_BLOCKED
    assert blocked.action == Drop(ORDER.id)
    assert says in blocked.says
    view.state.orders.clear()
    assert says in plan(view.images[WEB_NAME], ORDER, view, NOW).refusal


def test_only_the_warm_up_is_waited_for() -> None:
    """It takes sweeps and nothing else."""
    view = ordered()
    view.sightings.sweeps = 0

    assert decided(view).reason is Reason.WARMING_UP
    assert decided(view).action is None


@pytest.mark.parametrize("change", [_degraded, _elsewhere, _paused("all"), _distrusting])
def test_one_that_has_not_asked_yet_is_given_up(change: Callable[[View], View]) -> None:
    """What comes up between its opening and its request ends it."""
    ended = decided(change(under_way(calm())))

    assert ended.action == Close(opened(ORDER).id, Outcome.SUPERSEDED)


def test_a_failure_that_can_be_answered_ends_a_drill_that_builds() -> None:
    """At once; and the answer is opened next."""
    view = building(a_view())

    ended = decided(view)

    assert ended.reason is Reason.PREEMPTED
    assert ended.action == Close(opened(ORDER).id, Outcome.SUPERSEDED)
    view.state.open.clear()
    assert isinstance(decided(view).action, Open)


def test_a_failure_that_is_not_to_be_answered_ends_none() -> None:
    """An owner's error, or one that awaits evidence; and no failure at all."""
    for view in (calm(), a_view(families=[Family.RUN])):
        assert decided(building(view)).reason is Reason.BUILDING


def test_the_answer_to_its_request_is_waited_for() -> None:
    """Nobody knows yet whether a run began."""
    view = under_way(a_view(), Phase.REQUESTED, target=DRILL, first_sent=NOW, last_sent=NOW)

    assert decided(view).reason is Reason.AWAITING_ANSWER


@pytest.mark.parametrize("kind", [OrderKind.FAILOVER, OrderKind.FAILBACK, OrderKind.BUILD])
def test_any_other_order_ends_a_drill(kind: OrderKind) -> None:
    """Human before real before drill; and such an order is not refused because of it."""
    order = replace(REAL, kind=kind)
    view = building(calm())

    known = plan(view.images[WEB_NAME], order, view, NOW)
    view.state.orders[WEB_NAME] = order

    assert known.obstacle == ""
    assert "gives way; its run goes on" in " ".join(known.warnings)
    assert decided(view).reason is Reason.PREEMPTED


def test_an_order_to_drill_ends_nothing() -> None:
    """Neither a failover that waits nor another drill."""
    waiting = rehearsing(a_view(a_failover()))
    waiting.state.orders[WEB_NAME] = ORDER
    assert decided(waiting).action == Drop(ORDER.id)

    drilling = building(calm())
    drilling.state.orders[WEB_NAME] = replace(ORDER, id=OrderId("an0ther"))
    assert decided(drilling).action == Drop(OrderId("an0ther"))


def test_without_a_drill_template_a_secondary_is_run_only_if_that_is_configured() -> None:
    """By `drills.publish: latest`."""
    view = replace(under_way(calm()), images={WEB_NAME: TWO_SECONDARIES})
    latest = replace(view, policy=replace(view.policy, drills=Drills(on_secondaries=True)))

    assert "no drill template" in decided(view).says
    chosen = decided(latest).action
    assert isinstance(chosen, Start)
    assert chosen.target == WEB_NORTH


def test_a_failure_on_the_drill_template_ends_the_drill() -> None:
    """There is nowhere to go on to; that there was no room is told as that."""
    for error, reason in (
        (GENERIC, Reason.FAILED_ITS_OWN_WAY),
        (CAPACITY, Reason.REGIONAL_CAPACITY),
    ):
        view = building(calm())
        run = a_run(template=DRILL, started=NOW, state=RunState.FAILED, ended=NOW)
        view.state.runs[DRILL] = run
        view.state.failures[DRILL] = replace(
            a_failure(template=DRILL, classification=error), run=run
        )

        ended = decided(view)

        assert ended.reason is reason
        assert ended.action == Close(opened(ORDER).id, Outcome.FAILED)


def test_a_drill_takes_no_place_of_a_failover() -> None:
    """Neither of those at once nor of those in a day nor of its region."""
    policy = replace(Policy(), total=1, per_day=1, per_region=1)
    other = replace(ORDER, image=OTHER)
    drills = {
        name: replace(
            a_failover(id=FailoverId(name), order=other, target=WEB_NORTH, last_sent=NOW),
            image=ImageName(name),
            phase=phase,
        )
        for name, phase in (("db", Phase.BUILDING), ("old", Phase.CLOSED))
    }
    view = replace(a_view(), policy=policy)
    for name, each in drills.items():
        view.state.failovers[FailoverId(name)] = each
    view.state.open[OTHER] = FailoverId("db")

    assert decided(view).held_by == ()
    real = replace(drills["db"], order=None)
    view.state.failovers[FailoverId("db")] = real
    assert Reason.BUDGET in [hold.reason for hold in decided(view).held_by]


def test_a_drill_that_is_about_to_begin_takes_no_place_either() -> None:
    """Whoever's turn it would be."""
    view = replace(a_view(), policy=replace(Policy(), total=1))
    waits = replace(a_failover(id=FailoverId("db"), phase=Phase.CHOOSING), image=OTHER)
    view.state.open[OTHER] = waits.id
    view.state.decisions[OTHER] = Decided(NOW, OTHER, "act", Reason.ORDERED)

    for order, reasons in ((replace(ORDER, image=OTHER), []), (None, [Reason.BUDGET])):
        view.state.failovers[waits.id] = replace(waits, order=order)
        assert [hold.reason for hold in decided(view).held_by] == reasons


def test_what_a_drill_published_answers_no_failure() -> None:
    """A version that is no latest, in the very definition of the primary."""
    view = a_view()
    definition = view.sightings.templates[WEB].definition
    assert definition is not None
    version = Version(f"{definition}/versions/1.0.9", NOW, provisioned=True, excluded=True)
    view.sightings.versions[definition] = (version,)
    assert isinstance(decided(view).action, Open)

    view.sightings.versions[definition] = (replace(version, excluded=False),)
    assert decided(view).reason is Reason.NEWER_VERSION

    always = replace(view.sightings.templates[WEB], excluded=True)
    view.sightings.templates[WEB] = always
    view.sightings.versions[definition] = (version,)
    assert decided(view).reason is Reason.NEWER_VERSION, "its own are none either"


def test_a_drills_version_goes_where_its_template_says() -> None:
    """What the image must reach is nobody's business here, as nobody will use it."""
    view = building(calm())
    image = replace(IMAGE, required_regions=frozenset({WEST}))
    view = replace(view, images={WEB_NAME: image})
    drill = _publishing(view)
    version = Version("v/1.0.9", NOW, provisioned=True, replicated=(NORTH,))
    view.sightings.publications[drill.id] = Publication(version, provisioned=True)
    view.sightings.templates[DRILL] = replace(view.sightings.templates[DRILL], targets=(NORTH,))

    assert decided(view).action == Close(drill.id, Outcome.SUCCEEDED, "v/1.0.9")


def _publishing(view: View) -> Failover:
    drill = view.state.failovers[view.state.open[WEB_NAME]]
    found = replace(drill, phase=Phase.PUBLISHING)
    view.state.failovers[drill.id] = found
    return found


@pytest.mark.parametrize(
    ("proven", "mode", "holds"),
    [
        (None, Mode.AUTO, True),
        (NOW - 8 * DAY, Mode.AUTO, True),
        (NOW - 6 * DAY, Mode.AUTO, False),
        (None, Mode.ADVISE, False),
    ],
)
def test_an_image_that_must_be_drilled_is_held_until_it_was(
    proven: object, mode: Mode, *, holds: bool
) -> None:
    """By `drills.require_within`; mode advise acts on nothing anyway."""
    view = a_view(image=replace(TWO_SECONDARIES, mode=mode))
    view = replace(view, policy=replace(view.policy, drills=Drills(require_within=7 * DAY)))
    if proven:
        view.state.proven[WEB_NAME] = proven  # type: ignore[assignment]

    held = [hold.reason for hold in decided(view).held_by]

    assert (Reason.NOT_DRILLED in held) == holds


def test_a_request_that_began_nothing_is_made_again_or_given_up() -> None:
    """A drill settles like any failover."""
    view = under_way(calm(), Phase.STARTING, target=DRILL, first_sent=NOW - HOUR)
    view.sightings.booted = NOW - DAY
    drill = view.state.failovers[view.state.open[WEB_NAME]]
    view.state.failovers[drill.id] = replace(drill, since=NOW - HOUR)

    assert decided(view).action == Move(drill.id, Event.NOT_BEGUN)
