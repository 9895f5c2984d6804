"""The right to act where one process alone can have the store."""

from datetime import UTC, datetime


class OwnLease:
    """`ports.Lease` beside a store whose lock says it all: ours for as long as we live."""

    until = datetime.max.replace(tzinfo=UTC)

    async def hold(self) -> bool:
        """Return True."""
        return True

    async def release(self) -> None:
        """Do nothing: the lock goes with the store."""
