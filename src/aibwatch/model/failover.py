"""The failover: its phases, what moves it from one to the next, and its outcome.

Theory of operation. A failover answers one failure key of one image. It is opened when the
evidence suffices and ends with exactly one outcome. Only what is written in the journal moves it:
each journal entry that concerns a failover carries an `Event`, and `TABLE` says which phase that
event leads to. `CANNOT` says of every other pair why it cannot come; `step` raises with that.
Deciding when to cause an event is the business of `failover/`; docs/architecture.md draws the
table. No phase waits for ever: `AT_DEADLINE` says what ends it, `failover/deadlines.py` when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from aibwatch.model.names import FailoverId, ImageName, TemplateId, Token
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.template import Run, RunKey
from aibwatch.model.verdict import FailureKey, KeyKind


class Phase(StrEnum):
    """Where a failover stands."""

    CHOOSING = "choosing"
    """Looking for a secondary that may take it; guards may hold it here."""
    REQUESTED = "requested"
    """The intent is durable; the answer to its request is not known yet."""
    STARTING = "starting"
    """The request was answered, or its answer was lost; its run has not been seen yet."""
    BUILDING = "building"
    """The run on the secondary is known and watched."""
    PUBLISHING = "publishing"
    """The run succeeded; the image version is not yet proven to be where it must be."""
    CLOSED = "closed"
    """It has its outcome."""


class Event(StrEnum):
    """What moves a failover."""

    INTENDED = "intended"
    """The intent to send one run request is durable."""
    BEGAN = "began"
    """Azure accepted the request."""
    REFUSED = "refused"
    """Azure refused the request: surely no run began."""
    UNCLEAR = "unclear"
    """Nobody can tell from the answer whether a run began."""
    ADOPTED = "adopted"
    """The run that answers this failover was seen on the target."""
    NOT_BEGUN = "not_begun"
    """A fresh read after `settle` proves that no run began."""
    RUN_SUCCEEDED = "run_succeeded"
    HOPPED = "hopped"
    """The run on this secondary failed in its own way; the next one is considered."""
    CLOSED = "closed"


TABLE: Mapping[tuple[Phase, Event], Phase] = MappingProxyType(
    {
        (Phase.CHOOSING, Event.INTENDED): Phase.REQUESTED,
        (Phase.CHOOSING, Event.CLOSED): Phase.CLOSED,
        (Phase.REQUESTED, Event.BEGAN): Phase.STARTING,
        (Phase.REQUESTED, Event.REFUSED): Phase.CHOOSING,
        (Phase.REQUESTED, Event.UNCLEAR): Phase.STARTING,
        (Phase.STARTING, Event.ADOPTED): Phase.BUILDING,
        (Phase.STARTING, Event.NOT_BEGUN): Phase.CHOOSING,
        (Phase.STARTING, Event.CLOSED): Phase.CLOSED,
        (Phase.BUILDING, Event.ADOPTED): Phase.BUILDING,
        (Phase.BUILDING, Event.RUN_SUCCEEDED): Phase.PUBLISHING,
        (Phase.BUILDING, Event.HOPPED): Phase.CHOOSING,
        (Phase.BUILDING, Event.CLOSED): Phase.CLOSED,
        (Phase.PUBLISHING, Event.CLOSED): Phase.CLOSED,
    }
)
"""Every move there is. ADOPTED while building: the target shows a newer run, which takes over."""

_CANNOT: tuple[tuple[str, tuple[Phase, ...], tuple[Event, ...]], ...] = (
    ("it has its outcome, once and for all", (Phase.CLOSED,), tuple(Event)),
    (
        "it asks nobody yet",
        (Phase.CHOOSING,),
        (
            Event.BEGAN,
            Event.REFUSED,
            Event.UNCLEAR,
            Event.ADOPTED,
            Event.NOT_BEGUN,
            Event.RUN_SUCCEEDED,
            Event.HOPPED,
        ),
    ),
    (
        "it makes one request at a time",
        (Phase.REQUESTED, Phase.STARTING, Phase.BUILDING, Phase.PUBLISHING),
        (Event.INTENDED,),
    ),
    (
        "the answer to its request comes first, be it that there is none",
        (Phase.REQUESTED,),
        (Event.ADOPTED, Event.NOT_BEGUN, Event.RUN_SUCCEEDED, Event.HOPPED, Event.CLOSED),
    ),
    (
        "its request has its answer",
        (Phase.STARTING, Phase.BUILDING, Phase.PUBLISHING),
        (Event.BEGAN, Event.REFUSED, Event.UNCLEAR),
    ),
    ("its run is seen first", (Phase.STARTING,), (Event.RUN_SUCCEEDED, Event.HOPPED)),
    ("its run was seen", (Phase.BUILDING, Phase.PUBLISHING), (Event.NOT_BEGUN,)),
    (
        "its run has ended well",
        (Phase.PUBLISHING,),
        (Event.ADOPTED, Event.RUN_SUCCEEDED, Event.HOPPED),
    ),
)

CANNOT: Mapping[tuple[Phase, Event], str] = MappingProxyType(
    {(phase, event): why for why, phases, events in _CANNOT for phase in phases for event in events}
)
"""Why every pair that is no move cannot come. Every pair is either here or in `TABLE`."""

AT_DEADLINE: Mapping[Phase, Event] = MappingProxyType(
    {
        Phase.CHOOSING: Event.CLOSED,
        Phase.REQUESTED: Event.UNCLEAR,
        Phase.STARTING: Event.CLOSED,
        Phase.BUILDING: Event.CLOSED,
        Phase.PUBLISHING: Event.CLOSED,
    }
)
"""What happens past the deadline of each phase that has one: of all but the last (PROMISES L3)."""


def step(phase: Phase, event: Event) -> Phase:
    """Return the phase that `event` leads to. Raises ValueError, with why, where it is no move."""
    to = TABLE.get((phase, event))
    if to is None:
        message = f"a failover that is {phase} cannot be {event}: {CANNOT[phase, event]}"
        raise ValueError(message)
    return to


class Outcome(StrEnum):
    """How a failover ended; also the label `result` of aibwatch_failovers_total."""

    SUCCEEDED = "succeeded"
    """The version exists and is replicated everywhere it must be."""
    LATE_REPLICAS = "late_replicas"
    """The version is usable, some replicas were still missing at the deadline."""
    FAILED = "failed"
    """The secondary's run failed, or made no usable version."""
    TIMED_OUT = "timed_out"
    """The failure grew too old before it could be answered."""
    SUPERSEDED = "superseded"
    """The primary has a newer run, or somebody published a newer version."""
    ABANDONED = "abandoned"
    """The secondary's run did not end, or could not be seen, by its deadline; or nobody follows it,
    as its image left the configuration."""
    NO_CANDIDATE = "no_candidate"
    """No secondary could take it before the failure grew too old."""


