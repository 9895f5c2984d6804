"""Which notices of Microsoft's speak about a region, or about one failure in it.

A notice that names Image Builder itself speaks; one that names only what Image Builder stands on
supports others and is no evidence by itself. That there is no notice proves nothing (PROMISES 0).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from aibwatch.model.names import Region
from aibwatch.model.notice import Notice
from aibwatch.model.state import Sightings
from aibwatch.model.verdict import Failure

MAX_AGE = timedelta(minutes=10)
"""A source that last answered longer ago no longer tells what is active now (PROMISES S15)."""

_KINDS = frozenset({"serviceissue", "emergingissue", "emergingissues"})
"""Maintenance, advisories and reviews announce or explain; they do not say: it fails now."""

Services = frozenset[str]
"""Names of services, lower case."""


def active(region: Region, sightings: Sightings, services: Services, now: datetime) -> list[Notice]:
    """Return the notices, freshly read, that call one of `services` in this region ill now."""
    return [
        notice
        for notice, seen in _naming(region, services, sightings)
        if notice.active and now - seen <= MAX_AGE
    ]


def azure_wide(sightings: Sightings, services: Services, now: datetime) -> list[Notice]:
    """Return the notices, freshly read, that call one of `services` ill everywhere now."""
    nowhere = Region("")
    return active(nowhere, sightings, services, now)


def unresolved(region: Region, sightings: Sightings, services: Services) -> list[Notice]:
    """Return the notices that were active when last read, however long ago that was.

    For recovery: that a source has gone silent does not end what it said.
    """
    return [notice for notice, _ in _naming(region, services, sightings) if notice.active]


def about(
    failure: Failure, sightings: Sightings, services: Services, now: datetime
) -> list[Notice]:
    """Return the notices that speak about one failure: active now, or the impact covers it.

    However late they came (PROMISES S15).
    """
    return [
        notice
        for notice, seen in _naming(failure.region, services, sightings)
        if (notice.active and now - seen <= MAX_AGE) or covers(notice, seen, failure.ended)
    ]


def titles(found: list[Notice]) -> str:
    """Return the notices by id and title, for people."""
    return "; ".join(sorted({f"{notice.id} {notice.title}" for notice in found}))


def _naming(
    region: Region, services: Services, sightings: Sightings
) -> Iterator[tuple[Notice, datetime]]:
    """Yield each notice of a fault of one of `services` here, with when its source answered."""
    for source in sorted(sightings.notices):
        seen = sightings.sources.get(source)
        if seen is None:
            continue
        for notice in sightings.notices[source]:
            here = notice.everywhere or region in notice.regions
            if here and tells_of(notice, services):
                yield notice, seen


def tells_of(notice: Notice, services: Services) -> bool:
    """Whether a notice tells of a fault of one of `services`, wherever that is."""
    named = not services.isdisjoint(name.lower() for name in notice.services)
    return named and notice.kind.lower() in _KINDS


def covers(notice: Notice, seen: datetime, instant: datetime) -> bool:
    """Whether the impact had begun and was not over; while it lasts, it is known up to `seen`."""
    if notice.began is None:
        return False
    until = notice.mitigated or (seen if notice.active else notice.began)
    return notice.began <= instant <= until
