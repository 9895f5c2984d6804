"""What many lives came to: counts that add up, so that lives may be lived side by side."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from aibwatch.cli.simulate.seeds.life import Life
from aibwatch.model.failover import TABLE, Event, Phase
from aibwatch.sim.checkers.all import judge
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.checkers.demand import demands
from aibwatch.sim.checkers.live import transitions
from aibwatch.sim.jumping import START

YEAR = timedelta(days=365.25)
DOUBLE, FALSE = "S1", ("S9", "S10", "S19")
CRASH = "bug"
"""What a daemon that ended by itself is filed under."""


@dataclass(frozen=True, slots=True)
class Found:
    """One promise that one seed broke."""

    seed: int
    promise: str
    at: timedelta
    """Since the start of its story."""
    says: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The sum of some lives."""

    seeds: int = 0
    lasted: timedelta = timedelta(0)
    cpu: float = 0.0
    """Seconds, of all processes together."""
    requests: int = 0
    failovers: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
    """How often a daemon died, by step and by what its failovers were doing."""
    moves: Counter[tuple[Phase, Event]] = field(default_factory=Counter)
    demanded: int = 0
    """Images that the caps and ready candidates allowed to be built elsewhere in time."""
    saved: int = 0
    worst: timedelta = timedelta(0)
    """Longest time to a run, and the bound of that demand."""
    bound: timedelta = timedelta(0)
    closest: float = 0.0
    """Largest share of its bound that any demand took."""
    found: tuple[Found, ...] = ()

    @property
    def years(self) -> float:
        """Simulated years."""
        return self.lasted / YEAR

    @property
    def uncovered(self) -> frozenset[tuple[Phase, Event]]:
        """Moves of the table that no failover made."""
        return frozenset(TABLE) - frozenset(self.moves)

    def count(self, *promises: str) -> int:
        """Return how often promises were broken."""
        return sum(each.promise in promises for each in self.found)

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        worst = max((self, other), key=lambda each: each.worst)
        return Tally(
            self.seeds + other.seeds,
            self.lasted + other.lasted,
            self.cpu + other.cpu,
            self.requests + other.requests,
            self.failovers + other.failovers,
            self.deaths + other.deaths,
            self.moves + other.moves,
            self.demanded + other.demanded,
            self.saved + other.saved,
            worst.worst,
            worst.bound,
            max(self.closest, other.closest),
            self.found + other.found,
        )


def tallied(life: Life, broken: Iterable[Broken] | None = None) -> Tally:
    """Judge a life and count."""
    trace, seed = life.trace, life.fate.seed
    judged = judge(trace) if broken is None else broken
    found = tuple(Found(seed, each.promise, each.at - START, each.says) for each in judged)
    found += tuple(Found(seed, CRASH, timedelta(0), each) for each in life.crashed)
    asked = list(demands(trace))
    met = [each for each in asked if each.met]
    slowest = max(met, key=lambda each: each.took, default=None)
    return Tally(
        seeds=1,
        lasted=(trace.end or START) - START,
        requests=len(trace.asked),
        failovers=len(trace.opened),
        deaths=life.died,
        moves=Counter(transitions(trace)),
        demanded=len(asked),
        saved=len(met),
        worst=slowest.took if slowest else timedelta(0),
        bound=slowest.bound if slowest else timedelta(0),
        closest=max((each.took / each.bound for each in met), default=0.0),
        found=found,
    )


def timed(tally: Tally, cpu: float) -> Tally:
    """Return a tally with what it cost."""
    return replace(tally, cpu=cpu)
