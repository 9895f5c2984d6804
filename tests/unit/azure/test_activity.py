"""The Activity Log: events by correlation id, and answers that should not be believed."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.fault import Fault, FaultKind
from scripted_arm import SUBSCRIPTION, WEB, Heard, Said, opened, scripted

SINCE = datetime(2026, 3, 2, 12, tzinfo=UTC)
RUN = "Microsoft.VirtualMachineImages/imageTemplates/run/action"
Event = Mapping[str, object]


def event(
    status: str, second: int = 0, correlation: str = "c1", **changes: object
) -> Mapping[str, object]:
    """Return one event of a request to run a template."""
    return {
        "correlationId": correlation,
        "eventTimestamp": f"2026-03-02T12:00:{second:02}.1234567Z",
        "operationName": {"value": RUN, "localizedValue": "Run an image template"},
        "resourceId": WEB.upper(),
        "status": {"value": status},
        "caller": "pipeline@contoso.example",
        **changes,
    }


def failed(code: str, message: object, second: int = 1, **changes: object) -> Event:
    """Return the event of a request that failed."""
    text = message if isinstance(message, str) else json.dumps(message)
    details = {"statusCode": code, "statusMessage": text}
    return event("Failed", second, properties=details, **changes)


def ask(directory: Path, *answers: Said) -> tuple[Sequence[Attempt] | Fault, list[Heard]]:
    """Return what is made of these answers, and what was asked."""

    async def asking() -> tuple[Sequence[Attempt] | Fault, list[Heard]]:
        async with scripted(directory, *answers) as arm, opened(arm.settings(2.0)) as azure:
            return await azure.attempts(SUBSCRIPTION, SINCE), arm.heard

    return asyncio.run(asking())


def attempts(directory: Path, *events: Event | None) -> Sequence[Attempt]:
    """Return the attempts that one page of events tells of."""
    found, _heard = ask(directory, Said(json.dumps({"value": list(events)}).encode()))
    assert not isinstance(found, Fault)
    return found


def test_only_the_documented_pattern_is_asked_for(tmp_path: Path) -> None:
    """`$filter` allows no other syntax; what is not used is not selected."""
    _found, heard = ask(tmp_path, Said(b'{"value": []}'))

    query = parse_qs(heard[0].query)
    (wanted,) = query["$filter"]
    assert wanted.split(" and ") == [
        "eventTimestamp ge '2026-03-02T12:00:00Z'",
        "eventTimestamp le '2026-03-04T12:00:00Z'",
        "resourceProvider eq 'Microsoft.VirtualMachineImages'",
    ]
    assert "properties" in query["$select"][0]


def test_a_refused_request_has_its_leaf_code_and_status(tmp_path: Path) -> None:
    """The status is written by its name, the error as JSON within JSON, the newest event first."""
    error = {"error": {"code": "InternalError", "message": "It broke ?sig=abcdefghijklmnop"}}

    (found,) = attempts(tmp_path, failed("InternalServerError", error), event("Started"))

    began = SINCE + timedelta(microseconds=123456)
    assert found == Attempt(
        template=WEB,
        correlation="c1",
        began=began,
        state=AttemptState.REFUSED,
        ended=began + timedelta(seconds=1),
        status=500,
        code="InternalError",
        message="It broke ?sig=[redacted]",
        caller="pipeline@contoso.example",
    )


@pytest.mark.parametrize(
    ("code", "status"), [("GatewayTimeout", 504), ("503", 503), ("", None), ("Strange", None)]
)
def test_a_gateways_words_are_kept_as_they_are(
    tmp_path: Path, code: str, status: int | None
) -> None:
    """There is no JSON in them, and a status may be a number, or missing."""
    (found,) = attempts(tmp_path, event("Started"), failed(code, "no response"))

    assert (found.status, found.message) == (status, "no response")


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["Started"], AttemptState.OPEN),
        (["Started", "Accepted"], AttemptState.ACCEPTED),
        (["Accepted", "Succeeded"], AttemptState.SUCCEEDED),
        (["Started", "Accepted", "Failed"], AttemptState.RUN_FAILED),
        (["Started", "Failed"], AttemptState.REFUSED),
    ],
)
def test_the_events_of_one_request_make_one_attempt(
    tmp_path: Path, statuses: list[str], state: AttemptState
) -> None:
    """Whatever their order on the page."""
    told = [event(status, second) for second, status in enumerate(statuses)]

    (found,) = attempts(tmp_path, *reversed(told))

    assert found.state is state


def test_a_request_from_before_is_left_out(tmp_path: Path) -> None:
    """Azure's pages may hold a little more than was asked for."""
    before = {**event("Started"), "eventTimestamp": "2026-03-02T11:59:59Z"}

    assert attempts(tmp_path, before, failed("InternalServerError", "It broke")) == []


