"""What a person is told about one image beyond its decision: computed when somebody asks."""

from dataclasses import dataclass

from aibwatch.model.decision import Decision, Hold, Reason
from aibwatch.model.verdict import Family, Verdict


@dataclass(frozen=True, slots=True)
class Asked:
    """One guard that was asked about a failure."""

    guard: str
    hold: Hold | None
    """None: it lets it pass."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """Whether a family could speak at all if this image's region failed."""

    family: Family
    possible: bool
    says: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A smallest change that would make a held decision act."""

    facts: tuple[str, ...]
    reason: Reason
    """Of the decision that would then be made."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Every guard by name, the families that may come to agree, and what would flip the decision.

    Where nothing failed it is about a failure that is only supposed.
    """

    supposed: bool
    decision: Decision
    verdict: Verdict | None
    guards: tuple[Asked, ...]
    prospects: tuple[Prospect, ...]
    flips: tuple[Flip, ...]

    @property
    def enough(self) -> int:
        """How many families could speak at all."""
        return sum(each.possible for each in self.prospects)
