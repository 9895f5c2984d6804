"""Display names of regions: looked up once a day, and never in the way of a notice."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from aibwatch.azure.arm import Arm
from aibwatch.azure.places import AGAIN, AGAIN_AFTER_FAULT, Places
from aibwatch.model.names import Region
from aibwatch.model.notice import Notice
from scripted_arm import SUBSCRIPTION, Said, ScriptedArm, opened, scripted

EVENT = {
    "name": "ABC-1",
    "properties": {
        "eventType": "ServiceIssue",
        "status": "Active",
        "impact": [
            {
                "impactedService": "Azure Image Builder",
                "impactedRegions": [{"impactedRegion": "Southeast Asia (old)", "status": "Active"}],
            }
        ],
    },
}
EVENTS = Said(json.dumps({"value": [EVENT]}).encode())
LOCATIONS = Said(
    json.dumps(
        {
            "value": [
                None,
                {"name": "southeastasia", "displayName": "Southeast Asia (old)"},
                {"name": "uksouth", "regionalDisplayName": "(Europe) UK South"},
                {"name": None, "displayName": "Nowhere"},
            ]
        }
    ).encode()
)


def test_a_display_name_stands_for_what_azure_says(tmp_path: Path) -> None:
    """It need not be the region's own name with blanks in it."""

    async def asking() -> tuple[Sequence[Notice], ScriptedArm]:
        answers = EVENTS, LOCATIONS, EVENTS
        async with scripted(tmp_path, *answers) as arm, opened(arm.settings()) as azure:
            await azure.events(SUBSCRIPTION)
            notices = await azure.events(SUBSCRIPTION)
            assert isinstance(notices, Sequence)
            return notices, arm

    notices, arm = asyncio.run(asking())

    assert notices[0].regions == {Region("southeastasia")}
    assert [each.path.rpartition("/")[2] for each in arm.heard] == ["events", "locations", "events"]


@pytest.mark.parametrize(
    "answer", [Said(b"", 403), Said(b"<html>"), Said(b"{}"), Said(b'{"value": [{}]}')], ids=str
)
def test_a_list_of_regions_that_fails_fails_no_notice(tmp_path: Path, answer: Said) -> None:
    """Then the name is taken in lower case, without its blanks."""

    async def asking() -> Sequence[Notice]:
        async with scripted(tmp_path, EVENTS, answer) as arm, opened(arm.settings()) as azure:
            notices = await azure.events(SUBSCRIPTION)
            assert isinstance(notices, Sequence)
            return notices

    assert asyncio.run(asking())[0].regions == {Region("southeastasia(old)")}


def test_on_a_calm_day_nobody_asks_for_regions(tmp_path: Path) -> None:
    """Without an event there is no name to look up."""

    async def asking() -> int:
        async with scripted(tmp_path, Said(b'{"value": []}')) as arm:
            async with opened(arm.settings()) as azure:
                await azure.events(SUBSCRIPTION)
            return len(arm.heard)

    assert asyncio.run(asking()) == 1


@pytest.mark.parametrize(("answer", "wait"), [(LOCATIONS, AGAIN), (Said(b""), AGAIN_AFTER_FAULT)])
def test_regions_are_read_again_when_they_are_old(
    tmp_path: Path, answer: Said, wait: object
) -> None:
    """A day later, or an hour after a failure."""
    seconds = wait.total_seconds()  # type: ignore[attr-defined]
    now = 0.0

    async def asking() -> list[int]:
        nonlocal now
        async with scripted(tmp_path, answer) as arm, opened(arm.settings()) as azure:
            inner: Arm = azure._arm
            places = Places(inner, lambda: now)
            counts = []
            for later in (0.0, seconds - 1, seconds):
                now = later
                await places.learn(SUBSCRIPTION)
                counts.append(len(arm.heard))
            return counts

    assert asyncio.run(asking()) == [1, 1, 2]


def test_names_are_known_by_either_of_their_forms(tmp_path: Path) -> None:
    """Whatever their case; an unknown one stands for itself."""

    async def asking() -> list[Region]:
        async with scripted(tmp_path, LOCATIONS) as arm, opened(arm.settings()) as azure:
            places = Places(azure._arm, lambda: 0.0)
            await places.learn(SUBSCRIPTION)
            return [places.region(each) for each in ("(EUROPE) uk south", "East US 2")]

    assert asyncio.run(asking()) == [Region("uksouth"), Region("eastus2")]