def test_a_failure_long_after_the_request_is_the_runs(tmp_path: Path) -> None:
    """Events come late and out of order: that it was accepted may be told last."""
    late = {**failed("OK", "The build failed"), "eventTimestamp": "2026-03-02T12:04:00Z"}

    (found,) = attempts(tmp_path, event("Started"), late)

    assert (found.state, found.status) == (AttemptState.RUN_FAILED, None)


def test_the_end_of_an_older_run_is_no_refusal(tmp_path: Path) -> None:
    """Its begin lies before the time that was asked for."""
    assert attempts(tmp_path, failed("OK", {"error": {"code": "PackerBuildFailed"}})) == []


@pytest.mark.parametrize(
    "strange",
    [
        None,
        event("Started", operationName={"value": "Microsoft.Compute/virtualMachines/write"}),
        event("Started", operationName=None),
        event("Started", eventTimestamp="yesterday"),
        event("Started", resourceId="/subscriptions/x"),
        event("Started", resourceId=None),
        event("Started", correlation=""),
        {**event("Started"), "status": None},
    ],
)
def test_events_that_make_no_sense_are_passed_over(tmp_path: Path, strange: Event | None) -> None:
    """And the others are read all the same."""
    found = attempts(tmp_path, strange, event("Started", correlation="c2"))

    assert [each.correlation for each in found] == ["c2"]


def test_requests_on_other_templates_stay_apart(tmp_path: Path) -> None:
    """Also where they have nothing else to tell them apart."""
    found = attempts(tmp_path, event("Started"), event("Started", correlation="c2"))

    assert [each.correlation for each in found] == ["c1", "c2"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Said(b"<html>"), FaultKind.NONSENSE),
        (Said(b"{}"), FaultKind.NONSENSE),
        (Said(b'{"value": {}}'), FaultKind.NONSENSE),
        (Said(b"x" * 10_000_000), FaultKind.NONSENSE),
        (Said(b'{"value": [], "nextLink": "https://stranger.invalid/x"}'), FaultKind.NONSENSE),
        (Said(b"", 403), FaultKind.PERMISSION),
        (Said(b"", 429), FaultKind.THROTTLED),
        (Said(b"", 500), FaultKind.PLATFORM),
    ],
    ids=str,
)
def test_what_is_no_log_is_a_fault(tmp_path: Path, answer: Said, kind: FaultKind) -> None:
    """Never an empty log."""
    found, _heard = ask(tmp_path, answer)

    assert isinstance(found, Fault)
    assert found.kind is kind


def test_a_log_that_does_not_end_is_nonsense(tmp_path: Path) -> None:
    """Each page is full of events."""
    many = Said(json.dumps({"value": [event("Started")] * 20_001}).encode())

    found, heard = ask(tmp_path, many)

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NONSENSE
    assert len(heard) == 1


def test_a_429_holds_up_no_template(tmp_path: Path) -> None:
    """The Activity Log has a limit of its own, so it has a lane of its own."""

    async def asking() -> tuple[object, object]:
        answers = Said(b"", 429), Said(b'{"value": []}')
        async with scripted(tmp_path, *answers) as arm, opened(arm.settings(2.0)) as azure:
            await azure.attempts(SUBSCRIPTION, SINCE)
            again = await azure.attempts(SUBSCRIPTION, SINCE)
            return again, await azure.templates(SUBSCRIPTION)

    again, templates = asyncio.run(asking())

    assert isinstance(again, Fault)
    assert again.kind is FaultKind.THROTTLED
    assert list(templates) == []  # type: ignore[call-overload]
