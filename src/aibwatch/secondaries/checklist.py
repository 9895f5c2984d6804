"""The readiness of every secondary, kept, and checked again when what it rests on has changed.

Ten thousand templates that stay as they are must cost next to nothing. A check rests on the
image's templates, on whether and when they could be read, on the definitions that they publish to,
on what they build from, on whether we may run them, on which regions are out, and on all that
`resting` tells of.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from aibwatch.model.gallery import Definition
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    ImageName,
    Region,
    ResourceId,
    Scope,
    TemplateId,
    scope_of,
)
from aibwatch.model.needs import Needs
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Item, Readiness
from aibwatch.model.state import Sightings, State
from aibwatch.model.supply import BaseKind, kind_of
from aibwatch.model.template import Template
from aibwatch.secondaries.grounds import UNREAD, Known
from aibwatch.secondaries.needed import Needed
from aibwatch.secondaries.readiness import assess, assess_home, resting_items
from aibwatch.secondaries.resting import Resting
from aibwatch.secondaries.told import Told

_Kept = tuple[tuple[Template | None, ...], Mapping[TemplateId, tuple[Item, ...]]]
_Doubt = tuple[str, datetime | None]
"""Of a template that was not well read: why, and when it was last read if that is long ago."""
_written = attrgetter("revision", "region", "automatic", "definition", "base", "targets")
"""Of a template, what its checks look at besides its run and its state."""


class Checklist:
    """What was last found of every secondary of these images."""

    def __init__(self, images: Sequence[Image], policy: Policy) -> None:
        """Begin with nothing checked; the first `renew` checks everything."""
        self.found: dict[tuple[ImageName, TemplateId], Readiness] = {}
        """By image and template; of a primary, whether it could build. Read-only to all others."""
        self._policy = policy
        self.image_of = {template: image for image in images for template in image.watched}
        """By template; a template is in one image only, the configuration sees to it."""
        auto = [each for image in images if image.mode is Mode.AUTO for each in image.secondaries]
        auto += [image.drill for image in images if image.drill]
        self._groups = {each: scope_of(each) for each in auto}
        """Of the secondaries and drill templates that we need the right to run."""
        self._bases: dict[TemplateId, BaseId] = {}
        """What each secondary builds from."""
        secondaries = (each for image in images for each in image.watched[1:])
        alone = (image.primary for image in images if not image.secondaries)
        self._needed = Needed(
            self.image_of.keys(), dict.fromkeys(secondaries).keys(), frozenset(alone)
        )
        self.needs = Needs(scopes=tuple(sorted(set(self._groups.values()))))
        """What must be asked, as of the last `renew`."""
        self._doubts: Mapping[TemplateId, _Doubt] = {}
        """What was in the way of reading templates well when last looked at."""
        self._out = UNREAD.out
        """The regions that were out then."""
        self._resting = Resting(images, policy)
        self._items: dict[ImageName, _Kept] = {}
        """What was found last that rests on what owners wrote, and of which templates."""
        self._resources = Told[ResourceId]()
        self._offers = Told[tuple[str, Region]]()
        self._definitions = Told[DefinitionId]()
        self._supplies = Told[BaseId]()
        self._rights = Told[Scope]()

    def renew(
        self,
        touched: Iterable[TemplateId],
        sightings: Sightings,
        now: datetime,
        out: frozenset[Region] = UNREAD.out,
        state: State | None = None,
    ) -> None:
        """Check what may have changed: the images of `touched`, and what the sightings tell.

        `out` are the regions with an open incident. `state` tells what the owners of templates
        wrote; without one nothing is said of what rests on that.
        """
        known = Known(out)
        if state is not None:
            known = Known(out, state.blueprints, state.copies, state.successes, state.changes)
        seen, age = sightings, self._policy.readiness_max_age
        resources = self._resources.changed(seen.resources, seen.resources_seen, now, age)
        offers = self._offers.changed(seen.offers, seen.offers_seen, now, age)
        moved = self._resting_on_what_moved(touched, sightings, state, resources, offers)
        rested = self._resting.changed(sightings, known, resources, offers)
        built = self._resting.built_since(known)
        due = self._due({*touched, *rested, *moved, *built}, sightings, now, out)
        anew = {self.image_of[each].name for each in rested | moved if each in self.image_of}
        self._assess(due, sightings, now, anew)
        crowded = [
            self.image_of[each] for each in self._resting.recount(due, self.found, sightings)
        ]
        self._assess(crowded, sightings, now, {each.name for each in crowded})
        targets = [target for image in due for target in image.watched[1:]]
        if [each for each in targets if self._is_newly_based(each, sightings)]:
            bases = {each for each in self._bases.values() if kind_of(each) is not BaseKind.UNKNOWN}
            self.needs = replace(self.needs, bases=tuple(sorted(bases)))

    def _resting_on_what_moved(
        self,
        touched: Iterable[TemplateId],
        sightings: Sightings,
        state: State | None,
        resources: set[ResourceId],
        offers: set[tuple[str, Region]],
    ) -> set[TemplateId]:
        """Return the templates of which a blueprint, a resource or an offer has changed."""
        needed = self._needed
        blueprints, copies = (state.blueprints, state.copies) if state else ({}, {})
        moved = needed.renew(touched, sightings, blueprints, copies, resources, offers)
        known = self.needs
        if (known.bodies, known.resources, known.offers) != (
            needed.bodies,
            needed.resources,
            needed.offers,
        ):
            self.needs = replace(
                known, bodies=needed.bodies, resources=needed.resources, offers=needed.offers
            )
        return moved

    def _assess(
        self,
        images: Iterable[Image],
        sightings: Sightings,
        now: datetime,
        anew: Collection[ImageName],
    ) -> None:
        """Check images; of those not in `anew` only what does not rest on what owners wrote."""
        known, policy = self._resting.known, self._policy
        for image in images:
            self.found[image.name, image.primary] = assess_home(image, sightings, policy, now)
            kept = self._kept(image, sightings, now, anew)
            for target in image.watched[1:]:
                items = kept.get(target)
                readiness = assess(image, target, sightings, policy, now, known, items)
                self.found[image.name, target] = readiness

    def _kept(
        self, image: Image, sightings: Sightings, now: datetime, anew: Collection[ImageName]
    ) -> Mapping[TemplateId, tuple[Item, ...]]:
        """Return the items of each secondary that rest on what owners wrote.

        They are looked into anew if another thing is written in a template than was then.
        """
        seen = tuple(map(sightings.templates.get, image.watched))
        before, items = self._items.get(image.name, ((), {}))
        if image.name in anew or not _written_alike(seen, before):
            known, policy = self._resting.known, self._policy
            items = {
                each.id: resting_items(each, image, sightings, known, policy, now)
                for each in seen[1:]
                if each is not None
            }
        self._items[image.name] = seen, items
        return items

    def _is_newly_based(self, target: TemplateId, sightings: Sightings) -> bool:
        """Note what a secondary builds from, and return whether that is another than before."""
        template = sightings.templates.get(target)
        if template is None or self._bases.get(target) == template.base:
            return False
        self._bases[target] = template.base
        return True

    def _due(
        self,
        touched: Iterable[TemplateId],
        sightings: Sightings,
        now: datetime,
        out: frozenset[Region],
    ) -> Collection[Image]:
        before, self._doubts = self._doubts, self._doubts_about(sightings, now)
        doubted = {name for name, _ in before.items() ^ self._doubts.items()}
        resting = self._resting_on_what_changed(sightings, now, out)
        images = (self.image_of.get(each) for each in {*touched, *doubted, *resting})
        return {image.name: image for image in images if image}.values()

    def _doubts_about(self, sightings: Sightings, now: datetime) -> Mapping[TemplateId, _Doubt]:
        """Tell of templates that were never read, or not lately, or not when last asked for."""
        since, seen, faults = now - self._policy.readiness_max_age, sightings.seen, sightings.faults
        never = self.image_of.keys() - seen.keys()
        stale = {name: at for name, at in seen.items() if at < since}
        doubtful = never | stale.keys() | faults.keys()
        return {name: (str(faults.get(name, "")), stale.get(name)) for name in doubtful}

    def _resting_on_what_changed(
        self, sightings: Sightings, now: datetime, out: frozenset[Region]
    ) -> Iterable[TemplateId]:
        """Return the templates whose checks rest on an answer that is another than before."""
        seen, age = sightings, self._policy.readiness_max_age
        definitions = self._definitions.changed(seen.definitions, seen.definitions_seen, now, age)
        definitions |= self._at_home_in(self._out ^ out, sightings)
        self._out = out
        bases = self._supplies.changed(seen.supplies, seen.supplies_seen, now, age)
        scopes = self._rights.changed(seen.rights, seen.rights_seen, now, age)
        found: set[TemplateId] = set()
        if scopes:
            found.update(each for each, group in self._groups.items() if {each, group} & scopes)
            self.needs = replace(self.needs, scopes=self._scopes(sightings))
        if definitions or bases:
            templates = seen.templates.values()
            found.update(
                each.id
                for each in templates
                if each.definition in definitions or each.base in bases
            )
        return found

    def _at_home_in(self, regions: frozenset[Region], sightings: Sightings) -> set[DefinitionId]:
        if not regions:
            return set()
        known = sightings.definitions.values()
        return {each.id for each in known if isinstance(each, Definition) and each.home in regions}

    def _scopes(self, sightings: Sightings) -> tuple[Scope, ...]:
        """Return every group, and the templates of those where the right is not given for all."""
        groups = set(self._groups.values())
        denied = {each for each in groups if sightings.rights.get(each) is False}
        alone = {Scope(each) for each, group in self._groups.items() if group in denied}
        return tuple(sorted(groups | alone))


def _written_alike(ones: Sequence[Template | None], others: Sequence[Template | None]) -> bool:
    """Whether in each of these templates the same is written as in its other."""
    return len(ones) == len(others) and all(
        one is other or (one and other and _written(one) == _written(other))
        for one, other in zip(ones, others, strict=True)
    )
