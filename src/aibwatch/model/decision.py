"""What to do next about one image, and why; also why not.

A decision is a value. Doing nothing has a reason too: log line, metric label, status page and
test all name the same member of `Reason`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import FailoverId, ImageName, OrderId, Region, TemplateId, Token
from aibwatch.model.template import RunKey
from aibwatch.model.verdict import FailureKey


class Reason(StrEnum):
    """Why we act, or why we do not. docs/reasons.md says what would change each."""

    # nothing to answer
    NOTHING_FAILED = "nothing_failed"
    NOT_SEEN_YET = "not_seen_yet"
    ANSWERED = "answered"
    # the failure is not the platform's, or not provably so
    USER_ERROR = "user_error"
    RETRYABLE = "retryable"
    UNKNOWN_ERROR = "unknown_error"
    WATCHER_TROUBLE = "watcher_trouble"
    CANCELED = "canceled"
    PARTIAL = "partial"
    PRIMARY_RUNNING = "primary_running"
    PRIMARY_STUCK = "primary_stuck"
    OVERDUE = "overdue"
    PRIMARY_UNREADABLE = "primary_unreadable"
    AWAITING_EVIDENCE = "awaiting_evidence"
    NEVER_SUCCEEDED = "never_succeeded"
    CHANGED_SINCE_SUCCESS = "changed_since_success"
    DEBOUNCING = "debouncing"
    REGION_RECOVERED = "region_recovered"
    BUILT_ELSEWHERE = "built_elsewhere"
    TOO_OLD = "too_old"
    # we may not, or not yet
    OBSERVE_ONLY = "observe_only"
    ADVISE_ONLY = "advise_only"
    PAUSED = "paused"
    NOT_LEADER = "not_leader"
    STORE_UNWRITABLE = "store_unwritable"
    WARMING_UP = "warming_up"
    SELF_SUSPECT = "self_suspect"
    AZURE_WIDE = "azure_wide"
    COOLDOWN = "cooldown"
    BUDGET = "budget"
    REGION_FULL = "region_full"
    MISCONFIGURED = "misconfigured"
    NO_CANDIDATE = "no_candidate"
    NOT_DRILLED = "not_drilled"
    DRILL_BLOCKED = "drill_blocked"
    # we act
    PLATFORM_OUTAGE = "platform_outage"
    REGIONAL_CAPACITY = "regional_capacity"
    RESEND = "resend"
    NEXT_SECONDARY = "next_secondary"
    ORDERED = "ordered"
    # a failover under way
    AWAITING_ANSWER = "awaiting_answer"
    ANSWER_OVERDUE = "answer_overdue"
    SETTLING = "settling"
    RUN_SEEN = "run_seen"
    RUN_NEVER_BEGAN = "run_never_began"
    BUILDING = "building"
    RUN_SUCCEEDED = "run_succeeded"
    RUN_REPLACED = "run_replaced"
    REPLICATING = "replicating"
    # a failover ends
    REPLICATED = "replicated"
    REPLICAS_LATE = "replicas_late"
    OUTPUT_MISSING = "output_missing"
    PRIMARY_RERAN = "primary_reran"
    NEWER_VERSION = "newer_version"
    FAILED_THE_SAME_WAY = "failed_the_same_way"
    FAILED_IN_THE_BUILD = "failed_in_the_build"
    FAILED_ITS_OWN_WAY = "failed_its_own_way"
    TARGET_CANCELED = "target_canceled"
    DEADLINE_PASSED = "deadline_passed"
    OVERRULED = "overruled"
    PREEMPTED = "preempted"
    ORDER_ENDED = "order_ended"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True)
class Open:
    """Open a failover."""

    failover: FailoverId
    key: FailureKey


@dataclass(frozen=True, slots=True)
class Start:
    """Ask `target` to run, once. The only action that leaves the process."""

    failover: FailoverId
    target: TemplateId
    token: Token


@dataclass(frozen=True, slots=True)
class Move:
    """Move a failover on, by what was seen: UNCLEAR, ADOPTED, NOT_BEGUN, RUN_SUCCEEDED, HOPPED."""

    failover: FailoverId
    event: Event
    run: RunKey | None = None
    """The run that was adopted."""


@dataclass(frozen=True, slots=True)
class Close:
    """End a failover with its outcome."""

    failover: FailoverId
    outcome: Outcome
    version: str = ""


@dataclass(frozen=True, slots=True)
class Drop:
    """End an order that no failover carries out."""

    order: OrderId


Action = Open | Start | Move | Close | Drop


@dataclass(frozen=True, slots=True)
class Hold:
    """One guard that holds: its reason, and in words what exactly and what would change it."""

    reason: Reason
    says: str
    until: datetime | None = None
    """When it lets go by itself, if it does."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do next about one image."""

    image: ImageName
    reason: Reason
    says: str = ""
    """The reason in words, with the values it rests on."""
    action: Action | None = None
    held_by: tuple[Hold, ...] = ()
    """Every guard that holds, not only the first."""
    wake_at: datetime | None = None
    """When to ask again at the latest; None: only a new observation can change it."""
    deadline: datetime | None = None
    """By when the open failover must have left its phase; past it, it is stuck (PROMISES L3)."""
    wants: tuple[Region, ...] = ()
    """Where a failover would be built if there were room, in order of preference: who has a later
    turn leaves it the place (PROMISES S22)."""
