"""Service Health over the SDK (`ports.Notices`): few notices, so its models cost nothing here.

Unfiltered, and sorted out by us: `$filter` is poorly specified and takes display names. Models:
azure-mgmt-resourcehealth 1.0.0, API version 2025-05-01.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from azure.mgmt.resourcehealth.models import Event, ImpactedServiceRegion, StatusActiveEvent

from aibwatch.azure.arm import TENANT, Arm
from aibwatch.azure.faults import nonsense
from aibwatch.azure.instants import instant
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region, region
from aibwatch.model.notice import Notice

MOST_EVENTS = 5000
"""More events than any subscription has in three days; a list that goes on is nonsense."""

EVERYWHERE = Region("global")
"""The region name by which an event names all regions."""


class Health:
    """Service Health events and emerging issues."""

    def __init__(self, arm: Arm) -> None:
        """Take the door to ARM."""
        self._arm = arm

    async def events(self, subscription: str) -> Sequence[Notice] | Fault:
        """List the Service Health events of a subscription, past three days included."""
        url = f"/subscriptions/{subscription}/providers/Microsoft.ResourceHealth/events"
        held = self._arm.put_off(subscription, "GET", url, routine=True)
        if held:
            return held
        return await self._arm.attempt(self._events(subscription))

    async def emerging(self) -> Sequence[Notice] | Fault:
        """List the emerging issues of the public status page."""
        url = "/providers/Microsoft.ResourceHealth/emergingIssues/default"
        held = self._arm.put_off(TENANT, "GET", url, routine=True)
        if held:
            return held
        return await self._arm.attempt(self._emerging())

    async def _events(self, subscription: str) -> Sequence[Notice] | Fault:
        found: list[Notice] = []
        try:
            async for event in self._arm.health(subscription).events.list_by_subscription_id():
                found += _notices(event)
                if len(found) > MOST_EVENTS:
                    return nonsense(f"more than {MOST_EVENTS} events")
        except _UNREADABLE as error:
            return nonsense(f"the SDK cannot read it: {type(error).__name__}")
        return found

    async def _emerging(self) -> Sequence[Notice] | Fault:
        try:
            page = await self._arm.health(TENANT).emerging_issues.get("default")
            told = (page.properties and page.properties.status_active_events) or ()
            return [_emerging_notice(each) for each in told if each]
        except _UNREADABLE as error:
            return nonsense(f"the SDK cannot read it: {type(error).__name__}")


_UNREADABLE = (AttributeError, KeyError, RecursionError, TypeError, ValueError)
"""What the SDK's models raise on a body of another shape than they expect."""


def _notices(event: Event) -> list[Notice]:
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
        kind=_word(told.event_type),
        title=told.title or "",
        services=frozenset(each.impacted_service for each in impacts if each.impacted_service),
        regions=_regions(each.impacted_region for each in still),
        active=active and bool(still or not over),
        began=instant(told.impact_start_time),
        mitigated=instant(told.impact_mitigation_time),
        everywhere=_everywhere(each.impacted_region for each in still),
    )
    return [notice, _resolved(notice, over)] if over else [notice]


def _resolved(notice: Notice, over: Sequence[ImpactedServiceRegion]) -> Notice:
    """Return the part of a notice that is over, mitigated when its last region was updated."""
    return Notice(
        id=f"{notice.id}/resolved",
        kind=notice.kind,
        title=notice.title,
        services=notice.services,
        regions=_regions(each.impacted_region for each in over),
        active=False,
        began=notice.began,
        mitigated=_latest(instant(each.last_update_time) for each in over),
        everywhere=_everywhere(each.impacted_region for each in over),
    )


def _emerging_notice(issue: StatusActiveEvent) -> Notice:
    impacts = [each for each in issue.impacts or () if each]
    places = [place.name for each in impacts for place in each.regions or () if place]
    return Notice(
        id=issue.tracking_id or "",
        kind="EmergingIssue",
        title=issue.title or "",
        services=frozenset(each.name for each in impacts if each.name),
        regions=_regions(places),
        active=_is(issue.stage, "active"),
        began=instant(issue.start_time),
        mitigated=None if _is(issue.stage, "active") else instant(issue.last_modified_time),
        everywhere=_everywhere(places),
    )


def _word(value: str | None) -> str:
    """Return an enum's value; it comes as a member, as text if the SDK does not know it, or not."""
    return value.value if isinstance(value, Enum) else value or ""


def _is(value: str | None, word: str) -> bool:
    return _word(value).lower() == word


def _regions(names: Iterable[str | None]) -> frozenset[Region]:
    """Return the regions by ARM name; "East US 2" is eastus2."""
    return frozenset(region(name) for name in names if name) - {EVERYWHERE}


def _everywhere(names: Iterable[str | None]) -> bool:
    return EVERYWHERE in {region(name) for name in names if name}


def _latest(instants: Iterable[datetime | None]) -> datetime | None:
    return max((each for each in instants if each), default=None)
