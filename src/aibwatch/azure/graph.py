"""Last known runs, and accounts, from Azure Resource Graph (`ports.Inventory`).

It is late, but there in an outage.

Dates stay text: year 1 breaks the query language's own arithmetic.
"""

from collections.abc import Sequence

from aibwatch.azure.arm import Arm
from aibwatch.azure.inventory import BATCH, listed, quoted, rows
from aibwatch.azure.template import LastRun, read_run
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Raw, Wire, WireError, reader
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region, TemplateId, region, subscription_of, template_id
from aibwatch.model.template import Run

_QUERY = """resources
| where type =~ 'microsoft.virtualmachineimages/imagetemplates'
| where id in~ ({ids})
| project id, startTime=tostring(properties.lastRunStatus.startTime), \
endTime=tostring(properties.lastRunStatus.endTime), \
runState=tostring(properties.lastRunStatus.runState), \
runSubState=tostring(properties.lastRunStatus.runSubState), \
message=tostring(properties.lastRunStatus.message)"""


_ACCOUNT = """resources
| where type =~ 'microsoft.storage/storageaccounts'
| where name =~ '{name}'
| project id, location"""


class _Row(LastRun):
    id: str | None = None


class _Account(Wire):
    location: str | None = None


_read_row = reader(_Row)
_read_account = reader(_Account)


class Graph:
    """The inventory that answers while a region's provider does not."""

    def __init__(self, arm: Arm) -> None:
        """Take the door to ARM."""
        self._arm = arm

    async def last_runs(self, templates: Sequence[TemplateId]) -> Sequence[Run] | Fault:
        """Return the last known run of those templates that it knows, or the first fault.

        It answers only what the caller may read, so a template that is left out proves nothing.
        """
        found: list[Run] = []
        for start in range(0, len(templates), BATCH):
            runs = await self._batch(templates[start : start + BATCH])
            if isinstance(runs, Fault):
                return runs
            found += runs
        return found

    async def _batch(self, templates: Sequence[TemplateId]) -> list[Run] | Fault:
        scopes = map(subscription_of, templates)
        answer = await rows(self._arm, query(templates), scopes, Need.WATCH)
        return (
            answer if isinstance(answer, Fault) else [run for row in answer for run in _runs(row)]
        )

    async def account_region(self, account: str) -> Region | Fault | None:
        """Return where a storage account is, of whatever subscription that we may read.

        Names of accounts are unique in all of Azure.
        """
        asks = _ACCOUNT.format(name=quoted(account))
        answer = await rows(self._arm, asks, (), Need.WATCH)
        if isinstance(answer, Fault):
            return answer
        return next((region(each) for each in map(_location, answer) if each), None)


def _location(row: Raw) -> str | None:
    """Return where the account of a row is, None if it does not say."""
    try:
        return _read_account(row).location
    except WireError:
        return None


def query(templates: Sequence[TemplateId]) -> str:
    """Return the query for these templates; a quote in a name cannot break out of its text."""
    return _QUERY.format(ids=listed(templates))


def _runs(raw: Raw) -> list[Run]:
    """Return the run of a row, none if its template never ran or cannot be told."""
    try:
        row = _read_row(raw)
        run = read_run(template_id(row.id or ""), row)
    except ValueError:  # a WireError is one too
        return []
    return [run] if run else []
