"""Logs are journal entries rendered, not a second story: an event a kind, its fields the keys.

What a person on call must not miss is a warning or worse; what is routine is information.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import singledispatch

from aibwatch.daemon.log import logger
from aibwatch.model.entry import (
    Acknowledged,
    Answered,
    Booted,
    Closed,
    Compacted,
    Configured,
    Decided,
    EditionSeen,
    Entry,
    FailoverOpened,
    FailureJudged,
    HistorySeeded,
    Intended,
    MissedTold,
    Moved,
    NoticeKnown,
    Notified,
    OrderDropped,
    Ordered,
    Paused,
    ProbeAnswered,
    ProbeIntended,
    RegionAssessed,
    RegionSaid,
    Resumed,
    RunMissed,
    RunSeen,
    ScheduleKnown,
    Scored,
    TemplateCopied,
    Violated,
    Witnessed,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.region import Health
from aibwatch.model.score import Deed, Truth
from aibwatch.model.secrets import without_secrets
from aibwatch.model.template import RunState

log = logger("aibwatch")

MESSAGE_MAX = 300
"""Characters of Azure's own text in a log line."""

GOOD = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS, Outcome.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Line:
    """One log line."""

    event: str
    fields: Mapping[str, object] = field(default_factory=dict)
    level: int = logging.INFO


def tell(entry: Entry, *, aloud: bool = True) -> Line:
    """Log one entry, if `aloud`, and return how it is told."""
    told = told_of(entry)
    if aloud:
        log.log(told.level, told.event, **told.fields)
    return told


def told_of(entry: Entry) -> Line:
    """Return how an entry is told.

    What Azure says may quote a signed URL, of a script for example: its signature is left out.
    """
    found = line(entry)
    return replace(found, fields={name: _clean(each) for name, each in found.fields.items()})


def _clean(value: object) -> object:
    match value:
        case StrEnum():
            return value
        case str():
            return without_secrets(value)
        case list():
            return [_clean(each) for each in value]
        case _:
            return value


@singledispatch
def line(entry: Entry) -> Line:
    """Return the line that tells an entry; kinds without a line of their own are for debugging."""
    return Line(type(entry).__name__, {"entry": str(entry)}, logging.DEBUG)


@line.register
def _(entry: Booted) -> Line:
    fields = {"epoch": entry.epoch, "version": entry.version, "config": entry.config[:12]}
    return Line("booted", {**fields, "holder": entry.holder})


@line.register
def _(entry: TemplateCopied) -> Line:
    fields = {"template": entry.template, "revision": entry.revision, "late": entry.late}
    return Line("template.copied", {**fields, "unknown": list(entry.blueprint.unknown)})


@line.register
def _(entry: RunSeen) -> Line:
    run = entry.run
    level = logging.WARNING if run.state is RunState.FAILED else logging.INFO
    said = run.message[:MESSAGE_MAX]
    fields = {"template": run.template, "state": run.state, "started": run.started, "said": said}
    return Line("run.seen", fields, level)


@line.register
def _(entry: FailureJudged) -> Line:
    error = entry.failure.classification
    fields = {
        "template": entry.failure.template,
        "cause": error.cause,
        "disposition": error.disposition,
        "signature": error.signature,
    }
    return Line("failure.judged", fields, logging.WARNING)


@line.register
def _(entry: HistorySeeded) -> Line:
    fields = {"template": entry.template, "built": entry.built, "source": entry.source}
    return Line("history.seeded", fields)


@line.register
def _(entry: RegionAssessed) -> Line:
    belief = entry.belief
    calm = belief.health in (Health.HEALTHY, Health.UNKNOWN)
    fields = {
        "region": belief.region,
        "health": belief.health,
        "families": [each.family for each in belief.evidence],
        "evidence": [each.says for each in belief.evidence],
        **({"quiet_since": belief.quiet_since} if belief.quiet_since else {}),
    }
    return Line("region.assessed", fields, logging.INFO if calm else logging.WARNING)


@line.register
def _(entry: Decided) -> Line:
    held = [hold.reason for hold in entry.held_by]
    fields = {"image": entry.image, "reason": entry.reason, "says": entry.says, "held_by": held}
    return Line(f"decided.{entry.decision}", fields)


@line.register
def _(entry: Witnessed) -> Line:
    return Line("Witnessed", {"image": entry.witness.image.name}, logging.DEBUG)


@line.register
def _(entry: FailoverOpened) -> Line:
    fields = {"failover": entry.failover, "image": entry.image, "key": str(entry.key)}
    return Line("failover.opened", {**fields, "reason": entry.reason}, logging.WARNING)


@line.register
def _(entry: Intended) -> Line:
    fields = {
        "failover": entry.failover,
        "target": entry.target,
        "token": entry.token,
        "epoch": entry.epoch,
        "reason": entry.reason,
        "blind": entry.blind,
    }
    return Line("failover.intended", fields, logging.WARNING)


@line.register
def _(entry: Answered) -> Line:
    fields = {"failover": entry.failover, "token": entry.token, "says": entry.says}
    known = {**fields, "request_id": entry.request_id}
    return Line(f"failover.{entry.event}", known, logging.WARNING)


