"""What must be asked to know whether the secondaries could build."""

from dataclasses import dataclass

from aibwatch.model.names import BaseId, Region, ResourceId, Scope, TemplateId


@dataclass(frozen=True, slots=True)
class Needs:
    """Each question once, however many secondaries rest on its answer."""

    bases: tuple[BaseId, ...] = ()
    """Where can these be had?"""
    scopes: tuple[Scope, ...] = ()
    """May we run what is in these?"""
    bodies: tuple[TemplateId, ...] = ()
    """What did the owners of these write? Those of which no copy shows the present revision."""
    resources: tuple[ResourceId, ...] = ()
    """Where are these, and on what do they rest?"""
    offers: tuple[tuple[str, Region, tuple[str, ...]], ...] = ()
    """What does each region offer a subscription, of these VM sizes?"""


NOTHING = Needs()
