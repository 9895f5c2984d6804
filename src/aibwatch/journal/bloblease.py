"""The right to act among replicas that share a container: a lease on its blob `leader`."""

import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from aibwatch.errors import StoreError
from aibwatch.journal.blobs import AbsentError, Blobs, MovedError
from aibwatch.ports import Clock

NEVER = datetime.min.replace(tzinfo=UTC)
NAME = "leader"
"""The blob; its content names who leads, for people."""


class BlobLease:
    """`ports.Lease` of one replica.

    Its id is made by chance, for this process alone: a replica that comes back by the same name
    must not take its predecessor, which may live on somewhere, for itself.
    """

    def __init__(self, blobs: Blobs, clock: Clock, lasts: timedelta, holder: str) -> None:
        """Take how long it lasts without being renewed (15 to 60 s), and who takes it."""
        self._blobs, self._clock, self._lasts, self._holder = blobs, clock, lasts, holder
        self._id = str(UUID(bytes=secrets.token_bytes(16)))
        self.until = NEVER

    async def hold(self) -> bool:
        """Take it if it is free, or renew it.

        It is ours from before the request on, and Storage counts from when it came: so it surely
        is for as long as `until` says.
        """
        asked = self._clock.now()
        news = self.until == NEVER
        try:
            await self._acquire()
        except AbsentError:
            await self._make()
            return await self.hold()
        except MovedError:  # another has it
            self.until = NEVER
            return False
        self.until = asked + self._lasts
        if news:
            await self._tell()
        return True

    async def release(self) -> None:
        """Give it up. Where that fails it lapses by itself."""
        held, self.until = self.until != NEVER, NEVER
        if held:
            with suppress(StoreError):
                await self._blobs.release(NAME, self._id)

    async def _acquire(self) -> None:
        """Take it with our own id: to Storage that is the same as to renew it, if it is ours."""
        await self._blobs.acquire(NAME, self._id, int(self._lasts.total_seconds()))

    async def _make(self) -> None:
        await self._blobs.write(NAME, b"nobody\n", None)

    async def _tell(self) -> None:
        """Name the leader in the blob; it is only for people."""
        with suppress(StoreError):
            await self._blobs.write(NAME, f"{self._holder}\n".encode(), self._id)
