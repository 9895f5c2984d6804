"""A live template's last failures, for `aibwatch classify TEMPLATE`: it only reads."""

import asyncio

from aibwatch.cli.cases import Row, told
from aibwatch.cli.output import notify
from aibwatch.config.schema import Settings
from aibwatch.daemon.wiring import azure_of
from aibwatch.diagnose.classify import classify_run, classify_submission
from aibwatch.errors import PermissionDeniedError, TemporaryError
from aibwatch.model.fault import WATCHER, Fault, FaultKind
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.template import ProvisioningState, RunState, Template

_BAD = frozenset({RunState.FAILED, RunState.CANCELED, RunState.PARTIALLY_SUCCEEDED})


def last_failures(settings: Settings, template: TemplateId) -> list[Row]:
    """Return what its last run and its submission say, each if it failed.

    Raises PermissionDeniedError or TemporaryError if it cannot be read.
    """
    found = asyncio.run(_read(settings, template))
    own = settings.policy().signatures
    rows = []
    if found.provisioning is ProvisioningState.FAILED:
        rows.append(told(f"{name_of(template)} submission", classify_submission(found, own)))
    if found.run and found.run.state in _BAD:
        started = f"{name_of(template)} {found.run.started:%Y-%m-%dT%H:%M:%SZ}"
        rows.append(told(started, classify_run(found.run, own=own)))
    if not rows:
        notify(f"{name_of(template)} did not fail: neither its last run nor its submission")
    return rows


async def _read(settings: Settings, template: TemplateId) -> Template:
    azure = await azure_of(settings)
    try:
        answer = await azure.template(template)
    finally:
        await azure.close()
    if isinstance(answer, Fault):
        says = f"{name_of(template)} cannot be read: {answer}"
        if answer.kind in (FaultKind.AUTH, FaultKind.PERMISSION):
            raise PermissionDeniedError(says)
        remedy = "look at the network" if answer.kind in WATCHER else "try again, or mend its id"
        message = f"{says}; {remedy}"
        raise TemporaryError(message)
    return answer
