"""What is believed: `State`, the fold over the journal, and `Sightings`, what was last seen.

State survives a restart; sightings do not need to, one sweep brings them back. Both are filled in
one place each (`journal.fold`, `collect.sightings`) and are read-only to everybody else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import TypeVar

from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.blueprint import Blueprint
from aibwatch.model.decision import Decision, Hold
from aibwatch.model.drill import Blocked
from aibwatch.model.edition import Edition
from aibwatch.model.entry import Decided, NoticeKnown, Paused, Violated
from aibwatch.model.failover import Failover
from aibwatch.model.fault import Fault
from aibwatch.model.gallery import Definition, Publication, Version
from aibwatch.model.image import Image, Mode
from aibwatch.model.incident import Incident
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    FailoverId,
    ImageName,
    IncidentId,
    Region,
    ResourceId,
    Scope,
    TemplateId,
)
from aibwatch.model.needs import NOTHING, Needs
from aibwatch.model.notice import Notice
from aibwatch.model.observation import SelfTested
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.order import Order
from aibwatch.model.policy import SKEW, Policy
from aibwatch.model.probe import Probe, ProbeDecision
from aibwatch.model.readiness import Readiness
from aibwatch.model.region import RegionBelief
from aibwatch.model.resource import Resource
from aibwatch.model.schedule import Schedule
from aibwatch.model.score import Deed, Pending, Score, Truth
from aibwatch.model.supply import Supply
from aibwatch.model.template import Run, RunKey, Template
from aibwatch.model.verdict import LOST_RUN, Failure, FailureKey, Success, Verdict
from aibwatch.model.word import Word

NEVER = datetime.min.replace(tzinfo=UTC)
DOUBLES_LOOKED_FOR = 100
"""Failovers, the newest, of which it is asked whether the primary built as well."""
WOULD_FOR = timedelta(days=30)
"""So long it is told what would have been done."""
STARTS_KEPT = 4
"""Runs of a template whose starts are remembered: the Activity Log is no further behind."""


@dataclass(slots=True)
class State:
    """Everything that the journal tells."""

    changes: int = field(default=0, compare=False)
    """Rises with every entry: who keeps what follows from the state looks again only then."""
    epoch: int = 0
    holder: str = ""
    """Which replica took the right to act last."""
    first_seen: dict[TemplateId, datetime] = field(default_factory=dict)
    templates: dict[TemplateId, Template] = field(default_factory=dict)
    """As last seen, without their runs."""
    runs: dict[TemplateId, Run] = field(default_factory=dict)
    """The newest run known of each template."""
    failures: dict[TemplateId, Failure] = field(default_factory=dict)
    """Where the newest run failed: that failure, judged."""
    successes: dict[TemplateId, Success] = field(default_factory=dict)
    """The newest good run of each template."""
    lineages: dict[tuple[Region, str], Success] = field(default_factory=dict)
    """The newest good run of each lineage in each region."""
    built: dict[str, dict[Region, datetime]] = field(default_factory=dict)
    """When each recipe last built well in each region."""
    built_in: dict[Region, datetime] = field(default_factory=dict)
    """When any run last ended well in each region."""
    good: dict[Region, tuple[Run, ...]] = field(default_factory=dict)
    """The latest good runs in each region, so many at most."""
    refuted: dict[Region, dict[str, datetime]] = field(default_factory=dict)
    """By region and signature: when a secondary failed the same way, so that it is the build."""
    confirmed: dict[Region, dict[str, datetime]] = field(default_factory=dict)
    """By region and signature: when a secondary built what had failed there."""
    regions: dict[Region, RegionBelief] = field(default_factory=dict)
    failovers: dict[FailoverId, Failover] = field(default_factory=dict)
    """Open and closed ones."""
    open: dict[ImageName, FailoverId] = field(default_factory=dict)
    """The open one of each image that has one; there is at most one (PROMISES S5)."""
    pauses: dict[tuple[str, str], Paused] = field(default_factory=dict)
    """By scope and actor; those that have lapsed may still be there."""
    orders: dict[ImageName, Order] = field(default_factory=dict)
    """Orders that no failover carries out yet; the newest of each image."""
    schedules: dict[ImageName, Schedule] = field(default_factory=dict)
    """The schedule of each image that has one, as last known."""
    scheduled: dict[ImageName, datetime] = field(default_factory=dict)
    """The last time of it for which a build was ordered; at first, since when it is known."""
    rehearsals: dict[TemplateId, FailoverId] = field(default_factory=dict)
    """The last drill that asked each template to run."""
    drilled: dict[ImageName, datetime] = field(default_factory=dict)
    """When a drill of each image was last ordered."""
    drills_since: datetime | None = None
    """Since when drills have a schedule at all, whichever it is."""
    blocked: dict[ImageName, Blocked] = field(default_factory=dict)
    """The last drill of each image that was ordered and not begun."""
    proven: dict[ImageName, datetime] = field(default_factory=dict)
    """When each image was last built well away from home, by a drill or for real."""
    words: dict[Region, Word] = field(default_factory=dict)
    """What an operator said last of each region."""
    quarantined: dict[TemplateId, FailoverId] = field(default_factory=dict)
    """Secondaries whose run was given up without having been seen to end, with its failover;
    nothing is asked of them before they are seen idle (PROMISES S5)."""
    editions: dict[ImageName, tuple[Edition, ...]] = field(default_factory=dict)
    """The newest versions of each image, oldest first."""
    unpublished: dict[TemplateId, Run] = field(default_factory=dict)
    """The newest run of each template, where it ended well since we watch and it is not yet known
    to have put out a version that is wherever the template says."""
    disarmed: dict[TemplateId, datetime] = field(default_factory=dict)
    """Since when the trigger of each template is off that was seen on before."""
    violations: tuple[Violated, ...] = ()
    """Promises that were seen broken, newest last."""
    would: dict[ImageName, tuple[Decided, ...]] = field(default_factory=dict)
    """What would have been done about each image but for its mode; the newest, one of a failure."""
    decisions: dict[ImageName, Decided] = field(default_factory=dict)
    """The last journalled decision of each image."""
    incidents: dict[IncidentId, Incident] = field(default_factory=dict)
    """The newest ones, open and closed, in the order of their opening."""
    notices: dict[tuple[Region, str, str], NoticeKnown] = field(default_factory=dict)
    """The newest ones by region, source and tracking id, as last told, since first seen."""
    starts: dict[TemplateId, tuple[datetime, ...]] = field(default_factory=dict)
    """When the last few runs of each template began that were seen."""
    missed: dict[RunKey, AttemptState | None] = field(default_factory=dict)
    """The newest runs whose end nobody saw, with what the Activity Log told of it since."""
    unscored: dict[FailureKey, Pending] = field(default_factory=dict)
    """The newest failures whose fault has not shown yet."""
    scores: dict[FailureKey, Score] = field(default_factory=dict)
    """The newest ones."""
    tally: dict[tuple[Deed, Truth], int] = field(default_factory=dict)
    """How often each was scored, ever."""
    blueprints: dict[TemplateId, Blueprint] = field(default_factory=dict)
    """What each template says beyond its state, by the newest copy of it."""
    copies: dict[TemplateId, tuple[str, datetime]] = field(default_factory=dict)
    """Of the newest copy of each template: the revision of the template that it shows, and when."""
    probes: dict[Region, tuple[Probe, ...]] = field(default_factory=dict)
    """Of the canary of each region, oldest first, as far back as their cost is shown."""

    def open_failover(self, image: ImageName) -> Failover | None:
        """Return the image's open failover, if it has one."""
        return self.failovers.get(self.open.get(image, FailoverId("")))

    def open_real(self, image: ImageName) -> Failover | None:
        """Return the image's open failover, unless it is a drill."""
        failover = self.open_failover(image)
        return None if failover is None or failover.is_drill else failover

    def built_last(self, image: Image) -> datetime | None:
        """Return when the newest good run of any of an image's templates ended."""
        known = (self.successes.get(each) for each in image.templates)
        return max((each.run.ended or each.run.started for each in known if each), default=None)

    def lately_answered(self) -> list[Failover]:
        """Return the newest failovers that have a run of their own, newest first; so many at most.

        Failovers are kept in the order of their opening. Drills answer nothing.
        """
        return [each for each in self._newest() if each.run is not None and not each.is_drill]

    def _newest(self) -> Iterator[Failover]:
        return islice(reversed(self.failovers.values()), DOUBLES_LOOKED_FOR)

    def builds_for(self, failover: Failover) -> list[Run]:
        """Return the good runs that built for a failover: its own, and then one of the primary.

        Of the primary's only the first: those after it are builds of another day. And only what
        began before any newer failure of it: one version answers one failure (S31).
        """
        told = [e.run for e in self.editions.get(failover.image, ()) if e.answers == failover.id]
        own = self.successes.get(failover.target) if failover.target else None
        found = [own.run] if own is not None and own.run.key == failover.run else []
        if failover.run is None or not (found or failover.run in told):
            return []
        again = self.successes.get(failover.key.template)
        first = next((each for each in told if each.template == failover.key.template), None)
        if again is None or not self._is_double(again.run, failover):
            return found
        if first in (None, again.run.key) and not self._came_home(again.run.key):
            found.append(again.run)
        return found

    def _came_home(self, run: RunKey) -> bool:
        """Whether an operator ordered this run of a primary: then it is a build of its own."""
        return any(each.run == run for each in self.failovers.values() if each.order)

    def _is_double(self, run: Run, failover: Failover) -> bool:
        """Whether a run of the primary builds once more what this failover answered, and no newer.

        A newer failure counts also where it was never built elsewhere.
        """
        return failover.is_doubled_by(run) and not any(
            each.key.template == run.template and each.is_doubled_by(run)
            for each in takewhile(lambda each: each.opened > failover.opened, self._newest())
        )

    def is_rehearsed(self, template: TemplateId, began: datetime) -> bool:
        """Whether a run that began then, or a try at one, was a drill's: it is no evidence (S38).

        Between the opening of a drill and its end nobody else runs its target. Azure's clock tells
        when it began, and ours when the drill was.
        """
        drill = self.failovers.get(self.rehearsals.get(template, FailoverId("")))
        if drill is None or began < drill.opened - SKEW:
            return False
        return drill.closed is None or began <= drill.closed + SKEW

    def last_probe(self, region: Region) -> Probe | None:
        """Return the newest probe of a region, if it ever had one."""
        return next(reversed(self.probes.get(region, ())), None)


