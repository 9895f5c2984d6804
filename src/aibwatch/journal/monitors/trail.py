"""What the monitors remember of the entries so far. Bounded, and filled by entries alone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from aibwatch.model.entry import (
    Answered,
    Booted,
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    Intended,
    Moved,
    ProbeAnswered,
    ProbeIntended,
    RunSeen,
    Witnessed,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import FailoverId, ImageName, Region, TemplateId, Token
from aibwatch.model.order import Order
from aibwatch.model.template import RunKey
from aibwatch.model.verdict import FailureKey

COURSES_KEPT = 2_000
"""Failovers remembered, and all open ones: more than any cap allows in a cooldown."""
ADOPTED_KEPT = 5_000
LOOK_EVERY = timedelta(minutes=10)
"""How often it is looked for what is overdue: not at every run that is seen."""


@dataclass(slots=True)
class Course:
    """One failover, as its entries told it."""

    failover: FailoverId
    image: ImageName
    key: FailureKey
    opened: datetime
    order: Order | None = None
    since: datetime = field(init=False)
    """Of its last entry."""
    target: TemplateId | None = None
    token: Token | None = None
    asked: datetime | None = None
    """When its first request was intended that is not proven to have begun nothing."""
    answer: Event | None = None
    """To the last request; None while there is none, or no request."""
    answered: datetime | None = None
    waits: bool = False
    """A request was made, and nobody knows yet that it began nothing or that its run is over."""
    run: RunKey | None = None
    """The run that answers it now."""
    built: bool = False
    """That run was seen to succeed."""
    tried: tuple[TemplateId, ...] = ()
    outcome: Outcome | None = None
    closed: datetime | None = None

    def __post_init__(self) -> None:
        """Begin when it was opened."""
        self.since = self.opened

    @property
    def ran(self) -> bool:
        """Whether it surely had a run."""
        return self.run is not None or bool(self.tried)

    def move(self, entry: Intended | Answered | Moved | Closed) -> None:
        """Take what one more of its entries tells."""
        self.since = entry.at
        match entry:
            case Intended():
                self._ask(entry)
            case Answered(event=event):
                self.answer, self.answered = event, entry.at
                if event is Event.REFUSED:
                    self._void()
            case Moved():
                self._see(entry)
            case Closed():
                self.outcome, self.closed, self.waits = entry.outcome, entry.at, False

    def _ask(self, entry: Intended) -> None:
        self.target, self.token, self.waits = entry.target, entry.token, True
        self.asked = self.asked or entry.at
        self.answer = self.answered = None

    def _see(self, entry: Moved) -> None:
        match entry.event:
            case Event.ADOPTED:
                self.run = entry.run
            case Event.RUN_SUCCEEDED:
                self.built = True
            case Event.NOT_BEGUN:
                self._void()
            case Event.HOPPED if self.target is not None:
                self.tried, self.run, self.waits = (*self.tried, self.target), None, False
            case _:
                pass

    def _void(self) -> None:
        """Forget the last request: it began nothing."""
        self.waits = False
        self.asked = self.asked if self.tried else None


@dataclass(slots=True)
class Trail:
    """All that is remembered."""

    epoch: int = 0
    booted: datetime | None = None
    courses: dict[FailoverId, Course] = field(default_factory=dict)
    open: dict[ImageName, FailoverId] = field(default_factory=dict)
    bases: dict[ImageName, Witnessed] = field(default_factory=dict)
    """What each image's last act was decided on, the configuration of then among it."""
    adopted: dict[RunKey, FailoverId] = field(default_factory=dict)
    """Whom each run answers."""
    probes: dict[Region, Token] = field(default_factory=dict)
    """Requests to run a canary that have no answer yet."""
    looked: datetime | None = None
    """When it was last looked for what is overdue."""

    def note(self, entry: Entry) -> None:
        """Remember what an entry tells. Never raises."""
        noted = _NOTED.get(type(entry))
        if noted is not None:
            noted(self, entry)

    def basis(self, image: ImageName) -> Witnessed | None:
        """Return what the image's last act was decided on."""
        return self.bases.get(image)

    def looks(self, at: datetime) -> bool:
        """Whether it is time to look for what is overdue."""
        return self.looked is None or at >= self.looked + LOOK_EVERY

    def others(self, course: Course) -> Iterator[Course]:
        """Yield all failovers but one that no operator ordered."""
        for each in self.courses.values():
            if each is not course and each.order is None:
                yield each


def _boot(trail: Trail, entry: Booted) -> None:
    trail.epoch, trail.booted = entry.epoch, entry.at


def _witness(trail: Trail, entry: Witnessed) -> None:
    if entry.acts:
        trail.bases[entry.witness.image.name] = entry


def _open(trail: Trail, entry: FailoverOpened) -> None:
    course = Course(entry.failover, entry.image, entry.key, entry.at, entry.order)
    trail.courses[entry.failover] = course
    trail.open[entry.image] = entry.failover
    if len(trail.courses) > COURSES_KEPT:
        closed = (name for name, each in trail.courses.items() if each.outcome is not None)
        trail.courses.pop(next(closed, entry.failover))


def _move(trail: Trail, entry: Intended | Answered | Moved | Closed) -> None:
    course = trail.courses.get(entry.failover)
    if course is None:
        return
    course.move(entry)
    if isinstance(entry, Closed):
        trail.open.pop(course.image, None)
    if isinstance(entry, Moved) and entry.event is Event.ADOPTED and entry.run is not None:
        trail.adopted.setdefault(entry.run, entry.failover)
        if len(trail.adopted) > ADOPTED_KEPT:
            del trail.adopted[next(iter(trail.adopted))]


def _look(trail: Trail, entry: Decided | RunSeen) -> None:
    if trail.looks(entry.at):
        trail.looked = entry.at


def _probe(trail: Trail, entry: ProbeIntended) -> None:
    trail.probes[entry.region] = entry.token


def _probed(trail: Trail, entry: ProbeAnswered) -> None:
    trail.probes.pop(entry.region, None)


_NOTED: Mapping[type[Any], Callable[[Trail, Any], None]] = MappingProxyType(
    {
        Booted: _boot,
        Witnessed: _witness,
        FailoverOpened: _open,
        Intended: _move,
        Answered: _move,
        Moved: _move,
        Closed: _move,
        Decided: _look,
        RunSeen: _look,
        ProbeIntended: _probe,
        ProbeAnswered: _probed,
    }
)