@line.register
def _(entry: Moved) -> Line:
    started = entry.run.started if entry.run else None
    fields = {"failover": entry.failover, "reason": entry.reason, "run": started}
    return Line(f"failover.{entry.event}", fields)


@line.register
def _(entry: Closed) -> Line:
    fields = {"failover": entry.failover, "outcome": entry.outcome, "reason": entry.reason}
    level = logging.INFO if entry.outcome in GOOD else logging.ERROR
    return Line("failover.closed", {**fields, "says": entry.says, "version": entry.version}, level)


@line.register
def _(entry: Paused) -> Line:
    fields = {"scope": entry.scope, "reason": entry.reason, "actor": entry.actor}
    return Line("paused", {**fields, "until": entry.until}, logging.WARNING)


@line.register
def _(entry: Resumed) -> Line:
    fields = {"scope": entry.scope, "reason": entry.reason, "actor": entry.actor}
    return Line("resumed", fields, logging.WARNING)


@line.register
def _(entry: Ordered) -> Line:
    order = entry.order
    fields = {"order": order.id, "kind": order.kind, "image": order.image, "actor": order.actor}
    accept = sorted(order.accept)
    known = {**fields, "reason": order.reason, "to": order.to, "accept": accept}
    return Line("ordered", {**known, "plan": order.plan}, logging.WARNING)


@line.register
def _(entry: OrderDropped) -> Line:
    fields = {"order": entry.order, "image": entry.image, "says": entry.says}
    return Line("order.dropped", fields, logging.WARNING)


@line.register
def _(entry: ScheduleKnown) -> Line:
    schedule = entry.schedule
    cron, timezone = (schedule.cron, schedule.timezone) if schedule else (None, None)
    image = entry.image or "(drills)"
    return Line("schedule.known", {"image": image, "cron": cron, "timezone": timezone})


@line.register
def _(entry: RegionSaid) -> Line:
    word = entry.word
    fields = {"region": word.region, "reason": word.reason, "actor": word.actor}
    event = "region.said_out" if word.out else "region.said_well"
    return Line(event, {**fields, "until": word.until}, logging.WARNING)


@line.register
def _(entry: Acknowledged) -> Line:
    fields = {"image": entry.image, "failover": entry.failover, "actor": entry.actor}
    return Line("acknowledged", {**fields, "reason": entry.reason})


@line.register
def _(entry: EditionSeen) -> Line:
    edition = entry.edition
    fields = {
        "image": edition.image,
        "version": edition.version,
        "region": edition.region,
        "started": edition.run.started,
        "duplicate_of": edition.duplicate_of,
    }
    level = logging.WARNING if edition.duplicate_of else logging.INFO
    return Line("edition.seen", fields, level)


@line.register
def _(entry: Configured) -> Line:
    return Line("configured", {"config": entry.config[:12]}, logging.WARNING)


@line.register
def _(entry: Compacted) -> Line:
    removed = sum(gap.last - gap.first + 1 for gap in entry.gaps)
    return Line("journal.compacted", {"records": removed})


@line.register
def _(entry: Notified) -> Line:
    return Line("notified", {"channel": entry.channel, "notification": entry.notification})


@line.register
def _(entry: Violated) -> Line:
    fields = {"promise": entry.promise, "says": entry.says, "failover": entry.failover}
    return Line("promise.violated", fields, logging.ERROR)


@line.register
def _(entry: NoticeKnown) -> Line:
    notice = entry.notice
    fields = {
        "region": entry.region,
        "source": entry.source,
        "notice": notice.id,
        "title": notice.title,
        "active": notice.active,
        "began": notice.began,
        "mitigated": notice.mitigated,
    }
    return Line("notice.known", fields, logging.WARNING if notice.active else logging.INFO)


@line.register
def _(entry: RunMissed) -> Line:
    fields = {
        "template": entry.template,
        "started": entry.known.started,
        "newer": entry.seen.started,
        "says": entry.says,
    }
    return Line("run.missed", fields, logging.WARNING)


@line.register
def _(entry: MissedTold) -> Line:
    fields = {
        "template": entry.run.template,
        "started": entry.run.started,
        "state": entry.state,
        "ended": entry.ended,
        "correlation": entry.correlation,
    }
    return Line("run.missed_told", fields)


@line.register
def _(entry: Scored) -> Line:
    score = entry.score
    right = (score.deed is Deed.HELD) == (score.truth is Truth.OWNER)
    fields = {
        "key": str(score.key),
        "verdict": score.deed,
        "truth": score.truth,
        "right": right,
        "says": score.says,
    }
    return Line("failure.scored", fields, logging.INFO if right else logging.WARNING)


@line.register
def _(entry: ProbeIntended) -> Line:
    fields = {"region": entry.region, "template": entry.template, "token": entry.token}
    known = {**fields, "epoch": entry.epoch, "reason": entry.reason, "says": entry.says}
    return Line("probe.intended", known)


@line.register
def _(entry: ProbeAnswered) -> Line:
    fields = {"region": entry.region, "token": entry.token, "says": entry.says}
    level = logging.INFO if entry.event is Event.BEGAN else logging.WARNING
    return Line(f"probe.{entry.event}", {**fields, "request_id": entry.request_id}, level)
