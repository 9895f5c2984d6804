"""Resource Graph and the self-test over a real TLS connection, with answers from a script."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from aibwatch.azure.door import RealAzure
from aibwatch.azure.graph import query
from aibwatch.azure.inventory import BATCH
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import TemplateId
from aibwatch.model.template import RunState
from scripted_arm import SUBSCRIPTION, WEB, Said, ScriptedArm, opened, scripted
from template_bodies import RUNNING, written

T = TypeVar("T")

DATE = "Mon, 02 Mar 2026 12:00:00 GMT"


def ask(
    directory: Path, question: Callable[[RealAzure], Awaitable[T]], *answers: Said
) -> tuple[T, ScriptedArm]:
    """Return what is made of the answers, and the script as it was played."""

    async def asking() -> tuple[T, ScriptedArm]:
        async with scripted(directory, *answers) as arm, opened(arm.settings()) as azure:
            return await question(azure), arm

    return asyncio.run(asking())


def rows(*data: object) -> Said:
    """Return the result of a query."""
    return Said(written({"count": len(data), "resultTruncated": "false", "data": list(data)}))


def test_a_row_is_a_run_with_its_dates_from_text(tmp_path: Path) -> None:
    """Year 1 and nine fractional digits as on the template itself; `tostring` makes no nulls."""
    spelled = WEB.replace("resourcegroups", "resourceGroups")
    never = {"id": WEB, "startTime": "", "runState": "", "endTime": "", "message": ""}

    found, arm = ask(
        tmp_path,
        lambda azure: azure.last_runs([WEB]),
        rows({"id": spelled, **RUNNING}, never, None, {"id": "x"}),
    )

    assert not isinstance(found, Fault)
    assert [(each.template, each.state, each.ended) for each in found] == [
        (WEB, RunState.RUNNING, None)
    ]
    asked = json.loads(arm.heard[0].body)
    assert arm.heard[0].method == "POST"
    assert asked["subscriptions"] == [SUBSCRIPTION]
    assert WEB in asked["query"]


def test_many_templates_are_asked_for_in_batches(tmp_path: Path) -> None:
    """So that an answer never has more rows than one page holds."""
    many = [TemplateId(f"{WEB}-{number}") for number in range(BATCH + 1)]

    _, arm = ask(tmp_path, lambda azure: azure.last_runs(many), rows())

    queries = [json.loads(each.body)["query"] for each in arm.heard]
    assert [each.count(WEB) for each in queries] == [BATCH, 1]


def test_no_templates_are_not_asked_for(tmp_path: Path) -> None:
    """A query for nothing would ask for everything."""
    found, arm = ask(tmp_path, lambda azure: azure.last_runs([]), rows())

    assert (found, arm.heard) == ([], [])


def test_a_quote_in_a_name_stays_inside_its_text() -> None:
    """A resource group's name must not become a part of the query."""
    name = TemplateId("/subscriptions/s/resourcegroups/it's\\here")

    assert "'/subscriptions/s/resourcegroups/it\\'s\\\\here'" in query([name])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Said(b"<html>"), FaultKind.NONSENSE),
        (Said(b'{"data": 5}'), FaultKind.NONSENSE),
        (Said(b"", 503), FaultKind.PLATFORM),
        (Said(b"", 429), FaultKind.THROTTLED),
    ],
)
def test_a_query_that_fails_is_a_fault(tmp_path: Path, answer: Said, kind: FaultKind) -> None:
    """Never an empty answer, which would read as "nothing newer ran"."""
    found, _ = ask(tmp_path, lambda azure: azure.last_runs([WEB]), answer)

    assert isinstance(found, Fault)
    assert found.kind is kind


@pytest.mark.parametrize(
    ("rows_told", "region"),
    [
        ([{"id": "/a", "location": "West Europe"}], "westeurope"),
        ([None, {"location": ""}], None),
        ([], None),
    ],
)
def test_an_account_s_region_is_told(
    tmp_path: Path, rows_told: list[object], region: str | None
) -> None:
    """Of all subscriptions that we may read, as its name is known in all of Azure only once."""
    found, arm = ask(tmp_path, lambda azure: azure.account_region("it's"), rows(*rows_told))

    asked = json.loads(arm.heard[0].body)
    assert found == region
    assert "name =~ 'it\\'s'" in asked["query"]
    assert "subscriptions" not in asked


@pytest.mark.parametrize("answer", [Said(b"<html>"), Said(b"", 403)])
def test_an_account_that_cannot_be_asked_for_is_a_fault(tmp_path: Path, answer: Said) -> None:
    """That is not the same as one that we may not read."""
    found, _ = ask(tmp_path, lambda azure: azure.account_region("a"), answer)

    assert isinstance(found, Fault)


@pytest.mark.parametrize("status", [200, 401, 403, 404, 429])
def test_any_answer_below_500_tells_azures_time(tmp_path: Path, status: int) -> None:
    """It proves that we reach ARM and have a token; its `Date` is Azure's own clock."""
    answer = Said(b"{}", status, {"Date": DATE})

    found, _ = ask(tmp_path, lambda azure: azure.azure_time(SUBSCRIPTION), answer)

    assert found == datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Said(b"", 500, {"Date": DATE}), FaultKind.PLATFORM),
        (Said(b"{}", 200, {"Date": "now"}), FaultKind.NONSENSE),
    ],
)
def test_a_500_or_a_missing_date_fails_the_self_test(
    tmp_path: Path, answer: Said, kind: FaultKind
) -> None:
    """Without Azure's time the start of a run cannot be told from one before it."""
    found, _ = ask(tmp_path, lambda azure: azure.azure_time(SUBSCRIPTION), answer)

    assert isinstance(found, Fault)
    assert found.kind is kind
