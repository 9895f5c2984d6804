"""Would aibwatch, or its store, go down with the regions that it watches? For `check`.

Who stands where a primary is built fails with it, when he is needed (docs/running.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aibwatch.azure.instance import METADATA
from aibwatch.cli.finding import Finding, kept_outside
from aibwatch.config.schema import Settings
from aibwatch.model.fault import Fault
from aibwatch.model.geography import geography_of
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, Region
from aibwatch.model.readiness import Colour
from aibwatch.model.state import Sightings
from aibwatch.ports import Inventory

OFF = "off"
"""Instead of an address: ask nobody where this machine is."""
SEE = "see for yourself that it is in no region of a primary"
RIGHT = (
    "give the identity Reader on the account (Microsoft.Storage/storageAccounts/read), or " + SEE
)


def metadata_of(settings: Settings, given: str | None) -> str:
    """Return where to ask which region this machine is in; "" is nowhere.

    Who names an endpoint of his own is not in Azure, or does not want to be known to be.
    """
    if given is None:
        return "" if settings.azure.endpoint else METADATA
    return "" if given == OFF else given.rstrip("/")


def account_of(settings: Settings) -> str:
    """Return the name of the storage account that the store is in; "" if it is in none.

    It begins the host's name; an emulator has it as the first part of its path.
    """
    if not settings.store.shared:
        return ""
    url = urlsplit(settings.store.account)
    return url.path.strip("/") or (url.hostname or "").partition(".")[0]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where we are, and what our store is called."""

    here: Region | None = None
    """The region of this machine, if anybody tells."""
    account: str = ""
    """The store's, if it is in one."""

    async def findings(
        self, inventory: Inventory, fleet: Sequence[Image], sightings: Sightings
    ) -> list[Finding]:
        """Say of both whether they are where a primary is."""
        watched = _watched(fleet, sightings)
        found = [*_here(self.here, watched)]
        if self.account:
            answer = await inventory.account_region(self.account)
            found.append(_store(self.account, answer, watched))
            if isinstance(answer, str):
                lies = geography_of(answer, sightings)
                found += kept_outside(f"store account {self.account}", answer, fleet, lies)
        return found


def _watched(fleet: Sequence[Image], sightings: Sightings) -> Mapping[Region, ImageName]:
    """Return the regions of primaries, each with an image that is built there."""
    primaries = ((sightings.templates.get(each.primary), each.name) for each in reversed(fleet))
    return {template.region: name for template, name in primaries if template}


def _here(here: Region | None, watched: Mapping[Region, ImageName]) -> Iterator[Finding]:
    if here and here in watched:
        says = (
            f"is in {here}, where {watched[here]} is built: aibwatch would go down with it;"
            " run it in another region"
        )
        yield Finding("this machine", Colour.YELLOW, says)
    elif here:
        yield Finding("this machine", Colour.GREEN, f"is in {here}, where no primary is")


def _store(
    account: str, answer: Region | Fault | None, watched: Mapping[Region, ImageName]
) -> Finding:
    what = f"store account {account}"
    if isinstance(answer, Fault):
        return Finding(what, Colour.UNKNOWN, f"where it is, is unknown: {answer}; {SEE}")
    if answer is None:
        return Finding(what, Colour.UNKNOWN, f"where it is, is unknown: {RIGHT}")
    if answer in watched:
        says = (
            f"is in {answer}, where {watched[answer]} is built: the journal would go down with"
            " it, and nothing be started; take an account in another region"
        )
        return Finding(what, Colour.YELLOW, says)
    return Finding(what, Colour.GREEN, f"is in {answer}, where no primary is")
