"""What stands for the whole journal: the hash of its last record, which has that of the one before.

`journal.chain` makes the hashes and verifies them.
"""

from dataclasses import dataclass

GENESIS = "0" * 64
"""What stands where the hash of a predecessor would, before the first record."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of a journal. Its hash stands for all records up to it (PROMISES S39)."""

    seq: int = 0
    """Its number; records count from 1, so of an empty journal it is 0."""
    sha256: str = GENESIS

    @property
    def short(self) -> str:
        """The 12 digits that are shown: enough to tell one history from another."""
        return self.sha256[:12]


@dataclass(frozen=True, slots=True)
class Gap:
    """Records that compaction took out, side by side, and what the chain was there."""

    first: int
    """Number of the first of them."""
    last: int
    before: str
    """Hash of the record before the first."""
    end: str
    """Hash of the last."""
