"""The record, as plain JSON values: incidents with who knew first, and how often we were right."""

from collections.abc import Mapping
from datetime import timedelta

from aibwatch.model.incident import AIBWATCH, FirstSight, Incident
from aibwatch.model.score import Deed, Truth
from aibwatch.model.state import State
from aibwatch.status.plain import Json, Object, evidence_list, instant

CLOSED_KEPT = 10
"""Closed incidents that are shown."""

_ACTS = (Deed.ACTED, Deed.ADVISED)


def incident_list(state: State) -> list[Json]:
    """Return all open incidents and the last closed ones, the newest first."""
    newest = sorted(state.incidents.values(), key=lambda each: (each.opened, each.id), reverse=True)
    closed = [each.id for each in newest if each.closed][:CLOSED_KEPT]
    return [_incident(each) for each in newest if each.closed is None or each.id in closed]


def scores(state: State) -> Object:
    """Return how often we were right, of the failures whose fault has shown.

    Precision: of those that we answered, the share that was the platform's. Recall: of the
    platform's, the share that we answered. None where there is nothing to divide by. Would-be
    answers of images in mode observe or advise count as answers.
    """
    right = _count(state.tally, _ACTS, Truth.PLATFORM)
    needless = _count(state.tally, _ACTS, Truth.OWNER)
    overlooked = _count(state.tally, (Deed.HELD,), Truth.PLATFORM)
    return {
        "right": right,
        "needless": needless,
        "missed": overlooked,
        "dismissed": _count(state.tally, (Deed.HELD,), Truth.OWNER),
        "waiting": len(state.unscored),
        "precision": _share(right, right + needless),
        "recall": _share(right, right + overlooked),
        "mean_seconds_to_decide": _mean_seconds(state),
    }


def _incident(incident: Incident) -> Object:
    first: Object = {"source": AIBWATCH, "at": instant(incident.opened), "lead_seconds": None}
    return {
        "id": incident.id,
        "region": incident.region,
        "opened": instant(incident.opened),
        "agreed": instant(incident.agreed),
        "closed": instant(incident.closed),
        "evidence": evidence_list(incident.evidence),
        "first": incident.first,
        "known": [first, *(_sight(incident, each) for each in incident.sights)],
    }


def _sight(incident: Incident, sight: FirstSight) -> Object:
    return {
        "source": sight.source,
        "at": instant(sight.at),
        "lead_seconds": incident.lead(sight).total_seconds(),
        "notice": sight.notice,
        "title": sight.title,
    }


def _count(tally: Mapping[tuple[Deed, Truth], int], deeds: tuple[Deed, ...], truth: Truth) -> int:
    return sum(tally.get((deed, truth), 0) for deed in deeds)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean_seconds(state: State) -> float | None:
    """Return the mean time from the end of a failure to our decision, of the newest scores."""
    took = [each.decided - each.ended for each in state.scores.values() if each.decided]
    return sum(took, timedelta(0)).total_seconds() / len(took) if took else None
