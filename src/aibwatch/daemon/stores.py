"""The store that the configuration names."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from aibwatch.config.schema import Settings
from aibwatch.journal.chain import Record
from aibwatch.journal.sqlite import SqliteReader
from aibwatch.model.entry import Entry


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


def read_store(settings: Settings) -> StoreReader:
    """Open the store for reading. Raises StoreError if there is none, or it cannot be read."""
    return SqliteReader(Path(settings.store.path))
