"""What happened, newest first: incidents, what Microsoft said of them, failovers and drills."""

from collections.abc import Iterator
from datetime import datetime

from aibwatch.model.failover import Failover
from aibwatch.model.incident import Incident
from aibwatch.model.state import View
from aibwatch.status.plain import Json, instant
from aibwatch.status.standing import GOOD, Level
from aibwatch.status.watched import home_region

SHOWN = 20
"""Events that are shown, the newest."""

Happened = tuple[datetime, str, str, Level]
"""When, to which region or image, what, and how much it matters."""


def timeline(view: View) -> list[Json]:
    """Return the newest events as the API tells them."""
    state = view.state
    found = [each for incident in state.incidents.values() for each in _of_incident(incident)]
    found += [each for one in state.failovers.values() for each in _of_failover(view, one)]
    found.sort(reverse=True)
    return [
        {"at": instant(at), "about": about, "says": says, "level": level}
        for at, about, says, level in found[:SHOWN]
    ]


def _of_incident(incident: Incident) -> Iterator[Happened]:
    families = " and ".join(each.family for each in incident.evidence)
    by = f", by {families}" if families else ""
    yield incident.opened, incident.region, f"believed to be out{by}", Level.BAD
    for each in incident.sights:
        says = f"Microsoft ({each.source}): {each.notice} {each.title}".rstrip()
        yield each.at, incident.region, says, Level.IDLE
    if incident.closed:
        yield incident.closed, incident.region, "healthy again", Level.GOOD


def _of_failover(view: View, failover: Failover) -> Iterator[Happened]:
    region = home_region(view, failover.target) if failover.target else None
    where = f" in {region}" if region else ""
    what = "drill" if failover.is_drill else "failover"
    yield failover.opened, failover.image, f"{what} opened", Level.ACTING
    if failover.closed and failover.outcome:
        version = f", version {failover.version.rpartition('/')[2]}" if failover.version else ""
        says = f"{what} {failover.outcome.replace('_', ' ')}{where}{version}"
        level = Level.GOOD if failover.outcome in GOOD else Level.BAD
        yield failover.closed, failover.image, says, level
    elif failover.since > failover.opened:
        phase = f"drill {failover.phase}" if failover.is_drill else failover.phase
        yield failover.since, failover.image, f"{phase}{where}", Level.ACTING
