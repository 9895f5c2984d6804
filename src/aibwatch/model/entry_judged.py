"""Entries about what was made of it: judgements, beliefs, decisions, and how right they were."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.decision import Hold, Reason
from aibwatch.model.names import FailoverId, ImageName, Region
from aibwatch.model.region import RegionBelief
from aibwatch.model.score import Score
from aibwatch.model.verdict import Failure, FailureKey
from aibwatch.model.witness import Witness


@dataclass(frozen=True, slots=True)
class FailureJudged:
    """A run was seen to have failed, and its error was read."""

    at: datetime
    failure: Failure


@dataclass(frozen=True, slots=True)
class RegionAssessed:
    """The belief about a region changed; opens and closes its incident with it."""

    at: datetime
    belief: RegionBelief
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision about an image changed."""

    at: datetime
    image: ImageName
    decision: str
    """act, hold or advise; the label of aibwatch_failover_decisions_total."""
    reason: Reason
    says: str = ""
    held_by: tuple[Hold, ...] = ()
    key: FailureKey | None = None
    """The failure of the image's primary that it is about, if there is one."""
    wants: tuple[Region, ...] = ()
    """Where it would be built if there were room. None in older journals."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What the entry after it was decided on, so that it can be decided again (PROMISES S40).

    Beside each `Decided` that is not calm, and before each `Intended`.
    """

    at: datetime
    witness: Witness
    acts: bool = False
    """Whether what it stands beside acts: then it is never dropped."""


@dataclass(frozen=True, slots=True)
class Scored:
    """It has shown whose fault a failure was; each failure is scored once."""

    at: datetime
    score: Score


@dataclass(frozen=True, slots=True)
class Violated:
    """A promise did not hold, as the journal itself shows. Automation is paused with it."""

    at: datetime
    promise: str
    """Its number, such as `S1`."""
    says: str
    failover: FailoverId | None = None
