"""What one life of a fleet leaves to be judged: the truth, what was asked, what was written down.

`sim.checkers` judges it. Nothing in it is the controller's own belief, but for the journal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from aibwatch.model.entry import Answered, Booted, Closed, Entry, FailoverOpened, Intended
from aibwatch.model.failover import Event
from aibwatch.model.image import Image
from aibwatch.model.names import DefinitionId, FailoverId, Region, TemplateId
from aibwatch.model.order import OrderKind
from aibwatch.model.policy import Policy
from aibwatch.model.template import RunState
from aibwatch.sim.truth import Blame, Cause, RunEnded, RunStarted
from aibwatch.sim.world import World


@dataclass(frozen=True, slots=True)
class Seen:
    """The last answer to one question of one daemon."""

    at: datetime
    """When Azure was looked at."""
    good: bool
    """Whether the answer came and told what was asked for."""


@dataclass(slots=True)
class Asked:
    """One run request, as its sender and the World know it."""

    at: datetime
    """When it was sent."""
    target: TemplateId
    durable: int
    """So many entries of the journal were durable when it was sent."""
    life: str
    """Which daemon sent it."""
    sweeps: int = 0
    """How often that daemon had listed every subscription before."""
    templates: Mapping[TemplateId, Seen] = field(default_factory=dict)
    """What it saw last of each template."""
    versions: Mapping[DefinitionId, Seen] = field(default_factory=dict)
    """What it saw last of each gallery definition."""
    startable: bool = True
    """Whether the target was provisioned, now or as far back as a read may show it."""
    began: datetime | None = None
    """Start of the run that it began, if it began one."""
    reply: Event | None = None
    """What its sender heard; None: nothing, not even that nothing came."""
    heard: datetime | None = None
    """When that was."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Something because of which nobody may demand that an image is built elsewhere in time."""

    begin: datetime
    end: datetime
    image: str = ""
    """Only this image; "" : every one that the rest fits."""
    region: Region | None = None
    """Only what happens in this region; None: everywhere."""
    says: str = ""

    def touches(self, begin: datetime, end: datetime) -> bool:
        """Whether it falls into a span of time."""
        return self.begin < end and begin < self.end


@dataclass(frozen=True, slots=True)
class Takeover:
    """A leader that could do nothing more, while another replica could have led."""

    begin: datetime
    due: datetime
    """By then somebody must lead."""


@dataclass(frozen=True, slots=True)
class Illness:
    """A region that loses every build, for a time."""

    region: Region
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Lived:
    """A run from its begin to its end, or to the end of the story."""

    template: TemplateId
    started: datetime
    cause: Cause
    ended: datetime | None = None
    state: RunState = RunState.RUNNING
    blame: Blame = Blame.NOBODY