NEEDS_HUMAN = frozenset({Outcome.FAILED, Outcome.ABANDONED, Outcome.NO_CANDIDATE})
"""Outcomes after which the image is not built and nothing goes on by itself."""


DOUBLE_WITHIN = timedelta(hours=12)
"""So long after a failure was answered, a good run of its primary may still be the rerun of what
failed; it is as long as failures are answered within an incident."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that a secondary refused; it is not asked again at once."""

    target: TemplateId
    at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class Failover:
    """The course of answering one failure. A value: `journal.fold` makes the next from an entry."""

    id: FailoverId
    image: ImageName
    key: FailureKey
    opened: datetime
    phase: Phase
    since: datetime
    """When this phase began."""
    signature: str = ""
    """How the primary failed."""
    priority: int = 100
    """Of the image, when it was opened; lower first."""
    target: TemplateId | None = None
    """The secondary that was asked last. A resend goes to it again (PROMISES S2)."""
    tried: tuple[TemplateId, ...] = ()
    """Secondaries whose run ended badly, in order; never asked again for this key (S23)."""
    token: Token | None = None
    first_sent: datetime | None = None
    """First intent for the target that is not proven void."""
    last_sent: datetime | None = None
    """Last intent for the target."""
    before: datetime | None = None
    """Start of the last run that the target had before that intent, None if it had none; a later
    run is ours (`failover.course.ours`)."""
    accepted: bool = False
    """Azure said yes to the last request."""
    refusals: tuple[Refusal, ...] = ()
    unbegun: int = 0
    """Requests to the present target that provably began nothing, though it did not refuse them."""
    run: RunKey | None = None
    """The run on the target that answers this failover."""
    built: datetime | None = None
    """When that run was seen to have succeeded."""
    outcome: Outcome | None = None
    closed: datetime | None = None
    reason: str = ""
    """Why the last move was made, as a `Reason`."""
    version: str = ""
    """Id of the image version that it made."""
    order: Order | None = None
    """The operator's order that it carries out; None: it answers a failure."""
    acknowledged: datetime | None = None
    """When a person said that he has seen how it ended."""

    @property
    def open(self) -> bool:
        """Whether it still has no outcome."""
        return self.phase is not Phase.CLOSED

    @property
    def is_drill(self) -> bool:
        """Whether it answers nothing: a rehearsal, which counts nowhere (PROMISES S38)."""
        return self.order is not None and self.order.kind is OrderKind.DRILL

    @property
    def needs_human(self) -> bool:
        """Whether it ended in a way that a person must look at, and nobody has yet (L12).

        After a drill the image is as well as before.
        """
        ill = self.outcome in NEEDS_HUMAN and not self.is_drill
        return ill and self.acknowledged is None

    @property
    def takes_place(self) -> bool:
        """Whether it counts against the bounds on what builds at once (S22); a drill never does."""
        return self.open and self.phase is not Phase.CHOOSING and not self.is_drill

    @property
    def asked(self) -> datetime | None:
        """When it last asked a secondary; None if it provably never began a run.

        After a hop the request is no longer on record, the secondary that was tried is.
        """
        return self.last_sent or (self.since if self.tried else None)

    def is_doubled_by(self, run: Run) -> bool:
        """Whether a run of the primary builds once more what this failover answers (S31).

        It began since, or it is the very run that was lost, and not so late that it would be the
        next build that anybody wants. What was built at home by order has no double, nor a drill.
        """
        if self.is_drill or self.target == self.key.template:
            return False
        since = self.key.began or self.opened
        lost = self.key.kind is KeyKind.LOST and run.started == since
        began = lost or run.started > since
        return began and run.started <= self.opened + DOUBLE_WITHIN

    @property
    def hop(self) -> int:
        """How many secondaries were tried before the present one."""
        return len(self.tried)
