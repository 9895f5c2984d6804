"""What must be asked to know whether the secondaries could build."""

from dataclasses import dataclass

from aibwatch.model.names import BaseId, Scope


@dataclass(frozen=True, slots=True)
class Needs:
    """Each question once, however many secondaries rest on its answer."""

    bases: tuple[BaseId, ...] = ()
    """Where can these be had?"""
    scopes: tuple[Scope, ...] = ()
    """May we run what is in these?"""


NOTHING = Needs()
