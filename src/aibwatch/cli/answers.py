"""What the daemon's HTTP API answers: the part that commands show (`status.view` makes it)."""

from typing import TypedDict


class Says(TypedDict):
    """A reason with its words."""

    reason: str
    says: str


class Hold(Says):
    """A guard that holds."""

    until: str | None


class Family(TypedDict):
    """What one family of evidence says."""

    family: str
    speaks: bool
    says: str


class Evidence(TypedDict):
    """One reason to believe that the platform failed."""

    family: str
    says: str


class Word(TypedDict):
    """An operator's word that a region is out."""

    reason: str
    actor: str
    since: str
    until: str | None


class Said(TypedDict):
    """What `POST /api/v1/region` answers."""

    region: str
    out: bool
    until: str | None


class Region(TypedDict):
    """What is believed of a region."""

    name: str
    health: str
    since: str | None
    evidence: list[Evidence]
    word: Word | None


class Template(TypedDict):
    """One template of an image."""

    id: str
    name: str
    region: str
    role: str
    run_state: str
    ready: bool | None
    lacks: list[str]
    fault: str | None


class Red(TypedDict):
    """A readiness item that is red on a plan's target."""

    check: str
    says: str
    accepted: bool
    acceptable: bool


class Plan(TypedDict):
    """What an order would do; with its id if it was given."""

    kind: str
    image: str
    plan: str
    request: str | None
    target_name: str | None
    region: str | None
    red: list[Red]
    needed: list[str]
    skipped: list[Hold]
    warnings: list[str]
    refused: str | None
    order: str | None


class OrderTold(TypedDict):
    """What `GET /api/v1/orders/{id}` answers; from `outcome` on once it is carried out."""

    order: str
    image: str
    state: str
    says: str
    outcome: str | None
    good: bool | None
    version: str | None


class LastDrill(TypedDict):
    """The newest drill of an image."""

    ordered: str
    outcome: str
    seconds: dict[str, float] | None


class DrillVersion(TypedDict):
    """A version that a drill made, and the command that removes it."""

    name: str
    made: str | None
    cost: str
    remove: str


class Drill(TypedDict):
    """What is told of an image's drills."""

    last: LastDrill | None
    blocked: dict[str, str] | None
    proven: str | None
    due: str | None
    versions: list[DrillVersion]


class Drills(TypedDict):
    """The next drill of all."""

    next: str | None
    image: str | None


class Failover(TypedDict):
    """A failover, open or closed."""

    id: str
    image: str
    phase: str
    reason: str
    target_name: str | None
    target_region: str | None
    since: str
    outcome: str | None
    closed: str | None
    version: str


class Would(TypedDict):
    """What would have been done but for the mode."""

    at: str
    failure: str
    says: str
    held_by: list[str]


class Need(TypedDict):
    """Why a person must look at an image, and what he can do."""

    failover: str
    outcome: str
    since: str
    says: str


class Image(TypedDict):
    """One image."""

    name: str
    mode: str
    protected: bool
    next: str | None
    misconfigured: str | None
    templates: list[Template]
    failover: Failover | None
    needs_human: Need | None
    drill: Drill | None
    would: list[Would]
    held_by: list[Hold]
    decision: Says | None


class Pause(TypedDict):
    """A pause in force."""

    scope: str
    reason: str
    actor: str
    since: str
    until: str | None


class Resumption(TypedDict):
    """What `POST /api/v1/resume` answers."""

    resumed: str
    still: list[Pause]


class Reloading(TypedDict):
    """What `POST /api/v1/reload` answers."""

    changed: list[str]


class Known(TypedDict):
    """When one source knew of an incident."""

    source: str
    at: str
    lead_seconds: float | None


class Incident(TypedDict):
    """A bad period of a region."""

    id: str
    region: str
    opened: str
    closed: str | None
    evidence: list[Evidence]
    first: str
    known: list[Known]


class Scores(TypedDict):
    """How often the daemon was right, of the failures whose fault has shown."""

    right: int
    needless: int
    missed: int
    dismissed: int
    precision: float | None
    recall: float | None
    mean_seconds_to_decide: float | None


class Status(TypedDict):
    """`/api/v1/status`."""

    at: str
    summary: str
    leader: bool
    blind: bool
    suspicion: Hold | None
    pauses: list[Pause]
    regions: list[Region]
    images: list[Image]
    failovers: list[Failover]
    recent: list[Failover]
    drills: Drills
    incidents: list[Incident]
    scores: Scores


class Failure(TypedDict):
    """The failure that a decision is about."""

    started: str
    ended: str
    message: str
    cause: str
    disposition: str
    signature: str
    reasons: list[str]
    log: str
    ids: list[str]


class Item(TypedDict):
    """One readiness item."""

    check: str
    colour: str
    gates: bool
    says: str
    page: str | None


class Prepared(TypedDict):
    """A secondary in `/api/v1/readiness`."""

    id: str
    name: str
    region: str | None
    seen: str | None
    ready: bool
    items: list[Item]


class Prepares(TypedDict):
    """An image in `/api/v1/readiness`."""

    name: str
    mode: str
    protected: bool
    misconfigured: str | None
    next: str | None
    cost: str | None
    secondaries: list[Prepared]


class Preparation(TypedDict):
    """`/api/v1/readiness`."""

    at: str
    summary: str
    images: list[Prepares]


class Secondary(TypedDict):
    """A secondary with everything that was checked."""

    name: str
    region: str
    run_state: str
    ready: bool
    items: list[Item]


class Asked(TypedDict):
    """One guard that was asked."""

    guard: str
    passes: bool
    reason: str | None
    says: str
    until: str | None


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
    decision: Says
    speaking: list[str]
    guards: list[Asked]
    families: list[Prospect]
    flips: list[Flip]


class Explanation(Image):
    """`/api/v1/images/{name}`."""

    failure: Failure | None
    evidence: list[Family]
    families_needed: int
    veto: Says | None
    region: Region
    primary_state: str
    guards: list[Hold]
    secondaries: list[Secondary]
    would_change: list[str]
    inquiry: Inquiry | None
