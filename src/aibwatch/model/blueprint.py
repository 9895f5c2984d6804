"""What a template is made to do: its recipe, to be compared, and what it rests on.

Made from a `Body` by `secondaries`, and kept in the state beside the copy of it.
"""

from dataclasses import dataclass
from enum import StrEnum

from aibwatch.model.names import Region, ResourceId


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

    recipe: tuple[Leaf, ...]
    """Without what is bound to a region, in order of path: equal in primary and secondary."""
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
