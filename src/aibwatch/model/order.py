"""What was ordered: to build an image elsewhere, at home again, wherever it can be, or to drill.

An order is one failure key of its own, so that it is answered at most once, like any failure.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aibwatch.model.names import ImageName, OrderId, TemplateId

SCHEDULER = "schedule"
"""The actor of orders that an image's schedule gives; no person is called so."""


class OrderKind(StrEnum):
    """Where the build is to go."""

    FAILOVER = "failover"
    """To a secondary."""
    FAILBACK = "failback"
    """To the primary. Only a person comes home: automation never starts a primary (S33)."""
    BUILD = "build"
    """To the primary, or to a secondary while the primary's region is out: what a schedule or a
    pipeline orders in place of starting the build itself."""
    DRILL = "drill"
    """To the drill template: a rehearsal, which gives way to everything else (S38)."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order about one image."""

    id: OrderId
    """Derived from what it says and when, so that the same request sent twice is one order."""
    kind: OrderKind
    image: ImageName
    at: datetime
    actor: str
    reason: str
    to: TemplateId | None = None
    """The only template that may build it; None: the first that can."""
    accept: frozenset[str] = frozenset()
    """Readiness items, by name, that the operator takes as they are."""
    plan: str = ""
    """Hash of the plan that was shown to the operator; "" if he was shown none."""

    @property
    def only(self) -> bool:
        """Whether a single template may build it."""
        return self.to is not None or self.kind in (OrderKind.FAILBACK, OrderKind.DRILL)

    @property
    def scheduled(self) -> bool:
        """Whether no person and no pipeline gave it, but a schedule: its own or of drills."""
        return self.actor == SCHEDULER
