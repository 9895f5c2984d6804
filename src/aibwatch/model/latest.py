"""Which version of an image its consumers should take."""

from collections.abc import Iterator

from aibwatch.model.edition import Edition
from aibwatch.model.failover import Outcome
from aibwatch.model.image import Image
from aibwatch.model.names import Region
from aibwatch.model.state import State


def latest(image: Image, state: State, region: Region | None = None) -> Edition | None:
    """Return the newest version that counts, of those in `region` if one is asked for.

    Without a region it is one that is wherever it must be, or that a failover ended well with,
    while a region that is out has no replica yet. None: no such version is known.
    """
    found = (
        each
        for each in _usable(image, state)
        if (region in each.replicated if region else each.complete or _is_answer(each, state))
    )
    return max(found, key=lambda each: (each.published, each.version), default=None)


def _usable(image: Image, state: State) -> Iterator[Edition]:
    """Yield versions for use: no duplicates, none of drills, none that says `excludeFromLatest`."""
    for each in state.editions.get(image.name, ()):
        if not (each.duplicate_of or each.excluded) and each.run.template in image.templates:
            yield each


def _is_answer(edition: Edition, state: State) -> bool:
    """Whether a failover ended well with this version."""
    failover = state.failovers.get(edition.answers) if edition.answers else None
    if failover is None or failover.version != edition.version:
        return False
    return failover.outcome in (Outcome.SUCCEEDED, Outcome.LATE_REPLICAS)
