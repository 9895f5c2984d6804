"""Reading the store beside a daemon that may be writing to it, or without one."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aibwatch.errors import StoreError

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings
    from aibwatch.daemon.stores import StoreReader
    from aibwatch.journal.sqlite import SqliteReader
    from aibwatch.model.entry import Entry


@contextmanager
def opened(settings: "Settings") -> "Iterator[StoreReader]":
    """Give the store that is configured, for reading. Raises StoreError."""
    if settings.store.shared:
        # Azure's SDK takes a second, which a file need not wait for.
        from aibwatch.daemon.stores import read_container
        from aibwatch.daemon.wiring import azure_settings

        journal = read_container(settings, azure_settings(settings))
        if not journal.head.seq:
            message = f"{journal.name}: holds no journal; mend store.url, or start aibwatch"
            raise StoreError(message)
        yield journal
        return
    with closing(_file(Path(settings.store.path))) as store:
        yield store


def entries_of(settings: "Settings", file: Path | None = None) -> "list[Entry]":
    """Return all entries of the store that is configured, or of the SQLite file that is named."""
    if file is None:
        with opened(settings) as store:
            return list(store.read())
    with closing(_file(file)) as named:
        return list(named.read())


def _file(path: Path) -> "SqliteReader":
    from aibwatch.journal.sqlite import read_only

    return read_only(path)
