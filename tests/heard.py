"""Journals as the monitors hear them, and a failover that keeps every promise, entry by entry."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aibwatch.journal.fold import apply
from aibwatch.journal.monitors.every import MONITORS
from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.trail import Trail
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Answered,
    Booted,
    Closed,
    Entry,
    FailoverOpened,
    FailureJudged,
    Intended,
    Moved,
    RegionAssessed,
    RunSeen,
    TemplateKnown,
    Witnessed,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, TemplateId, Token
from aibwatch.model.order import Order
from aibwatch.model.readiness import Check, Colour, Item, Readiness
from aibwatch.model.region import Health
from aibwatch.model.state import State
from aibwatch.model.template import RunKey, RunState, Template
from aibwatch.model.verdict import Evidence, Failure, Family
from aibwatch.model.witness import Sight, Witness
from builders import (
    EAST,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failure,
    a_policy,
    a_run,
    a_template,
    an_id,
    an_image,
)

WEB_EAST = an_id("web-east")
WEB_IMAGE: Image = an_image(templates=(WEB, WEB_NORTH, WEB_EAST))
ID = FailoverId("f00d")
TOKEN = Token("c0ffee")
FAMILIES = (Evidence(Family.RUN, "the generic text"), Evidence(Family.HISTORY, "it built before"))
WEST_TEMPLATE: Template = a_template()
NORTH_TEMPLATE: Template = a_template(id=WEB_NORTH, region=NORTH)
EAST_TEMPLATE: Template = a_template(id=WEB_EAST, region=EAST)


def breaches(
    entries: Iterable[Entry], monitors: Iterable[Monitor] = MONITORS
) -> list[tuple[str, str]]:
    """Return every broken promise in a journal, in words; one that makes no sense ends there."""
    monitors = tuple(monitors)
    state, trail, found = State(), Trail(), list[tuple[str, str]]()
    for entry in entries:
        for monitor in monitors:
            says = monitor.breaks(entry, state, trail) if type(entry) in monitor.hears else ""
            if says:
                found.append((monitor.promise, says))
        try:
            apply(state, entry)
        except ValueError:
            break
        trail.note(entry)
    return found


def prologue(failure: Failure | None = None) -> list[Entry]:
    """Return a start, three templates that are known, and the primary's failure."""
    failed = failure or a_failure()
    templates = (WEST_TEMPLATE, NORTH_TEMPLATE, EAST_TEMPLATE)
    entries: list[Entry] = [Booted(NOON - HOUR, 1, "test")]
    entries += [TemplateKnown(NOON - HOUR, each) for each in templates]
    entries += [
        RegionAssessed(NOON, a_belief(region=each.region, health=Health.HEALTHY))
        for each in templates[1:]
    ]
    if failed.run is not None:
        entries.append(RunSeen(NOON, failed.run, WEST, "recipe-web", "identity-web"))
    return [*entries, FailureJudged(NOON, failed)]


def a_witness(at: datetime, **changes: object) -> Witnessed:
    """Return what an act at this instant rests on: all is well but the primary."""
    templates = (WEST_TEMPLATE, NORTH_TEMPLATE, EAST_TEMPLATE)
    witness = Witness(
        WEB_IMAGE,
        a_policy(),
        NOON - HOUR,
        sweeps=2,
        evidence=FAMILIES,
        sights=tuple(Sight(each.id, each, at, at) for each in templates),
        readiness=tuple(a_readiness(each) for each in WEB_IMAGE.secondaries),
    )
    return Witnessed(at, replace(witness, **changes), acts=True)  # type: ignore[arg-type]


def a_readiness(template: TemplateId, *red: Check) -> Readiness:
    """Return a readiness that is green but for these."""
    colours = {each: Colour.RED if each in red else Colour.GREEN for each in Check}
    return Readiness(template, tuple(Item(each, colours[each], "so it is") for each in Check))


def opened(at: datetime = NOON + 5 * MINUTE, order: Order | None = None) -> list[Entry]:
    """Return the opening of the failover with what it rests on."""
    entry = FailoverOpened(
        at, ID, WEB_IMAGE.name, a_failure().key, Reason.PLATFORM_OUTAGE, FAMILIES, order=order
    )
    return [a_witness(at), entry]


def asked(
    at: datetime = NOON + 6 * MINUTE, target: TemplateId = WEB_NORTH, token: Token = TOKEN
) -> list[Entry]:
    """Return the intent to ask a secondary with what it rests on."""
    return [a_witness(at), Intended(at, ID, target, token, 1, Reason.PLATFORM_OUTAGE)]


def answered(event: Event = Event.BEGAN, at: datetime = NOON + 6 * MINUTE) -> Answered:
    """Return the answer."""
    return Answered(at, ID, TOKEN, event)


def moved(event: Event, at: datetime, run: RunKey | None = None) -> Moved:
    """Return one move."""
    return Moved(at, ID, event, Reason.RUN_SEEN, run)


def adopted(target: TemplateId = WEB_NORTH, at: datetime = NOON + 7 * MINUTE) -> list[Entry]:
    """Return that the run on a secondary was seen and adopted."""
    run = a_run(template=target, started=at, state=RunState.RUNNING, ended=None)
    region = NORTH if target == WEB_NORTH else EAST
    seen = RunSeen(at, run, region, "recipe-web", "identity-web")
    return [seen, moved(Event.ADOPTED, at, run.key)]


def succeeded(at: datetime = NOON + HOUR, version: str = "1.0.42") -> list[Entry]:
    """Return that the run came right and its version is where it must be."""
    closed = Closed(at, ID, Outcome.SUCCEEDED, Reason.REPLICATED, version=version)
    return [moved(Event.RUN_SUCCEEDED, at), closed]


def a_journal() -> list[Entry]:
    """Return a failover that goes well."""
    return [*prologue(), *opened(), *asked(), answered(), *adopted(), *succeeded()]
