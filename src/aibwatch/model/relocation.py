"""Making a secondary's template from a primary's: what is another there, and what comes of it."""

from dataclasses import dataclass, fields, replace
from typing import Any

from aibwatch.model.blueprint import Part
from aibwatch.model.body import Body
from aibwatch.model.names import Region


@dataclass(frozen=True, slots=True)
class Relocation:
    """What a template uses in a region in place of what it uses at home.

    In every text `{image}`, `{name}`, `{definition}` and `{region}` stand for the image, the new
    template, the primary's definition by its name, and the region. "" or nothing: see each.
    """

    region: Region
    resource_group: str = ""
    """Where the template is made, by name or id; "": in the primary's group."""
    suffix: str = ""
    """Put behind the primary's name; "": the region, where both are in one group, else nothing."""
    subnet: str = ""
    """Of the build VM; it must be told if the primary names one."""
    container_subnet: str = ""
    """Of the container that builds; it must be told if the primary names one."""
    identities: tuple[str, ...] = ()
    """Of the template; nothing: the primary's."""
    vm_identities: tuple[str, ...] = ()
    """Of the build VM; nothing: the primary's."""
    definition: str = ""
    """What it publishes to; "": what the primary does."""
    staging: str = ""
    """Resource group for the build; "": one of the service's own making."""
    targets: tuple[Region, ...] = ()
    """Where versions are replicated; nothing: as the primary says, the region in the place of the
    primary's."""
    source: str = ""
    """The managed image that it builds from; "": the one of the same name in its group."""

    def over(self, other: "Relocation") -> "Relocation":
        """Return this, and where it says nothing what `other` says."""
        said: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(other, **{name: value for name, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must be there before a draft can be deployed, or before it can build."""

    part: Part
    names: str
    says: str
    command: str = ""
    """The az command that makes or mends it, where one does."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as it is to be made, whose recipe is that of the one it was made from."""

    body: Body
    changes: tuple[str, ...] = ()
    """What is another than in the primary and why, in words."""
    missing: tuple[str, ...] = ()
    """Fields of `Relocation` without which it cannot be deployed."""
