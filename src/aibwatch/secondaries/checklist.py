"""The readiness of every secondary, kept, and checked again when what it rests on has changed.

Ten thousand templates that stay as they are must cost next to nothing. A check rests on the
image's templates, on whether they could be read, and on the definitions they publish to; what
only time can change, it changes slowly, so once every `readiness_interval` all are checked.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from aibwatch.model.fault import Fault
from aibwatch.model.gallery import Definition
from aibwatch.model.image import Image
from aibwatch.model.names import DefinitionId, ImageName, TemplateId
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Readiness
from aibwatch.model.state import Sightings
from aibwatch.secondaries.readiness import assess


class Checklist:
    """What was last found of every secondary of these images."""

    def __init__(self, images: Sequence[Image], policy: Policy) -> None:
        """Begin with nothing checked; the first `renew` checks everything."""
        self.found: dict[tuple[ImageName, TemplateId], Readiness] = {}
        """By image and secondary. Read-only to everybody else."""
        self._policy = policy
        self._images = {image.name: image for image in images}
        self._images_of: dict[TemplateId, list[Image]] = {}
        for image in images:
            for template in image.templates:
                self._images_of.setdefault(template, []).append(image)
        self._unsure: set[TemplateId] = set()
        """Templates that were not well read when last looked at."""
        self._definitions: dict[DefinitionId, Definition | Fault] = {}
        """As they were when last looked at."""
        self._all_at: datetime | None = None
        """When all were checked."""

    def renew(self, touched: Iterable[TemplateId], sightings: Sightings, now: datetime) -> None:
        """Check what may have changed: the images of `touched`, and what the sightings tell."""
        for image in self._due(touched, sightings, now):
            for target in image.secondaries:
                readiness = assess(image, target, sightings, self._policy, now)
                self.found[image.name, target] = readiness

    def _due(
        self, touched: Iterable[TemplateId], sightings: Sightings, now: datetime
    ) -> Collection[Image]:
        unsure = (self._images_of.keys() - sightings.seen.keys()) | sightings.faults.keys()
        moved = self._moved(sightings)
        doubtful = {*touched, *unsure, *self._unsure, *_publishing_to(moved, sightings)}
        self._unsure, self._definitions = unsure, dict(sightings.definitions)
        if self._all_at is None or now - self._all_at >= self._policy.readiness_interval:
            self._all_at = now
            return self._images.values()
        images = (image for each in doubtful for image in self._images_of.get(each, ()))
        return {image.name: image for image in images}.values()

    def _moved(self, sightings: Sightings) -> set[DefinitionId]:
        """Return the definitions of which something else is told than before."""
        return {
            definition
            for definition, answer in sightings.definitions.items()
            if not _alike(answer, self._definitions.get(definition))
        }


def _alike(answer: Definition | Fault, before: Definition | Fault | None) -> bool:
    """Whether both tell a person the same; each fault has a request id of its own."""
    return answer is before or str(answer) == str(before)


def _publishing_to(definitions: set[DefinitionId], sightings: Sightings) -> Iterable[TemplateId]:
    if not definitions:
        return ()
    templates = sightings.templates.values()
    return [each.id for each in templates if each.definition in definitions]
