"""What `aibwatch check` finds, one line each, and the exit code that follows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from aibwatch.model.fault import DARK, Fault, FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import Region
from aibwatch.model.readiness import Colour
from aibwatch.secondaries.residency import PLACES_RIGHT


class Trouble(IntEnum):
    """What is not well; the value is the exit code (DESIGN 4)."""

    NONE = 0
    DEGRADED = 10
    OUTAGE = 11
    NOT_READY = 12
    TEMPORARY = 75
    PERMISSION = 77


_WORST_FIRST = (
    Trouble.PERMISSION,
    Trouble.TEMPORARY,
    Trouble.OUTAGE,
    Trouble.DEGRADED,
    Trouble.NOT_READY,
    Trouble.NONE,
)
"""What keeps us from seeing comes first: nothing else can be trusted until it is mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    colour: Colour
    says: str
    trouble: Trouble = Trouble.NONE
    cause: str = ""
    """The part of `says` that tells what went wrong with Azure, whatever was asked; "" if none."""


def exit_code(findings: Iterable[Finding]) -> int:
    """Return the exit code of the worst trouble."""
    found = {each.trouble for each in findings}
    return int(next((each for each in _WORST_FIRST if each in found), Trouble.NONE))


def unreadable(what: str, fault: Fault) -> Finding:
    """Return the finding that something could not be read, with the remedy."""
    if fault.kind is FaultKind.NOT_FOUND:
        says = "there is no such template; mend its id in the configuration, or create it"
        return Finding(what, Colour.RED, says, Trouble.NOT_READY)
    trouble, remedy = _remedy(fault.kind)
    return caused(what, Colour.RED, fault, remedy, trouble)


def caused(
    what: str, colour: Colour, fault: Fault, says: str, trouble: Trouble = Trouble.NONE
) -> Finding:
    """Return the finding of something that a fault brought about, with what it says besides."""
    cause = str(fault)
    return Finding(what, colour, f"{cause}; {says}" if says else cause, trouble, cause)


def _remedy(kind: FaultKind) -> tuple[Trouble, str]:
    if kind is FaultKind.AUTH:
        says = "look at azure.credential: which identity is it, and may it log in from here?"
        return Trouble.PERMISSION, says
    if kind is FaultKind.PERMISSION:
        says = "give the identity the right to read (docs/permissions.md lists what it needs)"
        return Trouble.PERMISSION, says
    if kind in DARK:
        return Trouble.DEGRADED, "its region's provider may be out"
    if kind is FaultKind.NETWORK:
        return Trouble.TEMPORARY, "look at the network, azure.proxy and azure.ca_file"
    return Trouble.TEMPORARY, ""


def kept_outside(
    store: str, place: Region, fleet: Iterable[Image], geography: str = ""
) -> Iterator[Finding]:
    """Yield a finding for each image whose owner does not allow it to be kept where the store is.

    The store holds copies of templates, and those hold the scripts that are written in them, so
    residency is for it too (PROMISES S28). `place` is its region, in `geography`, "" if nobody
    knows: that is not allowed. Images without a list of either have said nothing of the store.
    """
    for image in fleet:
        if place in image.allowed_regions:
            continue
        geographies = {each.casefold() for each in image.allowed_geographies}
        if geographies and not geography:
            says = (
                f"{store} is in {place}, of which the geography is not known; allow it in"
                f" allowed_regions, or grant {PLACES_RIGHT}"
            )
            yield Finding(image.name, Colour.UNKNOWN, says, Trouble.NOT_READY)
        elif (image.allowed_regions or geographies) and geography.casefold() not in geographies:
            named = "allowed_geographies" if geographies else "allowed_regions"
            where = f"{place} ({geography})" if geography else place
            says = (
                f"{store} is in {where}, which {named} does not name, and holds copies of"
                " its templates with their scripts; keep it elsewhere, or allow that region"
            )
            yield Finding(image.name, Colour.RED, says, Trouble.NOT_READY)
