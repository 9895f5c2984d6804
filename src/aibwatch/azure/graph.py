"""Last known runs, and accounts, from Azure Resource Graph (`ports.Inventory`).

It is late, but there in an outage.

API version 2021-03-01. Dates stay text: year 1 breaks the query language's own arithmetic.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from azure.core.rest import HttpRequest

from aibwatch.azure.arm import TENANT, Arm
from aibwatch.azure.faults import from_answer, nonsense
from aibwatch.azure.template import LastRun, read_run
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region, TemplateId, region, subscription_of, template_id
from aibwatch.model.template import Run

URL = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"

BATCH = 200
"""Template ids in one query: far fewer rows than the 1,000 of an answer, so there is one page."""

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


class _Result(Wire):
    data: list[_Row | None] | None = None


class _Account(Wire):
    location: str | None = None


class _Accounts(Wire):
    data: list[_Account | None] | None = None


_read_result = reader(_Result)
_read_accounts = reader(_Accounts)


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
        body = {
            "subscriptions": sorted({subscription_of(each) for each in templates}),
            "query": query(templates),
            "options": {"resultFormat": "objectArray", "$top": len(templates)},
        }
        answer = await self._asked(body)
        if isinstance(answer, Fault):
            return answer
        try:
            rows = _read_result(answer).data or ()
        except WireError as error:
            return nonsense(str(error))
        return [run for row in rows if row for run in _runs(row)]

    async def account_region(self, account: str) -> Region | Fault | None:
        """Return where a storage account is, of whatever subscription that we may read.

        Names of accounts are unique in all of Azure.
        """
        body = {
            "query": _ACCOUNT.format(name=_quoted(account)),
            "options": {"resultFormat": "objectArray", "$top": 1},
        }
        answer = await self._asked(body)
        if isinstance(answer, Fault):
            return answer
        try:
            rows = _read_accounts(answer).data or ()
        except WireError as error:
            return nonsense(str(error))
        return next((region(each.location) for each in rows if each and each.location), None)

    async def _asked(self, body: Mapping[str, object]) -> bytes | Fault:
        answer = await self._arm.send(TENANT, HttpRequest("POST", URL, json=body))
        if isinstance(answer, Fault):
            return answer
        if answer.status_code != HTTPStatus.OK:
            return from_answer(answer.status_code, answer.headers, answer.body)
        return answer.body


def query(templates: Sequence[TemplateId]) -> str:
    """Return the query for these templates; a quote in a name cannot break out of its text."""
    return _QUERY.format(ids=", ".join(f"'{_quoted(each)}'" for each in templates))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _runs(row: _Row) -> list[Run]:
    """Return the run of a row, none if its template never ran or cannot be told."""
    try:
        run = read_run(template_id(row.id or ""), row)
    except ValueError:
        return []
    return [run] if run else []
