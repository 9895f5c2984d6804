"""What is told of regions: what is believed of each and why, an operator's word, its canary."""

from datetime import datetime

from aibwatch.model.names import Region, name_of
from aibwatch.model.probe import Probe
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Snapshot, State
from aibwatch.status.canaries import cost
from aibwatch.status.plain import Json, Object, evidence_list, instant
from aibwatch.status.watched import regions


def region_list(snapshot: Snapshot) -> list[Json]:
    """Return what is believed of each region and its canary, the worst first."""
    view = snapshot.view
    worst = (Health.OUTAGE, Health.DEGRADED, Health.UNKNOWN, Health.HEALTHY)
    found = [(each, view.state.regions.get(each)) for each in regions(view)]
    found.sort(key=lambda pair: worst.index(_health(pair[1])))
    return [
        {**region_of(view.state, name, snapshot.at), "canary": canary_of(snapshot, name)}
        for name, _ in found
    ]


def region_of(state: State, name: Region, now: datetime) -> Object:
    """Return what is believed of one region and why, and what an operator says of it."""
    belief = state.regions.get(name)
    return {
        "name": name,
        "health": _health(belief),
        "since": instant(belief.since) if belief else None,
        "evidence": evidence_list(belief.evidence if belief else ()),
        "incident": belief.incident if belief else None,
        "agreed_since": instant(belief.agreed_since) if belief else None,
        "quiet_since": instant(belief.quiet_since) if belief else None,
        "good_since": instant(belief.good_since) if belief else None,
        "word": word_of(state, name, now),
    }


def word_of(state: State, region: Region, now: datetime) -> Json:
    """Return an operator's word that the region is out, None unless one stands."""
    word = state.words.get(region)
    if word is None or not word.speaks(now):
        return None
    return {
        "reason": word.reason,
        "actor": word.actor,
        "since": instant(word.at),
        "until": instant(word.until),
    }


def canary_of(snapshot: Snapshot, region: Region) -> Json:
    """Return what is to be said of the canary of a region, None if it has none."""
    decision = next((each for each in snapshot.probes if each.region == region), None)
    if decision is None:
        return None
    state = snapshot.view.state
    paid = cost(state.probes.get(region, ()), snapshot.at)
    return {
        "id": decision.template,
        "name": name_of(decision.template),
        "reason": decision.reason,
        "says": decision.says,
        "next": instant(decision.wake_at),
        "last": _last_probe(state.last_probe(region)),
        "cost": {"probes": paid.probes, "minutes": paid.minutes, "says": paid.says},
    }


def _health(belief: RegionBelief | None) -> Health:
    return belief.health if belief else Health.UNKNOWN


def _last_probe(probe: Probe | None) -> Json:
    if probe is None:
        return None
    return {
        "at": instant(probe.at),
        "reason": probe.reason,
        "answer": probe.answer,
        "result": probe.state,
        "started": instant(probe.started),
        "ended": instant(probe.ended),
        "says": _probe_says(probe),
    }


def _probe_says(probe: Probe) -> str:
    """Say how it failed or why it was not begun, "" if there is nothing to say."""
    if probe.failure is not None:
        error = probe.failure.classification
        return f"{error.cause} ({error.signature or 'no signature'})"
    return "" if probe.started else probe.says
