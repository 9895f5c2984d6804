"""What a template builds and as whom, each as a hash that two regions can be compared by.

Left out of a recipe: where it builds (vnetConfig), as whom (identities, which are regional
resources), where it publishes (distribute, tags, staging group), and what the service itself
writes (exactVersion). A gallery or managed source counts from its last "/images/" on, since each
region may have its own copy of it. Script addresses count in full: whoever keeps scripts in one
store per region has one recipe per region.

`secondaries.recipe` tells the same leaf by leaf, to compare a secondary with its primary. This hash
is not made from that: it stands in journals, where another way to make it would be another recipe
for every template at once, and it is made of whatever a sweep finds changed, so it must be quick.
"""

from collections.abc import Iterable
from hashlib import blake2b
from sys import intern

from aibwatch.azure.wire import Wire, canonical, shaper
from aibwatch.model.names import digest

_REGIONAL = frozenset({"vnetConfig", "userAssignedIdentities"})
_WRITTEN_BY_SERVICE = frozenset({"exactVersion"})
_SOURCE_IDS = frozenset({"imageId", "imageVersionId"})


class Ingredients(Wire):
    """The parts of a template's properties that make its recipe, as they are written."""

    source: object = None
    customize: object = None
    validate: object = None
    optimize: object = None
    vm_profile: object = None


class _VmProfile(Wire):
    user_assigned_identities: list[str | None] | None = None


_vm_profile = shaper(_VmProfile)


def recipe(ingredients: Ingredients, timeout: int) -> str:
    """Return the hash of what is built within `timeout` minutes."""
    parts = {
        "source": _portable(_without(ingredients.source, _WRITTEN_BY_SERVICE)),
        "customize": ingredients.customize,
        "validate": ingredients.validate,
        "optimize": ingredients.optimize,
        "vmProfile": _without(ingredients.vm_profile, _REGIONAL),
        "buildTimeoutInMinutes": timeout,
    }
    told = {name: part for name, part in parts.items() if part not in (None, {}, [])}
    return intern(blake2b(canonical(told), digest_size=16).hexdigest())


def identities(of_template: Iterable[str], ingredients: Ingredients) -> str:
    """Return the hash of the identities of a template and of its build VM, "" if there are none.

    Raises WireError on junk.
    """
    every = {each.lower() for each in of_template}
    if ingredients.vm_profile is not None:
        profile = _vm_profile(ingredients.vm_profile)
        every |= {each.lower() for each in profile.user_assigned_identities or () if each}
    return digest(*sorted(every)) if every else ""


def _without(value: object, names: frozenset[str]) -> object:
    if not isinstance(value, dict):
        return value
    return {key: each for key, each in value.items() if key not in names and each is not None}


def _portable(source: object) -> object:
    if not isinstance(source, dict):
        return source
    return {
        key: each.lower().rpartition("/images/")[2]
        if key in _SOURCE_IDS and isinstance(each, str)
        else each
        for key, each in source.items()
    }