@dataclass
class Trace:
    """One life, whole."""

    images: Sequence[Image]
    policy: Policy
    world: World
    """As it is at the end; its truth tells how it came to that."""
    regions: Mapping[TemplateId, Region]
    """Where each template stood, also one that was deleted."""
    entries: Sequence[Entry] = ()
    """The journal at the end."""
    asked: list[Asked] = field(default_factory=list)
    cancels: list[tuple[datetime, TemplateId]] = field(default_factory=list)
    """Cancel requests that were sent."""
    deaths: list[datetime] = field(default_factory=list)
    takeovers: list[Takeover] = field(default_factory=list)
    downtime: timedelta = timedelta(0)
    """For how long, all in all, no daemon could do its work."""
    sight: timedelta = timedelta(minutes=1)
    """What was so for this long, every read of then shows."""
    drift: timedelta = timedelta(0)
    """How far the clocks of its daemons were apart, or from the World's."""
    ahead: dict[str, timedelta] = field(default_factory=dict)
    """How far the clock of each was ahead of the World's, by its name as `Booted` tells it."""
    written: dict[int, datetime] = field(default_factory=dict)
    """When each entry reached the store, by the World's time and by the entry's `id`."""
    healed: datetime | None = None
    """When all faults had stopped."""
    end: datetime | None = None
    """When the story ended."""
    unsettled: Sequence[str] = ()
    """What was not as it should be in the end, long after the faults had stopped."""
    hindrances: Sequence[Hindrance] = ()
    illnesses: Sequence[Illness] = ()
    proven: frozenset[str] = frozenset()
    """Images that built before, and of which nothing was changed since."""

    @cached_property
    def by_template(self) -> Mapping[TemplateId, tuple[Lived, ...]]:
        """Every run of each template, oldest first."""
        ends = {(e.template, e.started): e for e in self.world.truth if isinstance(e, RunEnded)}
        found: dict[TemplateId, list[Lived]] = {}
        for each in self.world.truth:
            if isinstance(each, RunStarted):
                end = ends.get((each.template, each.started))
                told = (end.at, end.state, end.blame) if end else ()
                lived = Lived(each.template, each.started, each.cause, *told)
                found.setdefault(each.template, []).append(lived)
        return {template: tuple(runs) for template, runs in found.items()}

    def run(self, template: TemplateId, started: datetime) -> Lived | None:
        """Return one run by its identity."""
        runs = self.by_template.get(template, ())
        return next((each for each in runs if each.started == started), None)

    @property
    def steady(self) -> bool:
        """Whether all clocks were right."""
        return not self.drift

    def at(self, entry: Entry) -> datetime:
        """Return when something was written down, by the World's time where clocks were wrong."""
        return entry.at - self.fast(entry)

    def fast(self, entry: Entry) -> timedelta:
        """Return how far the clock was ahead by which something was written down."""
        return timedelta(0) if self.steady else self._by[id(entry)]

    @cached_property
    def _by(self) -> Mapping[int, timedelta]:
        """How far the clock was ahead that an entry's time is of: who led then wrote it."""
        found: dict[int, timedelta] = {}
        ahead = timedelta(0)
        for each in self.entries:
            if isinstance(each, Booted):
                ahead = self.ahead.get(each.holder, timedelta(0))
            found[id(each)] = ahead
        return found

    @cached_property
    def terms(self) -> Sequence[tuple[datetime, Booted]]:
        """When, by the World's time, who began to lead; oldest first."""
        booted = (each for each in self.entries if isinstance(each, Booted))
        return tuple((self.written.get(id(each), each.at), each) for each in booted)

    @cached_property
    def opened(self) -> Mapping[FailoverId, FailoverOpened]:
        """Every failover's begin."""
        return {each.failover: each for each in self.entries if isinstance(each, FailoverOpened)}

    @cached_property
    def closed(self) -> Mapping[FailoverId, Closed]:
        """Every failover's end."""
        return {each.failover: each for each in self.entries if isinstance(each, Closed)}

    @cached_property
    def by_failover(self) -> Mapping[FailoverId, tuple[Asked, ...]]:
        """The requests of each failover, oldest first."""
        found: dict[FailoverId, list[Asked]] = {}
        for each in self.asked:
            intent = self.intent(each)
            if intent is not None:
                found.setdefault(intent.failover, []).append(each)
        return {failover: tuple(requests) for failover, requests in found.items()}

    def intent(self, asked: Asked) -> Intended | None:
        """Return the intent that was durable when a request was sent, if there was one."""
        for each in reversed(self.entries[: asked.durable]):
            if isinstance(each, Intended) and each.target == asked.target:
                return each
            if isinstance(each, Answered) and self._is_of(each, asked.target):
                return None
        return None

    def _is_of(self, answer: Answered, target: TemplateId) -> bool:
        return (answer.token, target) in self._tokens

    @cached_property
    def _tokens(self) -> frozenset[tuple[str, TemplateId]]:
        intents = (each for each in self.entries if isinstance(each, Intended))
        return frozenset((each.token, each.target) for each in intents)

    def image_of(self, failover: FailoverId) -> Image:
        """Return the image that a failover is about."""
        name = self.opened[failover].image
        return next(each for each in self.images if each.name == name)

    def manual(self, failover: FailoverId) -> bool:
        """Whether an operator ordered it."""
        return self.opened[failover].order is not None

    def is_drill(self, failover: FailoverId) -> bool:
        """Whether it is a rehearsal, which answers nothing."""
        order = self.opened[failover].order
        return order is not None and order.kind is OrderKind.DRILL

    def overlapping(self, asked: Sequence[Asked]) -> Iterator[tuple[Asked, Asked]]:
        """Yield requests whose runs went on at the same time."""
        began = sorted((each for each in asked if each.began), key=lambda each: str(each.began))
        for first, second in pairwise(began):
            assert first.began is not None
            assert second.began is not None
            run = self.run(first.target, first.began)
            if run is None or run.ended is None or run.ended > second.began:
                yield first, second
