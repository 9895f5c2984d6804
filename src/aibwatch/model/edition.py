"""Which run made which version of an image, and which one counts (PROMISES S31)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.names import FailoverId, ImageName, Region
from aibwatch.model.template import RunKey


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of an image with the run that made it."""

    image: ImageName
    version: str
    """ARM id of the gallery version."""
    run: RunKey
    region: Region
    """Where it was built."""
    published: datetime
    complete: datetime | None = None
    """Since when it is seen to be wherever it must be; None while it is not."""
    answers: FailoverId | None = None
    """The failover that this run, or the same failure's other build, belongs to; None: it is a
    build like any other."""
    duplicate_of: str = ""
    """Id of the version that won; "" for a winner, and while nothing is settled."""
    replicated: tuple[Region, ...] = ()
    """Where it was seen to be, in order."""
    excluded: bool = False
    """`excludeFromLatest`: its template says that it is not for use."""

    def is_everywhere(self, targets: Iterable[Region]) -> bool:
        """Whether nothing more is to be learnt of it: it is complete, and in all these regions."""
        return self.complete is not None and {*targets} <= {*self.replicated}
