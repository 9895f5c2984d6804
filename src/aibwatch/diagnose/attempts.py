"""From attempts that were refused, as the Activity Log tells them, to failures without a run.

In an outage the one symptom that Microsoft names is a 500 to whoever tries to run a template; no
run comes of it, so no template shows it (reliability-image-builder). A pipeline tries again and
again: what it tries within `attempt_gap` of its last try, or of a failed run, is one failure.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from aibwatch.diagnose.classify import classify
from aibwatch.diagnose.peers import may_be_platform
from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.entry import Entry, FailureJudged
from aibwatch.model.names import TemplateId
from aibwatch.model.policy import SKEW, Policy
from aibwatch.model.state import Sightings, State
from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.verdict import Classification, Failure, KeyKind, attempt_key

GATEWAYS = frozenset({"builder_gateway_timeout", "gateway_timeout"})
"""Signatures of a gateway that waited in vain."""


def notice_attempts(
    state: State, sightings: Sightings, policy: Policy, now: datetime
) -> list[Entry]:
    """Return entries for refused attempts that are failures of their own and are not known yet.

    Ours are none: what a secondary answers to us is settled by reading it (PROMISES S2).
    """
    entries: list[Entry] = []
    last: dict[TemplateId, datetime] = {}
    for attempt in strangers(refused(sightings), state):
        before = last.get(attempt.template)
        last[attempt.template] = _end(attempt)
        apart = before is None or attempt.began > before + policy.attempt_gap
        if apart and _is_news(attempt, state, policy):
            failure = judge(attempt, state, policy, now)
            if failure is not None and may_be_platform(failure):
                entries.append(FailureJudged(now, failure))
    return entries


def refused(sightings: Sightings) -> list[Attempt]:
    """Return the attempts of which no run came, in order of time."""
    found = (each for each in sightings.attempts.values() if each.state is AttemptState.REFUSED)
    return sorted(found, key=lambda each: (each.began, each.correlation))


def judge(attempt: Attempt, state: State, policy: Policy, now: datetime) -> Failure | None:
    """Return an attempt as a failure of its template, None if the template is not known."""
    template = state.templates.get(attempt.template)
    if template is None:
        return None
    return Failure(
        key=attempt_key(attempt),
        run=None,
        region=template.region,
        recipe=template.recipe,
        identities=template.identities,
        seen=now,
        classification=says(attempt, policy),
        at=_end(attempt),
        said=attempt.message,
        ids=(attempt.correlation,),
    )


def says(attempt: Attempt, policy: Policy) -> Classification:
    """Classify the answer that an attempt got."""
    symptom = Symptom(Where.REQUEST, attempt.message, attempt.code, attempt.status)
    return classify(symptom, policy.signatures)


def strangers(attempts: Iterable[Attempt], state: State) -> Iterator[Attempt]:
    """Yield the attempts that are not ours: answers to our own request are no evidence (S2)."""
    return (each for each in attempts if not (each.ours or _may_be_ours(each, state)))


def is_hiccup(failure: Failure, sightings: Sightings, policy: Policy) -> bool:
    """Whether an attempt ran out of time once, while the provider answers what else it is asked.

    ARM's own trouble looks so (West Europe, February 2025), and passes; it is none any more when it
    happens again.
    """
    if failure.key.kind is not KeyKind.ATTEMPT or failure.classification.signature not in GATEWAYS:
        return False
    again = [
        each
        for each in refused(sightings)
        if each.template == failure.template
        and each.correlation != failure.key.mark
        and abs(each.began - failure.ended) <= policy.attempt_gap
    ]
    read = sightings.read.get(failure.region)
    return not again and read is not None and read > failure.ended


def _may_be_ours(attempt: Attempt, state: State) -> bool:
    """Whether we may have asked this template then: who tried is not told for sure.

    When it was tried is told by Azure's clock, and when we did what by ours.
    """
    return _may_be_a_probe(attempt, state) or any(
        attempt.template in (each.target, *each.tried, *(r.target for r in each.refusals))
        and each.opened - SKEW <= attempt.began
        and (each.closed is None or attempt.began <= each.closed + SKEW)
        for each in state.failovers.values()
    )


def _may_be_a_probe(attempt: Attempt, state: State) -> bool:
    """Whether a request to run this canary was on its way then."""
    probes = (each for probes in state.probes.values() for each in probes)
    return any(
        attempt.template == each.template
        and each.at - SKEW <= attempt.began <= (each.answered or attempt.began) + SKEW
        for each in probes
    )


def _is_news(attempt: Attempt, state: State, policy: Policy) -> bool:
    """Whether nothing newer is known of the template, and nothing that this belongs to."""
    run = state.runs.get(attempt.template)
    if run is not None and run.started >= attempt.began:
        return False
    failure = state.failures.get(attempt.template)
    if failure is not None and attempt.began <= failure.ended + policy.attempt_gap:
        return False
    answers = (each for each in state.failovers.values() if each.key.template == attempt.template)
    return not any(
        each.closed is None or attempt.began <= each.closed + policy.attempt_gap for each in answers
    )


def _end(attempt: Attempt) -> datetime:
    return attempt.ended or attempt.began
