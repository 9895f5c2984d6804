"""The images that a scenario has, and the templates and galleries that they are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aibwatch.model.names import DefinitionId, Region, TemplateId, template_id
from aibwatch.sim import body, runs
from aibwatch.sim.world import World

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images"

_APART = timedelta(minutes=7)
"""Between the past builds of two images, so that they are not of one instant."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Image names with the regions of their templates, the primary's first."""

    images: Mapping[str, tuple[Region, ...]]
    sizes: Mapping[str, str] = field(default_factory=dict)
    """VM sizes of the images that do not build on the usual one."""
    drills: Mapping[str, Region] = field(default_factory=dict)
    """By image the region of its drill template, for those that have one."""
    ids: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """ARM ids of templates, by image and region, where they are not of our own making."""

    @property
    def regions(self) -> frozenset[Region]:
        """All regions that have a template."""
        return frozenset(each for regions in self.images.values() for each in regions)

    def template(self, image: str, region: str) -> TemplateId:
        """Return the id of an image's template in a region."""
        return template_id(self._path(image, region))

    def drill(self, image: str) -> TemplateId | None:
        """Return the id of an image's drill template, None if it has none."""
        place = self.drills.get(image)
        return self.template(f"{image}-drill", place) if place else None

    def places(self) -> Mapping[TemplateId, Region]:
        """Return where every template lives, drill templates too."""
        found = {
            self.template(image, each): each
            for image, regions in self.images.items()
            for each in regions
        }
        drills = ((self.drill(image), place) for image, place in self.drills.items())
        return found | {template: place for template, place in drills if template}

    def templates(self, image: str) -> tuple[TemplateId, ...]:
        """Return the ids of an image's templates, the primary's first."""
        return tuple(self.template(image, region) for region in self.images[image])

    def definition(self, image: str, region: str) -> DefinitionId:
        """Return the definition that an image's template in a region publishes to.

        Each region has a gallery of its own, so that no build needs the region it stands in for.
        """
        gallery = f"{GROUP}/providers/Microsoft.Compute/galleries/golden_{region}"
        return DefinitionId(f"{gallery}/images/{image}".lower())

    def settle(self, world: World, built: timedelta | None) -> None:
        """Put everything into a World, its templates built well `built` ago, if at all."""
        for number, (image, regions) in enumerate(self.images.items()):
            for place in regions:
                self._settle(world, image, place)
                if built is not None:
                    ended = world.now - built + number * _APART
                    runs.built_before(world, self.template(image, place), _past(ended, world.now))

        for image, place in self.drills.items():
            self._settle_drill(world, image, place)

    def _settle_drill(self, world: World, image: str, place: Region) -> None:
        """Add a template that builds what the secondary does, and publishes no `latest`."""
        home = self.definition(image, place)
        authored = body.write(image, place, home, self.images[image], group=GROUP)
        for each in body.distributions(authored):
            assert isinstance(each, dict)
            each["excludeFromLatest"] = True
        world.add_template(self._path(f"{image}-drill", place), authored)

    def _settle(self, world: World, image: str, place: Region) -> None:
        home = self.definition(image, place)
        world.add_definition(home, place)
        size = self.sizes.get(image, body.USUAL_SIZE)
        authored = body.write(image, place, home, self.images[image], group=GROUP, vm_size=size)
        world.add_template(self._path(image, place), authored)

    def _path(self, image: str, region: str) -> str:
        ours = f"{GROUP}/providers/Microsoft.VirtualMachineImages/imageTemplates/{image}-{region}"
        return self.ids.get((image, region), ours)


def _past(instant: datetime, now: datetime) -> datetime:
    return min(instant, now)
