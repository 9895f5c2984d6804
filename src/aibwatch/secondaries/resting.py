"""Which secondaries must be checked again, as what they rest on is told otherwise than before.

Besides, it counts what only the whole fleet tells: who shares a staging group, and how many builds
would go to one region at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import compress
from operator import is_not
from typing import TypeVar

from aibwatch.model.blueprint import Blueprint, Part
from aibwatch.model.geography import lacking
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, Region, ResourceId, TemplateId, subscription_of
from aibwatch.model.offer import Geography
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Readiness
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template
from aibwatch.model.verdict import Success
from aibwatch.secondaries.agreement import agreement_of
from aibwatch.secondaries.crowd import crowd_of, route_of
from aibwatch.secondaries.grounds import UNREAD, Known, Route, Users
from aibwatch.secondaries.needed import closure
from aibwatch.secondaries.numbers import version_wanted

K = TypeVar("K")


class Resting:
    """What was told of all that the secondaries of these images rest on."""

    def __init__(self, images: Sequence[Image], policy: Policy) -> None:
        """Know nothing yet."""
        self.known: Known = UNREAD
        """As given to `changed` last, with what was counted."""
        self._images = tuple(images)
        self._policy = policy
        self._places: Mapping[Region, Geography] = {}
        self._lacking: frozenset[Region] = frozenset()
        self._blueprints: Mapping[TemplateId, Blueprint] = {}
        self._copies: Mapping[TemplateId, tuple[str, datetime]] = {}
        self._successes: Mapping[TemplateId, Success] = {}
        self._faults: Mapping[TemplateId, str] = {}
        self._changes: int | None = None
        """Of the journal's state, when it was last looked at for what owners wrote."""
        self._staging: Users = {}
        self._sent: dict[ImageName, tuple[Route, str]] = {}

    def changed(
        self,
        sightings: Sightings,
        known: Known,
        resources: set[ResourceId],
        offers: set[tuple[str, Region]],
    ) -> set[TemplateId]:
        """Return the templates whose checks may come to another result than at the last call.

        Of these `resources` and `offers` another thing is told than then.
        """
        same = not offers and sightings.geographies == self._places
        found = set() if same else self._placed(sightings)
        written = self._rewritten(sightings, known)
        if written:
            found |= written | self._share(known)
        self.known = replace(known, staging=self._staging, crowd=self.known.crowd, sent=self._sent)
        if resources or offers:
            found.update(self._on(resources, offers, sightings))
        return found

    def recount(
        self,
        assessed: Iterable[Image],
        readiness: Mapping[tuple[ImageName, TemplateId], Readiness],
        sightings: Sightings,
    ) -> set[TemplateId]:
        """Count where builds would go; return the primaries of those for whom that is another."""
        moved = False
        for image in assessed if self.known.blueprints is not None else ():
            before = self._sent.get(image.name)
            now = route_of(image, readiness, sightings, self.known)
            moved |= now != before
            self._sent.pop(image.name, None)
            if now:
                self._sent[image.name] = now
        if not moved:
            return set()
        before_all, crowd = self.known.crowd, crowd_of(self._sent.values(), self._policy)
        self.known = replace(self.known, crowd=crowd, sent=self._sent)
        others = {
            route
            for route in before_all.keys() | crowd.keys()
            if before_all.get(route) != crowd.get(route)
        }
        if not others:
            return set()
        return {each.primary for each in self._images if others & _routes(each, sightings)}

    def _placed(self, sightings: Sightings) -> set[TemplateId]:
        """Return all primaries if regions lie elsewhere, or Image Builder is in other ones."""
        without = lacking(sightings)
        same = without == self._lacking and sightings.geographies == self._places
        self._lacking, self._places = without, dict(sightings.geographies)
        return set() if same else {each.primary for each in self._images}

    def built_since(self, known: Known) -> set[TemplateId]:
        """Return the templates that built well since the last call."""
        found = _differing(known.successes, self._successes)
        if found:
            self._successes = dict(known.successes)
        return found

    def _rewritten(self, sightings: Sightings, known: Known) -> set[TemplateId]:
        """Return the templates of which it is known otherwise what their owner wrote."""
        faults = {name: str(fault) for name, fault in sightings.bodies.items()}
        blueprints = known.blueprints or {}
        found = _differing(faults, self._faults)
        if known.changes is None or known.changes != self._changes:
            found |= _differing(blueprints, self._blueprints)
            found |= _differing(known.copies, self._copies)
        self._changes = known.changes
        if found:
            self._blueprints, self._copies = dict(blueprints), dict(known.copies)
            self._faults = faults
        return found

    def _share(self, known: Known) -> set[TemplateId]:
        """Count who names which staging group; return those who have other company than before."""
        users: defaultdict[ResourceId, list[TemplateId]] = defaultdict(list)
        for name, blueprint in sorted((known.blueprints or {}).items()):
            for group in {each.names for each in blueprint.rests_on if each.part is Part.STAGING}:
                users[group].append(name)
        before, self._staging = self._staging, {each: tuple(names) for each, names in users.items()}
        found: set[TemplateId] = set()
        for group in before.keys() | self._staging.keys():
            old, new = before.get(group, ()), self._staging.get(group, ())
            if old != new:
                found.update(old, new)
        return found

    def _on(
        self,
        resources: set[ResourceId],
        offers: set[tuple[str, Region]],
        sightings: Sightings,
    ) -> Iterator[TemplateId]:
        for image in self._images:
            for target in image.watched[1:]:
                template = sightings.templates.get(target)
                blueprint = (self.known.blueprints or {}).get(target)
                if template is None or blueprint is None:
                    continue
                if offers & _offers(template) or resources & rests_on(
                    template, blueprint, sightings
                ):
                    yield target


def _differing(now: Mapping[K, object], before: Mapping[K, object]) -> set[K]:
    """Return the keys with another value than before; mostly all are the very same objects."""
    if now == before:
        return set()
    others = compress(now, map(is_not, now.values(), map(before.get, now)))
    return {key for key in others if now[key] != before.get(key)} | (before.keys() - now.keys())


def rests_on(template: Template, blueprint: Blueprint, sightings: Sightings) -> set[ResourceId]:
    """Return everything that a check of this template asks for, so far as that is known."""
    wanted = (version_wanted(template, blueprint), agreement_of(template.id, blueprint))
    named = (each.names for each in blueprint.rests_on)
    return closure((*filter(None, wanted), *named), sightings.resources)


def _offers(template: Template) -> set[tuple[str, Region]]:
    subscription = subscription_of(template.id)
    return {(subscription, each) for each in (template.region, *template.targets)}


def _routes(image: Image, sightings: Sightings) -> set[Route]:
    """Return which ways the builds of an image could go."""
    primary = sightings.templates.get(image.primary)
    targets = (sightings.templates.get(each) for each in image.secondaries)
    if primary is None:
        return set()
    return {(primary.region, subscription_of(each.id), each.region) for each in targets if each}