@dataclass(slots=True)
class Sightings:
    """What was last seen, and when."""

    booted: datetime
    templates: dict[TemplateId, Template] = field(default_factory=dict)
    """As last read with success; right after a restart, as the journal tells."""
    changes: int = field(default=0, compare=False)
    """Rises whenever `templates` changes: who keeps what follows from it looks again only then."""
    seen: dict[TemplateId, datetime] = field(default_factory=dict)
    """When that was."""
    read: dict[Region, datetime] = field(default_factory=dict)
    """When any template of each region was last read with success."""
    asked: dict[TemplateId, datetime] = field(default_factory=dict)
    """When each was last asked for, whatever the answer."""
    latest: datetime = NEVER
    """When any template was last asked for."""
    faults: dict[TemplateId, Fault] = field(default_factory=dict)
    """Why the last read failed, where it did."""
    notices: dict[str, tuple[Notice, ...]] = field(default_factory=dict)
    """By source."""
    sources: dict[str, datetime] = field(default_factory=dict)
    """When each source that is not a template last answered."""
    source_faults: dict[str, Fault] = field(default_factory=dict)
    definitions: dict[DefinitionId, Definition | Fault] = field(default_factory=dict)
    definitions_seen: dict[DefinitionId, datetime] = field(default_factory=dict)
    supplies: dict[BaseId, Supply | Fault] = field(default_factory=dict)
    """Where what secondaries build from can be had."""
    supplies_seen: dict[BaseId, datetime] = field(default_factory=dict)
    rights: dict[Scope, bool | Fault] = field(default_factory=dict)
    """Whether we may run what is there."""
    rights_seen: dict[Scope, datetime] = field(default_factory=dict)
    resources: dict[ResourceId, Resource | Fault] = field(default_factory=dict)
    """What secondaries rest on, besides."""
    resources_seen: dict[ResourceId, datetime] = field(default_factory=dict)
    offers: dict[tuple[str, Region], Offer | Fault] = field(default_factory=dict)
    """By subscription and region."""
    offers_seen: dict[tuple[str, Region], datetime] = field(default_factory=dict)
    geographies: dict[Region, Geography] = field(default_factory=dict)
    """As any subscription was last told."""
    bodies: dict[TemplateId, Fault] = field(default_factory=dict)
    """Why the body of a template could not be read, where it could not."""
    versions: dict[DefinitionId, tuple[Version, ...] | Fault] = field(default_factory=dict)
    versions_seen: dict[DefinitionId, datetime] = field(default_factory=dict)
    publications: dict[FailoverId, Publication | Fault] = field(default_factory=dict)
    publications_seen: dict[FailoverId, datetime] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    """By correlation id: tries at starting a run, as far back as they matter."""
    self_test: SelfTested | None = None
    sweeps: int = 0
    """Full sweeps since the start, or since suspicion of ourselves ended (S16)."""
    swept: bool = False
    """Whether everything was asked for once since the start, suspicion or not."""

    def found_again(self, failure: Failure) -> bool:
        """Whether a run that was lost has been read since: it goes on, or its end would be known.

        One that was taken for lost though it could be read is found no more than it was.
        """
        seen = self.seen.get(failure.template)
        return (
            failure.classification.signature == LOST_RUN
            and seen is not None
            and seen > failure.seen
        )


