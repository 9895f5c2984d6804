"""Journal entries: what was seen, judged, decided, intended and done.

`journal.fold` makes the state from them and nothing else does. Entries are only ever added;
a field that is added later has a default, so that an older journal can be read.
"""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.decision import Hold, Reason
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import FailoverId, ImageName, Region, TemplateId, Token
from aibwatch.model.region import RegionBelief
from aibwatch.model.template import Run, RunKey, Template
from aibwatch.model.verdict import Evidence, Failure, FailureKey
from aibwatch.model.witness import Witness


@dataclass(frozen=True, slots=True)
class Booted:
    """A daemon took the journal; its epoch is one more than the last."""

    at: datetime
    epoch: int
    version: str
    """Of the program, and with it of the signatures that errors are known by."""
    config: str = ""
    """Hash of the configuration that holds for this epoch (PROMISES S39)."""


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
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """An operator allows acting again."""

    at: datetime
    scope: str
    reason: str = ""
    actor: str = ""


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
)
