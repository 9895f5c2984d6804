"""A template's `source` on the wire -> `model.names.BaseId`: what it builds from in its region."""

from collections.abc import Mapping

from aibwatch.azure.words import told
from aibwatch.model.names import NO_BASE, BaseId, Region
from aibwatch.model.supply import gallery_base, managed_base, platform_base


def base_of(source: object, place: Region, subscription: str) -> BaseId:
    """Return what a template in a region builds from, NO_BASE if it names nothing readable."""
    if not isinstance(source, Mapping):
        return NO_BASE
    match _text(source, "type").lower():
        case "platformimage":
            return _platform(source, place, subscription)
        case "sharedimageversion":
            named = _text(source, "imageVersionId")
            return gallery_base(named) if named else NO_BASE
        case "managedimage":
            return managed_base(_text(source, "imageId"))
        case other:
            return BaseId(told(other))


def _platform(wire: Mapping[str, object], place: Region, subscription: str) -> BaseId:
    publisher, offer, sku, version = (
        _text(wire, each) for each in ("publisher", "offer", "sku", "version")
    )
    if not (publisher and offer and sku) or "/" in publisher + offer + sku + version:
        return NO_BASE
    return platform_base(subscription, place, publisher, offer, sku, version)


def _text(wire: Mapping[str, object], name: str) -> str:
    value = wire.get(name)
    return value.strip() if isinstance(value, str) else ""
