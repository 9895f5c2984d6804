"""What a template builds from, from the wire to the id that is asked for."""

import pytest

from aibwatch.azure.template import read_template
from aibwatch.model.names import NO_BASE, BaseId
from aibwatch.model.supply import BaseKind, kind_of, title
from scripted_arm import SUBSCRIPTION
from template_bodies import PROVIDERS, SOURCE, template, written

OFFER = (
    f"/subscriptions/{SUBSCRIPTION}/providers/microsoft.compute/locations/westeurope"
    "/publishers/canonical/artifacttypes/vmimage/offers/ubuntu-24_04-lts/skus/server/versions"
)
HUB = f"{PROVIDERS}/Microsoft.Compute/galleries/Hub/images/Base"
KEPT = f"{PROVIDERS}/Microsoft.Compute/images/Base"


def base(source: object) -> BaseId:
    """Read what a template with this source builds from."""
    return read_template(written(template(source=source))).base


def gallery(version: str) -> dict[str, str]:
    """Return a source that is a gallery version."""
    return {"type": "SharedImageVersion", "imageVersionId": version}


@pytest.mark.parametrize("version", ["latest", "Latest", "", None])
def test_a_marketplace_image_is_asked_for_in_the_templates_region(version: str | None) -> None:
    """In the template's own subscription too, as offers may differ."""
    found = base({**SOURCE, "version": version})

    assert found == f"{OFFER}/latest"
    assert kind_of(found) is BaseKind.PLATFORM
    assert title(found) == "canonical:ubuntu-24_04-lts:server:latest"


def test_what_the_service_itself_writes_is_no_part_of_it() -> None:
    """`exactVersion` is what latest was at the last build."""
    found = base({**SOURCE, "version": "24.04.202603010", "exactVersion": "24.04.202601010"})

    assert found == f"{OFFER}/24.04.202603010"


def test_a_gallery_version_is_its_own_id_in_lower_case() -> None:
    """Two spellings of one version are one question."""
    found = base(gallery(f"{HUB}/versions/1.2.3"))

    assert found == f"{HUB}/versions/1.2.3".lower()
    assert (kind_of(found), title(found)) == (BaseKind.GALLERY, "base/1.2.3")


@pytest.mark.parametrize("named", [HUB, f"{HUB}/", f"{HUB}/versions/latest"])
def test_a_definition_stands_for_its_newest_version(named: str) -> None:
    """The service takes either."""
    assert base(gallery(named)) == f"{HUB}/versions/latest".lower()


def test_a_managed_image_is_its_own_id() -> None:
    """Wherever it lives."""
    found = base({"type": "managedimage", "imageId": KEPT})

    assert (found, kind_of(found)) == (KEPT.lower(), BaseKind.MANAGED)


@pytest.mark.parametrize(
    "source",
    [
        None,
        [],
        {"type": 7},
        {"type": "PlatformImage"},
        {**SOURCE, "offer": "ubuntu/../../x"},
        {"type": "SharedImageVersion"},
        {"type": "ManagedImage", "imageId": 5},
    ],
)
def test_a_source_that_cannot_be_read_is_none(source: object) -> None:
    """And costs the template nothing else; a name with a slash could lead anywhere."""
    assert base(source) == NO_BASE


@pytest.mark.parametrize(
    "source",
    [
        {"type": "CommunityImage", "id": "x"},
        gallery("/CommunityGalleries/x/Images/y/Versions/1.0.0"),
        {"type": "ManagedImage", "imageId": f"{PROVIDERS}/Microsoft.Storage/storageAccounts/x"},
    ],
)
def test_a_source_of_another_kind_is_unknown_and_can_be_named(source: object) -> None:
    """Something is named, of which nobody here knows what it is."""
    found = base(source)

    assert kind_of(found) is BaseKind.UNKNOWN
    assert title(found) == found != NO_BASE