Record = TypeVar("Record", State, Sightings)


FOR_JUDGING = frozenset(
    ["first_seen", "lineages", "built", "good", "asked", "starts", "unscored", "unpublished"]
)
"""What no person and no scraper is shown: a picture is without it, as fleets can be large."""


def copied(record: Record) -> Record:
    """Return a copy that nobody writes to: its dictionaries are copies, their values frozen.

    Those of FOR_JUDGING are empty in it.
    """
    copy = object.__new__(type(record))
    for name in record.__slots__:
        value = getattr(record, name)
        if isinstance(value, dict):
            value = {} if name in FOR_JUDGING else dict(value)
        setattr(copy, name, value)
    return copy


@dataclass(frozen=True, slots=True)
class View:
    """All that a decision may look at."""

    images: Mapping[ImageName, Image]
    state: State
    sightings: Sightings
    verdicts: Mapping[TemplateId, Verdict]
    """Of each template whose newest run failed."""
    readiness: Mapping[tuple[ImageName, TemplateId], Readiness]
    policy: Policy
    needs: Needs = NOTHING
    """What readiness must be asked for."""
    misconfigured: Mapping[ImageName, str] = field(default_factory=dict)
    """Images that are red and held for what only Azure could tell, in words."""
    tagged: frozenset[ImageName] = frozenset()
    """Images that nobody configured, taken in by the tags of their templates."""
    leader: bool = True
    writable: bool = True
    suspicion: Hold | None = None
    """Why we distrust ourselves, if we do (S13)."""

    def is_configured(self, image: ImageName) -> bool:
        """Whether an image is in the configuration, and not known by its tags alone."""
        return image in self.images and image not in self.tagged

    def region_of(self, template: TemplateId) -> Region | None:
        """Return where a template lives, None if it was never seen."""
        seen = self.sightings.templates.get(template)
        return seen.region if seen else None

    def lacks_drill(self, image: Image, now: datetime) -> bool:
        """Whether an image must have been built elsewhere lately to be answered, and was not."""
        within, proven = self.policy.drills.require_within, self.state.proven.get(image.name)
        if within is None or image.mode is not Mode.AUTO:
            return False
        return proven is None or now - proven > within

    def fresh(self, template: TemplateId, now: datetime) -> bool:
        """Whether the last successful read of a template is younger than `max_age` (S15)."""
        seen = self.sightings.seen.get(template)
        return seen is not None and now - seen <= self.policy.max_age


def without_drill(view: View, image: ImageName) -> View:
    """Return the view in which an image has no open failover, as if its drill were not."""
    state = replace(view.state)
    state.open = {name: each for name, each in state.open.items() if name != image}
    return replace(view, state=state)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One frozen picture of everything, taken at the end of a cycle, for people and scrapers.

    The dictionaries within are copies: nobody writes to them any more.
    """

    at: datetime
    view: View
    decisions: Mapping[ImageName, Decision]
    blind: bool
    """The self-test fails, or no template at all could be read."""
    probes: tuple[ProbeDecision, ...] = ()
    """What was decided about each canary."""
