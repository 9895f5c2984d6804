"""Everything that happens in one life, drawn from one number; nothing is left to chance after it.

A fate is a value that can be told, and lived through again with some of it left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from aibwatch.model.image import Image
from aibwatch.model.policy import Policy
from aibwatch.sim.fleet import Fleet

QUIET = timedelta(minutes=20)
"""At the begin, so that everything is seen once before anything happens."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far Azure and the store are."""

    slow: float = 0.0
    latency: float = 0.0
    lost_there: float = 0.0
    lost_back: float = 0.0
    store: float = 0.0
    """Seconds that an append may take; 0: it does not suspend, as with a file."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Something that is wrong from one instant to another."""

    kind: str
    place: str
    begin: timedelta
    end: timedelta
    word: str = ""

    def __str__(self) -> str:
        """Render for people."""
        word = f" ({self.word})" if self.word else ""
        return f"{self.kind} {self.place}{word} for {self.end - self.begin}"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens at one instant."""

    at: timedelta
    kind: str
    image: str = ""
    place: str = ""
    word: str = ""

    def __str__(self) -> str:
        """Render for people."""
        return " ".join(each for each in (self.kind, self.image, self.place, self.word) if each)


@dataclass(frozen=True, slots=True)
class Death:
    """The end of one daemon: at an instant, or at the next step of a name after it."""

    at: timedelta
    replica: int
    """Its number; 0: whoever leads then, or comes to that step."""
    down: timedelta
    """Until it boots again."""
    step: str = ""
    """"" : at that very instant, whatever it does."""
    power: bool = False
    """Whether what was not durable is lost with it."""

    def __str__(self) -> str:
        """Render for people."""
        power = ", and the power" if self.power else ""
        where = f" at its next {self.step}" if self.step else ""
        who = f"daemon {self.replica}" if self.replica else "a daemon that leads"
        return f"{who} dies{where}{power}, for {self.down}"


@dataclass(frozen=True, slots=True)
class Fate:
    """One life of a fleet and its daemons."""

    seed: int
    fleet: Fleet
    images: Sequence[Image]
    policy: Policy
    faults_end: timedelta
    build_time: timedelta = timedelta(minutes=20)
    replicas: int = 1
    """Daemons over one store: one alone has it to itself, several share it with a lease each."""
    lease: timedelta = timedelta(seconds=30)
    way: Way = field(default_factory=Way)
    offsets: Sequence[timedelta] = (timedelta(0),)
    """What each boot's clock is ahead of the World's, over and over."""
    unbuilt: frozenset[str] = frozenset()
    """Images that never built before."""
    lag: timedelta = timedelta(0)
    """How old a stale read may be."""
    spells: Sequence[Spell] = ()
    moments: Sequence[Moment] = ()
    deaths: Sequence[Death] = ()

    @property
    def happenings(self) -> Sequence[Spell | Moment | Death]:
        """Everything that happens, in order."""
        return sorted((*self.spells, *self.moments, *self.deaths), key=when)


def when(happening: Spell | Moment | Death) -> timedelta:
    """Return when something happens, or begins."""
    return happening.begin if isinstance(happening, Spell) else happening.at
