"""What is told of one image, and of the secondaries item by item."""

from typing import TypedDict

from aibwatch.status.answers.document import Belief, Broken, Image
from aibwatch.status.answers.edition import Version
from aibwatch.status.answers.told import Decided, Hold, Instant, Item, Says


class Family(TypedDict):
    """What one family of evidence says."""

    family: str
    speaks: bool
    says: str


class Failure(TypedDict):
    """The failure that a decision is about."""

    key: str
    template: str
    region: str
    started: Instant
    ended: Instant
    seen: Instant
    message: str
    cause: str
    disposition: str
    signature: str
    reasons: list[str]
    log: str
    ids: list[str]


class Rest(TypedDict):
    """A thing that a secondary rests on, with what that rests on in turn."""

    id: str
    called: str
    region: str | None
    colour: str
    says: str
    rests_on: list["Rest"]
    also: list[str]
    """Ids of what it rests on too, and that stands elsewhere in the tree."""


class Secondary(TypedDict):
    """A secondary with everything that was checked."""

    id: str
    name: str
    region: str
    run_state: str
    ready: bool
    items: list[Item]
    rests_on: Rest | None


class Asked(TypedDict):
    """One guard that was asked."""

    guard: str
    passes: bool
    reason: str | None
    says: str
    until: Instant | None


class Prospect(TypedDict):
    """Whether one family could speak at all."""

    family: str
    possible: bool
    says: str


class Flip(TypedDict):
    """A smallest change that would make it act."""

    facts: list[str]
    reason: str


class Inquiry(TypedDict):
    """What the core itself says when it is asked about one image."""

    supposed: bool
    decision: Decided
    speaking: list[str]
    guards: list[Asked]
    families: list[Prospect]
    flips: list[Flip]


class Explanation(Image):
    """One image explained: cause, evidence, guards, each secondary item by item."""

    at: Instant
    failure: Failure | None
    evidence: list[Family]
    families_needed: int
    convinces: bool
    veto: Says | None
    region: Belief
    primary_state: str
    guards: list[Hold]
    secondaries: list[Secondary]
    would_change: list[str]
    inquiry: Inquiry | None
    versions: list[Version]


class Prepared(TypedDict):
    """A secondary, item by item."""

    id: str
    name: str
    region: str | None
    seen: Instant | None
    ready: bool
    items: list[Item]


class Prepares(TypedDict):
    """An image with its secondaries."""

    name: str
    mode: str
    protected: bool
    misconfigured: str | None
    next: str | None
    alone: str | None
    """Why any other region would be in another geography, and the ways out; null: it need not."""
    cost: str | None
    secondaries: list[Prepared]


class Preparation(TypedDict):
    """Every secondary item by item."""

    at: Instant
    summary: str
    images: list[Prepares]


class Entry(TypedDict):
    """What happened; further keys depend on the event."""

    seq: int
    at: Instant
    event: str


class History(TypedDict):
    """What was seen, decided and done since the start: a bounded number of entries."""

    history: list[Entry]


class Traced(Broken):
    """A broken promise with what led to it, as lines of the journal."""

    trace: list[str]


class Violations(TypedDict):
    """Promises that were seen broken."""

    violations: list[Traced]
