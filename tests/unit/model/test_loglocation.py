"""Where a message says that the log is: two shapes, and text that is neither."""

from time import process_time

import pytest

from aibwatch.model.loglocation import LogLocation, find

GUID = "d1b5ae5c-2a3f-4d1c-9f41-3a9d1a2b3c4d"
RESOURCE = (
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/IT_images_web-west_0a1b"
    "/providers/Microsoft.Storage/storageAccounts/k3vzt1abc"
)


def test_the_older_shape_names_a_blob_by_its_url() -> None:
    """As documented in 2020, with its full stop."""
    message = (
        "Image Build log location: https://k3vzt1abc.blob.core.windows.net/packerlogs/"
        f"{GUID}/customization.log. OperationId: {GUID.upper()}. Use this operationId to search."
    )

    assert find(message) == LogLocation(
        account="k3vzt1abc",
        container="packerlogs",
        blob=f"{GUID}/customization.log",
        endpoint="https://k3vzt1abc.blob.core.windows.net",
        operation=GUID,
    )


def test_the_newer_shape_names_a_blob_by_its_arm_path() -> None:
    """As recorded in azure-powershell #24244."""
    message = (
        "During the image build a failure has occurred. Packer build logs are at location "
        f"{RESOURCE}/blobServices/default/containers/packerlogs/{GUID}/customization.log. Use this "
        f"operationId {GUID} to search packer logs. For more see https://aka.ms/azvmimagebuilderts."
    )

    assert find(message) == LogLocation(
        account="k3vzt1abc",
        container="packerlogs",
        blob=f"{GUID}/customization.log",
        resource=RESOURCE.lower(),
        operation=GUID,
    )


def test_a_signature_is_no_part_of_the_place() -> None:
    """Whatever stands behind the name of the blob is left out."""
    url = f"https://a1b.blob.core.windows.net/packerlogs/{GUID}/customization.log?sig=abcdefghijkl"

    found = find(url)

    assert found is not None
    assert found.blob == f"{GUID}/customization.log"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Internal error occurred. This is a generic error. Go to https://aka.ms/azvmimagebuilderts.",
        f"OperationId: {GUID}",
        "https://example.org/customization.log",
        "Downloading external file (https://scripts.example.org/a/b/install.sh) failed",
    ],
)
def test_other_messages_name_no_log(message: str) -> None:
    """An operation alone is no place."""
    assert find(message) is None


@pytest.mark.parametrize(
    "piece",
    [
        "https://",
        "https://a/",
        "a" * 1000,
        "/abc/d",
        f"/abc/{GUID}/x.log",
        "operation id:    ",
        RESOURCE,
        f"{RESOURCE}/blobServices/default/containers/x/",
    ],
)
def test_hostile_text_takes_no_time(piece: str) -> None:
    """A megabyte made of beginnings: no pattern may go back and forth in it, which takes hours."""
    message = piece * (1_000_000 // len(piece))

    began = process_time()
    find(message)

    assert process_time() - began < 20
