"""What a template builds from: Azure's word for it is `source`.

A base is known by the id of what Azure is asked for, so that templates with one base in one region
need one question between them.
"""

from dataclasses import dataclass
from enum import StrEnum
from sys import intern

from aibwatch.model.names import BaseId, Region

LATEST = "latest"
"""In place of a version: whichever is the newest when the build begins."""

_VERSIONS = "/versions/"


class BaseKind(StrEnum):
    """What kind of thing a base is, in words."""

    PLATFORM = "platform image"
    """From the marketplace; offered region by region."""
    GALLERY = "gallery version"
    MANAGED = "managed image"
    UNKNOWN = "base of a kind that this version does not know"


class Deprecation(StrEnum):
    """Whether its publisher took a marketplace version back, in Azure's words (`imageState`)."""

    NONE = "Active"
    COMING = "ScheduledForDeprecation"
    DONE = "Deprecated"
    """No VM can be made of it any more, so no build either. Source: learn.microsoft.com,
    deprecated-images."""


@dataclass(frozen=True, slots=True)
class Supply:
    """The regions, of those that were asked for, in which a base can be built from."""

    regions: tuple[Region, ...] = ()
    deprecation: Deprecation = Deprecation.NONE
    """Of an exact version from the marketplace."""


def platform_base(
    subscription: str, place: Region, publisher: str, offer: str, sku: str, version: str
) -> BaseId:
    """Return the id of a marketplace image in a region."""
    path = (
        f"/subscriptions/{subscription}/providers/microsoft.compute/locations/{place}"
        f"/publishers/{publisher}/artifacttypes/vmimage/offers/{offer}/skus/{sku}"
        f"/versions/{version or LATEST}"
    )
    return BaseId(intern(path.lower()))


def gallery_base(version: str) -> BaseId:
    """Return the id of a gallery version given by its ARM id, or by that of its definition."""
    canonical = version.strip().lower().rstrip("/")
    tail = "" if _VERSIONS in canonical else f"{_VERSIONS}{LATEST}"
    return BaseId(intern(canonical + tail))


def managed_base(image: str) -> BaseId:
    """Return the id of a managed image given by its ARM id."""
    return BaseId(intern(image.strip().lower().rstrip("/")))


def kind_of(base: BaseId) -> BaseKind:
    """Return what kind of thing a base is, by the shape of its id."""
    if not base.startswith("/subscriptions/"):
        return BaseKind.UNKNOWN
    if "/artifacttypes/vmimage/" in base:
        return BaseKind.PLATFORM
    if "/providers/microsoft.compute/galleries/" in base and _VERSIONS in base:
        return BaseKind.GALLERY
    if "/providers/microsoft.compute/images/" in base:
        return BaseKind.MANAGED
    return BaseKind.UNKNOWN


def region_of(base: BaseId) -> Region:
    """Return the region that a marketplace image is asked for in."""
    return Region(base.partition("/locations/")[2].partition("/")[0])


def title(base: BaseId) -> str:
    """Return what a person calls it, such as `canonical:ubuntu:22_04-lts:latest` or `web/1.0.3`."""
    parts = base.split("/")
    match kind_of(base):
        case BaseKind.PLATFORM:
            return ":".join(parts[each] for each in (8, 12, 14, 16))
        case BaseKind.GALLERY:
            return f"{parts[-3]}/{parts[-1]}"
        case BaseKind.MANAGED:
            return parts[-1]
        case BaseKind.UNKNOWN:
            return base or "nothing that can be read"
