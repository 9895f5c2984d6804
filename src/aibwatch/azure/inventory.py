"""Queries of Azure Resource Graph, to their last page; a row that makes no sense costs only itself.

API version 2021-03-01. It tells only what the caller may read, so what it leaves out may be there.
"""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from itertools import count

from azure.core.rest import HttpRequest

from aibwatch.azure.arm import TENANT, Arm
from aibwatch.azure.faults import from_answer, nonsense
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Raw, Wire, WireError, named, reader
from aibwatch.model.fault import Fault

URL = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"

BATCH = 200
"""Ids in one query: far fewer rows than the 1,000 of an answer, so there is mostly one page."""

TOP = 1000
MOST_PAGES = 10
"""More pages than any answer to a batch has; one that goes on is nonsense."""


class _Result(Wire):
    data: list[Raw] | None = None
    skip_token: str | None = named("$skipToken")


_read_result = reader(_Result)


async def rows(
    arm: Arm, query: str, subscriptions: Iterable[str], need: Need = Need.ROUTINE
) -> Sequence[Raw] | Fault:
    """Return the rows that answer a query, or the first fault.

    Of all subscriptions that we may read if none is named.
    """
    found: list[Raw] = []
    token: str | None = None
    for page in count(1):
        body = _asks(query, sorted(set(subscriptions)), token)
        answer = await arm.send(TENANT, HttpRequest("POST", URL, json=body), need)
        if isinstance(answer, Fault):
            return answer
        if answer.status_code != HTTPStatus.OK:
            return from_answer(answer.status_code, answer.headers, answer.body)
        try:
            result = _read_result(answer.body)
        except WireError as error:
            return nonsense(str(error))
        if result.data is None:
            return nonsense("an answer of Resource Graph without data")
        found += result.data
        token = result.skip_token
        if not token:
            return found
        if page == MOST_PAGES:
            break
    return nonsense(f"the answer does not end ({MOST_PAGES} pages)")


def _asks(query: str, subscriptions: list[str], token: str | None) -> dict[str, object]:
    options: dict[str, object] = {"resultFormat": "objectArray", "$top": TOP}
    if token:
        options["$skipToken"] = token
    asks: dict[str, object] = {"query": query, "options": options}
    return {**asks, "subscriptions": subscriptions} if subscriptions else asks


def listed(names: Iterable[str]) -> str:
    """Return names as a query lists them; a quote in one cannot break out of its text."""
    return ", ".join(f"'{quoted(each)}'" for each in names)


def quoted(text: str) -> str:
    """Return a text as it stands between the quotes of a query."""
    return text.replace("\\", "\\\\").replace("'", "\\'")
