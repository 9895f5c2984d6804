"""What Microsoft's support asks for about one incident, from what the journal tells.

Queries are cut off every address, so that no signature can be in it (PROMISES S39).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aibwatch.model.entry import Answered, Entry, FailureJudged, Intended
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.incident import Incident
from aibwatch.model.names import TemplateId, Token, subscription_of
from aibwatch.model.secrets import without_secrets
from aibwatch.model.state import State
from aibwatch.model.verdict import Disposition, Failure, FailureKey

_QUERY = re.compile(r"(https?://[^\s\"'<>?]+)\?[^\s\"'<>]*", re.IGNORECASE)
_GROUP = re.compile(r"\bIT_[\w.()-]{1,87}", re.ASCII)
"""A staging group as Image Builder names those that it makes itself."""
_BUILT = (Outcome.SUCCEEDED, Outcome.LATE_REPLICAS)
"""What proves that a build works elsewhere; replicas in the region that is out come later."""
_OURS_TO_REPORT = (Disposition.PLATFORM, Disposition.SUSPECT)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One failed build, or one request to build that was not answered well."""

    template: TemplateId
    began: str
    ended: str
    error: str
    ids: tuple[str, ...]
    """Correlation, request, operation and tracking ids, each with its kind."""
    groups: tuple[str, ...]
    """Names or ids of its staging groups, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """All that a support request needs; times are ISO 8601 in UTC."""

    incident: str
    region: str
    agreed: str
    """Since when the evidence agreed."""
    opened: str
    closed: str | None
    evidence: tuple[str, ...]
    subscriptions: tuple[str, ...]
    notices: tuple[str, ...]
    """Tracking ids of Microsoft's own notices, with their titles."""
    troubles: tuple[Trouble, ...]
    elsewhere: tuple[str, ...]
    """The same images that built well in other regions meanwhile."""


def ticket(incident: Incident, state: State, entries: Sequence[Entry], before: timedelta) -> Ticket:
    """Return what is known of an incident; failures count from `before` it on."""
    failures = _failures(incident, entries, incident.agreed - before)
    found = [_failed(each, state) for each in failures]
    found += _requests(incident, state, entries)
    found.sort(key=lambda each: (each.began, each.template))
    return Ticket(
        incident=incident.id,
        region=incident.region,
        agreed=incident.agreed.isoformat(),
        opened=incident.opened.isoformat(),
        closed=incident.closed.isoformat() if incident.closed else None,
        evidence=tuple(f"{each.family}: {_clean(each.says)}" for each in incident.evidence),
        subscriptions=tuple(sorted({subscription_of(each.template) for each in found})),
        notices=tuple(f"{each.notice} {_clean(each.title)}".strip() for each in incident.sights),
        troubles=tuple(found),
        elsewhere=tuple(_elsewhere({each.key for each in failures}, state)),
    )


def _failures(incident: Incident, entries: Iterable[Entry], begin: datetime) -> list[Failure]:
    """Return the platform's failures there from `begin` to the end; each as last judged."""
    judged = (each.failure for each in entries if isinstance(each, FailureJudged))
    newest = {each.key: each for each in judged if each.region == incident.region}
    return [
        each
        for each in newest.values()
        if each.classification.disposition in _OURS_TO_REPORT
        and begin <= each.ended
        and _is_during(each.began, incident)
    ]


def _is_during(at: datetime, incident: Incident) -> bool:
    return incident.closed is None or at <= incident.closed


def _failed(failure: Failure, state: State) -> Trouble:
    template = state.templates.get(failure.template)
    groups = _GROUP.findall(failure.message)
    staging = [template.staging] if template and template.staging else []
    return Trouble(
        failure.template,
        failure.began.isoformat(),
        failure.ended.isoformat(),
        _clean(failure.message) or f"no error is told ({failure.classification.signature})",
        failure.ids,
        tuple(dict.fromkeys((*groups, *staging))),
    )


def _requests(incident: Incident, state: State, entries: Iterable[Entry]) -> Iterable[Trouble]:
    """Return our own requests to run something there that were refused, or not answered."""
    asked: dict[Token, Intended] = {}
    for each in entries:
        match each:
            case Intended():
                asked[each.token] = each
            case Answered(event=Event.REFUSED | Event.UNCLEAR) if each.token in asked:
                intent = asked[each.token]
                template = state.templates.get(intent.target)
                there = template is not None and template.region == incident.region
                if there and each.at >= incident.agreed and _is_during(intent.at, incident):
                    yield _refused(intent, each)
            case _:
                pass


def _refused(intent: Intended, answer: Answered) -> Trouble:
    ids = (f"request id {answer.request_id}",) if answer.request_id else ()
    says = f"request to run: {_clean(answer.says) or answer.event}"
    return Trouble(
        intent.target, intent.at.isoformat(), answer.at.isoformat(), says, ids, groups=()
    )


def _elsewhere(failed: set[FailureKey], state: State) -> Iterable[str]:
    for each in state.failovers.values():
        target = state.templates.get(each.target) if each.target else None
        if each.key in failed and each.outcome in _BUILT and target and each.closed:
            yield f"{each.image} built in {target.region}, {each.closed:%Y-%m-%d %H:%M}"


def _clean(text: str) -> str:
    """Return a text without the query of any address in it."""
    return without_secrets(_QUERY.sub(r"\1", text)).strip()
