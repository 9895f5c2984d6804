"""Snapshot -> what `/api/v1/status` answers and the page shows: plain JSON values.

Names of keys are a contract (DESIGN 4): keys are added, never renamed. Times are ISO 8601 in UTC.
"""

from collections.abc import Sequence
from datetime import datetime

from aibwatch.model.chain import Head
from aibwatch.model.decision import Decision, Hold
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Failover
from aibwatch.model.image import Image
from aibwatch.model.latest import latest
from aibwatch.model.names import FailoverId, TemplateId, name_of
from aibwatch.model.order import Order
from aibwatch.model.readiness import Readiness
from aibwatch.model.state import Snapshot, View
from aibwatch.status.aftermath import aftermath
from aibwatch.status.drills import drill_told, drilled, drills_told
from aibwatch.status.editions import edition_of
from aibwatch.status.freshness import Freshness, freshness
from aibwatch.status.needing import needing, needs_told
from aibwatch.status.plain import Json, Object, instant
from aibwatch.status.preparation import amiss, next_command
from aibwatch.status.record import incident_list, scores
from aibwatch.status.regional import region_list
from aibwatch.status.standing import GOOD, Standing, headline, holds, is_unsettled, standing
from aibwatch.status.supposed import would_list
from aibwatch.status.timeline import timeline
from aibwatch.status.violations import grave, violation_of
from aibwatch.status.watched import (
    home_region,
    is_protected,
    is_ready,
    last_run,
    pauses,
    readable,
    run_state,
)

GOOD_KEPT, BAD_KEPT = 10, 40
"""How many closed failovers are shown: failures stay longer than successes."""


def status(snapshot: Snapshot, version: str, availability: Sequence[Json] = ()) -> Object:
    """Return everything, as of the end of the last cycle, and the `availability` of regions."""
    view = snapshot.view
    return {
        "at": instant(snapshot.at),
        "version": version,
        "summary": summary(view, snapshot.at),
        "headline": _standing(headline(snapshot)),
        "leader": view.leader,
        "holder": view.state.holder,
        "writable": view.writable,
        "blind": snapshot.blind,
        "suspicion": _hold(view.suspicion) if view.suspicion else None,
        "paused": bool(pauses(snapshot)),
        "pauses": [pause_told(each) for each in pauses(snapshot)],
        "orders": [order_told(each, view) for _, each in sorted(view.state.orders.items())],
        "violations": [violation_of(each) for each in grave(view.state, snapshot.at)],
        "regions": region_list(snapshot),
        "images": image_list(snapshot),
        "failovers": [_failover(view, view.state.failovers[each]) for each in _open(view)],
        "recent": recent(view),
        "drills": drills_told(snapshot, drilled(view)),
        "timeline": timeline(view),
        "incidents": incident_list(view.state),
        "aftermath": aftermath(view, snapshot.at),
        "scores": scores(view.state),
        "availability": [*availability],
    }


def audit(head: Head) -> Object:
    """Return what to keep elsewhere, so that `history --verify` proves the journal unchanged."""
    return {"head": head.short if head.seq else None, "entries": head.seq}


def summary(view: View, now: datetime) -> str:
    """Return the fleet in a line, such as "12 images, 3 protected"."""
    protected = sum(is_protected(view, each, now) for each in view.images.values())
    count = len(view.images)
    return f"{count} image{'' if count == 1 else 's'}, {protected} protected"


def image_list(snapshot: Snapshot) -> list[Json]:
    """Return every image with its templates, failover and decision."""
    needs, drills = needing(snapshot.view), drilled(snapshot.view)
    return [
        {
            **status_of_image(snapshot, each),
            "needs_human": needs_told(needs.get(each.name)),
            "drill": drill_told(snapshot.view, each, drills),
        }
        for each in snapshot.view.images.values()
    ]


def failover_of(view: View, image: Image) -> Json:
    """Return the image's open failover, None if it has none."""
    failover = view.state.open_failover(image.name)
    return _failover(view, failover) if failover else None


def recent(view: View) -> list[Json]:
    """Return closed failovers, the newest first; bad ones are kept longer than good ones."""
    closed = [each for each in view.state.failovers.values() if not each.open]
    closed.sort(key=lambda each: each.closed or each.since, reverse=True)
    good = [each for each in closed if each.outcome in GOOD][:GOOD_KEPT]
    bad = [each for each in closed if each.outcome not in GOOD][:BAD_KEPT]
    kept = {each.id for each in (*good, *bad)}
    return [_failover(view, each) for each in closed if each.id in kept]


def readiness_of(view: View, image: Image, template: TemplateId) -> Readiness | None:
    """Return what was checked about a secondary, None if nothing was yet."""
    return view.readiness.get((image.name, template))


