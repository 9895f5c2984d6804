"""In which order what secondaries rest on is asked: definitions, bases and rights. Pure.

Each question once, however many secondaries rest on its answer, and so many in one go that they
starve neither the lists nor an act (PROMISES S25, S26).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from heapq import nsmallest

from aibwatch.collect.question import Asked, Question, Subject
from aibwatch.model.names import BaseId, DefinitionId, Scope, TemplateId, scope_of
from aibwatch.model.needs import Needs
from aibwatch.model.policy import Policy
from aibwatch.model.state import NEVER, Sightings

Pressing = Callable[[], Iterable[TemplateId]]
"""Tells the templates of images for which we may soon act, which takes some looking for."""

DEFINITIONS_AT_ONCE = 50
"""Read one by one, and in turns: at the usual pause between two turns a fifth of what flows into
ARM's bucket of reads, so that a large fleet's galleries starve neither the lists nor an act, and
ten thousand definitions are read well within `readiness.max_age`."""

BASES_AT_ONCE = 5
"""One or two reads each, and few: templates that build from one thing share the question."""

RIGHTS_AT_ONCE = 5
"""One read each; mostly one question a resource group."""


def questions(
    definitions: Iterable[DefinitionId], needs: Needs, asked: Asked, policy: Policy
) -> Iterator[Question]:
    """Yield every question; one that was answered by a fault comes back sooner."""
    for subject, names in (
        (Subject.DEFINITION, definitions),
        (Subject.BASE, needs.bases),
        (Subject.RIGHT, needs.scopes),
    ):
        for name in names:
            failed = (subject, name) in asked.failed
            every = policy.interval if failed else policy.readiness_interval
            yield Question(subject, name, every)


def next_definitions(
    names: list[str], asked: Asked, sightings: Sightings, pressing: Pressing
) -> tuple[DefinitionId, ...]:
    """Return the definitions to read now."""

    def of_pressing() -> set[str]:
        known = sightings.templates
        return {known[each].definition or "" for each in pressing() if each in known}

    first = _first(names, DEFINITIONS_AT_ONCE, Subject.DEFINITION, asked, of_pressing)
    return tuple(map(DefinitionId, first))


def next_bases(
    names: list[str], asked: Asked, sightings: Sightings, pressing: Pressing
) -> tuple[BaseId, ...]:
    """Return the bases to ask for now."""

    def of_pressing() -> set[str]:
        known = sightings.templates
        return {known[each].base for each in pressing() if each in known}

    return tuple(map(BaseId, _first(names, BASES_AT_ONCE, Subject.BASE, asked, of_pressing)))


def next_scopes(names: list[str], asked: Asked, pressing: Pressing) -> tuple[Scope, ...]:
    """Return the scopes to ask for now."""

    def of_pressing() -> set[str]:
        return {scope for each in pressing() for scope in (each, scope_of(each))}

    return tuple(map(Scope, _first(names, RIGHTS_AT_ONCE, Subject.RIGHT, asked, of_pressing)))


def _first(
    names: list[str],
    most: int,
    subject: Subject,
    asked: Asked,
    of_pressing: Callable[[], set[str]],
) -> list[str]:
    """Return who goes first: what pressing templates need, then who waits longest.

    By name alone those that come late in the alphabet would never have their turn in a fleet that
    is larger than what one interval has room for.
    """
    if len(names) <= most:
        return names
    pressing = of_pressing()

    def turn(name: str) -> tuple[bool, datetime, str]:
        return name not in pressing, asked.at.get((subject, name), NEVER), name

    return nsmallest(most, names, turn)
