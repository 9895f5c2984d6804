"""Judgement of one failure: whose fault, how sure, why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aibwatch.model.attempt import Attempt
from aibwatch.model.buildlog import LogState
from aibwatch.model.names import FailoverId, ImageName, OrderId, Region, TemplateId, digest
from aibwatch.model.template import Run, Template


class Cause(StrEnum):
    """The category of a failure; docs/judgement.md defines each in a line."""

    OUTAGE = "outage"
    CAPACITY = "capacity"
    TRANSIENT = "transient"
    THROTTLED = "throttled"
    QUOTA = "quota"
    USER_BUILD = "user_build"
    USER_CONFIG = "user_config"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TIMEOUT = "timeout"
    CANCELED = "canceled"
    AUTH = "auth"
    CLIENT_NETWORK = "client_network"
    UNKNOWN = "unknown"


class Disposition(StrEnum):
    """What a cause lets us do."""

    PLATFORM = "platform"
    """Counts toward an outage."""
    SUSPECT = "suspect"
    """Counts only with corroboration."""
    RETRY = "retry"
    """Never counts and starts nothing: wait for the next run."""
    USER = "user"
    """Never counts."""
    WATCHER = "watcher"
    """Our own trouble: never counts, blinds us."""


class Family(StrEnum):
    """Independent ways to know (PROMISES 0); also the values of the metric label `signal`."""

    RUN = "run"
    PEERS = "peers"
    NOTICES = "notices"
    PROVIDER = "provider"
    HISTORY = "history"
    OPERATOR = "operator"


class KeyKind(StrEnum):
    """What kind of failure a failover answers."""

    RUN = "run"
    """A run that ended badly."""
    ATTEMPT = "attempt"
    """A request to run that the provider answered with an error of its own: no run began."""
    SUBMISSION = "submission"
    """A template that was submitted and could not be provisioned."""
    LOST = "lost"
    """A run that went on when its region went out and could not be read since, or that goes on for
    longer than any may: its end may never show."""
    DUE = "due"
    """No build at all in the time in which the owner expects one, while the region is out."""
    ORDER = "order"
    """Nothing failed that we know of: an operator ordered the build."""


@dataclass(frozen=True, slots=True)
class FailureKey:
    """What a failover answers: a template, and which of its failures."""

    kind: KeyKind
    template: TemplateId
    mark: str
    """What tells it from other failures of the template: the start of a run, the correlation id
    of an attempt, the time of change of a submission, the instant at which a build was due, the id
    of an order."""

    @property
    def began(self) -> datetime | None:
        """When that began, by Azure's clock, where the mark tells; whatever is later is newer."""
        return datetime.fromisoformat(self.mark) if self.kind in TIMED else None

    def __str__(self) -> str:
        """Render as kind, template and mark."""
        return f"{self.kind}:{self.template}@{self.mark}"


TIMED = frozenset({KeyKind.RUN, KeyKind.LOST, KeyKind.DUE})
"""Kinds of failures whose mark is a time."""
UNTOLD = frozenset({KeyKind.LOST, KeyKind.DUE})
"""Kinds of failures of which no error is known: what they say is said by their region alone."""
LOST_RUN, STUCK_RUN, OVERDUE = "lost_run", "stuck_run", "overdue"
"""Signatures of failures that have no error."""


def run_key(run: Run) -> FailureKey:
    """Return the failure key of a run that ended badly."""
    return FailureKey(KeyKind.RUN, run.template, run.started.isoformat())


def attempt_key(attempt: Attempt) -> FailureKey:
    """Return the failure key of an attempt that was refused."""
    return FailureKey(KeyKind.ATTEMPT, attempt.template, attempt.correlation)


def submission_key(template: Template) -> FailureKey:
    """Return the failure key of a template that could not be provisioned."""
    when = template.modified.isoformat() if template.modified else "unknown"
    return FailureKey(KeyKind.SUBMISSION, template.id, when)


def lost_key(run: Run) -> FailureKey:
    """Return the failure key of a run whose end may never show."""
    return FailureKey(KeyKind.LOST, run.template, run.started.isoformat())


def due_key(primary: TemplateId, due: datetime) -> FailureKey:
    """Return the failure key of a build that was due and did not come."""
    return FailureKey(KeyKind.DUE, primary, due.isoformat())


def order_key(primary: TemplateId, order: OrderId) -> FailureKey:
    """Return the key of a build that an operator ordered."""
    return FailureKey(KeyKind.ORDER, primary, order)


def is_same(one: FailureKey, other: FailureKey) -> bool:
    """Whether two keys are one failure: a run that was lost, and then shows that it failed."""
    return _as_run(one) == _as_run(other)


def _as_run(key: FailureKey) -> FailureKey:
    return FailureKey(KeyKind.RUN, key.template, key.mark) if key.kind is KeyKind.LOST else key


def failover_id(image: ImageName, key: FailureKey) -> FailoverId:
    """Return the id of the one failover that may answer `key` for `image`.

    A run that was lost and then shows that it failed is one failure, answered once.
    """
    return FailoverId(digest(image, str(_as_run(key))))


@dataclass(frozen=True, slots=True)
class Classification:
    """What the error itself says; evidence from elsewhere is not in it."""

    cause: Cause
    disposition: Disposition
    signature: str
    """Name of the row that matched; "" if none did."""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure with what was known of its template when it was first seen."""

    key: FailureKey
    run: Run | None
    """The run that failed; None for an attempt or a submission, which never had one."""
    region: Region
    recipe: str
    identities: str
    seen: datetime
    """When we first saw it."""
    classification: Classification
    at: datetime | None = None
    """When it happened, where there is no run."""
    log: LogState = LogState.UNREAD
    """Whether the build left a log."""
    said: str = ""
    """What Azure said, where there is no run to hold it."""
    ids: tuple[str, ...] = ()
    """Correlation, request and operation ids: support asks for them."""

    @property
    def template(self) -> TemplateId:
        """The template that failed."""
        return self.key.template

    @property
    def began(self) -> datetime:
        """When what failed began; whatever began later is newer than it."""
        return (self.run.started if self.run else self.at) or self.seen

    @property
    def ended(self) -> datetime:
        """When it ended; when we saw it, if Azure did not say."""
        return (self.run.ended if self.run else self.at) or self.seen

    @property
    def message(self) -> str:
        """What Azure said."""
        return self.run.message if self.run else self.said


@dataclass(frozen=True, slots=True)
class Success:
    """The newest good run of a template, with the recipe that it built."""

    run: Run
    recipe: str
    identities: str
    seeded: str = ""
    """What remembers it, if it is from before we watched."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to believe that the platform failed, of one family, in words for people."""

    family: Family
    says: str


class Veto(StrEnum):
    """Why a failure's own history forbids to blame the platform (PROMISES S12)."""

    NEVER_SUCCEEDED = "never_succeeded"
    CHANGED = "changed_since_success"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose fault one failure is, on what evidence, as of now."""

    failure: Failure
    evidence: tuple[Evidence, ...]
    """At most one of each family; empty if the failure is not the platform's."""
    veto: Veto | None = None
    refuted: bool = False
    """A secondary failed in the same way, so others that fail alike and history keep silent."""

    @property
    def families(self) -> frozenset[Family]:
        """The families that speak."""
        return frozenset(each.family for each in self.evidence)

    def convinces(self, needed: int) -> bool:
        """Whether enough families agree that the platform failed, and nothing vetoes it."""
        return self.veto is None and len(self.families) >= needed
