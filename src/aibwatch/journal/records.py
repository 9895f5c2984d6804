"""What is remembered for the record: incidents, notices, runs that were missed, scores.

No failover moves by it. Everything is bounded, the oldest goes first; `fold` calls `note` with
every entry once that entry fits.
"""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from aibwatch.journal import editions
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Decided,
    EditionSeen,
    Entry,
    FailureJudged,
    Intended,
    MissedTold,
    NoticeKnown,
    RegionAssessed,
    RunMissed,
    RunSeen,
    Scored,
    Violated,
)
from aibwatch.model.incident import FirstSight, Incident
from aibwatch.model.region import RegionBelief
from aibwatch.model.score import SCORED_WITHIN, Pending
from aibwatch.model.state import STARTS_KEPT, WOULD_FOR, State
from aibwatch.model.template import RunKey
from aibwatch.model.verdict import UNTOLD, FailureKey

INCIDENTS_KEPT = 200
NOTICES_KEPT = 1_000
"""Twice as many as are followed at once (`diagnose.incidents`): what goes is not told again."""
MISSED_KEPT = 500
FAILURES_KEPT = 1_000
VIOLATIONS_KEPT = 100

WOULD_KEPT = 100
"""Failures of one image of which it is remembered what would have been done: three a day."""

_BUT_FOR_THE_MODE = frozenset({Reason.OBSERVE_ONLY, Reason.ADVISE_ONLY})

Key = TypeVar("Key")
Value = TypeVar("Value")


def note(state: State, entry: Entry) -> None:
    """Remember what an entry tells for the record. Never raises."""
    match entry:
        case RegionAssessed(at, belief):
            _assess(state, belief, at)
        case NoticeKnown():
            _hear(state, entry)
        case RunSeen(run=run):
            _see(state, run.key)
            editions.expect(state, run)
        case RunMissed():
            _keep(state.missed, entry.known, state.missed.get(entry.known), MISSED_KEPT)
        case MissedTold():
            _keep(state.missed, entry.run, entry.state, MISSED_KEPT)
        case Violated():
            state.violations = (*state.violations, entry)[-VIOLATIONS_KEPT:]
        case EditionSeen(edition=edition):
            editions.publish(state, edition)
        case FailureJudged() | Intended() | Decided() | Scored():
            _score(state, entry)
        case _:
            pass


def _assess(state: State, belief: RegionBelief, at: datetime) -> None:
    """Open the incident that a belief names, and close those of its region that it does not."""
    for each in state.incidents.values():
        if each.region == belief.region and each.closed is None and each.id != belief.incident:
            state.incidents[each.id] = replace(each, closed=at)
    if belief.incident is None or belief.incident in state.incidents:
        return
    opened = belief.incident_opened or at
    agreed = min(belief.agreed_since or opened, opened)
    found = Incident(belief.incident, belief.region, opened, agreed, belief.evidence)
    for known in state.notices.values():
        found = _told(found, known)
    _keep(state.incidents, found.id, found, INCIDENTS_KEPT)


def _hear(state: State, entry: NoticeKnown) -> None:
    """Keep a notice as it is now, since it was first seen, and who it shows to have known when."""
    key = (entry.region, entry.source, entry.notice.id)
    first = state.notices.get(key)
    known = replace(entry, at=min(first.at, entry.at) if first else entry.at)
    _keep(state.notices, key, known, NOTICES_KEPT)
    for each in state.incidents.values():
        state.incidents[each.id] = _told(each, known)


def _told(incident: Incident, known: NoticeKnown) -> Incident:
    """Return the incident with the first sight of a notice, if it is the first of its source."""
    notice = known.notice
    if known.region != incident.region or not incident.is_meant_by(notice, known.at):
        return incident
    sight = FirstSight(known.source, known.at, notice.id, notice.title)
    others = [each for each in incident.sights if each.source != known.source]
    same = [each for each in incident.sights if each.source == known.source]
    first = min([*same, sight], key=lambda each: (each.at, each.notice))
    sights = sorted([*others, first], key=lambda each: (each.at, each.source))
    return replace(incident, sights=tuple(sights))


def _see(state: State, run: RunKey) -> None:
    """Remember when a run began that was seen."""
    known = state.starts.get(run.template, ())
    if run.started not in known:
        state.starts[run.template] = tuple(sorted({*known, run.started})[-STARTS_KEPT:])


def _score(state: State, entry: FailureJudged | Intended | Decided | Scored) -> None:
    match entry:
        case FailureJudged(failure=failure) if failure.key.kind in UNTOLD:
            pass  # its run shows later what it was, or there never was one
        case FailureJudged(at, failure) if failure.key not in state.scores:
            _let_go(state, at - SCORED_WITHIN)
            known = state.unscored.get(failure.key)
            pending = known or Pending(failure, proven=bool(state.built.get(failure.recipe)))
            _keep(state.unscored, failure.key, replace(pending, failure=failure), FAILURES_KEPT)
        case Intended(at, failover):
            _mark(state, state.failovers[failover].key, sent=at)
        case Decided(key=key) if key is not None and entry.reason in _BUT_FOR_THE_MODE:
            _mark(state, key, advised=entry.at)
            _suppose(state, entry)
        case Scored(score=score) if score.key not in state.scores:
            state.unscored.pop(score.key, None)
            _keep(state.scores, score.key, score, FAILURES_KEPT)
            mark = (score.deed, score.truth)
            state.tally[mark] = state.tally.get(mark, 0) + 1
        case _:
            pass


def _suppose(state: State, entry: Decided) -> None:
    """Remember what would have been done about a failure: as first decided, or once less held."""
    known = state.would.get(entry.image, ())
    same = next((each for each in known if each.key == entry.key), None)
    if same is not None and len(same.held_by) <= len(entry.held_by):
        return
    young = [each for each in known if each is not same and each.at > entry.at - WOULD_FOR]
    state.would[entry.image] = (*young, entry)[-WOULD_KEPT:]


def _mark(
    state: State,
    key: FailureKey,
    *,
    sent: datetime | None = None,
    advised: datetime | None = None,
) -> None:
    """Note the first instant at which something was done about a failure."""
    known = state.unscored.get(key)
    if known is not None:
        state.unscored[key] = replace(
            known, sent=known.sent or sent, advised=known.advised or advised
        )


def _let_go(state: State, before: datetime) -> None:
    """Forget failures that ended too long ago for their truth to show."""
    old = [key for key, each in state.unscored.items() if each.failure.seen < before]
    for key in old:
        del state.unscored[key]


def _keep(kept: dict[Key, Value], key: Key, value: Value, most: int) -> None:
    """Put in a value as the newest; beyond so many, the oldest goes."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > most:
        del kept[next(iter(kept))]
