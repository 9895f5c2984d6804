"""Does a secondary build the same as its primary (PROMISES S29)?"""

from collections.abc import Mapping

from aibwatch.model.blueprint import Blueprint
from aibwatch.model.drift import Difference, differences
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.secondaries.recipe import NONSENSE

EXCLUDED = "$.distribute[*].excludeFromLatest"
"""In which a drill template must differ: its version is not for use (PROMISES S38)."""
NAMED = 3
"""How many differences an item names: `aibwatch templates diff` tells all."""


def no_drift(image: Image, target: TemplateId, blueprints: Mapping[TemplateId, Blueprint]) -> Item:
    """Check that a secondary's recipe is the primary's. Unknown until both were read."""
    check = Check.NO_DRIFT
    for each in (image.primary, target):
        if blueprints.get(each, NONSENSE) == NONSENSE:
            says = f"what {image.called(each)} builds was not read yet; it must be readable"
            return item(check, Colour.UNKNOWN, says)
    allowed = (*image.allow_drift, EXCLUDED) if target == image.drill else image.allow_drift
    found = differences(blueprints[image.primary], blueprints[target], allowed)
    if not found:
        return item(check, Colour.GREEN, "it builds the same as the primary")
    return item(check, Colour.RED, f"{_count(found)}: {_named(found)}; {_remedy(image)}")


def _count(found: tuple[Difference, ...]) -> str:
    return f"it differs from the primary in {len(found)} place{'s' if found[1:] else ''}"


def _named(found: tuple[Difference, ...]) -> str:
    more = f"; and {len(found) - NAMED} more" if found[NAMED:] else ""
    return "; ".join(map(str, found[:NAMED])) + more


def _remedy(image: Image) -> str:
    """Return what to do: AIB updates hardly anything of a template in place."""
    return (
        f"delete it and create it again from {name_of(image.primary)} (aibwatch replicate"
        f" {image.name}), or allow it (allow_drift)"
    )
