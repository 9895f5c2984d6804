"""What must be read of templates and of what they rest on, kept from one look to the next. Pure.

Which bodies follows from the revisions that were listed and those that were copied; which
resources from the blueprints of secondaries, and on from resource to resource; which offers from
their regions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import chain

from aibwatch.model.blueprint import Blueprint, Dependency
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region, ResourceId, TemplateId, subscription_of
from aibwatch.model.resource import Resource, account_in, kind_in
from aibwatch.model.state import Sightings
from aibwatch.model.supply import LATEST
from aibwatch.secondaries.agreement import agreement_of
from aibwatch.secondaries.numbers import version_wanted

SIZES_BY_DEFAULT = ("standard_d1_v2", "standard_d2ds_v4")
"""What a template that names no VM size builds on, by the generation of its image
(learn.microsoft.com/dotnet/api/azure.resourcemanager.imagebuilder, ImageTemplateVmProfile)."""

Offering = tuple[str, Region, tuple[str, ...]]
Blueprints = Mapping[TemplateId, Blueprint]
Copies = Mapping[TemplateId, tuple[str, datetime]]


@dataclass(slots=True)
class Needed:
    """What must be read; `renew` keeps it up.

    A set takes twice the room of a dictionary's keys, and keeps it once it is empty.
    """

    templates: AbstractSet[TemplateId]
    """Of all images."""
    secondaries: AbstractSet[TemplateId]
    unprotected: frozenset[TemplateId] = frozenset()
    """Primaries without a secondary: what their region offers tells where one could be."""
    bodies: tuple[TemplateId, ...] = ()
    resources: tuple[ResourceId, ...] = ()
    offers: tuple[Offering, ...] = ()
    _new: bool = True
    _uncopied: set[TemplateId] = field(default_factory=set)
    _blueprints: dict[TemplateId, Blueprint] = field(default_factory=dict)
    _places: dict[TemplateId, tuple[str, Region, tuple[str, ...]]] = field(default_factory=dict)
    _regions: int = 0

    def renew(
        self,
        touched: Iterable[TemplateId],
        sightings: Sightings,
        blueprints: Blueprints,
        copies: Copies,
        resources: set[ResourceId],
        offers: set[tuple[str, Region]],
    ) -> set[TemplateId]:
        """Look again, and return the templates of which something that checks rest on is new.

        Of these `resources` and `offers` another thing is told than before.
        """
        looked = self.templates if self._new else self._uncopied | (self.templates & {*touched})
        self._new = False
        self._look_for_copies(looked, sightings, copies)
        changed = {each for each in looked if self._is_made_anew(each, blueprints)}
        self._look_for_offers(looked, sightings)
        if resources or changed & self.secondaries:
            changed |= self._look_for_resources(resources, sightings)
        if offers:
            changed |= {each for each, place in self._places.items() if place[:2] in offers}
        if len(sightings.geographies) != self._regions:
            self._regions = len(sightings.geographies)
            return set(self.templates)
        return changed

    def _look_for_copies(
        self, looked: Iterable[TemplateId], sightings: Sightings, copies: Copies
    ) -> None:
        """Find which bodies are not copied, as far as their revisions are known."""
        before = set(self._uncopied)
        for each in looked:
            template = sightings.templates.get(each)
            revision = template.revision if template else ""
            copied = each in copies and copies[each][0] == revision
            (self._uncopied.discard if copied or not revision else self._uncopied.add)(each)
        if before != self._uncopied:
            self._uncopied = set(self._uncopied)
            self.bodies = tuple(sorted(self._uncopied))

    def _is_made_anew(self, template: TemplateId, blueprints: Blueprints) -> bool:
        known = blueprints.get(template)
        if known is None or known is self._blueprints.get(template):
            return False
        self._blueprints[template] = known
        return True

    def _look_for_offers(self, looked: Iterable[TemplateId], sightings: Sightings) -> None:
        before = len(self._places)
        moved = False
        for each in self.secondaries & {*looked}:
            template, blueprint = sightings.templates.get(each), self._blueprints.get(each)
            if template is None or blueprint is None or not template.region:
                continue
            place = _place(subscription_of(each), template.region, blueprint.vm_size)
            moved |= self._places.get(each) != place
            self._places[each] = place
        for each in self.unprotected.intersection(looked):
            template = sightings.templates.get(each)
            if template is not None and template.region:
                place = subscription_of(each), template.region, ()
                moved |= self._places.get(each) != place
                self._places[each] = place
        if moved or len(self._places) != before:
            self.offers = tuple(_offers(self._places.values()))

    def _look_for_resources(
        self, moved: Iterable[ResourceId], sightings: Sightings
    ) -> set[TemplateId]:
        """Find what to read, and return the secondaries that rest on what has moved."""
        known = sightings.resources
        written = self.secondaries & self._blueprints.keys()
        roots = {each: self._roots(each, sightings) for each in written}
        self.resources = tuple(sorted(closure(chain.from_iterable(roots.values()), known)))
        shaken = resting_on(moved, known)
        return {each for each, named in roots.items() if not named.isdisjoint(shaken)}

    def _roots(self, template: TemplateId, sightings: Sightings) -> set[ResourceId]:
        """Return what a secondary names, the version it asks for (S30), and its plan's terms."""
        blueprint, known = self._blueprints[template], sightings.templates.get(template)
        named = {_asked_as(each) for each in blueprint.rests_on}
        named.add(version_wanted(known, blueprint) if known else None)
        named.add(agreement_of(template, blueprint))
        return {each for each in named if each}


def closure(
    roots: Iterable[ResourceId], known: Mapping[ResourceId, Resource | Fault]
) -> set[ResourceId]:
    """Return the roots and all that they rest on as far as it was read; circles are no trouble."""
    found: set[ResourceId] = set()
    left = [*roots]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            answer = known.get(name)
            left += answer.rests_on if isinstance(answer, Resource) else ()
    return found


def resting_on(
    names: Iterable[ResourceId], known: Mapping[ResourceId, Resource | Fault]
) -> set[ResourceId]:
    """Return resources and all that rest on them as far as it was read: `closure`, upwards."""
    found, more = set[ResourceId](), {*names}
    while more:
        found |= more
        more = {
            name
            for name, answer in known.items()
            if isinstance(answer, Resource)
            if name not in found and not more.isdisjoint(answer.rests_on)
        }
    return found


def _asked_as(dependency: Dependency) -> ResourceId | None:
    """Return what to ask for, None where nobody can be asked: an address that is in no account.

    The newest version is whichever its definition has, so the definition is asked for.
    """
    names = dependency.names
    if account_in(names):
        return names
    name = ResourceId(names.removesuffix(f"/versions/{LATEST}"))
    return name if kind_in(name) else None


@lru_cache
def _place(subscription: str, place: Region, size: str) -> Offering:
    """Return where a template builds on what, the same object for all that do so."""
    return subscription, place, (size,) if size else SIZES_BY_DEFAULT


def _offers(places: Iterable[Offering]) -> Iterator[Offering]:
    """Yield each subscription's regions once, with all sizes that are built on there."""
    sizes: defaultdict[tuple[str, Region], set[str]] = defaultdict(set)
    for subscription, place, each in places:
        sizes[subscription, place].update(each)
    for (subscription, place), wanted in sorted(sizes.items()):
        yield subscription, place, tuple(sorted(wanted))
