"""Service Health (`ports.Notices`), read with the SDK's client and our own decoding.

The SDK's models cost more CPU for two small answers than ten pages of templates do. Unfiltered,
and sorted out by us: `$filter` is poorly specified and takes display names. Shapes:
azure-mgmt-resourcehealth 1.0.0, API version 2025-05-01.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from aibwatch.azure.arm import TENANT, Arm, path
from aibwatch.azure.faults import nonsense
from aibwatch.azure.instants import instant
from aibwatch.azure.pages import follow
from aibwatch.azure.places import Places
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region
from aibwatch.model.notice import Notice

API_VERSION = "2025-05-01"
MOST_EVENTS = 5000
"""More events than any subscription has in three days; a list that goes on is nonsense."""

EVERYWHERE = Region("global")
"""The region name by which an event names all regions."""


class _Place(Wire):
    impacted_region: str | None = None
    status: str | None = None
    last_update_time: str | None = None


class _Impact(Wire):
    impacted_service: str | None = None
    impacted_regions: list[_Place | None] | None = None


class _Told(Wire):
    event_type: str | None = None
    event_level: str | None = None
    status: str | None = None
    title: str | None = None
    impact: list[_Impact | None] | None = None
    impact_start_time: str | None = None
    impact_mitigation_time: str | None = None


class _Event(Wire):
    name: str | None = None
    properties: _Told | None = None


class _Page(Wire):
    value: list[_Event | None]
    next_link: str | None = None


class _Named(Wire):
    name: str | None = None


class _StatusImpact(_Named):
    regions: list[_Named | None] | None = None


class _Issue(Wire):
    tracking_id: str | None = None
    title: str | None = None
    stage: str | None = None
    start_time: str | None = None
    last_modified_time: str | None = None
    impacts: list[_StatusImpact | None] | None = None


class _Issues(Wire):
    status_active_events: list[_Issue | None] | None = None


class _StatusPage(Wire):
    properties: _Issues | None = None


_read_page = reader(_Page)
_read_status_page = reader(_StatusPage)


class Health:
    """Service Health events and emerging issues."""

    def __init__(self, arm: Arm, places: Places) -> None:
        """Take the door to ARM, and who knows the names of regions."""
        self._arm = arm
        self._places = places

    async def events(self, subscription: str) -> Sequence[Notice] | Fault:
        """List the Service Health events of a subscription, past three days included."""
        collection = "providers/Microsoft.ResourceHealth/events"
        link = path(f"/subscriptions/{subscription}/{collection}", API_VERSION)
        found: list[_Event] = []

        def take(body: bytes) -> str:
            page = _read_page(body)
            found.extend(event for event in page.value if event)
            if len(found) > MOST_EVENTS:
                message = f"more than {MOST_EVENTS} events"
                raise WireError(message)
            return page.next_link or ""

        fault = await follow(self._arm, subscription, link, take)
        if fault:
            return fault
        if found:
            await self._places.learn(subscription)
        return [notice for event in found for notice in _notices(event, self._places)]

    async def emerging(self) -> Sequence[Notice] | Fault:
        """List the emerging issues of the public status page."""
        url = path("/providers/Microsoft.ResourceHealth/emergingIssues/default", API_VERSION)
        body = await self._arm.read(TENANT, url, Need.ROUTINE)
        if isinstance(body, Fault):
            return body
        try:
            told = _read_status_page(body).properties or _Issues()
        except WireError as error:
            return nonsense(str(error))
        issues = (each for each in told.status_active_events or () if each)
        return [_emerging_notice(each, self._places) for each in issues]


def _notices(event: _Event, known: Places) -> list[Notice]:
    """Return an event as a notice, and a second one for the regions where it is already over.

    An event is resolved region by region; while it lasts elsewhere, a region where it is over
    must not look as if it went on there.
    """
    told = event.properties
    if told is None:
        return []
    impacts = [each for each in told.impact or () if each]
    places = [place for each in impacts for place in each.impacted_regions or () if place]
    active = _is(told.status, "active")
    over = [place for place in places if active and _is(place.status, "resolved")]
    still = [place for place in places if place not in over]
    notice = Notice(
        id=event.name or "",
        kind=told.event_type or "",
        title=told.title or "",
        services=frozenset(each.impacted_service for each in impacts if each.impacted_service),
        regions=_regions((each.impacted_region for each in still), known),
        active=active and bool(still or not over),
        began=instant(told.impact_start_time),
        mitigated=instant(told.impact_mitigation_time),
        everywhere=_everywhere(each.impacted_region for each in still),
        level=told.event_level or "",
    )
    return [notice, _resolved(notice, over, known)] if over else [notice]


def _resolved(notice: Notice, over: Sequence[_Place], known: Places) -> Notice:
    """Return the part of a notice that is over, mitigated when its last region was updated."""
    return Notice(
        id=f"{notice.id}/resolved",
        kind=notice.kind,
        title=notice.title,
        services=notice.services,
        regions=_regions((each.impacted_region for each in over), known),
        active=False,
        began=notice.began,
        mitigated=_latest(instant(each.last_update_time) for each in over),
        everywhere=_everywhere(each.impacted_region for each in over),
        level=notice.level,
    )


def _emerging_notice(issue: _Issue, known: Places) -> Notice:
    impacts = [each for each in issue.impacts or () if each]
    places = [place.name for each in impacts for place in each.regions or () if place]
    return Notice(
        id=issue.tracking_id or "",
        kind="EmergingIssue",
        title=issue.title or "",
        services=frozenset(each.name for each in impacts if each.name),
        regions=_regions(places, known),
        active=_is(issue.stage, "active"),
        began=instant(issue.start_time),
        mitigated=None if _is(issue.stage, "active") else instant(issue.last_modified_time),
        everywhere=_everywhere(places),
    )


def _is(value: str | None, word: str) -> bool:
    return (value or "").lower() == word


def _regions(names: Iterable[str | None], known: Places) -> frozenset[Region]:
    """Return the regions by ARM name; "East US 2" is eastus2."""
    return frozenset(known.region(name) for name in names if name) - {EVERYWHERE}


def _everywhere(names: Iterable[str | None]) -> bool:
    return any(name and name.strip().lower() == EVERYWHERE for name in names)


def _latest(instants: Iterable[datetime | None]) -> datetime | None:
    return max((each for each in instants if each), default=None)
