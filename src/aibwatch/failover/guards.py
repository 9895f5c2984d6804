"""The guards: each may hold an image back, and says why and until when.

All of them are asked, so that a person sees everything that stands in the way at once. They are
asked twice: when a decision is made, and again just before a request is sent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from aibwatch.failover.target import candidates, chosen, pause_of, refusals
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.fault import DARK, Fault
from aibwatch.model.gallery import Definition
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import group_of, name_of, subscription_of
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import View
from aibwatch.model.template import ACTIVE, RunState, Template
from aibwatch.model.verdict import Cause, Disposition, Failure, Veto

DAY = timedelta(days=1)

GOOD_OR_RUNNING = ACTIVE | {RunState.SUCCEEDED, RunState.PARTIALLY_SUCCEEDED}

OPENING = frozenset(
    {
        Reason.AWAITING_EVIDENCE,
        Reason.NEVER_SUCCEEDED,
        Reason.CHANGED_SINCE_SUCCESS,
        Reason.DEBOUNCING,
        Reason.REGION_RECOVERED,
        Reason.SELF_SUSPECT,
        Reason.MISCONFIGURED,
        Reason.OBSERVE_ONLY,
        Reason.ADVISE_ONLY,
        Reason.WARMING_UP,
        Reason.BUILT_ELSEWHERE,
    }
)
"""Holds that keep a failover from being opened; the others hold an open one in CHOOSING."""

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
        return Hold(Reason.DEBOUNCING, says, until)
    health = belief.health if belief else Health.UNKNOWN
    if image.name in view.state.open or (
        belief and belief.cleared and failure.ended <= belief.cleared
    ):
        says = f"{failure.region} is not believed to be out any more: it is {health}"
        return Hold(Reason.REGION_RECOVERED, says)
    says = f"{failure.region} is not believed to be out: it is {health}"
    return Hold(Reason.AWAITING_EVIDENCE, says)


def self_suspect(_image: Image, _failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold everything while we distrust ourselves (S13)."""
    return view.suspicion


