"""The store that the configuration names: opened to write, or only to read."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from aibwatch.azure.settings import AzureSettings
from aibwatch.azure.storage import open_storage
from aibwatch.config.schema import Settings
from aibwatch.daemon.log import logger
from aibwatch.errors import StoreError
from aibwatch.journal.blob import BlobJournal
from aibwatch.journal.bloblease import BlobLease
from aibwatch.journal.blobs import Access, Blobs, open_blobs
from aibwatch.journal.chain import Record
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Entry
from aibwatch.ports import Clock, Lease

log = logger(__name__)


class StoreReader(Protocol):
    """A store that is only read, also beside a daemon that writes to it."""

    @property
    def name(self) -> str:
        """Which store it is, as a person would look for it."""
        ...

    @property
    def chained(self) -> bool:
        """Whether its records have hashes; those of aibwatch 0.1 have none."""
        ...

    def read(self) -> Iterable[Entry]:
        """Return all entries in order. Raises StoreError while it is iterated if it cannot."""
        ...

    def records(self) -> Iterator[Record]:
        """Return all records in order; asked again, the same ones."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


def holder() -> str:
    """Return what this replica is called: its machine, as a person knows it, and its process."""
    return f"{socket.gethostname()}:{os.getpid()}"


@asynccontextmanager
async def open_store(
    settings: Settings, azure: AzureSettings, clock: Clock
) -> AsyncIterator[tuple[SqliteJournal | BlobJournal, Lease]]:
    """Give the journal and the right to act, until the block ends.

    A container that cannot be read now is no error: its journal is empty until `follow` reaches it,
    and takes nothing until then.

    Raises:
        StoreLockedError: another process holds the file.
        StoreError: the file cannot be used.
        ConfigError: the extra `blob` is missing, or the settings do not go together.
    """
    if not settings.store.shared:
        file = SqliteJournal(Path(settings.store.path))
        try:
            yield file, OwnLease()
        finally:
            file.close()
        return
    async with _container(settings, azure) as blobs:
        journal = BlobJournal(blobs, holder())
        try:
            await journal.load()
        except StoreError as error:
            log.error("store.unreadable", problem=str(error), therefore="observe only")
        yield journal, BlobLease(blobs, clock, settings.store.lease, holder())


@asynccontextmanager
async def _container(settings: Settings, azure: AzureSettings) -> AsyncIterator[Blobs]:
    store = settings.store
    async with open_storage(azure, store.account) as (credential, transport):
        secret = store.connection_string
        access = Access(
            store.account,
            store.container,
            transport,
            credential,
            secret.get_secret_value() if secret else None,
        )
        async with open_blobs(access) as blobs:
            yield blobs


def read_container(settings: Settings, azure: AzureSettings) -> BlobJournal:
    """Return all that the container holds, nothing if it has no journal yet; it is in memory then.

    Not for use in a running loop. Raises StoreError if it cannot be read.
    """
    return asyncio.run(_read_container(settings, azure))


async def _read_container(settings: Settings, azure: AzureSettings) -> BlobJournal:
    async with _container(settings, azure) as blobs:
        journal = BlobJournal(blobs, holder())
        await journal.load()
        return journal
