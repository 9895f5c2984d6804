"""Pictures of a small fleet for the tests of what people and scrapers see.

Three images: `web` (auto, may go from WEST to NORTH), `db` (auto, from WEST to NORTH), `lab`
(observe, alone in EAST). Every function returns a whole snapshot; tests change it by `replace`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from aibwatch.journal.fold import apply
from aibwatch.model.blueprint import Blueprint, Recipe
from aibwatch.model.decision import Decision, Hold, Reason
from aibwatch.model.entry import NoticeKnown, Ordered, Paused
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image, Mode
from aibwatch.model.incident import FirstSight, Incident
from aibwatch.model.names import FailoverId, ImageName, IncidentId, OrderId, TemplateId
from aibwatch.model.notice import Notice
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.readiness import Check, Colour, Item, Readiness
from aibwatch.model.region import Health
from aibwatch.model.score import Deed, Score, Truth
from aibwatch.model.state import Sightings, Snapshot, State, View
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Evidence, Family, Verdict, failover_id
from builders import (
    DAY,
    EAST,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_policy,
    a_run,
    a_state,
    a_success,
    a_template,
    a_word,
    an_id,
    an_image,
    some_sightings,
)

WEB_IMAGE = an_image(expect_every=DAY)
DB = an_id("db-west")
DB_NORTH = an_id("db-north")
DB_IMAGE = an_image(name=ImageName("db"), templates=(DB, DB_NORTH))
LAB = an_id("lab-east")
LAB_IMAGE = an_image(name=ImageName("lab"), templates=(LAB,), mode=Mode.OBSERVE)
IMAGES = (WEB_IMAGE, DB_IMAGE, LAB_IMAGE)

PLATFORM = (
    Evidence(Family.RUN, "the generic internal error, without a log"),
    Evidence(Family.PEERS, "db-west fails the same way"),
)


def a_readiness(template: TemplateId, *red: Check) -> Readiness:
    """Return a readiness whose items are green but for those named."""
    items = tuple(
        Item(each, Colour.RED if each in red else Colour.GREEN, f"{each} was looked at")
        for each in Check
    )
    return Readiness(template, items)


def a_view(
    *,
    images: tuple[Image, ...] = IMAGES,
    state: State | None = None,
    sightings: Sightings | None = None,
    verdicts: tuple[Verdict, ...] = (),
) -> View:
    """Return a view of `images` in which every secondary is ready."""
    readiness = {
        (image.name, each): a_readiness(each) for image in images for each in image.secondaries
    }
    return View(
        images={each.name: each for each in images},
        state=state if state is not None else a_calm_state(),
        sightings=sightings if sightings is not None else all_seen(),
        verdicts={each.failure.run.template: each for each in verdicts},
        readiness=readiness,
        policy=a_policy(),
    )


def a_calm_state() -> State:
    """Return a state in which both regions are healthy and everything built a day ago."""
    beliefs = [a_belief(region=each) for each in (WEST, NORTH, EAST)]
    successes = [a_success(template=each) for each in (WEB, DB, LAB)]
    return a_state(successes=successes, beliefs=beliefs)


def all_seen(now: datetime = NOON) -> Sightings:
    """Return sightings of every template, all with a good last run or none."""
    good = RunState.SUCCEEDED
    return some_sightings(
        a_template(run=a_run(state=good, message="")),
        a_template(id=WEB_NORTH, region=NORTH),
        a_template(id=DB, run=a_run(template=DB, state=good, message="")),
        a_template(id=DB_NORTH, region=NORTH),
        a_template(id=LAB, region=EAST, automatic=True),
        now=now,
    )


def calm() -> Snapshot:
    """Return a day on which nothing is wrong."""
    decisions = {each.name: Decision(each.name, Reason.NOTHING_FAILED) for each in IMAGES}
    return Snapshot(NOON, a_view(), decisions, blind=False)


def outage() -> Snapshot:
    """Return an outage of WEST: `web` is being built in NORTH, `db` is held by the cooldown."""
    web, db = a_failure(), a_failure(template=DB, classification=GENERIC)
    state = a_calm_state()
    for failure in (web, db):
        state.failures[failure.run.template] = failure
        state.runs[failure.run.template] = failure.run
    state.regions[WEST] = a_belief(
        health=Health.OUTAGE,
        since=NOON + 4 * MINUTE,
        evidence=PLATFORM,
        incident=IncidentId("1c1d"),
        incident_opened=NOON + 4 * MINUTE,
    )
    building = a_failover(
        id=failover_id(WEB_IMAGE.name, web.key),
        key=web.key,
        opened=NOON + 4 * MINUTE,
        phase=Phase.BUILDING,
        since=NOON + 5 * MINUTE,
        target=WEB_NORTH,
        reason=Reason.PLATFORM_OUTAGE,
    )
    state.failovers[building.id] = building
    state.open[WEB_IMAGE.name] = building.id
    with_record(state)
    state.blueprints = dict.fromkeys(WEB_IMAGE.templates, Blueprint(Recipe()))
    old = a_closed_failover(0, Outcome.SUCCEEDED, NOON - 3 * DAY)
    state.failovers[old.id] = old
    now = NOON + 14 * MINUTE
    sightings = all_seen(now)
    for failure in (web, db):
        template = failure.run.template
        sightings.templates[template] = replace(sightings.templates[template], run=failure.run)
    sightings.templates[WEB_NORTH] = replace(
        sightings.templates[WEB_NORTH],
        run=a_run(
            template=WEB_NORTH,
            started=NOON + 5 * MINUTE,
            state=RunState.RUNNING,
            ended=None,
            phase="Building",
            message="",
        ),
    )
    view = a_view(
        state=state,
        sightings=sightings,
        verdicts=(Verdict(web, PLATFORM), Verdict(db, PLATFORM)),
    )
    cooldown = Hold(
        Reason.COOLDOWN, "a failover of db failed at 09:00; cooldown is 6 h", NOON + 3 * HOUR
    )
    decisions = {
        WEB_IMAGE.name: Decision(
            WEB_IMAGE.name,
            Reason.BUILDING,
            "the run on web-north began at 12:05",
            deadline=NOON + 5 * HOUR,
        ),
        DB_IMAGE.name: Decision(
            DB_IMAGE.name,
            Reason.COOLDOWN,
            "westeurope is out by run and peers, but db may not be built yet",
            held_by=(cooldown,),
            wake_at=NOON + 3 * HOUR,
        ),
        LAB_IMAGE.name: Decision(LAB_IMAGE.name, Reason.NOTHING_FAILED),
    }
    return Snapshot(now, view, decisions, blind=False)


def with_record(state: State) -> None:
    """Let there be the incident of the outage, an older one, and what we were right about."""
    first = FirstSight("emerging", NOON + 10 * MINUTE, "AIB-1", "Builds fail in West Europe")
    late = FirstSight("events", NOON - DAY + HOUR, "4LTS-9C8", "Builds failed")
    opened = NOON + 4 * MINUTE
    for each in (
        Incident(IncidentId("01d"), NORTH, NOON - DAY, NOON - DAY, (), NOON - 22 * HOUR, (late,)),
        Incident(IncidentId("1c1d"), WEST, opened, NOON + MINUTE, PLATFORM, None, (first,)),
    ):
        state.incidents[each.id] = each
    said = Notice(
        "AIB-1",
        "EmergingIssue",
        first.title,
        frozenset(),
        frozenset({WEST}),
        active=True,
        began=NOON,
    )
    known = NoticeKnown(NOON + 10 * MINUTE, WEST, "emerging", said)
    state.notices[WEST, known.source, said.id] = known
    ended = NOON - 3 * DAY
    score = Score(
        a_failure(ended=ended).key,
        WEST,
        ended,
        Deed.ACTED,
        Truth.PLATFORM,
        decided=ended + 4 * MINUTE,
    )
    state.scores[score.key] = score
    state.tally = {
        (Deed.ACTED, Truth.PLATFORM): 2,
        (Deed.ADVISED, Truth.PLATFORM): 1,
        (Deed.ACTED, Truth.OWNER): 1,
        (Deed.HELD, Truth.PLATFORM): 2,
        (Deed.HELD, Truth.OWNER): 7,
    }


def paused() -> Snapshot:
    """Return a calm day on which everything is paused."""
    snapshot = calm()
    pause = Paused(NOON - HOUR, "all", "gallery migration", "ann", NOON + 2 * HOUR)
    apply(snapshot.view.state, pause)
    return snapshot


def ordered() -> Snapshot:
    """Return a calm day on which somebody ordered a build that is not begun yet."""
    snapshot = calm()
    web, at, to = WEB_IMAGE.name, NOON - HOUR, WEB_IMAGE.templates[1]
    order = Order(OrderId("0rder"), OrderKind.FAILOVER, web, at, "ada", "a move", to)
    apply(snapshot.view.state, Ordered(at, order))
    return snapshot


def unbuilt() -> Snapshot:
    """Return the outage after the failover of `web` failed; nobody has looked yet."""
    snapshot = outage()
    state = snapshot.view.state
    (building,) = state.open.values()
    failed = replace(
        state.failovers[building],
        phase=Phase.CLOSED,
        outcome=Outcome.FAILED,
        closed=NOON + 10 * MINUTE,
    )
    state.failovers[failed.id] = failed
    state.open.clear()
    answered = Decision(WEB_IMAGE.name, Reason.ANSWERED, f"failover {failed.id}: failed")
    return replace(snapshot, decisions={**snapshot.decisions, WEB_IMAGE.name: answered})


def said_out() -> Snapshot:
    """Return a calm day on which Kim says that WEST is out."""
    snapshot = calm()
    word = a_word(until=NOON + 2 * HOUR)
    snapshot.view.state.words[WEST] = word
    says = Evidence(Family.OPERATOR, f"kim says that it is out: {word.reason}")
    degraded = a_belief(health=Health.DEGRADED, since=NOON, evidence=(says,))
    snapshot.view.state.regions[WEST] = degraded
    return snapshot


def blind() -> Snapshot:
    """Return a day on which our own network is broken: nothing was read for ten minutes."""
    sightings = all_seen(NOON - 10 * MINUTE)
    fault = Fault(FaultKind.NETWORK, "no route to management.azure.com")
    sightings.faults = dict.fromkeys(sightings.templates, fault)
    state = a_calm_state()
    for name, belief in state.regions.items():
        state.regions[name] = replace(belief, health=Health.UNKNOWN, since=NOON - 8 * MINUTE)
    view = replace(
        a_view(state=state, sightings=sightings),
        suspicion=Hold(Reason.SELF_SUSPECT, "the self-test fails: no route to Azure"),
    )
    decisions = {
        each.name: Decision(each.name, Reason.PRIMARY_UNREADABLE, "not read since 11:50")
        for each in IMAGES
    }
    return Snapshot(NOON, view, decisions, blind=True)


def a_closed_failover(number: int, outcome: Outcome, closed: datetime) -> Failover:
    """Return a failover of `web` that ended."""
    return a_failover(
        id=FailoverId(f"{number:012x}"),
        opened=closed - timedelta(minutes=40),
        phase=Phase.CLOSED,
        since=closed,
        target=WEB_NORTH,
        outcome=outcome,
        closed=closed,
        version="/galleries/golden/images/web/versions/1.0.41",
    )
