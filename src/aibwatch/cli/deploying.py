"""Making a template in Azure and waiting until it is provisioned, for `aibwatch replicate`."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from aibwatch.azure.creation import open_creation
from aibwatch.cli.output import notify
from aibwatch.config.schema import Settings
from aibwatch.daemon.wiring import azure_of, azure_settings
from aibwatch.errors import AibwatchError, PermissionDeniedError, TemporaryError
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.template import ProvisioningState, Template
from aibwatch.ports import Azure

PATIENCE = timedelta(minutes=30)
"""Until provisioning is given up: it took 11 to 37 s in recordings."""

UNSURE = frozenset({FaultKind.TIMEOUT, FaultKind.PLATFORM, FaultKind.NONSENSE})
"""Kinds after which the template may have come to be all the same."""


class NotMadeError(AibwatchError):
    """Azure refused to make the template, or could not provision it."""

    exit_code = 2


def deploy(settings: Settings, template: TemplateId, body: Mapping[str, object]) -> Template:
    """Make a template and return it once it is provisioned.

    Raises NotMadeError, PermissionDeniedError, or TemporaryError if nobody can say.
    """
    return asyncio.run(_deploy(settings, template, body))


async def _deploy(settings: Settings, template: TemplateId, body: Mapping[str, object]) -> Template:
    azure = await azure_of(settings)
    creation = await open_creation(azure_settings(settings), template)
    try:
        await _must_be_new(azure, template)
        fault = await creation.create(template, body)
        if fault and fault.kind not in UNSURE:
            raise _refused(template, fault)
        return await _provisioned(azure, template, settings, fault)
    finally:
        await creation.close()
        await azure.close()


async def _must_be_new(azure: Azure, template: TemplateId) -> None:
    """Azure Image Builder updates hardly anything in place: what is there must be deleted first."""
    found = await azure.template(template)
    if isinstance(found, Template):
        message = f"{name_of(template)} is there already; delete it first, or choose another suffix"
        raise NotMadeError(message)
    if found.kind is not FaultKind.NOT_FOUND:
        raise _refused(template, found)


async def _provisioned(
    azure: Azure, template: TemplateId, settings: Settings, fault: Fault | None
) -> Template:
    """Read the template until it is provisioned: the answer to the request may have been lost.

    One that is not to be seen within `failover.settle` was not made.
    """
    interval, settle = settings.poll.active_interval, settings.failover.settle
    waited = timedelta(0)
    while True:
        found = await azure.template(template)
        if isinstance(found, Template) and found.provisioning is not ProvisioningState.CREATING:
            break
        if isinstance(found, Fault) and found.kind is FaultKind.NOT_FOUND and waited >= settle:
            raise _refused(template, fault or found)
        if waited >= PATIENCE:
            message = f"whether {name_of(template)} was made is not known: {found}; look there"
            raise TemporaryError(message)
        notify(f"{name_of(template)}: {'creating' if isinstance(found, Template) else found}")
        await asyncio.sleep(interval.total_seconds())
        waited += interval
    if found.provisioning is ProvisioningState.SUCCEEDED:
        return found
    why = found.provisioning_error or f"its provisioning state is {found.provisioning}"
    message = f"{name_of(template)} was not provisioned: {why}; delete it, mend that and try again"
    raise NotMadeError(message)


def _refused(template: TemplateId, fault: Fault) -> AibwatchError:
    says = f"{name_of(template)} was not made: {fault}"
    if fault.kind in (FaultKind.AUTH, FaultKind.PERMISSION):
        right = "Microsoft.VirtualMachineImages/imageTemplates/write"
        return PermissionDeniedError(f"{says}; grant {right} on its resource group")
    if fault.kind in (FaultKind.NETWORK, FaultKind.THROTTLED, *UNSURE):
        return TemporaryError(f"{says}; try again")
    return NotMadeError(says)
