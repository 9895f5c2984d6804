"""Last known runs from Azure Resource Graph (`ports.Inventory`): late, but there in an outage.

API version 2021-03-01. Dates stay text: year 1 breaks the query language's own arithmetic.
"""

from collections.abc import Sequence
from http import HTTPStatus

from azure.core.rest import HttpRequest

from aibwatch.azure.arm import TENANT, Arm
from aibwatch.azure.faults import from_answer, nonsense
from aibwatch.azure.template import LastRun, read_run
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault
from aibwatch.model.names import TemplateId, subscription_of, template_id
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


class _Row(LastRun):
    id: str | None = None


class _Result(Wire):
    data: list[_Row | None] | None = None


_read_result = reader(_Result)


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
        answer = await self._arm.send(TENANT, HttpRequest("POST", URL, json=body))
        if isinstance(answer, Fault):
            return answer
        if answer.status_code != HTTPStatus.OK:
            return from_answer(answer.status_code, answer.headers, answer.body)
        try:
            rows = _read_result(answer.body).data or ()
        except WireError as error:
            return nonsense(str(error))
        return [run for row in rows if row for run in _runs(row)]


def query(templates: Sequence[TemplateId]) -> str:
    """Return the query for these templates; a quote in a name cannot break out of its text."""
    quoted = (each.replace("\\", "\\\\").replace("'", "\\'") for each in templates)
    return _QUERY.format(ids=", ".join(f"'{each}'" for each in quoted))


def _runs(row: _Row) -> list[Run]:
    """Return the run of a row, none if its template never ran or cannot be told."""
    try:
        run = read_run(template_id(row.id or ""), row)
    except ValueError:
        return []
    return [run] if run else []
