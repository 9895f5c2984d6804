"""Entries about what was intended and done: the course of failovers, and canaries."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.decision import Reason
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import FailoverId, ImageName, Region, TemplateId, Token
from aibwatch.model.order import Order
from aibwatch.model.probe import ProbeReason
from aibwatch.model.template import RunKey
from aibwatch.model.verdict import Evidence, FailureKey


@dataclass(frozen=True, slots=True)
class FailoverOpened:
    """The evidence suffices: a failure is to be answered."""

    at: datetime
    failover: FailoverId
    image: ImageName
    key: FailureKey
    reason: Reason
    evidence: tuple[Evidence, ...] = ()
    signature: str = ""
    """How the primary failed; a secondary that fails the same way ends the failover."""
    order: Order | None = None
    """The operator's order that it carries out."""
    priority: int = 100
    """Of the image: when not all can be answered at once, lower goes first."""


@dataclass(frozen=True, slots=True)
class Intended:
    """The intent to send one run request. Durable before the request leaves (PROMISES S3)."""

    at: datetime
    failover: FailoverId
    target: TemplateId
    token: Token
    epoch: int
    reason: Reason
    blind: bool = False
    """The primary could not be read again first: its region does not answer (S18)."""
    before: datetime | None = None
    """Start of the last run that the target had just before; a later one is ours."""
    evidence: tuple[Evidence, ...] = ()
    """What it rests on, as of the moment of the intent."""
    actor: str = "aibwatch"


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an intent: BEGAN, REFUSED or UNCLEAR."""

    at: datetime
    failover: FailoverId
    token: Token
    event: Event
    says: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was seen moved a failover on."""

    at: datetime
    failover: FailoverId
    event: Event
    reason: Reason
    run: RunKey | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """A failover has its outcome."""

    at: datetime
    failover: FailoverId
    outcome: Outcome
    reason: Reason
    says: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class ProbeIntended:
    """The intent to run a canary once. Durable before the request leaves (PROMISES S3)."""

    at: datetime
    region: Region
    template: TemplateId
    token: Token
    epoch: int
    reason: ProbeReason
    says: str = ""
    before: datetime | None = None
    """Start of the last run that the canary had just before; a later one is ours."""


@dataclass(frozen=True, slots=True)
class ProbeAnswered:
    """What became of the intent to run a canary: BEGAN, REFUSED or UNCLEAR."""

    at: datetime
    region: Region
    token: Token
    event: Event
    says: str = ""
    request_id: str = ""
