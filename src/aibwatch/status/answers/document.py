"""`/api/v1/status` and its parts (`status.view` makes it)."""

from typing import Literal, NotRequired, TypedDict

from aibwatch.status.answers.after import Aftermath
from aibwatch.status.answers.drilled import Drill, Drills
from aibwatch.status.answers.edition import Edition
from aibwatch.status.answers.told import Decided, Evidence, Hold, Instant, Item, Pause


class Word(TypedDict):
    """An operator's word that a region is out."""

    reason: str
    actor: str
    since: Instant
    until: Instant | None


class Probe(TypedDict):
    """The last run of a canary that was asked for."""

    at: Instant
    reason: str
    answer: str
    result: str | None
    started: Instant | None
    ended: Instant | None
    says: str


class Cost(TypedDict):
    """What a canary cost of late."""

    probes: int
    minutes: float
    says: str


class Canary(TypedDict):
    """The canary of a region."""

    id: str
    name: str
    reason: str
    says: str
    next: Instant | None
    last: Probe | None
    cost: Cost


class Belief(TypedDict):
    """What is believed of a region."""

    name: str
    health: Literal["unknown", "healthy", "degraded", "outage"]
    since: Instant | None
    evidence: list[Evidence]
    incident: str | None
    agreed_since: Instant | None
    quiet_since: Instant | None
    good_since: Instant | None
    word: Word | None


class Region(Belief):
    """What is believed of a region, with its canary."""

    canary: Canary | None


class Template(TypedDict):
    """One template of an image; `ready` and `amiss` are of secondaries."""

    id: str
    name: str
    region: str
    role: Literal["primary", "secondary"]
    run_state: str
    run_phase: str
    run_started: Instant | None
    run_ended: Instant | None
    ready: bool | None
    lacks: list[str]
    amiss: list[Item]
    readable: bool
    seen: Instant | None
    fault: str | None


class Refusal(TypedDict):
    """A request to build that Azure refused."""

    target: str
    at: Instant
    says: str


class OrderGiven(TypedDict):
    """The order that a failover carries out."""

    id: str
    kind: str
    actor: str
    reason: str
    at: Instant
    accept: list[str]
    plan: str


class Failover(TypedDict):
    """A failover, open or closed."""

    id: str
    image: str
    phase: str
    reason: str
    target: str | None
    target_name: str | None
    target_region: str | None
    since: Instant
    opened: Instant
    tried: list[str]
    refusals: list[Refusal]
    answers: str
    order: OrderGiven | None
    outcome: str | None
    good: bool | None
    closed: Instant | None
    version: str


class Would(TypedDict):
    """What would have been done but for the mode."""

    at: Instant
    key: str
    failure: str
    says: str
    held_by: list[str]


class Need(TypedDict):
    """Why a person must look at an image, and what he can do."""

    failover: str
    outcome: str
    since: Instant | None
    says: str


class Standing(TypedDict):
    """How things stand, in one line; `level` is how much it matters."""

    level: Literal["good", "idle", "acting", "warn", "bad"]
    says: str
    detail: str


class Image(TypedDict):
    """One image."""

    name: str
    mode: Literal["observe", "advise", "auto"]
    tagged: bool
    """Nobody configured it: it was taken in by the tags of its templates."""
    priority: int
    standing: Standing
    protected: bool
    next: str | None
    unsettled: bool
    misconfigured: str | None
    templates: list[Template]
    failover: Failover | None
    needs_human: Need | None
    drill: Drill | None
    would: list[Would]
    latest: Edition | None
    editions: list[Edition]
    held_by: list[Hold]
    decision: Decided | None


class Waiting(TypedDict):
    """An order that no failover carries out yet."""

    order: str
    kind: str
    image: str
    to: str | None
    reason: str
    actor: str
    since: Instant


class Broken(TypedDict):
    """A promise that was seen broken."""

    promise: str
    says: str
    failover: str | None
    at: Instant


class Known(TypedDict):
    """When one source knew of an incident; of Microsoft's also in which notice."""

    source: str
    at: Instant
    lead_seconds: float | None
    notice: NotRequired[str]
    title: NotRequired[str]


class Incident(TypedDict):
    """A bad period of a region."""

    id: str
    region: str
    opened: Instant
    agreed: Instant | None
    closed: Instant | None
    evidence: list[Evidence]
    first: str
    known: list[Known]


class Scores(TypedDict):
    """How often the daemon was right, of the failures whose fault has shown."""

    right: int
    needless: int
    missed: int
    dismissed: int
    waiting: int
    precision: float | None
    recall: float | None
    mean_seconds_to_decide: float | None


class Measured(TypedDict):
    """Attempts at building in so many days; `share` is ok / (ok + platform), null of too few."""

    days: int
    ok: int
    platform: int
    user: int
    share: float | None


class Availability(TypedDict):
    """The measured availability of Image Builder in a region."""

    region: str
    windows: list[Measured]


class Happened(TypedDict):
    """An event, of a region or an image."""

    at: Instant
    about: str
    says: str
    level: Literal["good", "idle", "acting", "warn", "bad"]


class Picture(TypedDict):
    """What the last cycle left behind."""

    at: Instant
    version: str
    summary: str
    headline: Standing
    leader: bool
    holder: str
    writable: bool
    blind: bool
    suspicion: Hold | None
    paused: bool
    pauses: list[Pause]
    orders: list[Waiting]
    violations: list[Broken]
    regions: list[Region]
    images: list[Image]
    failovers: list[Failover]
    recent: list[Failover]
    drills: Drills
    timeline: list[Happened]
    incidents: list[Incident]
    aftermath: Aftermath | None
    scores: Scores
    availability: list[Availability]


class Audit(TypedDict):
    """The head of the journal's chain of hashes, and how many records it stands for."""

    head: str | None
    entries: int


class Status(Picture):
    """Everything, as of the end of the last cycle."""

    audit: Audit


class Images(TypedDict):
    """The images of the status alone."""

    at: Instant
    images: list[Image]


class Regions(TypedDict):
    """The regions of the status alone."""

    at: Instant
    regions: list[Region]


class Failovers(TypedDict):
    """The open failovers of the status, and the last that closed."""

    at: Instant
    failovers: list[Failover]
    recent: list[Failover]
