"""Why an image is built elsewhere, or why not: the failure, the evidence, every guard, the remedy.

Answers `/api/v1/images/{name}`, the page of an image and `aibwatch explain`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from aibwatch.model.decision import Decision, Reason
from aibwatch.model.graph import Graph
from aibwatch.model.image import Image
from aibwatch.model.inquiry import Asked, Inquiry
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.state import Snapshot, View
from aibwatch.model.verdict import Evidence, Failure, Family, Verdict, Veto
from aibwatch.status.drills import drill_told, drilled
from aibwatch.status.editions import editions_told
from aibwatch.status.freshness import freshness
from aibwatch.status.needing import needing, needs_told
from aibwatch.status.plain import Json, Object, instant
from aibwatch.status.preparation import items_of, tree_of
from aibwatch.status.regional import region_of
from aibwatch.status.remedies import REMEDIES
from aibwatch.status.view import (
    decision_of,
    failover_of,
    hold_list,
    readiness_of,
    status_of_image,
)
from aibwatch.status.watched import home_region, is_ready, run_state

NO_GRAPHS: Mapping[TemplateId, Graph] = MappingProxyType({})

SILENT = {
    Family.RUN: "the error does not speak of the platform",
    Family.PEERS: "no other template of the region fails the same way",
    Family.NOTICES: "Microsoft says nothing (which proves nothing)",
    Family.PROVIDER: "nothing is known against the region's own provider",
    Family.HISTORY: "no recent good build of this recipe is known",
    Family.OPERATOR: "no operator has declared the region out",
}
"""What it means that a family does not speak."""
VETOES = {
    Veto.NEVER_SUCCEEDED: "this template never built well, so its own fault is not excluded",
    Veto.CHANGED: "the template changed since its last good run, so its own fault is not excluded",
}


def explain(
    snapshot: Snapshot,
    image: Image,
    inquiry: Inquiry | None = None,
    graphs: Mapping[TemplateId, Graph] = NO_GRAPHS,
) -> Object:
    """Return everything that the decision about `image` rests on.

    With an inquiry also every guard by name, and what would make it act; with graphs also what its
    secondaries rest on.
    """
    view, decision = snapshot.view, snapshot.decisions.get(image.name)
    verdict = view.verdicts.get(image.primary)
    region = home_region(view, image.primary)
    return {
        **status_of_image(snapshot, image),
        "needs_human": needs_told(needing(view).get(image.name)),
        "drill": drill_told(view, image, drilled(view)),
        "at": instant(snapshot.at),
        "failure": _failure(view, image.primary, verdict),
        "evidence": _families(verdict, inquiry),
        "families_needed": view.policy.families,
        "convinces": verdict.convinces(view.policy.families) if verdict else False,
        "veto": _veto(verdict),
        "region": region_of(view.state, region, snapshot.at),
        "primary_state": run_state(view, image.primary),
        "decision": decision_of(decision),
        "guards": hold_list(snapshot, image),
        "secondaries": [
            _secondary(view, image, each, graphs.get(each)) for each in image.secondaries
        ],
        "failover": failover_of(view, image),
        "would_change": _would_change(decision),
        "inquiry": _inquired(inquiry),
        "versions": editions_told(view, image),
    }


def _failure(view: View, template: TemplateId, verdict: Verdict | None) -> Json:
    failure = verdict.failure if verdict else view.state.failures.get(template)
    return _told(failure) if failure else None


def _told(failure: Failure) -> Object:
    classification = failure.classification
    return {
        "key": str(failure.key),
        "template": failure.template,
        "region": failure.region,
        "started": instant(failure.began),
        "ended": instant(failure.ended),
        "seen": instant(failure.seen),
        "message": failure.message,
        "cause": classification.cause,
        "disposition": classification.disposition,
        "signature": classification.signature,
        "reasons": list(classification.reasons),
        "log": failure.log,
        "ids": list(failure.ids),
    }


def _families(verdict: Verdict | None, inquiry: Inquiry | None) -> list[Json]:
    """Return all families in their order; those that are silent, or could not speak, said so."""
    speaking = {each.family: each for each in verdict.evidence} if verdict else {}
    silent = SILENT if verdict else dict.fromkeys(Family, "nothing failed")
    mute = (
        {each.family: each.says for each in inquiry.prospects if not each.possible}
        if inquiry
        else {}
    )
    silent = {each: f"silent: {silent[each]}" for each in Family}
    silent |= {each: f"cannot speak: {says}" for each, says in mute.items()}
    return [_family(each, speaking.get(each), silent[each]) for each in Family]


def _family(family: Family, evidence: Evidence | None, silent: str) -> Object:
    says = evidence.says if evidence else silent
    return {"family": family, "speaks": evidence is not None, "says": says}


def _veto(verdict: Verdict | None) -> Json:
    if verdict is None or verdict.veto is None:
        return None
    return {"reason": verdict.veto, "says": VETOES[verdict.veto]}


def _secondary(view: View, image: Image, template: TemplateId, graph: Graph | None) -> Object:
    readiness = readiness_of(view, image, template)
    return {
        "id": template,
        "name": name_of(template),
        "region": home_region(view, template),
        "run_state": run_state(view, template),
        "ready": is_ready(view, image, template),
        "items": items_of(readiness, freshness(template, view.sightings, view.state.blueprints)),
        "rests_on": tree_of(graph) if graph else None,
    }


def _inquired(inquiry: Inquiry | None) -> Json:
    if inquiry is None:
        return None
    verdict = inquiry.verdict
    return {
        "supposed": inquiry.supposed,
        "decision": decision_of(inquiry.decision),
        "speaking": [each.family for each in verdict.evidence] if verdict else [],
        "guards": [_asked(each) for each in inquiry.guards],
        "families": [
            {"family": each.family, "possible": each.possible, "says": each.says}
            for each in inquiry.prospects
        ],
        "flips": [{"facts": list(each.facts), "reason": each.reason} for each in inquiry.flips],
    }


def _asked(asked: Asked) -> Object:
    hold = asked.hold
    return {
        "guard": asked.guard,
        "passes": hold is None,
        "reason": hold.reason if hold else None,
        "says": hold.says if hold else "",
        "until": instant(hold.until if hold else None),
    }


def _would_change(decision: Decision | None) -> list[Json]:
    """Return one line for the decision's reason and one for each other guard that holds."""
    if decision is None:
        return [REMEDIES[Reason.NOT_SEEN_YET]]
    reasons = (decision.reason, *(hold.reason for hold in decision.held_by))
    return [REMEDIES[each] for each in dict.fromkeys(reasons)]