def hold_list(snapshot: Snapshot, image: Image) -> list[Json]:
    """Return every guard that holds."""
    return [_hold(each) for each in holds(snapshot, image)]


def decision_of(decision: Decision | None) -> Json:
    """Return what was decided and why, None before the first decision."""
    if decision is None:
        return None
    return {
        "reason": decision.reason,
        "says": decision.says,
        "wake_at": instant(decision.wake_at),
    }


def status_of_image(snapshot: Snapshot, image: Image) -> Object:
    """Return one image with its templates, failover and decision."""
    view, decision = snapshot.view, snapshot.decisions.get(image.name)
    newest = latest(image, view.state)
    return {
        "name": image.name,
        "mode": image.mode,
        "tagged": image.name in view.tagged,
        "priority": image.priority,
        "standing": _standing(standing(snapshot, image)),
        "protected": is_protected(view, image, snapshot.at),
        "next": next_command(image) if view.is_configured(image.name) else None,
        "unsettled": is_unsettled(snapshot, image),
        "misconfigured": view.misconfigured.get(image.name),
        "templates": [_template(view, image, each) for each in image.templates],
        "failover": failover_of(view, image),
        "held_by": hold_list(snapshot, image),
        "would": would_list(view.state, image, snapshot.at),
        "latest": edition_of(newest) if newest else None,
        "editions": [
            edition_of(each) for each in view.state.editions.get(image.name, ()) if each.answers
        ],
        "decision": decision_of(decision),
    }


def _template(view: View, image: Image, template: TemplateId) -> Object:
    primary = template == image.primary
    run, readiness = last_run(view, template), readiness_of(view, image, template)
    fault = view.sightings.faults.get(template)
    return {
        "id": template,
        "name": name_of(template),
        "region": home_region(view, template),
        "role": "primary" if primary else "secondary",
        "run_state": run_state(view, template),
        "run_phase": run.phase if run else "",
        "run_started": instant(run.started) if run else None,
        "run_ended": instant(run.ended) if run else None,
        "ready": None if primary else is_ready(view, image, template),
        "lacks": [each.says for each in readiness.faults] if readiness and not primary else [],
        "amiss": [] if primary else amiss(readiness, _age(view, template)),
        "readable": readable(view, template),
        "seen": instant(view.sightings.seen.get(template)),
        "fault": str(fault) if fault else None,
    }


def _failover(view: View, failover: Failover) -> Object:
    target = failover.target
    return {
        "id": failover.id,
        "image": failover.image,
        "phase": failover.phase,
        "reason": failover.reason,
        "target": target,
        "target_name": name_of(target) if target else None,
        "target_region": home_region(view, target) if target else None,
        "since": instant(failover.since),
        "opened": instant(failover.opened),
        "tried": [name_of(each) for each in failover.tried],
        "refusals": [
            {"target": name_of(each.target), "at": instant(each.at), "says": each.says}
            for each in failover.refusals
        ],
        "answers": str(failover.key),
        "order": _order(failover.order) if failover.order else None,
        "outcome": failover.outcome,
        "good": failover.outcome in GOOD if failover.outcome else None,
        "closed": instant(failover.closed),
        "version": failover.version,
    }


def _order(order: Order) -> Object:
    return {
        "id": order.id,
        "kind": order.kind,
        "actor": order.actor,
        "reason": order.reason,
        "at": instant(order.at),
        "accept": [*sorted(order.accept)],
        "plan": order.plan,
    }


def _open(view: View) -> list[FailoverId]:
    return [failover for _, failover in sorted(view.state.open.items())]


def _standing(standing: Standing) -> Object:
    return {"level": standing.level, "says": standing.says, "detail": standing.detail}


def _hold(hold: Hold) -> Object:
    return {"reason": hold.reason, "says": hold.says, "until": instant(hold.until)}


def pause_told(pause: Paused) -> Object:
    """Return one pause, with whose it is."""
    return {
        "scope": pause.scope,
        "reason": pause.reason,
        "actor": pause.actor,
        "since": instant(pause.at),
        "until": instant(pause.until),
    }


def order_told(order: Order, view: View) -> Object:
    """Return one order that no failover carries out yet."""
    image = view.images.get(order.image)
    to = order.to and (image.called(order.to) if image else name_of(order.to))
    return {
        "order": order.id,
        "kind": order.kind,
        "image": order.image,
        "to": to,
        "reason": order.reason,
        "actor": order.actor,
        "since": instant(order.at),
    }


def _age(view: View, template: TemplateId) -> Freshness:
    return freshness(template, view.sightings, view.state.blueprints)
