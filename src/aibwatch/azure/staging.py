"""Staging groups, and what is in them, from Azure Resource Graph (`ports.Inventory`).

The service names them `IT_<group>_<template>_<guid>`, cut to what a name may be, so that the tags
say whose they are: `imageTemplateName` and `imageTemplateResourceGroupName` (seen, not documented).
Which kinds say when they were created is the choice of each provider: storage accounts do by
`creationTime`, machines and disks by `timeCreated`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from aibwatch.azure.arm import Arm
from aibwatch.azure.instants import instant
from aibwatch.azure.inventory import rows
from aibwatch.azure.wire import Raw, Wire, WireError, reader
from aibwatch.model.fault import Fault
from aibwatch.model.leftover import StagingGroup
from aibwatch.model.names import Region, ResourceId, TemplateId, region, template_id
from aibwatch.model.resource import ACCOUNT

_GROUPS = """resourcecontainers
| where type =~ 'microsoft.resources/subscriptions/resourcegroups'
| where name startswith 'IT_'
| project id, name, location, template=tostring(tags.imageTemplateName), \
templateGroup=tostring(tags.imageTemplateResourceGroupName)"""

_INSIDE = """resources
| where resourceGroup startswith 'IT_'
| project id, type, creationTime=tostring(properties.creationTime), \
timeCreated=tostring(properties.timeCreated)"""


class _Group(Wire):
    id: str | None = None
    name: str | None = None
    location: str | None = None
    template: str | None = None
    template_group: str | None = None


class _Thing(Wire):
    id: str | None = None
    type: str | None = None
    creation_time: str | None = None
    time_created: str | None = None

    @property
    def made(self) -> datetime | None:
        """When it was created, None if it does not say."""
        return instant(self.creation_time) or instant(self.time_created)


_read_group = reader(_Group)
_read_thing = reader(_Thing)

Inside = Mapping[str, Sequence[_Thing]]
"""What is in each group, by its id in lower case."""


class Staging:
    """Lists the groups that the service made."""

    def __init__(self, arm: Arm) -> None:
        """Take the door to ARM."""
        self._arm = arm

    async def groups(self, subscription: str) -> Sequence[StagingGroup] | Fault:
        """Return those of a subscription that we may read, or the first fault."""
        groups = await rows(self._arm, _GROUPS, [subscription])
        if isinstance(groups, Fault):
            return groups
        things = await rows(self._arm, _INSIDE, [subscription])
        if isinstance(things, Fault):
            return things
        inside: defaultdict[str, list[_Thing]] = defaultdict(list)
        for each in (one for row in things for one in _things(row)):
            inside[(each.id or "").lower().partition("/providers/")[0]].append(each)
        return [group for row in groups for group in _groups(row, inside)]


def _things(row: Raw) -> Iterator[_Thing]:
    try:
        yield _read_thing(row)
    except WireError:
        return


def _groups(row: Raw, inside: Inside) -> Iterator[StagingGroup]:
    """Yield the group of a row, none if it cannot be told."""
    try:
        told = _read_group(row)
    except WireError:
        return
    if not told.id or not told.name:
        return
    held = inside.get(told.id.lower(), ())
    yield StagingGroup(
        id=ResourceId(told.id.lower()),
        name=told.name,
        region=region(told.location) if told.location else Region(""),
        template=_owner(told),
        made=min(filter(None, (each.made for each in held)), default=None),
        building=tuple(
            sorted(each.id for each in held if each.id and (each.type or "").lower() != ACCOUNT)
        ),
    )


def _owner(told: _Group) -> TemplateId | None:
    """Return the template that the tags name."""
    if not (told.id and told.template and told.template_group):
        return None
    place = "/".join(told.id.split("/")[:3])
    group = f"{place}/resourceGroups/{told.template_group}"
    try:
        return template_id(
            f"{group}/providers/Microsoft.VirtualMachineImages/imageTemplates/{told.template}"
        )
    except ValueError:
        return None
