"""Where what templates build from can be had, over ARM (`ports.Prerequisites`).

Shapes: Microsoft.Compute, API version 2024-07-01 for marketplace and managed images.
"""

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.faults import nonsense
from aibwatch.azure.gallery import Gallery
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import BaseId, DefinitionId, region
from aibwatch.model.supply import LATEST, BaseKind, Deprecation, Supply, kind_of, region_of

API_VERSION = "2024-07-01"
NEWEST = "&$top=1&$orderby=name%20desc"


class _Status(Wire):
    image_state: str | None = None


class _Properties(Wire):
    image_deprecation_status: _Status | None = None


class _Offered(Wire):
    name: str | None = None
    properties: _Properties | None = None


class _Image(Wire):
    location: str | None = None


_read_versions = reader(list[_Offered])
_read_version = reader(_Offered)
_read_image = reader(_Image)


def _deprecation(version: _Offered) -> Deprecation:
    """Return what is told; a word that nobody knows, and none, say nothing against a version."""
    status = version.properties and version.properties.image_deprecation_status
    told = (status.image_state if status else "") or ""
    known = {each.lower(): each for each in Deprecation}
    return known.get(told.lower(), Deprecation.NONE)


class Supplies:
    """Looks up bases of every kind that this version knows."""

    def __init__(self, arm: Arm, gallery: Gallery) -> None:
        """Take the door to ARM, and who reads galleries."""
        self._arm = arm
        self._gallery = gallery

    async def supply(self, base: BaseId) -> Supply | Fault:
        """Return the regions where a base can be had, as far as they were asked for."""
        parent, _, version = base.rpartition("/")
        match kind_of(base):
            case BaseKind.PLATFORM if version == LATEST:
                return await self._newest(base, parent)
            case BaseKind.PLATFORM:
                return await self._exact(base)
            case BaseKind.GALLERY:
                return await self._replicated(base, DefinitionId(parent.rpartition("/")[0]))
            case BaseKind.MANAGED:
                return await self._managed(base)
            case BaseKind.UNKNOWN:
                return Fault(FaultKind.REJECTED, "a base of a kind that nobody can be asked for")

    async def _newest(self, base: BaseId, versions: str) -> Supply | Fault:
        """Ask for the newest version in a region; there is none where none is offered."""
        body = await self._read(base, path(versions, API_VERSION, NEWEST))
        if isinstance(body, Fault):
            return body
        try:
            offered = any(each.name for each in _read_versions(body))
        except WireError as error:
            return nonsense(str(error))
        return Supply((region_of(base),) if offered else ())

    async def _exact(self, base: BaseId) -> Supply | Fault:
        body = await self._read(base, path(base, API_VERSION))
        if isinstance(body, Fault):
            return body
        try:
            found = _read_version(body)
        except WireError as error:
            return nonsense(str(error))
        if not found.name:
            return nonsense("a version without a name")
        return Supply((region_of(base),), _deprecation(found))

    async def _replicated(self, base: BaseId, definition: DefinitionId) -> Supply | Fault:
        latest = base.endswith(f"/{LATEST}")
        version = await (
            self._gallery.latest(definition) if latest else self._gallery.version(base)
        )
        return version if isinstance(version, Fault) else Supply(version.replicated)

    async def _managed(self, base: BaseId) -> Supply | Fault:
        body = await self._read(base, path(base, API_VERSION))
        if isinstance(body, Fault):
            return body
        try:
            home = _read_image(body).location
        except WireError as error:
            return nonsense(str(error))
        return Supply((region(home),)) if home else nonsense("an image without a location")

    async def _read(self, base: BaseId, url: str) -> bytes | Fault:
        return await self._arm.read(base.split("/", 3)[2], url, Need.ROUTINE)
