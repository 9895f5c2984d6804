"""What of that which secondaries rest on is to be asked now. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aibwatch.collect.foundations import is_listed
from aibwatch.collect.prerequisites import (
    BODIES_AT_ONCE,
    OFFERS_AT_ONCE,
    RESOURCES_AT_ONCE,
    Offering,
    Pressing,
    next_bodies,
    next_offers,
    next_resources,
)
from aibwatch.collect.question import Asked, Subject
from aibwatch.model.names import BaseId, ResourceId
from aibwatch.model.needs import Needs


@dataclass(frozen=True, slots=True)
class Below:
    """What to ask now, and of what there is more than may be asked at once."""

    bases: tuple[BaseId, ...] = ()
    """Those that are resources: where can they be had?"""
    resources: tuple[ResourceId, ...] = ()
    bodies: tuple[str, ...] = ()
    """As `prerequisites.body_of` calls them."""
    offers: tuple[Offering, ...] = ()
    geographies: tuple[str, ...] = ()
    """Subscriptions of which to ask where their regions lie."""
    more: frozenset[Subject] = frozenset()


def below(
    ready: Mapping[Subject, Sequence[str]], needs: Needs, asked: Asked, pressing: Pressing
) -> Below:
    """Return what to ask of the questions that are ready."""
    names = {subject: [*ready.get(subject, ())] for subject in _AT_ONCE}
    return Below(
        bases=tuple(BaseId(name) for name in ready.get(Subject.BASE, ()) if is_listed(name)),
        resources=next_resources(names[Subject.RESOURCE], asked),
        bodies=next_bodies(names[Subject.BODY], asked, pressing),
        offers=next_offers(names[Subject.OFFER], needs, asked),
        geographies=tuple(ready.get(Subject.GEOGRAPHY, ())),
        more=frozenset(each for each, most in _AT_ONCE.items() if len(names[each]) > most),
    )


_AT_ONCE = {
    Subject.RESOURCE: RESOURCES_AT_ONCE,
    Subject.BODY: BODIES_AT_ONCE,
    Subject.OFFER: OFFERS_AT_ONCE,
}
