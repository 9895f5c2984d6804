"""Journal entries: what was seen, judged, decided, intended and done.

`journal.fold` makes the state from them and nothing else does. Entries are only ever added;
a field that is added later has a default, so that an older journal can be read.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from aibwatch.model.attempt import AttemptState
from aibwatch.model.chain import Gap
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.edition import Edition
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import FailoverId, ImageName, OrderId, Region, TemplateId, Token
from aibwatch.model.notice import Notice
from aibwatch.model.order import Order
from aibwatch.model.probe import ProbeReason
from aibwatch.model.region import RegionBelief
from aibwatch.model.score import Score
from aibwatch.model.template import Run, RunKey, Template
from aibwatch.model.verdict import Evidence, Failure, FailureKey
from aibwatch.model.witness import Witness
from aibwatch.model.word import Word


@dataclass(frozen=True, slots=True)
class Booted:
    """A daemon took the journal and with it the right to act; its epoch is one more (S4)."""

    at: datetime
    epoch: int
    version: str
    """Of the program, and with it of the signatures that errors are known by."""
    config: str = ""
    """Hash of the configuration that holds for this epoch (PROMISES S39)."""
    holder: str = ""
    """Which replica it is: its machine and process."""


@dataclass(frozen=True, slots=True)
class TemplateKnown:
    """A template is new, or was changed. After a restart it is known though its region is dark."""

    at: datetime
    template: Template
    """Without its run."""


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run is new, or its state changed."""

    at: datetime
    run: Run
    region: Region
    recipe: str
    identities: str
    recipe_is_the_runs: bool = True
    """False if the template was modified after the run began: the run built something else."""


@dataclass(frozen=True, slots=True)
class FailureJudged:
    """A run was seen to have failed, and its error was read."""

    at: datetime
    failure: Failure


@dataclass(frozen=True, slots=True)
class HistorySeeded:
    """A good run from before we watched, as something else remembers it.

    It counts only where nothing was changed since, so it is the present recipe that built.
    """

    at: datetime
    template: TemplateId
    region: Region
    recipe: str
    identities: str
    built: datetime
    """When the run ended, or its version was published."""
    source: str
    """What remembers it, in words: the gallery, the Activity Log."""


@dataclass(frozen=True, slots=True)
class RegionAssessed:
    """The belief about a region changed; opens and closes its incident with it."""

    at: datetime
    belief: RegionBelief
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision about an image changed."""

    at: datetime
    image: ImageName
    decision: str
    """act, hold or advise; the label of aibwatch_failover_decisions_total."""
    reason: Reason
    says: str = ""
    held_by: tuple[Hold, ...] = ()
    key: FailureKey | None = None
    """The failure of the image's primary that it is about, if there is one."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What the entry after it was decided on, so that it can be decided again (PROMISES S40).

    Beside each `Decided` that is not calm, and before each `Intended`.
    """

    at: datetime
    witness: Witness
    acts: bool = False
    """Whether what it stands beside acts: then it is never dropped."""


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
class Paused:
    """An operator forbids acting."""

    at: datetime
    scope: str
    """`all`, `region:<name>` or `image:<name>`."""
    reason: str
    actor: str = ""
    """Whose it is; each may have one of a scope, and any of them suffices (PROMISES S35)."""
    until: datetime | None = None

    @property
    def end(self) -> datetime:
        """When it lapses by itself; never is the latest."""
        return self.until or datetime.max.replace(tzinfo=UTC)

    def stands(self, now: datetime) -> bool:
        """Whether it is in force."""
        return now < self.end


@dataclass(frozen=True, slots=True)
class Resumed:
    """An operator allows acting again."""

    at: datetime
    scope: str
    reason: str = ""
    actor: str = ""
    owner: str = ""
    """Whose pause of the scope is taken away; "": everybody's, as older entries mean it."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An operator ordered a build. Durable before the order is confirmed."""

    at: datetime
    order: Order


@dataclass(frozen=True, slots=True)
class OrderDropped:
    """An order ended without a failover: it could not be carried out in time, or was replaced."""

    at: datetime
    order: OrderId
    image: ImageName
    says: str


@dataclass(frozen=True, slots=True)
class RegionSaid:
    """An operator said that a region is out, or well again."""

    at: datetime
    word: Word


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A person has seen how an image's last failover ended."""

    at: datetime
    image: ImageName
    failover: FailoverId
    actor: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EditionSeen:
    """A version of an image is new, or its replication or its rank among others changed."""

    at: datetime
    edition: Edition


@dataclass(frozen=True, slots=True)
class Violated:
    """A promise did not hold, as the journal itself shows. Automation is paused with it."""

    at: datetime
    promise: str
    """Its number, such as `S1`."""
    says: str
    failover: FailoverId | None = None


@dataclass(frozen=True, slots=True)
class Compacted:
    """Old records were taken out that nothing rests on any more."""

    at: datetime
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class NoticeKnown:
    """A notice on Image Builder in a watched region is new, or it began, ended or lasts anew."""

    at: datetime
    region: Region
    source: str
    """`events` or `emerging`, whichever subscription was asked."""
    notice: Notice
    """Whole: what was known at the time can be judged again (PROMISES S40)."""


@dataclass(frozen=True, slots=True)
class RunMissed:
    """A run was replaced by a newer one before anybody saw it end (PROMISES L11)."""

    at: datetime
    template: TemplateId
    region: Region
    known: RunKey
    """The run that was missed; one that nobody saw at all begins when it was asked for."""
    seen: RunKey
    """The newer run."""
    says: str = ""


@dataclass(frozen=True, slots=True)
class MissedTold:
    """The Activity Log tells how a run ended that was missed."""

    at: datetime
    run: RunKey
    region: Region
    state: AttemptState
    """SUCCEEDED or RUN_FAILED."""
    ended: datetime | None = None
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """It has shown whose fault a failure was; each failure is scored once."""

    at: datetime
    score: Score


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


Entry = (
    Booted
    | TemplateKnown
    | RunSeen
    | FailureJudged
    | HistorySeeded
    | RegionAssessed
    | Decided
    | Witnessed
    | FailoverOpened
    | Intended
    | Answered
    | Moved
    | Closed
    | Paused
    | Resumed
    | Ordered
    | OrderDropped
    | RegionSaid
    | Acknowledged
    | EditionSeen
    | Violated
    | NoticeKnown
    | RunMissed
    | MissedTold
    | Scored
    | ProbeIntended
    | ProbeAnswered
    | Compacted
)
