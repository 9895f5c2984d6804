"""What a template builds, without what is bound to a region: from its body to its `Blueprint`.

Left out of a recipe: ids, name, location, tags, identities, subnets, the staging group, run output
names, target regions with their replicas and storage, the gallery up to the definition's name and
the version that is asked for. A gallery or managed source counts from its last "/images/" on. A
script counts by its checksum; only where it has none by its address, without the signature. Steps
count in their order, outputs and target regions in any.

`azure.recipe` has a hash of the same idea: which regions built an unchanged recipe before. The two
are apart on purpose. That hash stands in journals and remembers what built: another way to make it
would be another recipe for every template at once, so that all would lose their history and veto
themselves. It is made of every template that a sweep finds changed, so it must be quick and not
fine. It holds back where this names: an unlucky hash costs a family of evidence, a wrong drift
costs a secondary.
"""

import json
from collections.abc import Mapping
from sys import intern

from aibwatch.model.blueprint import Blueprint, Offered, Recipe, shared
from aibwatch.model.body import Body
from aibwatch.model.names import Region, region
from aibwatch.secondaries.canonical import Canonical, leaves, step
from aibwatch.secondaries.dependencies import dependencies
from aibwatch.secondaries.shape import Json, spelled

BOUND = frozenset({"id", "name", "type", "location", "tags", "identity", "systemdata"})
"""Fields beside the properties that are no part of a recipe."""

NOTHING: Mapping[str, Json] = {}
STANDARD = "Standard_LRS"
"""What a target region keeps a version on unless it says otherwise (the SDK's models)."""
_STORAGE = {each.lower(): each for each in (STANDARD, "Standard_ZRS", "Premium_LRS")}

NONSENSE = Blueprint(Recipe(), unknown=("$",))
"""Of a body that is none."""


def blueprint(body: Body) -> Blueprint:
    """Return what a body says. Never raises: of nonsense, NONSENSE."""
    try:
        return _blueprint(written(body))
    except (ValueError, RecursionError):
        return NONSENSE


def written(body: Body) -> dict[str, Json]:
    """Return a body as JSON, its fields as the API spells them. Raises ValueError if it is none."""
    found = json.loads(body.text)
    if not isinstance(found, dict):
        message = "a body that is no object"
        raise ValueError(message)  # noqa: TRY004  what is wrong is its text
    names = {"properties", "location", "tags", "identity"}
    told = {key.lower() if key.lower() in names else key: each for key, each in found.items()}
    return {**told, "properties": spelled(told.get("properties"))}


def _blueprint(body: Mapping[str, Json]) -> Blueprint:
    properties = body["properties"]
    canonical = Canonical(properties)
    others = {
        key: each
        for key, each in body.items()
        if key.lower() not in BOUND and key != "properties" and each is not None
    }
    beside = [leaf for key, each in others.items() for leaf in leaves(each, step("$", key))]
    found = sorted([*leaves(canonical.tree), *beside], key=lambda each: each.path)
    told = Blueprint(
        recipe=Recipe(found),
        rests_on=tuple(dependencies(body)),
        vm_size=intern(str(at(properties, "vmProfile", "vmSize") or "").lower()),
        plan=_plan(at(properties, "source", "planInfo")),
        version=_version(properties),
        storage=tuple(sorted(_storage(properties).items())),
        triggers=str(at(properties, "autoRun", "state")).lower() == "enabled",
        unknown=tuple(sorted([*canonical.unknown, *(step("$", key) for key in others)])),
    )
    return shared(told)


def at(value: Json, *path: str) -> Json:
    """Return what lies at a path of fields, None if nothing does."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def each_of(value: Json) -> list[Mapping[str, Json]]:
    """Return the objects of a list; none if it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _plan(told: Json) -> Offered | None:
    names = ("planPublisher", "planProduct", "planName")
    words = [str(at(told, each) or "").lower() for each in names]
    return Offered(*words) if any(words) else None


def _version(properties: Json) -> str:
    """Return the version that it asks a gallery for."""
    asked = (str(at(each, "galleryImageId") or "") for each in _outputs(properties))
    versions = (each.rstrip("/").lower().partition("/versions/")[2] for each in asked)
    return next(filter(None, versions), "")


def _storage(properties: Json) -> dict[Region, str]:
    """Return on what each target region keeps the version; `replicationRegions` is older."""
    found: dict[Region, str] = {}
    for output in _outputs(properties):
        usual = at(output, "storageAccountType")
        older = at(output, "replicationRegions")
        names = [{"name": each} for each in older] if isinstance(older, list) else []
        for target in each_of(at(output, "targetRegions")) or names:
            name, kind = at(target, "name"), at(target, "storageAccountType") or usual or STANDARD
            if isinstance(name, str) and isinstance(kind, str):
                found[region(name)] = _STORAGE.get(kind.lower(), kind)
    return found


def _outputs(properties: Json) -> list[Mapping[str, Json]]:
    return each_of(at(properties, "distribute"))
