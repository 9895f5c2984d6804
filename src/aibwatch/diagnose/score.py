"""Was it right? Each failure of a primary is scored once, when what happened later tells.

What we did stands once a request was sent, or once the failure can no longer be answered: the
primary began a newer run, or it grew too old. Whose fault it was is asked of what is independent
of our own judgement, the strongest first: the same build in a secondary, Microsoft's own notice,
the primary's next runs. What is known in another order, or told again, scores the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aibwatch.diagnose.notices import covers
from aibwatch.model.decision import Reason
from aibwatch.model.entry import Scored
from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, Region, TemplateId, name_of
from aibwatch.model.notice import Notice
from aibwatch.model.policy import Policy
from aibwatch.model.region import Health
from aibwatch.model.score import Deed, Pending, Score, Truth
from aibwatch.model.state import State
from aibwatch.model.verdict import Disposition, Failure, failover_id

_BUILT = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS})
_MENDED_ELSEWHERE = frozenset({Disposition.USER, Disposition.WATCHER})
"""Errors that may be mended without a change of the recipe (a right, a quota, a file), and beside
which a notice proves nothing."""

Finding = tuple[Truth, str]
"""Whose fault, and what shows it."""


@dataclass(frozen=True, slots=True)
class _Since:
    """What is known of the time since the failures, for all of them."""

    state: State
    now: datetime
    notices: Mapping[Region, Sequence[Notice]]

    def covering(self, failure: Failure) -> list[Notice]:
        """Return the notices whose impact covers the end of a failure, however late they came."""
        told = self.notices.get(failure.region, ())
        return [each for each in told if covers(each, self.now, failure.ended)]


def scored(
    images: Mapping[ImageName, Image], state: State, policy: Policy, now: datetime
) -> list[Scored]:
    """Return the scores that are due, in order of their keys."""
    if not state.unscored:
        return []
    served = defaultdict[TemplateId, list[Image]](list)
    for image in images.values():
        served[image.primary].append(image)
    since = _Since(state, now, _by_region(state))
    due = [
        _score(pending, served[pending.failure.template], since, policy)
        for pending in state.unscored.values()
        if pending.failure.template in served
    ]
    return sorted(filter(None, due), key=lambda each: str(each.score.key))


def _by_region(state: State) -> Mapping[Region, Sequence[Notice]]:
    found = defaultdict[Region, list[Notice]](list)
    for known in sorted(state.notices.values(), key=lambda each: (each.notice.id, each.source)):
        found[known.region].append(known.notice)
    return found


def _score(
    pending: Pending, served: Iterable[Image], since: _Since, policy: Policy
) -> Scored | None:
    failure = pending.failure
    known = (since.state.failovers.get(failover_id(image.name, failure.key)) for image in served)
    answers = [each for each in known if each]
    if not _stands(pending, answers, since, policy):
        return None
    truth, says = _truth(pending, answers, since)
    if truth is Truth.UNKNOWN:
        return None
    decided = pending.sent or (pending.advised if pending.deed is Deed.ADVISED else None)
    key, region, ended = failure.key, failure.region, failure.ended
    return Scored(since.now, Score(key, region, ended, pending.deed, truth, says, decided))


def _stands(pending: Pending, answers: list[Failover], since: _Since, policy: Policy) -> bool:
    """Whether what we did about a failure can no longer become something else."""
    if pending.sent:
        return True
    if any(each.open for each in answers):
        return False
    failure = pending.failure
    newest = since.state.runs.get(failure.template)
    newer = newest is not None and newest.started > failure.began
    return newer or since.now - failure.ended > policy.incident_failure_age


def _truth(pending: Pending, answers: list[Failover], since: _Since) -> Finding:
    """Return whose fault it was, by the strongest of what tells."""
    failure = pending.failure
    return (
        _by_secondary(failure, answers, since)
        or _by_notice(failure, since)
        or _by_success(failure, since.state, proven=pending.proven)
        or _by_failure(failure, since.state)
        or (Truth.UNKNOWN, "")
    )


def _by_secondary(failure: Failure, answers: list[Failover], since: _Since) -> Finding | None:
    """The same build elsewhere is the strongest evidence, unless elsewhere is as ill as here."""
    for each in answers:
        where = name_of(each.target) if each.target else "a secondary"
        if each.outcome in _BUILT:
            return Truth.PLATFORM, f"{where} built it"
        if each.outcome and each.reason == Reason.FAILED_THE_SAME_WAY:
            ill = [notice for notice in since.covering(failure) if notice.everywhere]
            if ill:
                return Truth.UNKNOWN, f"it failed everywhere, and so says {ill[0].id}"
            return Truth.OWNER, f"{where} failed the same way"
    return None


def _by_notice(failure: Failure, since: _Since) -> Finding | None:
    if failure.classification.disposition in _MENDED_ELSEWHERE:
        return None
    told = since.covering(failure)
    return (Truth.PLATFORM, f"Microsoft's notice {told[0].id} covers it") if told else None


def _by_success(failure: Failure, state: State, *, proven: bool) -> Finding | None:
    """Judge by the primary's newest good run; a recipe that is not known may be any.

    One that never built before may have been mended where we cannot see it, in a right or a quota.
    """
    success = state.successes.get(failure.template)
    if success is None or success.run.started <= failure.began or not failure.recipe:
        return None
    disposition = failure.classification.disposition
    if (success.recipe, success.identities) == (failure.recipe, failure.identities):
        if disposition in _MENDED_ELSEWHERE or not proven:
            return None
        return Truth.PLATFORM, "the same template, unchanged, built later"
    if disposition is Disposition.PLATFORM:
        return None
    return Truth.OWNER, "it built once it was changed"


def _by_failure(failure: Failure, state: State) -> Finding | None:
    """Judge by a later run that failed alike while nothing at all spoke against its region."""
    again, belief = state.failures.get(failure.template), state.regions.get(failure.region)
    if again is None or belief is None or again.began <= failure.began:
        return None
    signature = failure.classification.signature
    alike = signature and again.classification.signature == signature
    calm = belief.health is Health.HEALTHY and belief.since <= again.began
    if not (alike and calm) or failure.classification.disposition is Disposition.PLATFORM:
        return None
    return Truth.OWNER, "it failed the same way again in a healthy region"
