"""Galleries and run outputs over a real TLS connection, with answers from a script."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest

from aibwatch.azure.door import RealAzure
from aibwatch.azure.template import read_template
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition
from aibwatch.model.names import DefinitionId, Region
from scripted_arm import Said, ScriptedArm, opened, scripted
from template_bodies import GALLERY, template, written

T = TypeVar("T")

DEFINITION = DefinitionId(f"{GALLERY}/images/web".lower())
TEMPLATE = read_template(written(template()))
MISSING = Said(written({"error": {"code": "ResourceNotFound", "message": "gone"}}), 404)


def version(
    number: str, state: str = "Succeeded", replicas: Mapping[str, str] | None = None
) -> Mapping[str, object]:
    """Return a version with two target regions; its replication only if told."""
    told: dict[str, object] = {
        "provisioningState": state,
        "publishingProfile": {
            "publishedDate": f"2026-03-1{number[-1]}T12:00:00.1234567+00:00",
            "targetRegions": [{"name": "West Europe"}, {"name": "North Europe"}, None],
        },
    }
    if replicas is not None:
        summary = [{"region": where, "state": done} for where, done in replicas.items()]
        told["replicationStatus"] = {"aggregatedState": "x", "summary": [*summary, None]}
    return {"id": f"{DEFINITION}/versions/{number}", "properties": told}


def output(artifact: str, state: str = "Succeeded") -> Said:
    """Return a run output."""
    return Said(written({"properties": {"artifactId": artifact, "provisioningState": state}}))


def ask(
    directory: Path, question: Callable[[RealAzure], Awaitable[T]], *answers: Said
) -> tuple[T, ScriptedArm]:
    """Return what is made of the answers, and the script as it was played."""

    async def asking() -> tuple[T, ScriptedArm]:
        async with scripted(directory, *answers) as arm, opened(arm.settings()) as azure:
            return await question(azure), arm

    return asyncio.run(asking())


def test_a_definition_is_at_home_where_its_metadata_lives(tmp_path: Path) -> None:
    """Its `location`, by ARM name."""
    body = Said(written({"id": DEFINITION, "location": "North Europe"}))

    found, _ = ask(tmp_path, lambda azure: azure.definition(DEFINITION), body)

    assert found == Definition(DEFINITION, Region("northeurope"))


@pytest.mark.parametrize("body", [b"{}", b"<html>", b'{"location": null}'])
def test_a_definition_without_a_home_is_nonsense(tmp_path: Path, body: bytes) -> None:
    """Nothing may be concluded from a home that nobody told."""
    found, _ = ask(tmp_path, lambda azure: azure.definition(DEFINITION), Said(body))

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NONSENSE


def test_a_publication_is_the_version_with_its_replication(tmp_path: Path) -> None:
    """Region names of the replicas are display names; a replica that failed is pending."""
    number = version("1.0.1", replicas={"West Europe": "Completed", "North Europe": "Failed"})

    found, arm = ask(
        tmp_path,
        lambda azure: azure.publication(TEMPLATE),
        output(f"{DEFINITION}/versions/1.0.1"),
        Said(written(number)),
    )

    assert not isinstance(found, Fault)
    assert found.version is not None
    assert (found.version.replicated, found.version.pending) == (("westeurope",), ("northeurope",))
    assert found.provisioned
    assert arm.heard[0].path.endswith("/runOutputs/gallery")
    assert "$expand=ReplicationStatus" in arm.heard[1].query.replace("%24", "$")


def test_an_output_that_is_no_gallery_version_is_told_by_its_artifact(tmp_path: Path) -> None:
    """A disk or a managed image."""
    image = "/subscriptions/s/providers/Microsoft.Compute/images/web"

    found, arm = ask(tmp_path, lambda azure: azure.publication(TEMPLATE), output(image, "Failed"))

    assert not isinstance(found, Fault)
    assert (found.version, found.artifact, found.provisioned) == (None, image, False)
    assert len(arm.heard) == 1


def test_an_output_that_names_a_version_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    """The proof that an image was made is its version, not a word about it (PROMISES S34)."""
    named = output(f"{DEFINITION}/versions/1.0.1")

    found, _ = ask(tmp_path, lambda azure: azure.publication(TEMPLATE), named, MISSING)

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NOT_FOUND


def test_versions_come_oldest_first_with_the_replication_of_the_newest(tmp_path: Path) -> None:
    """A list does not tell replication; of an older one Succeeded says that all is there."""
    numbers = ["1.0.4", "1.0.1", "1.0.3", "1.0.2"]
    told = [version(each) for each in numbers] + [version("1.0.0", "Creating")]
    list_page = Said(written({"value": told}))
    half = {"West Europe": "Completed", "North Europe": "Replicating"}
    newest = [Said(written(version(f"1.0.{each}", "Creating", half))) for each in (2, 3, 4)]

    found, arm = ask(tmp_path, lambda azure: azure.versions(DEFINITION), list_page, *newest)

    assert not isinstance(found, Fault)
    assert [each.name for each in found] == ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4"]
    assert (found[0].replicated, found[0].pending) == ((), ("westeurope", "northeurope"))
    assert found[1].replicated == ("westeurope", "northeurope")
    assert (found[4].provisioned, found[4].pending) == (False, ("northeurope",))
    assert len(arm.heard) == 4


def test_one_version_that_cannot_be_read_is_a_fault_for_all(tmp_path: Path) -> None:
    """Half an answer would be taken for the whole."""
    list_page = Said(written({"value": [version("1.0.1")]}))

    found, _ = ask(tmp_path, lambda azure: azure.versions(DEFINITION), list_page, MISSING)

    assert isinstance(found, Fault)


def test_a_definition_without_versions_has_none(tmp_path: Path) -> None:
    """An empty list is an answer."""
    found, _ = ask(tmp_path, lambda azure: azure.versions(DEFINITION), Said(b'{"value": []}'))

    assert found == []


def test_a_template_without_outputs_is_not_asked_about(tmp_path: Path) -> None:
    """There is nothing to read."""
    bare = read_template(written(template(distribute=[])))

    found, arm = ask(tmp_path, lambda azure: azure.publication(bare), Said())

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NOT_FOUND
    assert arm.heard == []
