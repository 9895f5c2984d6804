"""The lock that keeps a second process off a store.

SQLite's own locks guard single transactions: two daemons would take turns quite happily. This one
is held for life, and the kernel gives it up when its holder dies, so it is never stale.
"""

import fcntl
import os
from pathlib import Path

from aibwatch.errors import StoreError, StoreLockedError


class FileLock:
    """An exclusive lock on `<path>.lock`, held until `release` or until the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock. Raises StoreLockedError if another process has it."""
        self.path = path.with_name(f"{path.name}.lock")
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            message = f"{self.path}: cannot be opened ({error.strerror}); {remedy(error)}"
            raise StoreError(message) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 20, 0).decode(errors="replace").strip()
            os.close(self._file)
            message = (
                f"{path}: another aibwatch (pid {holder or 'unknown'}) holds this store;"
                " stop it, or give this one another store.url"
            )
            raise StoreLockedError(message) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give the lock up. The file stays: removing it would let two processes lock two files."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def remedy(error: OSError) -> str:
    """Return what a person can do about a file that cannot be opened."""
    match error:
        case FileNotFoundError():
            return "create its directory (mkdir -m 700), or mend store.url"
        case PermissionError():
            return "give its directory to the user that aibwatch runs as"
        case IsADirectoryError():
            return "store.url must name a file in a directory, not the directory"
        case _:
            return "mend store.url or the disk"
