"""Build logs (`ports.Logs`): which log is a run's own, and where our token may go to read it.

The storage account is the one that ARM shows in the template's staging group. What a run's message
says of a log is used only where it is that account's own address. Source of the layout, container
`packerlogs` with a folder for each run: learn.microsoft.com, image-builder-troubleshoot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec

from azure.core.credentials_async import AsyncTokenCredential

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.blobs import Blob, Blobs, Content
from aibwatch.azure.faults import nonsense
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.loglocation import LogLocation, find
from aibwatch.model.secrets import without_secrets
from aibwatch.model.template import Run, Template

API_VERSION = "2023-05-01"
CONTAINER = "packerlogs"
FILE = "/customization.log"

LATE = timedelta(minutes=15)
"""A log may begin late, for all that is known; the run of before has ended its own by then."""
MOST_ACCOUNTS = 4
"""A staging group has one account; one that is the customer's own may have more."""

ACCOUNTS_RIGHT = "Microsoft.Storage/storageAccounts/read"
BLOBS_RIGHT = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"

_NO_BLOB = frozenset({"blobnotfound", "containernotfound"})
"""Codes of a 404 that come from the account itself; other 404s say nothing about the log."""


class _Endpoints(Wire):
    blob: str | None = None


class _Placed(Wire):
    primary_endpoints: _Endpoints | None = None


class _Account(Wire):
    id: str | None = None
    properties: _Placed | None = None


class _Accounts(Wire):
    value: list[_Account | None] | None = None


_read_accounts = reader(_Accounts)


@dataclass(frozen=True, slots=True)
class Account:
    """A storage account of a staging group, as ARM shows it."""

    id: str
    """ARM id, lower case."""
    endpoint: str
    """`primaryEndpoints.blob` without a trailing slash: https, by ARM's own word."""


class BuildLogs:
    """Reads the begin and the end of `customization.log`."""

    def __init__(self, arm: Arm, tokens: AsyncTokenCredential) -> None:
        """Take the door to ARM, and tokens for Storage."""
        self._arm = arm
        self._installed = installed()
        self._blobs = Blobs(arm, tokens)

    async def build_log(self, template: Template) -> BuildLog:
        """Read the log of the last run of a template; never raises for what Azure does."""
        if template.run is None:
            return BuildLog(LogState.UNREAD, "the template never ran")
        if not self._installed:
            return _unreadable("azure-storage-blob is missing: pip install 'aibwatch[blob]'")
        if not template.staging:
            return _unreadable("Azure does not say which staging group the template has")
        accounts = await self._accounts(template)
        if isinstance(accounts, Fault):
            return _not_read(accounts, ACCOUNTS_RIGHT)
        if not accounts:
            return _unreadable(f"no storage account is to be seen in {template.staging}")
        return await self._search(template, template.run, accounts)

    async def _accounts(self, template: Template) -> Sequence[Account] | Fault:
        url = path(f"{template.staging}/providers/Microsoft.Storage/storageAccounts", API_VERSION)
        body = await self._arm.read(template.id.split("/")[2], url, Need.ROUTINE)
        if isinstance(body, Fault):
            return body
        try:
            told = _read_accounts(body).value or ()
        except WireError as error:
            return nonsense(str(error))
        found = (_account(each) for each in told if each)
        return [each for each in found if each][:MOST_ACCOUNTS]

    async def _search(self, template: Template, run: Run, accounts: Sequence[Account]) -> BuildLog:
        """Read the log where the message says it is, if it may say so; else look for it."""
        named = find(run.message)
        home = next((each for each in accounts if named and _is_home(named, each)), None)
        if named and home:
            return await self._read(home, named.container, named.blob, template)
        for account in accounts:
            log = await self._look(account, template, run)
            if log.state is not LogState.ABSENT:
                return log
        if named:
            return _unreadable("the message names a log elsewhere than in the staging account")
        return _absent(template)

    async def _look(self, account: Account, template: Template, run: Run) -> BuildLog:
        listed = await self._blobs.list(account.endpoint, CONTAINER)
        if isinstance(listed, Fault):
            return _failed(listed, template)
        name = _of_run(listed, run)
        if name is None:
            return _absent(template)
        return await self._read(account, CONTAINER, name, template)

    async def _read(
        self, account: Account, container: str, blob: str, template: Template
    ) -> BuildLog:
        found = await self._blobs.read(account.endpoint, container, blob)
        if isinstance(found, Fault):
            return _failed(found, template)
        return _present(found, f"{container}/{blob}")


def installed() -> bool:
    """Return whether the extra `blob` is there, without importing it: that takes a while."""
    try:
        return find_spec("azure.storage.blob") is not None
    except ModuleNotFoundError:
        return False


def _account(wire: _Account) -> Account | None:
    placed = wire.properties or _Placed()
    endpoint = (placed.primary_endpoints or _Endpoints()).blob or ""
    if not wire.id or not endpoint.lower().startswith("https://"):
        return None
    return Account(wire.id.lower(), endpoint.rstrip("/"))


def _is_home(named: LogLocation, account: Account) -> bool:
    """Whether a message names a log of this very account."""
    if named.resource:
        return named.resource == account.id
    return named.endpoint.lower() == account.endpoint.lower()


def _of_run(blobs: Sequence[Blob], run: Run) -> str | None:
    """Return the log that was begun while the run went on, or soon after.

    One that is older is the last run's, which may be written to its end while this one begins.
    Storage tells times to the second.
    """
    since = run.started.replace(microsecond=0)
    until = run.ended + LATE if run.ended else None
    within = [
        (each.created, each.name)
        for each in blobs
        if each.name.lower().endswith(FILE)
        and each.created
        and since <= each.created
        and (until is None or each.created <= until)
    ]
    return max(within)[1] if within else None


def _present(content: Content, where: str) -> BuildLog:
    head, tail = (
        without_secrets(each.decode("utf-8", errors="replace"))
        for each in (content.head, content.tail)
    )
    return BuildLog(LogState.PRESENT, f"{content.size} bytes", head, tail, where)


def _failed(fault: Fault, template: Template) -> BuildLog:
    if fault.kind is FaultKind.NOT_FOUND and fault.code.lower() in _NO_BLOB:
        return _absent(template)
    return _not_read(fault, BLOBS_RIGHT)


def _absent(template: Template) -> BuildLog:
    """Say that there is no log, unless it may have gone with an older staging group."""
    run = template.run
    if run and template.modified and template.modified > run.started:
        return _unreadable("the template changed after the run, and may have a new staging group")
    return BuildLog(LogState.ABSENT, f"{CONTAINER} has no log of this run")


def _not_read(fault: Fault, right: str) -> BuildLog:
    """Say why a log was not read; what our own budget put off was not asked for."""
    if fault.kind is FaultKind.THROTTLED:
        return BuildLog(LogState.UNREAD, str(fault))
    if fault.kind is FaultKind.PERMISSION:
        says = f"{fault}; it takes {right}, and a firewall of the account that lets us in"
        return _unreadable(says)
    return _unreadable(str(fault))


def _unreadable(says: str) -> BuildLog:
    return BuildLog(LogState.UNREADABLE, without_secrets(says))
