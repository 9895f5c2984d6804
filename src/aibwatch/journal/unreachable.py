"""Stands in for a store that cannot be used, so that aibwatch can still watch (PROMISES S44)."""

from collections.abc import Iterable, Sequence

from aibwatch.errors import StoreError
from aibwatch.model.chain import Head
from aibwatch.model.entry import Entry


class UnreachableJournal:
    """Takes nothing and tells why; without a durable intent nothing is ever sent."""

    head = Head()

    def __init__(self, problem: str) -> None:
        """Take what is wrong with the store, in words."""
        self.problem = problem

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Raise StoreError."""
        raise StoreError(self.problem)

    async def follow(self) -> Sequence[Entry]:
        """Raise StoreError."""
        raise StoreError(self.problem)

    def read(self) -> Iterable[Entry]:
        """Return nothing."""
        return ()

    def close(self) -> None:
        """Nothing is open."""
