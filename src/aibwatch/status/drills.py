"""What is told of drills: the last and the next, how long recovery took, what may be removed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aibwatch.config.cron import times
from aibwatch.model.failover import Failover
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName
from aibwatch.model.rehearsal import (
    Spread,
    can_be_drilled,
    drill_outcome,
    drills_of,
    next_up,
    recovery,
    spread,
)
from aibwatch.model.state import Snapshot, View
from aibwatch.status.plain import Json, Object, instant
from aibwatch.status.preparation import GIB_MONTH
from aibwatch.status.watched import is_ready

OVERDUE_AFTER = timedelta(days=35)
"""Where nothing is required, an image should be built elsewhere this often: monthly and a bit."""
VERSIONS_MAX = 10
"""So many versions of drills are told of an image, the newest."""

Drilled = Mapping[ImageName, Sequence[Failover]]
"""The drills of each image, oldest first."""


def drilled(view: View) -> Drilled:
    """Return the drills of all images at once, as it takes a look at every failover."""
    return drills_of(view.state.failovers.values())


def drills_told(snapshot: Snapshot, known: Drilled) -> Object:
    """Return when the next drill is due and whose it is, and how long recoveries took in all."""
    view = snapshot.view
    schedule, turn = view.policy.drills.schedule, next_up(view)
    following = next(times(schedule, snapshot.at), None) if schedule and turn else None
    all_of_them = (each for drills in known.values() for each in drills)
    return {
        "next": instant(following),
        "image": turn.name if turn and following else None,
        "recovery": _spread(spread(filter(None, map(recovery, all_of_them)))),
    }


def drill_told(view: View, image: Image, known: Drilled) -> Json:
    """Return what is to be said of an image's drills, None if it is for none and had none."""
    drills, blocked = known.get(image.name, ()), view.state.blocked.get(image.name)
    if not (drills or blocked or can_be_drilled(image, view) or image.drill):
        return None
    return {
        "template": image.drill,
        "ready": is_ready(view, image, image.drill) if image.drill else None,
        "last": _last(drills[-1]) if drills else None,
        "blocked": {"at": instant(blocked.at), "says": blocked.says} if blocked else None,
        "proven": instant(view.state.proven.get(image.name)),
        "due": instant(due(view, image)),
        "recovery": _spread(spread(filter(None, map(recovery, drills)))),
        "versions": [_version(view, each) for each in reversed(drills) if _is_left(image, each)][
            :VERSIONS_MAX
        ],
    }


def due(view: View, image: Image) -> datetime | None:
    """Return by when an image should be built well elsewhere again; None where nobody asks.

    One that never was counts from when drills were first configured.
    """
    rules = view.policy.drills
    if not (can_be_drilled(image, view) and (rules.schedule or rules.require_within)):
        return None
    since = view.state.proven.get(image.name) or view.state.drills_since
    return since + (rules.require_within or OVERDUE_AFTER) if since else None


def _last(drill: Failover) -> Object:
    took = recovery(drill)
    return {
        "failover": drill.id,
        "ordered": instant(drill.order.at if drill.order else drill.opened),
        "outcome": drill_outcome(drill),
        "reason": drill.reason,
        "target": drill.target,
        "closed": instant(drill.closed),
        "version": drill.version or None,
        "seconds": {
            "trigger": took.trigger.total_seconds(),
            "build": took.build.total_seconds(),
            "replicate": took.replicate.total_seconds(),
            "total": took.total.total_seconds(),
        }
        if took
        else None,
    }


def _spread(found: Spread | None) -> Json:
    if found is None:
        return None
    return {
        "count": found.count,
        "median_seconds": found.median.total_seconds(),
        "longest_seconds": found.longest.total_seconds(),
    }


def _is_left(image: Image, drill: Failover) -> bool:
    """Whether a drill made a version that nobody uses, as its template publishes no `latest`."""
    return bool(drill.version) and drill.target == image.drill


def _version(view: View, drill: Failover) -> Object:
    known = view.sightings.templates.get(drill.target) if drill.target else None
    return {
        "version": drill.version,
        "name": drill.version.rpartition("/")[2],
        "made": instant(drill.closed),
        "cost": _cost(len(known.targets) if known else 0),
        "remove": removal(drill.version),
    }


def _cost(regions: int) -> str:
    """Estimate what a version costs; how large it is Azure says nowhere that we read."""
    if not regions:
        return f"about {GIB_MONTH:.2f} USD a month for each GiB in each of its regions"
    where = f"in {regions} region{'s' if regions != 1 else ''}"
    return f"about {regions * GIB_MONTH:.2f} USD a month for each GiB, {where}"


def removal(version: str) -> str:
    """Return the command that removes a gallery version; aibwatch itself never does."""
    parts = version.strip("/").split("/")
    named = dict(zip(map(str.lower, parts[::2]), parts[1::2], strict=False))
    return (
        f"az sig image-version delete --subscription {named.get('subscriptions')}"
        f" --resource-group {named.get('resourcegroups')} --gallery-name {named.get('galleries')}"
        f" --gallery-image-definition {named.get('images')}"
        f" --gallery-image-version {named.get('versions')}"
    )