def misconfigured(image: Image, _failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold an image whose configuration Azure contradicts."""
    says = view.misconfigured.get(image.name)
    return Hold(Reason.MISCONFIGURED, says) if says else None


def mode(image: Image, _failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold every image that is not in mode auto; say what would be done (S36)."""
    if image.mode is Mode.AUTO:
        return None
    target = chosen(image, view.state.open_failover(image.name), view, now)
    if target is None:
        reason = Reason.OBSERVE_ONLY if image.mode is Mode.OBSERVE else Reason.ADVISE_ONLY
        return Hold(reason, f"mode is {image.mode}; no secondary could take it")
    if image.mode is Mode.OBSERVE:
        says = f"mode is observe; in auto, {name_of(target)} would be started"
        return Hold(Reason.OBSERVE_ONLY, says)
    command = (
        f"az image builder run --subscription {subscription_of(target)}"
        f" --resource-group {group_of(target)} --name {name_of(target)}"
    )
    return Hold(Reason.ADVISE_ONLY, f"mode is advise; to act: {command}")


def unreadable(image: Image, failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold while the primary or its gallery cannot be read, unless its region is dark (S18).

    A failed run that was once read is a fact and does not age, so darkness does not hold.
    """
    seen = view.sightings
    fault = seen.faults.get(image.primary)
    if fault and fault.kind not in DARK:
        return Hold(Reason.PRIMARY_UNREADABLE, f"the primary cannot be read ({fault})")
    template = seen.templates.get(image.primary)
    versions = seen.versions.get(template.definition) if template and template.definition else None
    if isinstance(versions, Fault) and not (
        versions.kind in DARK and at_home(template, failure, view)
    ):
        return Hold(Reason.PRIMARY_UNREADABLE, f"its gallery cannot be read ({versions})")
    return None


def at_home(template: Template | None, failure: Failure, view: View) -> bool:
    """Whether the gallery lives in the region that failed, or its home was never read."""
    home = (
        view.sightings.definitions.get(template.definition)
        if template and template.definition
        else None
    )
    return not isinstance(home, Definition) or home.home == failure.region


def built_elsewhere(image: Image, failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold when a secondary already had a run since, whoever began it.

    After the loss of the store this is what tells that the failure was answered (S44).
    """
    for secondary in image.secondaries:
        run = view.state.runs.get(secondary)
        if run and run.started > failure.ended and run.state in GOOD_OR_RUNNING:
            says = f"{name_of(secondary)} has a run since {run.started:%H:%M:%S}Z: {run.state}"
            return Hold(Reason.BUILT_ELSEWHERE, says)
    return None


def warm_up(_image: Image, _failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold after a start until everything was asked for often enough (S16)."""
    missing = view.policy.warmup_sweeps - view.sightings.sweeps
    if missing <= 0:
        return None
    return Hold(Reason.WARMING_UP, f"{missing} full sweeps to go before anything is done")


def pause(image: Image, failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold what an operator paused: everything, a region or an image (S35)."""
    for scope in ("all", f"region:{failure.region}", f"image:{image.name}"):
        paused = pause_of(scope, view, now)
        if paused:
            by = f" by {paused.actor}" if paused.actor else ""
            return Hold(Reason.PAUSED, f"{scope} is paused{by}: {paused.reason}", paused.until)
    return None


def leadership(_image: Image, _failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold without the right to act (S4)."""
    return None if view.leader else Hold(Reason.NOT_LEADER, "another replica leads")


def store(_image: Image, _failure: Failure, view: View, _now: datetime) -> Hold | None:
    """Hold while an intent could not be made durable (S44)."""
    return None if view.writable else Hold(Reason.STORE_UNWRITABLE, "the journal takes no entries")


def cooldown(image: Image, failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold an image that was answered not long ago, unless this is the same incident (S21)."""
    belief = view.state.regions.get(failure.region)
    holding = [
        (past.closed + view.policy.cooldown, past)
        for past in view.state.failovers.values()
        if past.image == image.name
        and past.closed is not None
        and asked(past) is not None
        and not stays_there(past, belief)
    ]
    until, past = max(holding, key=lambda each: each[0], default=(now, None))
    if past is None or until <= now:
        return None
    says = f"failover {past.id} ended {past.outcome} at {past.closed:%H:%M}Z"
    return Hold(Reason.COOLDOWN, says, until)


def stays_there(past: Failover, belief: RegionBelief | None) -> bool:
    """Whether `past` went well within the incident that is still open: its image stays there."""
    opened = belief.incident_opened if belief else None
    good = past.outcome in (Outcome.SUCCEEDED, Outcome.LATE_REPLICAS)
    return good and opened is not None and past.opened >= opened


def asked(failover: Failover) -> datetime | None:
    """Return when a failover last asked a secondary; None if it provably never began a run.

    After a hop the request is no longer on record, the secondary that was tried is.
    """
    return failover.last_sent or (failover.since if failover.tried else None)


def budget(image: Image, _failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold beyond the number of failovers at once, and in a day (S22)."""
    its_own = view.state.open.get(image.name)
    others = [each for each in view.state.failovers.values() if each.id != its_own]
    at_once = sum(1 for each in others if each.open and each.phase is not Phase.CHOOSING)
    if at_once >= view.policy.total:
        says = f"{at_once} failovers are under way, total is {view.policy.total}"
        return Hold(Reason.BUDGET, says)
    today = sorted(at for each in others if (at := asked(each)) and at > now - DAY)
    over = len(today) - view.policy.per_day
    if over >= 0:
        says = f"{len(today)} failovers within a day, per_day is {view.policy.per_day}"
        return Hold(Reason.BUDGET, says, today[over] + DAY)
    return None


def _asked(failover: Failover) -> bool:
    """Whether it asked a secondary, as far as is not proven void."""
    return failover.last_sent is not None or bool(failover.tried)


def candidate(image: Image, _failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold without a secondary that may take it now; name what is wrong with each (S26)."""
    failover = view.state.open_failover(image.name)
    if chosen(image, failover, view, now) is not None:
        return None
    wrong = [
        f"{name_of(c.template)}: {c.objection}" for c in candidates(image, failover, view, now)
    ]
    again = [each.at + view.policy.settle for each in refusals(failover, view, now)]
    says = "; ".join(wrong) or "it has no secondary template"
    return Hold(Reason.NO_CANDIDATE, says, min(again, default=None))


Guard = Callable[[Image, Failure, View, datetime], Hold | None]

GUARDS: tuple[Guard, ...] = (
    evidence,
    region,
    self_suspect,
    misconfigured,
    mode,
    warm_up,
    unreadable,
    built_elsewhere,
    pause,
    leadership,
    store,
    cooldown,
    budget,
    candidate,
)
"""In the order in which a person wants to hear of them."""


def holds(image: Image, failure: Failure, view: View, now: datetime) -> tuple[Hold, ...]:
    """Return every guard that holds."""
    asked = (guard(image, failure, view, now) for guard in GUARDS)
    return tuple(hold for hold in asked if hold is not None)
