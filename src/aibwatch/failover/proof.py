"""Guards about the failure: is it proven to be the platform's, and is it still unanswered?"""

from datetime import datetime

from aibwatch.failover.superseded import since
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.fault import DARK, Fault
from aibwatch.model.gallery import Definition
from aibwatch.model.image import Image
from aibwatch.model.names import name_of
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import ACTIVE, Run, RunState, Template
from aibwatch.model.verdict import Cause, Disposition, Failure, Veto

GOOD_OR_RUNNING = ACTIVE | {RunState.SUCCEEDED, RunState.PARTIALLY_SUCCEEDED}

VETOES = {
    Veto.NEVER_SUCCEEDED: Hold(
        Reason.NEVER_SUCCEEDED,
        "no good run of this template is known, so nothing says it would build anywhere",
    ),
    Veto.CHANGED: Hold(
        Reason.CHANGED_SINCE_SUCCESS,
        "its recipe or identity changed since its last good run, so the change may be the cause",
    ),
}


def evidence(image: Image, failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold until enough families agree that the platform failed, and nothing vetoes it (S12)."""
    if sufficient_alone(failure):
        return None
    verdict = view.verdicts[image.primary]
    if verdict.veto is not None and verdict.evidence:
        return VETOES[verdict.veto]
    if verdict.convinces(view.policy.families):
        return None
    heard = ", ".join(sorted(verdict.families)) or "none"
    says = f"{len(verdict.families)} of {view.policy.families} families agree: {heard}"
    if verdict.refuted:
        says += "; a secondary failed the same way, so it is the build, or all of Azure"
    return Hold(Reason.AWAITING_EVIDENCE, says)


def sufficient_alone(failure: Failure) -> bool:
    """Whether a clear regional capacity code suffices for its own image (S12)."""
    error = failure.classification
    return error.cause is Cause.CAPACITY and error.disposition is Disposition.PLATFORM


def region(image: Image, failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold until the region of the failure is believed to be out."""
    belief = view.state.regions.get(failure.region)
    if sufficient_alone(failure) or (belief and belief.health is Health.OUTAGE):
        return None
    if belief and belief.agreed_since:
        until = belief.agreed_since + view.policy.debounce
        says = f"the evidence on {failure.region} must last until {until:%H:%M:%S}Z"
        if belief.awaited:
            says += f", and what becomes of {belief.awaited} there will tell"
        return Hold(Reason.DEBOUNCING, says, until)
    health = belief.health if belief else Health.UNKNOWN
    if image.name in view.state.open or (
        belief and belief.cleared and failure.ended <= belief.cleared
    ):
        says = f"{failure.region} is not believed to be out any more: it is {health}"
        return Hold(Reason.REGION_RECOVERED, says)
    part = f", in part: {belief.partial}" if belief and belief.partial else ""
    says = f"{failure.region} is not believed to be out: it is {health}{part}"
    return Hold(Reason.AWAITING_EVIDENCE, says)


def unreadable(image: Image, failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold while the primary or its gallery cannot be read, unless its region is dark (S18).

    A failed run that was once read is a fact and does not age, so darkness does not hold.
    """
    seen = view.sightings
    fault = seen.faults.get(image.primary)
    if fault and fault.kind not in DARK:
        return Hold(Reason.PRIMARY_UNREADABLE, f"the primary cannot be read ({fault})")
    template = seen.templates.get(image.primary)
    if template and template.run and is_newer_puzzle(template.run, failure):
        says = f"the primary has a run since {template.run.started:%H:%M:%S}Z of no known state"
        return Hold(Reason.PRIMARY_UNREADABLE, says)
    versions = seen.versions.get(template.definition) if template and template.definition else None
    if isinstance(versions, Fault) and not (
        versions.kind in DARK and at_home(template, failure, view)
    ):
        return Hold(Reason.PRIMARY_UNREADABLE, f"its gallery cannot be read ({versions})")
    return None


def is_newer_puzzle(run: Run, failure: Failure) -> bool:
    """Whether a run since the failed one is in a state of which nobody knows what it means."""
    return run.state is RunState.UNKNOWN and run.started > failure.began


def at_home(template: Template | None, failure: Failure, view: View) -> bool:
    """Whether the gallery lives in the region that failed, or its home was never read."""
    home = (
        view.sightings.definitions.get(template.definition)
        if template and template.definition
        else None
    )
    return not isinstance(home, Definition) or home.home == failure.region


def built_elsewhere(image: Image, failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold while a secondary's run since goes on, whoever began it; once good, it is the answer.

    After the loss of the store this is what tells that the failure is being answered (S44).
    """
    for secondary in image.secondaries:
        run = view.state.runs.get(secondary)
        if run and run.started > since(failure) and run.state in GOOD_OR_RUNNING:
            says = f"{name_of(secondary)} has a run since {run.started:%H:%M:%S}Z: {run.state}"
            return Hold(Reason.BUILT_ELSEWHERE, says)
    return None
