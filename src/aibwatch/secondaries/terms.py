"""Under which terms a template moves: its new name and place, and what rules leave open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aibwatch.model.names import (
    ImageName,
    Region,
    TemplateId,
    group_of,
    name_of,
    subscription_of,
    template_id,
)
from aibwatch.model.relocation import Relocation
from aibwatch.secondaries.shape import Json

DRILL = "-drill"
"""Behind the name of a drill template, and of what it puts out under a name of its own."""

Object = dict[str, Any]
"""A JSON object that is being changed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another than in the primary."""

    says: str
    lacks: str = ""
    """The field of `Relocation` that must be told first."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Who moves where."""

    image: ImageName
    primary: TemplateId
    home: Region
    """Where the primary lives."""
    to: Relocation
    drill: bool = False
    """Whether the template is only to rehearse with."""

    @property
    def name(self) -> TemplateId:
        """The new template. Raises ValueError if that can be no name of one."""
        suffix = self.to.suffix or (f"-{self.to.region}" if self.in_group_of_primary else "")
        name = f"{name_of(self.primary)}{suffix}{DRILL if self.drill else ''}"
        kind = "providers/microsoft.virtualmachineimages/imagetemplates"
        return template_id(f"{self.group}/{kind}/{name}")

    @property
    def group(self) -> str:
        """The id of its resource group."""
        named = self.to.resource_group.rstrip("/") or group_of(self.primary)
        subscription = subscription_of(self.primary)
        return named if "/" in named else f"/subscriptions/{subscription}/resourceGroups/{named}"

    @property
    def in_group_of_primary(self) -> bool:
        """Whether both are in one resource group, where names must differ."""
        return self.primary.startswith(f"{self.group.lower()}/")

    def said(self, text: str, definition: str = "") -> str:
        """Return a text of the rules with the names that it leaves open."""
        names: Mapping[str, str] = {
            "image": self.image,
            "name": name_of(self.name),
            "definition": definition,
            "region": self.to.region,
        }
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def moved(self, resource: str) -> str:
        """Return the id of what has the same kind and name in the new template's group."""
        return f"{self.group}/providers/{resource.partition('/providers/')[2]}"


def objects(value: Json) -> list[Object]:
    """Return the objects of a list as they are, to be changed; none if it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
