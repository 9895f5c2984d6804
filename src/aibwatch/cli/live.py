"""A live template's last failures, for `aibwatch classify TEMPLATE`: it only reads."""

import asyncio

from aibwatch.cli.cases import Row, told
from aibwatch.cli.output import notify
from aibwatch.config.schema import Settings
from aibwatch.daemon.wiring import azure_of
from aibwatch.diagnose.classify import classify_run, classify_submission
from aibwatch.errors import PermissionDeniedError, TemporaryError
from aibwatch.model.buildlog import BuildLog
from aibwatch.model.fault import WATCHER, Fault, FaultKind
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.template import ProvisioningState, RunState, Template

_BAD = frozenset({RunState.FAILED, RunState.CANCELED, RunState.PARTIALLY_SUCCEEDED})


def last_failures(settings: Settings, template: TemplateId) -> list[Row]:
    """Return what its last run and its submission say, each if it failed.

    Raises PermissionDeniedError or TemporaryError if it cannot be read.
    """
    found, log = asyncio.run(_read(settings, template))
    own = settings.policy().signatures
    rows = []
    if found.provisioning is ProvisioningState.FAILED:
        rows.append(told(f"{name_of(template)} submission", classify_submission(found, own)))
    if found.run and found.run.state in _BAD:
        started = f"{name_of(template)} {found.run.started:%Y-%m-%dT%H:%M:%SZ}"
        rows.append(told(started, classify_run(found.run, log, own)))
    if not rows:
        notify(f"{name_of(template)} did not fail: neither its last run nor its submission")
    return rows


async def _read(settings: Settings, template: TemplateId) -> tuple[Template, BuildLog | None]:
    """Return a template, and its last run's log if that failed and logs are to be read."""
    azure = await azure_of(settings)
    try:
        answer = await azure.template(template)
        if isinstance(answer, Fault):
            raise _unreadable(template, answer)
        failed = answer.run is not None and answer.run.state is RunState.FAILED
        wanted = failed and settings.policy().logs
        return answer, await azure.build_log(answer) if wanted else None
    finally:
        await azure.close()


def _unreadable(template: TemplateId, fault: Fault) -> PermissionDeniedError | TemporaryError:
    says = f"{name_of(template)} cannot be read: {fault}"
    if fault.kind in (FaultKind.AUTH, FaultKind.PERMISSION):
        return PermissionDeniedError(says)
    remedy = "look at the network" if fault.kind in WATCHER else "try again, or mend its id"
    return TemporaryError(f"{says}; {remedy}")
