"""Where bases can be had, over a real TLS connection, with answers from a script."""

import asyncio
from pathlib import Path

import pytest

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import BaseId, Region
from aibwatch.model.supply import Deprecation, Supply, gallery_base, managed_base, platform_base
from scripted_arm import SUBSCRIPTION, Said, ScriptedArm, opened, scripted
from template_bodies import GALLERY, PROVIDERS, written

NORTH = Region("northeurope")
LATEST = platform_base(SUBSCRIPTION, NORTH, "canonical", "ubuntu", "server", "latest")
EXACT = platform_base(SUBSCRIPTION, NORTH, "canonical", "ubuntu", "server", "24.04.2")
MANAGED = managed_base(f"{PROVIDERS}/Microsoft.Compute/images/web")
DEFINITION = f"{GALLERY}/images/base"
MISSING = Said(written({"error": {"code": "NotFound", "message": "Artifact: VMImage"}}), 404)


def supply(directory: Path, base: BaseId, *answers: Said) -> tuple[Supply | Fault, ScriptedArm]:
    """Return what is made of the answers, and the script as it was played."""

    async def asking() -> tuple[Supply | Fault, ScriptedArm]:
        async with scripted(directory, *answers) as arm, opened(arm.settings()) as azure:
            return await azure.supply(base), arm

    return asyncio.run(asking())


def version(number: str, state: str = "Succeeded", **profile: object) -> dict[str, object]:
    """Return a gallery version that is replicated to North Europe, as a list shows it."""
    targets = [{"name": "North Europe"}]
    publishing = {"targetRegions": targets, "excludeFromLatest": False, **profile}
    properties = {"provisioningState": state, "publishingProfile": publishing}
    return {"id": f"{DEFINITION}/versions/{number}", "properties": properties}


def test_latest_is_offered_where_any_version_is(tmp_path: Path) -> None:
    """One is asked for, the newest: a bare list, in the region of the base."""
    body = Said(written([{"name": "24.04.202603010", "location": "northeurope"}]))

    found, arm = supply(tmp_path, LATEST, body)

    assert found == Supply((NORTH,))
    assert arm.heard[0].path == LATEST.removesuffix("/latest")
    assert "$top=1&$orderby=name desc" in arm.heard[0].query


def test_latest_of_what_a_region_does_not_offer_is_nowhere(tmp_path: Path) -> None:
    """An empty list is an answer."""
    assert supply(tmp_path, LATEST, Said(b"[]"))[0] == Supply()


def test_an_exact_version_is_asked_for_alone(tmp_path: Path) -> None:
    """Of a hundred versions one matters."""
    body = Said(written({"name": "24.04.2", "location": "northeurope", "properties": {}}))

    found, arm = supply(tmp_path, EXACT, body)

    assert found == Supply((NORTH,))
    assert arm.heard[0].path == EXACT


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({"imageState": "deprecated"}, Deprecation.DONE),
        ({"imageState": "ScheduledForDeprecation"}, Deprecation.COMING),
        ({"imageState": "Unheard"}, Deprecation.NONE),
        ({}, Deprecation.NONE),
        (None, Deprecation.NONE),
    ],
)
def test_whether_an_exact_version_is_deprecated_is_told(
    tmp_path: Path, status: object, told: Deprecation
) -> None:
    """In any case of letters; a word that nobody knows says nothing against it."""
    properties = {"imageDeprecationStatus": status}
    body = Said(written({"name": "24.04.2", "properties": properties}))

    assert supply(tmp_path, EXACT, body)[0] == Supply((NORTH,), told)


@pytest.mark.parametrize("base", [EXACT, LATEST, MANAGED, gallery_base(DEFINITION)])
def test_what_is_not_there_is_not_found(tmp_path: Path, base: BaseId) -> None:
    """Publisher, offer, SKU, version, image, definition: whichever."""
    found, _ = supply(tmp_path, base, MISSING)

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NOT_FOUND


@pytest.mark.parametrize("base", [EXACT, LATEST, MANAGED, gallery_base(DEFINITION)])
@pytest.mark.parametrize("body", [b"<html>", b"7", b'{"name": 7, "value": 7, "location": 7}'])
def test_an_answer_that_makes_no_sense_is_nonsense(
    tmp_path: Path, base: BaseId, body: bytes
) -> None:
    """Nothing is concluded from it, neither that it is there nor that it is not."""
    found, _ = supply(tmp_path, base, Said(body))

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NONSENSE


@pytest.mark.parametrize("base", [EXACT, MANAGED])
def test_an_empty_object_is_no_proof_that_it_is_there(tmp_path: Path, base: BaseId) -> None:
    """A gateway that answers 200 with something of its own."""
    found, _ = supply(tmp_path, base, Said(b"{}"))

    assert isinstance(found, Fault)


def test_a_managed_image_is_in_the_one_region_where_it_lives(tmp_path: Path) -> None:
    """By its ARM name."""
    body = Said(written({"id": MANAGED, "location": "North Europe"}))

    assert supply(tmp_path, MANAGED, body)[0] == Supply((NORTH,))


def test_a_gallery_version_is_where_its_replicas_are_complete(tmp_path: Path) -> None:
    """Those that are still on their way do not count."""
    summary = [
        {"region": "North Europe", "state": "Completed"},
        {"region": "West Europe", "state": "Replicating"},
    ]
    whole = version("1.0.0")
    whole["properties"] = {"replicationStatus": {"summary": summary}}
    base = gallery_base(f"{DEFINITION}/versions/1.0.0")

    found, arm = supply(tmp_path, base, Said(written(whole)))

    assert found == Supply((NORTH,))
    assert [each.path for each in arm.heard] == [base]


def test_the_latest_of_a_gallery_is_the_highest_number_that_may_be_it(tmp_path: Path) -> None:
    """By numbers and not by letters; not one that is excluded, is being made or has failed."""
    listed = [
        version("1.9.0"),
        version("1.10.0", "Updating"),
        version("1.11.0", "Failed"),
        version("1.12.0", "Creating"),
        version("2.0.0", excludeFromLatest=True),
        version("x.y.z"),
    ]
    page, one = Said(written({"value": listed})), Said(written(version("1.10.0")))

    found, arm = supply(tmp_path, gallery_base(DEFINITION), page, one)

    assert found == Supply((NORTH,))
    assert [each.path.rpartition("/")[2] for each in arm.heard] == ["versions", "1.10.0"]


def test_a_gallery_without_a_usable_version_has_no_latest(tmp_path: Path) -> None:
    """A build would find nothing to begin with."""
    page = Said(written({"value": [version("1.0.0", "Creating")]}))

    found, _ = supply(tmp_path, gallery_base(DEFINITION), page)

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NOT_FOUND


def test_a_base_of_an_unknown_kind_is_asked_of_nobody(tmp_path: Path) -> None:
    """Its id could lead anywhere."""
    found, arm = supply(tmp_path, BaseId("communityimage"), Said(b"{}"))

    assert isinstance(found, Fault)
    assert arm.heard == []
