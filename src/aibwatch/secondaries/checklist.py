"""The readiness of every secondary, kept, and checked again when what it rests on has changed.

Ten thousand templates that stay as they are must cost next to nothing. A check rests on the
image's templates, on whether and when they could be read, and on the definitions they publish to.
"""

from collections.abc import Iterable, Sequence
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
        self.image_of = {template: image for image in images for template in image.templates}
        """By template; a template is in one image only, the configuration sees to it."""
        self._unsure: set[TemplateId] = set()
        """Templates that were not well read when last looked at."""
        self._definitions: dict[DefinitionId, Definition | Fault] = {}
        """As they were when last looked at."""

    def renew(self, touched: Iterable[TemplateId], sightings: Sightings, now: datetime) -> None:
        """Check what may have changed: the images of `touched`, and what the sightings tell."""
        for image in self._due(touched, sightings, now):
            for target in image.secondaries:
                readiness = assess(image, target, sightings, self._policy, now)
                self.found[image.name, target] = readiness

    def _due(
        self, touched: Iterable[TemplateId], sightings: Sightings, now: datetime
    ) -> Iterable[Image]:
        before, self._unsure = self._unsure, self._not_well_read(sightings, now)
        published = _publishing_to(self._moved(sightings), sightings)
        self._definitions = dict(sightings.definitions)
        doubtful = {*touched, *before, *self._unsure, *published}
        images = (self.image_of[each] for each in doubtful if each in self.image_of)
        return {image.name: image for image in images}.values()

    def _not_well_read(self, sightings: Sightings, now: datetime) -> set[TemplateId]:
        """Return the templates that were never read, or not lately, or not when last asked for."""
        since, seen = now - self._policy.readiness_max_age, sightings.seen
        never = self.image_of.keys() - seen.keys()
        return never | sightings.faults.keys() | {name for name, at in seen.items() if at < since}

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
