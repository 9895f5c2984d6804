"""In which order what secondaries rest on is asked, and how often. Pure.

Each question once, however many secondaries rest on its answer, and so many in one go that they
starve neither the lists nor an act (PROMISES S25, S26).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from heapq import nsmallest
from itertools import filterfalse

from aibwatch.collect.foundations import is_listed
from aibwatch.collect.question import Asked, Question, Subject
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    Region,
    ResourceId,
    Scope,
    TemplateId,
    scope_of,
)
from aibwatch.model.needs import Needs
from aibwatch.model.policy import Policy
from aibwatch.model.state import NEVER, Sightings
from aibwatch.model.template import Template

Offering = tuple[str, Region, tuple[str, ...]]
"""A subscription, a region, and VM sizes."""

Pressing = Callable[[], Iterable[TemplateId]]
"""Tells the templates of images for which we may soon act, which takes some looking for."""

DEFINITIONS_AT_ONCE = RESOURCES_AT_ONCE = 1000
"""In batches, and in turns: five requests each, and the few that are asked for alone take at the
usual pause between two turns at most a fifth of what flows into ARM's bucket of reads, so that a
large fleet starves neither the lists nor an act."""

BODIES_AT_ONCE = 200
"""One batch: a fleet that was never copied takes its time."""

OFFERS_AT_ONCE = 5
"""Four reads each, and seven for a subscription."""

BASES_AT_ONCE = 5
"""One or two reads each, and few: templates that build from one thing share the question."""

RIGHTS_AT_ONCE = 5
"""One read each; mostly one question a resource group."""


def questions(
    definitions: Iterable[DefinitionId],
    needs: Needs,
    sightings: Sightings,
    asked: Asked,
    policy: Policy,
) -> Iterator[Question]:
    """Yield every question; one that was answered by a fault comes back sooner."""
    for subject, names in (
        (Subject.DEFINITION, definitions),
        (Subject.BASE, needs.bases),
        (Subject.RIGHT, needs.scopes),
        (Subject.BODY, _bodies(needs, sightings)),
        (Subject.RESOURCE, needs.resources),
        (Subject.OFFER, map(offer_of, needs.offers)),
        (Subject.GEOGRAPHY, sorted({scope for scope, _, _ in needs.offers})),
    ):
        for name in names:
            failed = (subject, name) in asked.failed
            every = policy.interval if failed else policy.readiness_interval
            yield Question(subject, name, every)


def _bodies(needs: Needs, sightings: Sightings) -> Iterator[str]:
    """Yield a name for the body of each revision, so that another one is asked for at once."""
    known = sightings.templates
    for template in needs.bodies:
        if template in known:
            yield body_of(known[template])


def body_of(template: Template) -> str:
    """Return what the question for a template's body is called; no id has a blank in it."""
    return f"{template.id} {template.revision}"


def template_in(name: str) -> TemplateId:
    """Return whose body a question is for."""
    return TemplateId(name.rpartition(" ")[0])


def offer_of(offering: Offering) -> str:
    """Return what the question for a region's offer is called: of other sizes it is another one."""
    subscription, place, sizes = offering
    return f"{subscription}/{place} {' '.join(sizes)}"


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
    """Return the bases to ask for now, one by one."""

    def of_pressing() -> set[str]:
        known = sightings.templates
        return {known[each].base for each in pressing() if each in known}

    alone = [*filterfalse(is_listed, names)]
    return tuple(map(BaseId, _first(alone, BASES_AT_ONCE, Subject.BASE, asked, of_pressing)))


def more_bases(names: list[str]) -> bool:
    """Whether more of them are to be asked for one by one than may be at once."""
    return sum(1 for _ in filterfalse(is_listed, names)) > BASES_AT_ONCE


def next_resources(names: list[str], asked: Asked) -> tuple[ResourceId, ...]:
    """Return the resources to ask for now; there is room for those of pressing templates too."""
    first = _first(names, RESOURCES_AT_ONCE, Subject.RESOURCE, asked, set)
    return tuple(map(ResourceId, first))


def next_bodies(names: list[str], asked: Asked, pressing: Pressing) -> tuple[str, ...]:
    """Return the bodies to ask for now, as `body_of` calls them."""

    def of_pressing() -> set[str]:
        urgent = set(pressing())
        return {each for each in names if template_in(each) in urgent}

    return tuple(_first(names, BODIES_AT_ONCE, Subject.BODY, asked, of_pressing))


def next_offers(names: list[str], needs: Needs, asked: Asked) -> tuple[Offering, ...]:
    """Return of which regions to ask now what they offer."""
    first = set(_first(names, OFFERS_AT_ONCE, Subject.OFFER, asked, set))
    return tuple(each for each in needs.offers if offer_of(each) in first)


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
