"""What an operator's order would do as of now, before it is given (PROMISES S37)."""

from dataclasses import dataclass

from aibwatch.model.decision import Hold
from aibwatch.model.names import Region, TemplateId
from aibwatch.model.order import Order
from aibwatch.model.readiness import UNACCEPTABLE, Item

PARTS = (
    "what is ordered",
    "the template that would build it",
    "the recipe of that template",
    "what is accepted",
    "the last run or the failure of the primary",
)
"""What a plan's hash stands for, part by part, so that who holds an old one can be told what is
different now, though nobody kept the plan."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The one request of an order, what it passes over, and what stands against it."""

    order: Order
    hash: str
    """Of all that matters: a later order that carries it is refused if it is another one then."""
    target: TemplateId | None = None
    """Who would build it; where nobody can now, whom the order would have liked best."""
    region: Region | None = None
    red: tuple[Item, ...] = ()
    """What is red about the target, accepted or not."""
    held_by: tuple[Hold, ...] = ()
    """Guards that hold an order as well."""
    skipped: tuple[Hold, ...] = ()
    """What would hold aibwatch itself, and does not hold a person."""
    warnings: tuple[str, ...] = ()
    obstacle: str = ""
    """Why no order of this image can be taken at present, "" if one can."""

    @property
    def request(self) -> str:
        """The one request that it would send, "" if it cannot."""
        return f"POST {self.target}/run" if self.target and not self.refusal else ""

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of the red items that must be accepted, and can be, and are not yet."""
        checks = [each.check for each in self.red]
        return tuple(c for c in checks if c not in self.order.accept and c not in UNACCEPTABLE)

    @property
    def refusal(self) -> str:
        """Why the order would not be carried out now, in words; "" if it would."""
        says = self.obstacle or "; ".join(hold.says for hold in self.held_by)
        accept = " ".join(f"--accept {each}" for each in self.needed)
        return f"{says}; to build all the same: {accept}" if says and accept else says


def changed(before: str, now: str) -> tuple[str, ...]:
    """Return which parts of a plan's hash are others now; all of them if it is no such hash."""
    old, new = before.split("-"), now.split("-")
    if len(old) != len(PARTS):
        return PARTS
    return tuple(part for part, a, b in zip(PARTS, old, new, strict=True) if a != b)
