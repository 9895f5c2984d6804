"""Which canaries to run now, and why; also why not.

Asked in every cycle, and once more just before a request is sent. A canary tells whether its region
builds at all, so it is run on schedule, when its region is suspect, and when its region would take
the builds of one that is. It starts nothing else, and no other guard gives way for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aibwatch.failover.bounds import DAY
from aibwatch.failover.suspects import Suspects, suspects
from aibwatch.failover.target import pause_of
from aibwatch.model.failover import Event
from aibwatch.model.names import Region, TemplateId, Token, digest, name_of
from aibwatch.model.probe import Probe, ProbeDecision, ProbeReason
from aibwatch.model.state import NEVER, View
from aibwatch.model.template import ProvisioningState


@dataclass(frozen=True, slots=True)
class _Canary:
    """One canary as of now."""

    region: Region
    template: TemplateId
    view: View
    now: datetime

    @property
    def last(self) -> Probe | None:
        """Its newest probe."""
        return self.view.state.last_probe(self.region)

    def answer(
        self, reason: ProbeReason, says: str, wake_at: datetime | None = None
    ) -> ProbeDecision:
        """Decide to make no request."""
        return ProbeDecision(self.region, self.template, reason, says, wake_at=wake_at)


def probe(view: View, now: datetime) -> tuple[ProbeDecision, ...]:
    """Return what to do about each canary, in order of region."""
    if not view.policy.canaries:
        return ()
    found = suspects(view, now)
    canaries = (_Canary(region, name, view, now) for region, name in view.policy.canaries)
    return tuple(_decide(canary, found) for canary in canaries)


def _decide(canary: _Canary, found: Suspects) -> ProbeDecision:
    waiting = _under_way(canary) or _unfit(canary)
    if waiting:
        return waiting
    wanted = _wanted(canary, found)
    held = next((hold for guard in GUARDS if (hold := guard(canary))), None)
    if wanted.token is None or held is None:
        return wanted
    return held


def _under_way(canary: _Canary) -> ProbeDecision | None:
    """Wait for what may be a run: never two at once (PROMISES S2, S6)."""
    last, view = canary.last, canary.view
    if last is not None and last.answer is None:
        return canary.answer(ProbeReason.AWAITING_ANSWER, "the request is on its way")
    if last is not None and not _settled(last, view):
        settled = _proof(last, view)
        says = f"the request was {last.answer}; its run is not seen yet"
        return canary.answer(ProbeReason.SETTLING, says, settled if canary.now < settled else None)
    template = view.sightings.templates.get(canary.template)
    if template is not None and template.busy:
        return canary.answer(ProbeReason.BUILDING, f"{name_of(canary.template)} is building")
    return None


def _settled(last: Probe, view: View) -> bool:
    """Whether it is known what became of a request: refused, its run seen, or provably none."""
    if last.answer is Event.REFUSED or last.started is not None:
        return True
    seen = view.sightings.seen.get(last.template)
    return seen is not None and seen >= _proof(last, view)


def _proof(last: Probe, view: View) -> datetime:
    """Return from when on a read that shows no run proves that there is none."""
    return (last.answered or last.at) + view.policy.settle


def _unfit(canary: _Canary) -> ProbeDecision | None:
    """Say why the canary cannot be run, whoever may ask for it."""
    view, name = canary.view, name_of(canary.template)
    template = view.sightings.templates.get(canary.template)
    fault = view.sightings.faults.get(canary.template)
    if template is None or fault or not view.fresh(canary.template, canary.now):
        why = fault or "for longer than max_age"
        return canary.answer(ProbeReason.UNREADABLE, f"{name} cannot be read ({why})")
    if template.region != canary.region:
        says = f"{name} lives in {template.region}; name it under that region"
        return canary.answer(ProbeReason.MISPLACED, says)
    if template.provisioning is not ProvisioningState.SUCCEEDED:
        error = f": {template.provisioning_error}" if template.provisioning_error else ""
        says = f"{name} is {template.provisioning}{error}"
        return canary.answer(ProbeReason.NOT_PROVISIONED, says)
    return None


def _wanted(canary: _Canary, found: Suspects) -> ProbeDecision:
    """Say what asks for a probe now; without that, when the next one is due."""
    due = _due_at(canary)
    since, reason = found.of(canary.region)
    if since is not None and reason and not _told(canary, since):
        return _start(canary, reason, f"in doubt since {since:%Y-%m-%d %H:%M} UTC")
    if canary.now >= due:
        last = "never" if due == NEVER else f"{due - canary.view.policy.canary_interval:%H:%M} UTC"
        return _start(canary, ProbeReason.SCHEDULED, f"its last run began {last}")
    return canary.answer(ProbeReason.NOT_DUE, f"due {due:%Y-%m-%d %H:%M} UTC", due)


def _due_at(canary: _Canary) -> datetime:
    """Return when the schedule asks again: an interval after its last run, whoever began it."""
    run, last = canary.view.state.runs.get(canary.template), canary.last
    begun = [each for each in (run and run.started, last and last.at) if each]
    return max(begun) + canary.view.policy.canary_interval if begun else NEVER


def _told(canary: _Canary, since: datetime) -> bool:
    """Whether the last probe answers the doubt: it ended in it, and not too long ago to count."""
    ended = _ended(canary)
    return ended is not None and ended > max(since, canary.now - canary.view.policy.window)


def _ended(canary: _Canary) -> datetime | None:
    """Return when the last probe ended; for one that began nothing, when that was known."""
    last = canary.last
    if last is None or last.answer is None:
        return None
    if last.answer is Event.REFUSED:
        return last.answered
    return last.ended if last.started is not None else _proof(last, canary.view)


def _start(canary: _Canary, reason: ProbeReason, says: str) -> ProbeDecision:
    """Ask for a run. The token follows from the last probe, so asking twice names one request."""
    last = canary.last
    token = Token(digest("probe", canary.template, last.token if last else "", size=16))
    return ProbeDecision(canary.region, canary.template, reason, says, token)


def _self_suspect(canary: _Canary) -> ProbeDecision | None:
    hold = canary.view.suspicion
    return canary.answer(ProbeReason.SELF_SUSPECT, hold.says) if hold else None


def _warm_up(canary: _Canary) -> ProbeDecision | None:
    missing = canary.view.policy.warmup_sweeps - canary.view.sightings.sweeps
    says = f"{missing} full sweeps to go before anything is done"
    return canary.answer(ProbeReason.WARMING_UP, says) if missing > 0 else None


def _pause(canary: _Canary) -> ProbeDecision | None:
    """Hold what an operator paused: everything, or this region (S35)."""
    for scope in ("all", f"region:{canary.region}"):
        paused = pause_of(scope, canary.view, canary.now)
        if paused:
            by = f" by {paused.actor}" if paused.actor else ""
            says = f"{scope} is paused{by}: {paused.reason}"
            return canary.answer(ProbeReason.PAUSED, says, paused.until)
    return None


def _leadership(canary: _Canary) -> ProbeDecision | None:
    if canary.view.leader:
        return None
    return canary.answer(ProbeReason.NOT_LEADER, "another replica leads")


def _store(canary: _Canary) -> ProbeDecision | None:
    if canary.view.writable:
        return None
    return canary.answer(ProbeReason.STORE_UNWRITABLE, "the journal takes no entries")


def _soon(canary: _Canary) -> ProbeDecision | None:
    """Let a region rest after a probe: what the last one left behind must not spoil the next."""
    ended = _ended(canary)
    free = ended + canary.view.policy.settle if ended else NEVER
    if canary.now >= free:
        return None
    return canary.answer(ProbeReason.TOO_SOON, f"the last probe ended {ended:%H:%M:%S} UTC", free)


def _per_day(canary: _Canary) -> ProbeDecision | None:
    """Hold beyond the number of probes in any 24 hours, whatever came of them."""
    probes = canary.view.state.probes.get(canary.region, ())
    today = [each.at for each in probes if each.at > canary.now - DAY]
    over = len(today) - canary.view.policy.canary_per_day
    if over < 0:
        return None
    says = f"{len(today)} probes within a day, max_per_day is {canary.view.policy.canary_per_day}"
    return canary.answer(ProbeReason.MAX_PER_DAY, says, today[over] + DAY)


GUARDS: tuple[Callable[[_Canary], ProbeDecision | None], ...] = (
    _self_suspect,
    _warm_up,
    _pause,
    _leadership,
    _store,
    _soon,
    _per_day,
)
"""In the order in which a person wants to hear of them."""
