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


HOLDING = (Colour.RED, Colour.UNKNOWN)
"""How an item stands that holds, if it gates."""


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
    IDENTITY = "identity"
    """The identities that it names are there."""
    SUBNET = "subnet"
    """The subnets that it names are there, in its region, and fit a build."""
    STAGING = "staging"
    """The staging group that its owner named is there, in its region, and in no other's use."""
    INDEPENDENCE = "independence"
    """Nothing that it rests on lives only in the region that it is to replace (PROMISES S27)."""
    NO_DRIFT = "no_drift"
    """It builds the same as the primary (PROMISES S29)."""
    VM_SIZE = "vm_size"
    """Its VM size is offered in its region, unrestricted for its subscription."""
    VERSION_FREE = "version_free"
    """It asks the gallery for no version that is there already (PROMISES S30)."""
    ROLES = "roles"
    """Its identities have the roles that a build needs, as far as can be read. Advisory, as are all
    that follow."""
    QUOTA = "quota"
    """There is room for all the builds that its region would get at once in a full outage."""
    SCRIPTS = "scripts"
    """Its scripts and files can be reached."""
    REGISTERED = "registered"
    """Its subscription has registered what a build needs, and its region has Image Builder."""
    ZONES = "zones"
    """What a loss of a zone would do to it."""
    TRIGGERS = "triggers"
    """Its triggers, where it has any, have not been switched off."""
    RECENT_DRILL = "recent_drill"
    """It built well lately, in a drill or for real."""


ADVISORY = frozenset(
    {
        Check.ROLES,
        Check.QUOTA,
        Check.SCRIPTS,
        Check.REGISTERED,
        Check.ZONES,
        Check.TRIGGERS,
        Check.RECENT_DRILL,
    }
)
"""Items that never hold: at worst yellow, or unknown (PROMISES S26)."""


TOLERABLE = frozenset(
    {
        Check.DISTRIBUTE_TARGET,
        Check.GALLERY_HOME,
        Check.SOURCE,
        Check.PERMISSION,
        Check.IDENTITY,
        Check.SUBNET,
        Check.STAGING,
        Check.INDEPENDENCE,
        Check.NO_DRIFT,
        Check.VM_SIZE,
        Check.VERSION_FREE,
    }
)
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

    def __hash__(self) -> int:
        """Return the same for equal ones: by its words alone, as that of an enum is slow."""
        return hash(self.says)


@lru_cache(maxsize=256)
def item(check: Check, colour: Colour, says: str) -> Item:
    """Return an item, the same object for the same words: most secondaries are green alike."""
    return Item(check, colour, says)


@lru_cache(maxsize=1024)
def together(*items: Item) -> tuple[Item, ...]:
    """Return the items, the same object for the same ones."""
    return items


@dataclass(frozen=True, slots=True)
class Readiness:
    """All items of one secondary. All gate but the ADVISORY ones."""

    template: TemplateId
    items: tuple[Item, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing forbids to build there now."""
        return not self.faults

    @property
    def faults(self) -> tuple[Item, ...]:
        """The items that forbid it."""
        holding = [each for each in self.items if each.colour in HOLDING]
        return tuple(each for each in holding if each.check not in ADVISORY) if holding else ()
