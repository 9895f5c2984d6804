"""Images as they are proposed to an owner, from templates that nobody has configured."""

from dataclasses import dataclass
from enum import StrEnum

from aibwatch.model.names import ImageName
from aibwatch.model.template import Template


class Likeness(StrEnum):
    """Why templates are taken for those of one image; its text continues "alike by"."""

    TAG = "their tag aibwatch-image"
    DEFINITION = "the definition that they publish to"
    NAME = "their names"
    RECIPE = "their recipe"
    NONE = "nothing"
    """It is alone."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One image that templates could be of."""

    name: ImageName
    templates: tuple[Template, ...]
    """The primary, then its secondaries; one in each region, unless their owner tagged them."""
    likeness: Likeness

    @property
    def is_alone(self) -> bool:
        """Whether there is no secondary, so that nothing can be done if its region fails."""
        return len(self.templates) == 1

    @property
    def doubts(self) -> tuple[str, ...]:
        """What its owner should look at before he takes it."""
        recipes = {each.recipe for each in self.templates}
        regions = {each.region for each in self.templates}
        found = []
        if len(recipes) > 1:
            found.append("their recipes differ")
        if len(regions) < len(self.templates):
            found.append("several are in one region, and would fail together")
        return tuple(found)
