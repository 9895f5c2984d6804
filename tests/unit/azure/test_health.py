"""Service Health, read by the SDK's models."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aibwatch.azure.door import RealAzure
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Region
from aibwatch.model.notice import Notice
from scripted_arm import SUBSCRIPTION, Said, opened, scripted
from template_bodies import written

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EAST, WEST = Region("eastus"), Region("westus")
ONE = datetime(2026, 3, 2, 13, tzinfo=UTC)


def place(name: str | None, status: str | None = "Active") -> Mapping[str, object]:
    """Return an impacted region."""
    return {"impactedRegion": name, "status": status, "lastUpdateTime": "2026-03-02T13:00:00Z"}


def event(*places: object, **changes: object) -> Mapping[str, object]:
    """Return an event of Image Builder in some regions, with changes of its properties."""
    impact = {"impactedService": "Azure Image Builder", "impactedRegions": list(places)}
    told = {
        "eventType": "ServiceIssue",
        "eventLevel": "Warning",
        "status": "Active",
        "title": "Image builds fail",
        "impactStartTime": "2026-03-02T12:00:00Z",
        "impact": [impact],
    }
    return {"name": "ABC-1", "properties": {**told, **changes}}


def ask(
    directory: Path,
    question: Callable[[RealAzure], Awaitable[Sequence[Notice] | Fault]],
    body: object,
) -> Sequence[Notice] | Fault:
    """Return what is made of one answer."""

    async def asking() -> Sequence[Notice] | Fault:
        raw = body if isinstance(body, bytes) else written(body)
        async with scripted(directory, Said(raw)) as arm, opened(arm.settings()) as azure:
            return await question(azure)

    return asyncio.run(asking())


def events(directory: Path, *told: object) -> Sequence[Notice]:
    """Return the notices that are made of some events."""
    found = ask(directory, lambda azure: azure.events(SUBSCRIPTION), {"value": list(told)})
    assert not isinstance(found, Fault)
    return found


def test_an_event_is_a_notice_with_regions_by_arm_name(tmp_path: Path) -> None:
    """Service Health writes display names."""
    found = events(tmp_path, event(place("East US 2"), place("West Europe")))

    assert found == [
        Notice(
            id="ABC-1",
            kind="ServiceIssue",
            title="Image builds fail",
            services=frozenset({"Azure Image Builder"}),
            regions=frozenset({Region("eastus2"), Region("westeurope")}),
            active=True,
            began=NOON,
            level="Warning",
        )
    ]


def test_global_is_everywhere_and_no_region(tmp_path: Path) -> None:
    """It is written where a region's name would stand."""
    (found,) = events(tmp_path, event(place("Global")))

    assert (found.everywhere, found.regions) == (True, frozenset())


def test_a_region_where_the_event_is_over_is_told_apart(tmp_path: Path) -> None:
    """An event is resolved region by region: it must not seem to go on where it is over."""
    still, over = events(tmp_path, event(place("East US"), place("West US", "Resolved")))

    assert (still.regions, still.active) == (frozenset({EAST}), True)
    assert (over.regions, over.active, over.mitigated) == (frozenset({WEST}), False, ONE)
    assert still.id != over.id
    assert still.level == over.level == "Warning"


def test_a_resolved_event_keeps_all_its_regions(tmp_path: Path) -> None:
    """Its impact may cover a failure, however late it came."""
    resolved = event(
        place("East US", "Resolved"), status="Resolved", impactMitigationTime="2026-03-02T13:00:00Z"
    )

    (found,) = events(tmp_path, resolved)

    assert (found.active, found.regions, found.mitigated) == (False, frozenset({EAST}), ONE)


@pytest.mark.parametrize("junk", ["soon", "0001-01-01T00:00:00Z", None])
def test_a_date_that_is_none_does_not_lose_the_event(tmp_path: Path, junk: str | None) -> None:
    """The SDK hands an unparsable date on as text."""
    (found,) = events(tmp_path, event(place("East US"), impactStartTime=junk))

    assert (found.began, found.regions) == (None, frozenset({EAST}))


def test_an_event_type_that_the_sdk_does_not_know_comes_through(tmp_path: Path) -> None:
    """Known ones come as enum members, new ones as text; both are the wire's word."""
    (found,) = events(tmp_path, event(place("East US"), eventType="NewKind"))

    assert found.kind == "NewKind"


def test_nulls_in_an_event_leave_a_notice(tmp_path: Path) -> None:
    """Any field may be null."""
    empty = {"name": None, "properties": {"impact": [{"impactedRegions": [place(None, None)]}]}}

    found = events(tmp_path, empty, {"name": "x", "properties": None})

    assert [(each.id, each.regions) for each in found] == [("", frozenset())]


def test_emerging_issues_are_notices_too(tmp_path: Path) -> None:
    """They come from the public status page, in another shape."""
    issue = {
        "trackingId": "E-1",
        "title": "Storage",
        "stage": "Active",
        "startTime": "2026-03-02T12:00:00Z",
        "impacts": [{"name": "Storage", "regions": [{"name": "East US"}, {"name": None}]}],
    }

    found = ask(
        tmp_path, lambda azure: azure.emerging(), {"properties": {"statusActiveEvents": [issue]}}
    )

    assert found == [
        Notice(
            id="E-1",
            kind="EmergingIssue",
            title="Storage",
            services=frozenset({"Storage"}),
            regions=frozenset({EAST}),
            active=True,
            began=NOON,
        )
    ]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"5", b'{"value": 5}', b'{"value": [5]}', b""])
def test_what_the_sdk_cannot_read_is_nonsense(tmp_path: Path, body: bytes) -> None:
    """Its models raise whatever comes to them on another shape."""
    found = ask(tmp_path, lambda azure: azure.events(SUBSCRIPTION), body)

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NONSENSE


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"properties": {"statusActiveEvents": 5}}'])
def test_a_status_page_that_the_sdk_cannot_read_is_nonsense(tmp_path: Path, body: bytes) -> None:
    """As above."""
    found = ask(tmp_path, lambda azure: azure.emerging(), body)

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NONSENSE
