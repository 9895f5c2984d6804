"""Gallery definitions, versions and run outputs over ARM (`ports.Galleries`).

Read with `send_request` on the client we hold: azure-mgmt-compute costs 140 MB to import.
Shapes: Microsoft.Compute/galleries, API version 2024-03-03.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.faults import nonsense
from aibwatch.azure.imagebuilder import API_VERSION as BUILDER_VERSION
from aibwatch.azure.instants import UNDATED, instant
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition, Publication, Version
from aibwatch.model.names import DefinitionId, Region, TemplateId, region, subscription_of
from aibwatch.model.template import Template

API_VERSION = "2024-03-03"
MOST_PAGES = 100
NEWEST = 3
"""Versions whose replication is read one by one; a list does not tell it."""

_USABLE = frozenset({"succeeded", "updating"})
"""States of a version that was wholly made."""

T = TypeVar("T")


class _Definition(Wire):
    location: str | None = None


class _TargetRegion(Wire):
    name: str | None = None


class _Publishing(Wire):
    published_date: str | None = None
    target_regions: list[_TargetRegion | None] | None = None
    exclude_from_latest: bool | None = None


class _Replica(Wire):
    region: str | None = None
    state: str | None = None


class _Replication(Wire):
    summary: list[_Replica | None] | None = None


class _VersionProperties(Wire):
    provisioning_state: str | None = None
    publishing_profile: _Publishing | None = None
    replication_status: _Replication | None = None


class _Version(Wire):
    id: str | None = None
    properties: _VersionProperties | None = None


class _Page(Wire):
    value: list[_Version | None] | None = None
    next_link: str | None = None


class _OutputProperties(Wire):
    artifact_id: str | None = None
    artifact_uri: str | None = None
    provisioning_state: str | None = None


class _Output(Wire):
    properties: _OutputProperties | None = None


_read_definition = reader(_Definition)
_read_version = reader(_Version)
_read_page = reader(_Page)
_read_output = reader(_Output)


class Gallery:
    """Definitions, versions, and what a template's last run put out."""

    def __init__(self, arm: Arm) -> None:
        """Take the door to ARM."""
        self._arm = arm

    async def definition(self, definition: DefinitionId) -> Definition | Fault:
        """Read a definition; its `location` is its home region."""
        wire = await self._get(
            definition, path(definition, API_VERSION), _read_definition, Need.ROUTINE
        )
        if isinstance(wire, Fault):
            return wire
        if not wire.location:
            return nonsense("a definition without a location")
        return Definition(definition, region(wire.location))

    async def versions(self, definition: DefinitionId) -> Sequence[Version] | Fault:
        """List a definition's versions, oldest first, with their replication.

        The replication of the NEWEST is read one by one. Of the older ones a Succeeded version
        counts as replicated to all its targets: creating one ends only when replication does.
        """
        listed = await self._listed(definition)
        if isinstance(listed, Fault):
            return listed
        known = (_version(each.id, each) for each in listed if each.id)
        ordered = sorted(known, key=lambda each: each.published)
        newest = [await self.version(each.id) for each in ordered[-NEWEST:]]
        fault = next((each for each in newest if isinstance(each, Fault)), None)
        return fault or [*ordered[:-NEWEST], *(v for v in newest if not isinstance(v, Fault))]

    async def publication(self, template: Template) -> Publication | Fault:
        """Read the first output of a template's last run, and the gallery version if it is one.

        The version's own 404 is the answer if the output names one that is not there.
        """
        if not template.outputs:
            return Fault(FaultKind.NOT_FOUND, "the template names no run output")
        resource = f"{template.id}/runOutputs/{template.outputs[0]}"
        output = await self._get(template.id, path(resource, BUILDER_VERSION), _read_output)
        if isinstance(output, Fault):
            return output
        told = output.properties or _OutputProperties()
        artifact = told.artifact_id or told.artifact_uri or ""
        provisioned = _succeeded(told.provisioning_state)
        if "/versions/" not in artifact.lower():
            return Publication(None, provisioned, artifact)
        version = await self.version(artifact)
        if isinstance(version, Fault):
            return version
        return Publication(version, provisioned, artifact)

    async def latest(self, definition: DefinitionId) -> Version | Fault:
        """Read the version that `latest` stands for: the highest number that may be it.

        One that is being replicated to more regions (Updating) is there already.
        """
        listed = await self._listed(definition)
        if isinstance(listed, Fault):
            return listed
        names = [each.id for each in listed if each.id and _is_usable(each)]
        if not names:
            return Fault(FaultKind.NOT_FOUND, "the definition has no version that can be used")
        return await self.version(max(names, key=_number))

    async def _listed(self, definition: DefinitionId) -> list[_Version] | Fault:
        """Return all versions as the list tells them, all pages."""
        link = path(f"{definition}/versions", API_VERSION)
        found: list[_Version] = []
        for _ in range(MOST_PAGES):
            need = Need.ACT if found else Need.ROUTINE
            page = await self._get(definition, link, _read_page, need)
            if isinstance(page, Fault):
                return page
            found += [each for each in page.value or () if each]
            link = page.next_link or ""
            if not link:
                return found
        return nonsense(f"the list does not end ({MOST_PAGES} pages)")

    async def version(self, version: str) -> Version | Fault:
        """Read one version with its replication."""
        expanded = path(version, API_VERSION, "&$expand=ReplicationStatus")
        wire = await self._get(version, expanded, _read_version)
        return wire if isinstance(wire, Fault) else _version(version, wire)

    async def _get(
        self, resource: str, url: str, read: Callable[[bytes], T], need: Need = Need.WATCH
    ) -> T | Fault:
        body = await self._arm.read(_subscription(resource), url, need)
        if isinstance(body, Fault):
            return body
        try:
            return read(body)
        except WireError as error:
            return nonsense(str(error))


def _version(name: str, wire: _Version) -> Version:
    """Return a version; where replicas are not told, Succeeded means that all are there."""
    properties = wire.properties or _VersionProperties()
    profile = properties.publishing_profile or _Publishing()
    done = _succeeded(properties.provisioning_state)
    targets = _regions(each.name for each in profile.target_regions or () if each)
    there = targets if done else ()
    if properties.replication_status:
        replicas = [each for each in properties.replication_status.summary or () if each]
        there = _regions(each.region for each in replicas if _completed(each.state))
        targets = tuple(dict.fromkeys((*targets, *_regions(each.region for each in replicas))))
    return Version(
        id=name,
        published=instant(profile.published_date) or UNDATED,
        provisioned=done,
        replicated=there,
        pending=tuple(each for each in targets if each not in there),
        excluded=bool(profile.exclude_from_latest),
    )


def _is_usable(wire: _Version) -> bool:
    properties = wire.properties or _VersionProperties()
    excluded = properties.publishing_profile and properties.publishing_profile.exclude_from_latest
    return (properties.provisioning_state or "").lower() in _USABLE and not excluded


def _number(version: str) -> tuple[int, ...]:
    """Return a version's number to compare by; what is no number comes before all."""
    parts = version.rpartition("/")[2].split(".")
    return tuple(int(each) for each in parts) if all(map(str.isdecimal, parts)) else ()


def _regions(names: Iterable[str | None]) -> tuple[Region, ...]:
    return tuple(region(name) for name in names if name)


def _succeeded(state: str | None) -> bool:
    return (state or "").lower() == "succeeded"


def _completed(state: str | None) -> bool:
    return (state or "").lower() == "completed"


def _subscription(resource: str) -> str:
    """Return the subscription of any resource id."""
    return subscription_of(TemplateId(resource.lower()))
