"""What a template is made to do: its recipe, to be compared, and what it rests on.

Made from a `Body` by `secondaries`, and kept in the state beside the copy of it.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from aibwatch.model.names import Region, ResourceId

T = TypeVar("T")


class Part(StrEnum):
    """As what a template uses something else."""

    IDENTITY = "identity"
    """Of the template, or of its build VM."""
    SUBNET = "subnet"
    """Of the build VM, or of the container that builds."""
    STAGING = "staging"
    """The resource group that its owner named for the build."""
    DEFINITION = "definition"
    """The image definition that it publishes to."""
    SOURCE = "source"
    """The gallery version or managed image that it builds from."""
    SCRIPT = "script"
    """The address of a script or file."""
    STORE = "store"
    """The address that a VHD goes to."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a recipe, by its JSON path, such as `$.customize[0].inline[2]`."""

    path: str
    value: str
    """As JSON; of a long text its beginning and a hash."""


class Recipe:
    """The leaves of what a template builds, in order of path: equal in primary and secondary.

    Packed: thousands sit in memory, of some forty leaves each, and only those that differ from
    their primary's are ever looked into.
    """

    __slots__ = ("_packed",)

    def __init__(self, leaves: Iterable[Leaf] = ()) -> None:
        """Pack the leaves."""
        told = [(each.path, each.value) for each in leaves]
        self._packed = zlib.compress(json.dumps(told, separators=(",", ":")).encode(), level=1)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The leaves, unpacked."""
        return tuple(Leaf(*each) for each in json.loads(zlib.decompress(self._packed)))

    def __eq__(self, other: object) -> bool:
        """Whether the leaves are the same."""
        return isinstance(other, Recipe) and self._packed == other._packed

    def __hash__(self) -> int:
        """Return the same for equal ones."""
        return hash(self._packed)

    def __repr__(self) -> str:
        """Tell the leaves."""
        return f"Recipe({self.leaves!r})"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One thing that a template rests on, and where it says so."""

    part: Part
    path: str
    """JSON path in the body, such as `$.properties.vmProfile.vnetConfig.subnetId`."""
    names: ResourceId
    """Its ARM id in canonical form, or for SCRIPT and STORE its address without the query."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The marketplace plan whose terms must be accepted before a build may use it."""

    publisher: str
    product: str
    plan: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What a template says beyond its state. Equal parts are shared between templates."""

    recipe: Recipe
    """Without what is bound to a region: equal in primary and secondary."""
    rests_on: tuple[Dependency, ...] = ()
    vm_size: str = ""
    """In lower case; "" if the service chooses."""
    plan: Offered | None = None
    version: str = ""
    """The version number that it asks the gallery for; "" if the service counts (PROMISES S30)."""
    storage: tuple[tuple[Region, str], ...] = ()
    """Storage account type of the version in each target region, such as `Standard_ZRS`."""
    triggers: bool = False
    """Whether it builds by itself when its source has a new version (`autoRun`)."""
    unknown: tuple[str, ...] = ()
    """Paths of what this version does not know: they count in the recipe all the same."""


def shared(blueprint: Blueprint) -> Blueprint:
    """Return an equal blueprint that shares with others what is equal in both.

    A secondary's recipe is its primary's, and templates of one owner use the same few things and
    publish alike: thousands of them must sit in memory.
    """
    used = tuple(map(_same, blueprint.rests_on))
    recipe, storage = _same(blueprint.recipe), _same(blueprint.storage)
    return replace(blueprint, recipe=recipe, rests_on=_same(used), storage=storage)


@lru_cache(maxsize=4096)
def _same(one: T) -> T:
    """Return the first of all that are equal."""
    return one
