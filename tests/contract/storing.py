"""Stores of every kind, opened as the daemon opens them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aibwatch.azure.settings import AzureSettings
from aibwatch.config.schema import Settings
from aibwatch.config.sections import StoreSection
from aibwatch.daemon.stores import open_store
from aibwatch.journal.memory import MemoryJournal, MemoryLease, MemoryStore
from aibwatch.model.access import CredentialKind
from aibwatch.ports import Journal, Lease
from azurite import Azurite, connection_string, token
from builders import NOON

LASTS = timedelta(seconds=15)

Opened = AbstractAsyncContextManager[tuple[Journal, Lease]]


@dataclass
class Stopped:
    """A clock that stands until it is set."""

    at: datetime = NOON

    def now(self) -> datetime:
        """Return the time."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Return at once."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store is; each opening is by another replica."""

    opening: Callable[[Stopped], Opened]

    def open(self, clock: Stopped | None = None) -> Opened:
        """Open it as one replica. The journal has read all that is there."""
        return self.opening(clock or Stopped())


def in_memory() -> Place:
    """Return a store in memory."""
    store = MemoryStore()

    @asynccontextmanager
    async def opening(clock: Stopped) -> AsyncIterator[tuple[Journal, Lease]]:
        journal = MemoryJournal(store=store)
        yield journal, MemoryLease(journal, clock, LASTS)

    return Place(opening)


def in_file(path: Path) -> Place:
    """Return a store in a file."""
    return configured(StoreSection(url=f"sqlite:///{path}"), AzureSettings())


def in_container(azurite: Azurite, name: str, port: int | None = None) -> Place:
    """Return a store in a container, reached through `port` if one is given."""
    url = f"{azurite.url}/{name}"
    if azurite.ca_file:
        return configured(StoreSection(url=url, lease="15s"), login(azurite))
    string = connection_string(port or azurite.port)
    return configured(StoreSection(url=url, lease="15s", connection_string=string), AzureSettings())


def login(azurite: Azurite) -> AzureSettings:
    """Return what an emulator that speaks TLS lets in."""
    return AzureSettings(
        endpoint="https://arm.test",
        ca_file=azurite.ca_file,
        credential=CredentialKind.STATIC,
        token=token(),
    )


def configured(section: StoreSection, azure: AzureSettings) -> Place:
    """Return the store of a section of the configuration."""

    @asynccontextmanager
    async def opening(clock: Stopped) -> AsyncIterator[tuple[Journal, Lease]]:
        async with open_store(Settings(store=section), azure, clock) as opened:
            yield opened

    return Place(opening)
