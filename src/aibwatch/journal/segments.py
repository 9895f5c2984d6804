"""Which records stand in which segment of a shared journal, and which segments are to be abridged.

Pure.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(slots=True)
class Segment:
    """One that has its end."""

    number: int
    after: int
    """The last record before it."""
    last: int
    """Its last record; none of its own if it is the same."""
    whole: bool
    """Whether it ends with a whole batch. One that does not stays as it is: its last lines may
    belong to a batch that goes on in the next."""
    due: bool = False
    """Whether it holds records that compaction took out of the journal."""

    @property
    def name(self) -> str:
        """Of its blob."""
        return segment(self.number)

    @property
    def abridged(self) -> str:
        """Of the blob that has what is left of it."""
        return abridgement(self.number)


class Segments:
    """All segments of one journal that were read to their end."""

    def __init__(self) -> None:
        """Begin with none."""
        self._ended: list[Segment] = []
        self._lasts: list[int] = []
        self.open_is_due = False
        """Whether the segment without an end holds records that were taken out."""

    def end(self, last: int, *, whole: bool) -> None:
        """Note where the next segment ends."""
        after = self._lasts[-1] if self._lasts else 0
        ended = Segment(len(self._ended) + 1, after, last, whole, due=self.open_is_due and whole)
        self._ended.append(ended)
        self._lasts.append(last)
        self.open_is_due = False

    def take_out(self, numbers: Iterable[int]) -> None:
        """Note that these records are to go from the segments that they stand in."""
        for each in numbers:
            found = bisect_left(self._lasts, each)
            if found == len(self._lasts):
                self.open_is_due = True
            else:
                self._ended[found].due = self._ended[found].whole

    def due(self) -> Iterator[Segment]:
        """Yield the segments that are to be written anew."""
        return (each for each in tuple(self._ended) if each.due)


def segment(number: int) -> str:
    """Return the name of the blob of a segment."""
    return f"journal/{number:08d}"


def abridgement(number: int) -> str:
    """Return the name of the blob that has what compaction left of a segment."""
    return f"abridged/{number:08d}"
