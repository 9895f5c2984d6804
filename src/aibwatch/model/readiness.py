"""What was checked about a secondary, and what is red."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from aibwatch.model.names import TemplateId


class Colour(StrEnum):
    """How one readiness item stands."""

    GREEN = "green"
    YELLOW = "yellow"
    """Worth mending, holds nothing."""
    RED = "red"
    UNKNOWN = "unknown"
    """Could not be checked: on a gating item that holds too (PROMISES S26)."""


class Check(StrEnum):
    """The items; also the label `check` of aibwatch_image_check."""

    SECONDARY_EXISTS = "secondary_exists"
    PROVISIONED = "provisioned"
    IDLE = "idle"
    OTHER_REGION = "other_region"
    """It lives in another region than the primary."""
    RESIDENCY = "residency"
    DISTRIBUTE_TARGET = "distribute_target"
    """The image definition that it publishes to, and so its gallery, exist and can be read."""
    GALLERY_HOME = "gallery_home"
    """That definition is at home neither where the primary is nor in a region that is out."""
    SOURCE = "source"
    """What it builds from can be had in its region."""
    PERMISSION = "permission"
    """We are not denied to run it."""


TOLERABLE = frozenset({Check.DISTRIBUTE_TARGET, Check.GALLERY_HOME, Check.SOURCE, Check.PERMISSION})
"""Items that an owner may accept as they are (`images[].tolerate`). No others: a template that is
missing, busy or of another region's making cannot be wished away, nor residency be overridden."""


UNACCEPTABLE = frozenset({Check.SECONDARY_EXISTS, Check.PROVISIONED, Check.IDLE, Check.RESIDENCY})
"""Items that not even an operator's order may accept (PROMISES S6, S28); he may all others."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item with its reason in words and its remedy."""

    check: Check
    colour: Colour
    says: str


@lru_cache(maxsize=256)
def item(check: Check, colour: Colour, says: str) -> Item:
    """Return an item, the same object for the same words: most secondaries are green alike."""
    return Item(check, colour, says)


@dataclass(frozen=True, slots=True)
class Readiness:
    """All items of one secondary. Every item of this version gates."""

    template: TemplateId
    items: tuple[Item, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing forbids to build there now."""
        return not self.faults

    @property
    def faults(self) -> tuple[Item, ...]:
        """The items that forbid it."""
        return tuple(each for each in self.items if each.colour in (Colour.RED, Colour.UNKNOWN))
