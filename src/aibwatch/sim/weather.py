"""What goes wrong where: spells of bad answers, bad ends of builds, stale and distorted reads.

A place is a template id, a region, a subscription or EVERYWHERE; the narrower place wins.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from aibwatch.sim.ending import Ending
from aibwatch.sim.trouble import Trouble

EVERYWHERE = "everywhere"


class Op(StrEnum):
    """Kinds of requests that a spell may strike."""

    READ = "reads"
    """Reads of one template, its outputs and its operations."""
    LIST = "lists"
    RUN = "run"
    CANCEL = "cancel"
    GALLERY = "gallery"
    """Reads of a definition or its versions, by the definition's home region."""
    SOURCES = "sources"
    """Reads of marketplace and managed images, by region."""
    RESOURCES = "resources"
    """Reads of one network, identity, store or group, by region."""
    OFFERS = "offers"
    """Reads of VM sizes and quotas, by region."""
    RIGHTS = "rights"
    """Reads of what somebody may do."""
    NOTICES = "notices"
    GRAPH = "graph"
    SUBSCRIPTION = "subscription"
    LOGS = "logs"
    """Requests to the storage account of a staging group, by the template's region."""
    ACTIVITY = "activity"


class Distortion(StrEnum):
    """What may be wrong inside a body that looks right."""

    NULLS = "nulls"
    STATES = "unknown states"
    DATES = "impossible dates"


@dataclass(slots=True)
class Spell:
    """A bad answer that lasts until cleared, or for so many requests."""

    trouble: Trouble
    begins: bool = False
    """A run request is answered so, but the run begins all the same."""
    left: int | None = None
    every: int = 1
    """Strikes every so many-th request only."""
    asked: int = 0
    """Requests that it might have struck."""

    @property
    def constant(self) -> bool:
        """Whether it strikes every request."""
        return self.every == 1

    def strikes(self) -> bool:
        """Count one request, and return whether it is struck."""
        self.asked += 1
        return self.asked % self.every == 0


@dataclass(frozen=True, slots=True)
class Partial:
    """A part of a region fails, as when one of its zones is down."""

    ending: Ending
    every: int
    """Every so many-th build of the region, by its begin, is in that part."""


@dataclass(slots=True)
class Weather:
    """All that is wrong now."""

    spells: dict[tuple[str, Op], Spell] = field(default_factory=dict)
    endings: dict[str, Ending] = field(default_factory=dict)
    partial: dict[str, Partial] = field(default_factory=dict)
    full: set[tuple[str, str]] = field(default_factory=set)
    """Regions and the VM sizes that they have no room for."""
    lags: dict[str, timedelta] = field(default_factory=dict)
    """How old what a read or list shows of a template is."""
    distortions: dict[str, Distortion] = field(default_factory=dict)
    replication: dict[str, timedelta] = field(default_factory=dict)
    """How long replication into a region takes, where it is not as usual."""
    cancels_hang: set[str] = field(default_factory=set)
    nameless: set[str] = field(default_factory=set)
    """Places whose storage accounts have no name in DNS."""
    skew: timedelta = timedelta(0)
    """Azure's `Date` minus the World's time."""

    def spell(self, op: Op, *places: str) -> Spell | None:
        """Return the spell of the first place that has one."""
        for place in places:
            found = self.spells.get((place, op))
            if found is not None:
                return found
        return None

    def strike(self, op: Op, *places: str) -> Spell | None:
        """Like `spell`, but one request is used up; one that strikes at times may let it pass."""
        for place in places:
            found = self.spells.get((place, op))
            if found is not None and found.strikes():
                self._use(place, op, found)
                return found
        return None

    def _use(self, place: str, op: Op, spell: Spell) -> None:
        if spell.left is None:
            return
        spell.left -= 1
        if spell.left <= 0:
            del self.spells[place, op]

    def set(
        self,
        place: str,
        trouble: Trouble,
        *ops: Op,
        begins: bool = False,
        times: int | None = None,
        every: int = 1,
    ) -> None:
        """Let `place` answer `trouble` to `ops` (all, if none is named), `times` times."""
        for op in ops or tuple(Op):
            self.spells[place, op] = Spell(trouble, begins, times, every)

    def answer_again(self, place: str) -> None:
        """End the spells of a place."""
        for key in [key for key in self.spells if key[0] == place]:
            del self.spells[key]

    def clear(self, place: str) -> None:
        """End all that is wrong at a place."""
        self.answer_again(place)
        self.endings.pop(place, None)
        self.partial.pop(place, None)
        self.full = {each for each in self.full if each[0] != place}
        self.lags.pop(place, None)
        self.distortions.pop(place, None)
        self.replication.pop(place, None)
        self.cancels_hang.discard(place)
        self.nameless.discard(place)
