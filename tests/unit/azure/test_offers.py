"""What a region offers, over a real TLS connection, with odd answers from a script."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from aibwatch.azure.providers import NEEDED
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Region
from aibwatch.model.offer import Geography, Offer, Quota, Size
from scripted_arm import SUBSCRIPTION, Said, ScriptedArm, opened, scripted
from template_bodies import written

WEST = Region("westeurope")
SIZE = "Standard_D4ds_v5"


SKU = {
    "resourceType": "virtualMachines",
    "name": SIZE,
    "family": "standardDDSv5Family",
    "capabilities": [None, {"name": "vCPUs", "value": "4"}],
    "locationInfo": [{"location": "WestEurope", "zones": ["3", "1", None]}],
    "restrictions": [],
}
CORES = {"name": {"value": "cores"}, "currentValue": 3, "limit": 10, "unit": "Count"}
REGISTERED = {"registrationState": "Registered"}
BUILDER = {
    **REGISTERED,
    "resourceTypes": [
        None,
        {"resourceType": "operations", "locations": ["North Europe"]},
        {"resourceType": "imageTemplates", "locations": [None, "West Europe"]},
    ],
}


def of(*value: object) -> Said:
    """Return a list as ARM writes it."""
    return Said(written({"value": list(value)}))


def offer(directory: Path, **answers: Said) -> tuple[Offer | Fault, ScriptedArm]:
    """Return what is made of answers by the end of their paths; all others are good ones."""
    usual = {
        "skus": of(SKU),
        "usages": of(CORES),
        **dict.fromkeys(NEEDED, Said(written(REGISTERED))),
        NEEDED[0]: Said(written(BUILDER)),
    }

    async def asking() -> tuple[Offer | Fault, ScriptedArm]:
        async with scripted(directory, Said(b"", 500)) as arm, opened(arm.settings()) as azure:
            arm.by_ending = usual | answers
            first = await azure.offer(SUBSCRIPTION, WEST, [SIZE])
            await azure.offer(SUBSCRIPTION, WEST, [SIZE])
            return first, arm

    return asyncio.run(asking())


def good(answer: Offer | Fault) -> Offer:
    """Return an answer that is no fault."""
    assert isinstance(answer, Offer), str(answer)
    return answer


def size(directory: Path, **changes: object) -> Size:
    """Return the size that is made of a SKU with changes."""
    found, _ = offer(directory, skus=of({**SKU, **changes}))
    return good(found).sizes[SIZE.lower()]


def test_an_offer_is_put_together_from_its_parts(tmp_path: Path) -> None:
    """One list of sizes, for the region alone; the providers are not asked for twice in a row."""
    found, arm = offer(tmp_path)

    assert good(found) == Offer(
        WEST,
        SUBSCRIPTION,
        builds_images=True,
        builders=frozenset({WEST}),
        zones=("1", "3"),
        sizes={SIZE.lower(): Size(SIZE.lower(), "standardddsv5family", 4, ("1", "3"))},
        quotas={"cores": Quota(10, 3)},
    )
    paths = [each.path.rpartition("/")[2] for each in arm.heard]
    assert [paths.count(each) for each in ("skus", "usages", *NEEDED)] == [2, 6] + [1] * 7
    asked = next(each.query for each in arm.heard if each.path.endswith("/skus"))
    assert "$filter=location eq 'westeurope'" in asked.replace("%20", " ")


@pytest.mark.parametrize(
    ("restrictions", "zones", "reason"),
    [
        ([{"type": "Location", "reasonCode": "QuotaId"}], ("1", "3"), "QuotaId"),
        ([{"type": "Zone", "restrictionInfo": {"zones": ["3"]}}], ("1",), ""),
        ([{"type": "Zone", "restrictionInfo": None}, None], ("1", "3"), ""),
        ([{"type": "Anything"}], ("1", "3"), "restricted"),
    ],
)
def test_a_restriction_is_of_the_region_or_of_zones(
    tmp_path: Path, restrictions: Sequence[object], zones: tuple[str, ...], reason: str
) -> None:
    """One of a kind that nobody knows forbids."""
    found = size(tmp_path, restrictions=restrictions)

    assert (found.zones, found.restricted) == (zones, reason)


@pytest.mark.parametrize("value", [None, "many", "-4", ""])
def test_vcpus_that_are_not_told_are_none(tmp_path: Path, value: str | None) -> None:
    """No number is guessed."""
    assert size(tmp_path, capabilities=[{"name": "vCPUs", "value": value}]).vcpus == 0


def test_disks_and_odd_entries_are_no_sizes(tmp_path: Path) -> None:
    """Of a list of thousands each costs only itself."""
    disk = {**SKU, "resourceType": "disks"}
    found, _ = offer(tmp_path, skus=of(None, disk, {"name": SIZE}, {**SKU, "name": None}))

    assert (good(found).sizes, good(found).zones) == ({}, ())


@pytest.mark.parametrize(
    "usage", [None, {}, {"name": None, "limit": 1}, {"name": {"value": "cores"}}]
)
def test_a_usage_that_tells_too_little_is_left_out(tmp_path: Path, usage: object) -> None:
    """The others are told."""
    found, _ = offer(tmp_path, usages=of(usage, CORES))

    assert good(found).quotas == {"cores": Quota(10, 3)}


@pytest.mark.parametrize(
    ("ending", "part", "right"),
    [
        ("skus", "sizes", "Microsoft.Compute/skus/read"),
        ("usages", "quotas", "Microsoft.Compute/locations/usages/read"),
        (NEEDED[0], "providers", "Microsoft.Resources/subscriptions/providers/read"),
        (NEEDED[3], "providers", "Microsoft.Resources/subscriptions/providers/read"),
    ],
)
@pytest.mark.parametrize("answer", [Said(b"", 403), Said(b"<html>"), Said(b"[]"), Said(b"", 500)])
def test_a_part_that_cannot_be_read_is_named_with_its_right(
    tmp_path: Path, ending: str, part: str, right: str, answer: Said
) -> None:
    """The right only where it is what is missing."""
    found, _ = offer(tmp_path, **{ending: answer})

    unread = good(found).unread
    assert unread.keys() == {part}
    assert (right in unread[part]) == (answer.status == 403)
    assert good(found).builds_images is (None if part == "providers" else True)


def test_a_list_without_a_value_is_no_empty_list(tmp_path: Path) -> None:
    """That a region has no sizes at all would be a red item."""
    found, _ = offer(tmp_path, skus=Said(b"{}"), usages=Said(b"{}"))

    assert good(found).unread.keys() == {"sizes", "quotas"}


def test_a_provider_that_is_being_registered_counts(tmp_path: Path) -> None:
    """Azure lets builds go on as soon as that began; all other words do not count."""
    states = {NEEDED[4]: "Registering", NEEDED[5]: "Unregistered", NEEDED[6]: None}
    answers = {name: Said(written({"registrationState": each})) for name, each in states.items()}

    found, _ = offer(tmp_path, **answers)

    assert good(found).unregistered == (NEEDED[5], NEEDED[6])


def test_where_regions_lie_is_read_once_and_shared(tmp_path: Path) -> None:
    """What is no number or names itself as its pair is left out; logical regions are no places."""
    told = of(
        None,
        {"name": "europe", "metadata": {"regionType": "Logical"}},
        {"name": "eastus", "displayName": "East US"},
        {
            "name": "brazilsouth",
            "metadata": {
                "regionType": "Physical",
                "geography": "Brazil",
                "latitude": "-23.5",
                "longitude": "west",
                "pairedRegion": [None, {"name": "brazilsouth"}, {"name": "South Central US"}],
            },
        },
    )

    async def asking() -> tuple[object, int]:
        async with scripted(tmp_path, told) as arm, opened(arm.settings()) as azure:
            await azure.geographies(SUBSCRIPTION)
            return await azure.geographies(SUBSCRIPTION), len(arm.heard)

    found, requests = asyncio.run(asking())

    assert found == [
        Geography(Region("eastus"), zoned=False),
        Geography(Region("brazilsouth"), "Brazil", Region("southcentralus"), -23.5, zoned=False),
    ]
    assert requests == 1


def test_regions_that_could_not_be_read_are_asked_for_again(tmp_path: Path) -> None:
    """A fault is no list, and is not remembered for one."""

    async def asking() -> tuple[object, object]:
        async with (
            scripted(tmp_path, Said(b"", 500), of({"name": "eastus"})) as arm,
            opened(arm.settings()) as azure,
        ):
            return await azure.geographies(SUBSCRIPTION), await azure.geographies(SUBSCRIPTION)

    first, second = asyncio.run(asking())

    assert isinstance(first, Fault)
    assert first.kind is FaultKind.PLATFORM
    assert second == [Geography(Region("eastus"), zoned=False)]
