"""Templates and runs over a real TLS connection, with answers from a script."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from aibwatch.azure.door import RealAzure
from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.template import Template
from aibwatch.ports import Reply
from scripted_arm import SUBSCRIPTION, WEB, Manner, Said, ScriptedArm, opened, scripted
from template_bodies import page, template, written

T = TypeVar("T")

HTML = Said(b"<html>502 Bad Gateway</html>", headers={"Content-Type": "text/html"})
ACCEPTED = Said(
    status=202,
    headers={"Azure-AsyncOperation": "https://x/op?s=signed", "x-ms-request-id": "r-1"},
)


def said(status: int, code: str) -> Said:
    """Return an ARM error."""
    return Said(written({"error": {"code": code, "message": "told"}}), status)


def ask(
    directory: Path,
    question: Callable[[RealAzure], Awaitable[T]],
    *answers: Said,
) -> tuple[T, ScriptedArm]:
    """Ask an Azure that may start WEB, and return its answer and the script as it was played.

    A call's time is short only where it has to run out: a busy machine is slow.
    """
    endless = {each.manner for each in answers} & {Manner.SILENCE, Manner.TRICKLE}
    call_seconds = 0.3 if endless else 30.0

    async def asking() -> tuple[T, ScriptedArm]:
        async with (
            scripted(directory, *answers) as arm,
            opened(arm.settings(call_seconds), frozenset({WEB})) as azure,
        ):
            return await question(azure), arm

    return asyncio.run(asking())


def listed(azure: RealAzure) -> Awaitable[Sequence[Template] | Fault]:
    """List the templates."""
    return azure.templates(SUBSCRIPTION)


def read(azure: RealAzure) -> Awaitable[Template | Fault]:
    """Read one template."""
    return azure.template(WEB)


def start(azure: RealAzure) -> Awaitable[Reply]:
    """Run the one template."""
    return azure.start(WEB)


def test_a_list_follows_its_pages(tmp_path: Path) -> None:
    """The link to the next page is followed as it was given, its token untouched."""

    async def asking() -> tuple[Sequence[Template] | Fault, ScriptedArm]:
        async with scripted(tmp_path, Said()) as arm, opened(arm.settings()) as azure:
            following = f"{arm.endpoint}/next?api-version=2025-10-01&$skiptoken=a%2Bb%3D%3D"
            arm.answers[:] = [
                Said(page(template("a"), following=following)),
                Said(page(template("b"))),
            ]
            return await listed(azure), arm

    found, arm = asyncio.run(asking())

    assert not isinstance(found, Fault)
    assert [each.id.rpartition("/")[2] for each in found] == ["a", "b"]
    assert [each.path for each in arm.heard][1] == "/next"
    assert "skiptoken=a%2Bb%3D%3D" in arm.heard[1].query


@pytest.mark.parametrize("host", ["https://evil.example", "http://localhost", "https://localhost"])
def test_a_list_that_goes_on_at_another_host_is_nonsense(tmp_path: Path, host: str) -> None:
    """Another host must not get the token, so it is not even asked."""
    found, arm = ask(tmp_path, listed, Said(page(template("a"), following=f"{host}/next")))

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NONSENSE
    assert len(arm.heard) == 1


def test_a_list_that_leads_back_to_itself_is_nonsense(tmp_path: Path) -> None:
    """It would never end."""

    async def asking() -> tuple[Sequence[Template] | Fault, int]:
        async with scripted(tmp_path, Said()) as arm, opened(arm.settings()) as azure:
            arm.answers[:] = [Said(page(template("a"), following=f"{arm.endpoint}/again"))]
            return await listed(azure), len(arm.heard)

    found, requests = asyncio.run(asking())

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NONSENSE
    assert requests == 2


def test_a_link_with_braces_is_followed(tmp_path: Path) -> None:
    """The SDK formats URLs; what looks like a placeholder in one must not stop the list."""

    async def asking() -> Sequence[Template] | Fault:
        async with scripted(tmp_path, Said()) as arm, opened(arm.settings()) as azure:
            following = f"{arm.endpoint}/next?$skiptoken={{x}}"
            arm.answers[:] = [Said(page(template("a"), following=following)), Said(page())]
            return await listed(azure)

    found = asyncio.run(asking())

    assert not isinstance(found, Fault)


def test_a_second_list_gives_unchanged_templates_as_the_same_objects(tmp_path: Path) -> None:
    """Over the wire too, where each page is other bytes in memory."""

    async def twice(azure: RealAzure) -> tuple[object, object]:
        return await listed(azure), await listed(azure)

    (first, second), _ = ask(tmp_path, twice, Said(page(template("a"))))

    assert isinstance(first, list)
    assert isinstance(second, list)
    assert first[0] is second[0]


def test_a_list_that_fails_half_way_is_a_fault_and_not_half_a_list(tmp_path: Path) -> None:
    """Half a list would make the other half look deleted."""

    async def asking() -> Sequence[Template] | Fault:
        async with scripted(tmp_path, Said()) as arm, opened(arm.settings()) as azure:
            first = Said(page(template("a"), following=f"{arm.endpoint}/next"))
            arm.answers[:] = [first, said(503, "ServiceUnavailable")]
            return await listed(azure)

    found = asyncio.run(asking())

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.PLATFORM


def test_a_list_that_has_begun_is_not_put_off_half_way(tmp_path: Path) -> None:
    """A busy neighbour would otherwise stop every long list at its second page."""
    low = {"x-ms-ratelimit-remaining-subscription-reads": "1"}

    async def asking() -> tuple[Sequence[Template] | Fault, Sequence[Template] | Fault]:
        async with scripted(tmp_path, Said()) as arm, opened(arm.settings()) as azure:
            first = page(template("a"), following=f"{arm.endpoint}/next")
            arm.answers[:] = [Said(first, headers=low), Said(page(template("b")), headers=low)]
            return await listed(azure), await listed(azure)

    found, again = asyncio.run(asking())

    assert not isinstance(found, Fault)
    assert len(found) == 2
    assert isinstance(again, Fault)
    assert again.kind is FaultKind.THROTTLED


@pytest.mark.parametrize("question", [listed, read])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (HTML, FaultKind.NONSENSE),
        (Said(written(template())[:100]), FaultKind.NONSENSE),
        (Said(b"{}"), FaultKind.NONSENSE),
        (Said(b""), FaultKind.NONSENSE),
        (Said(b" " * (10 << 20)), FaultKind.NONSENSE),
        (Said(page() + b" " * (10 << 20)), FaultKind.NONSENSE),
        (Said(status=302, headers={"Location": "https://evil.example"}), FaultKind.NONSENSE),
        (Said(HTML.body, 502), FaultKind.PLATFORM),
        (said(429, "TooManyRequests"), FaultKind.THROTTLED),
        (said(404, "ResourceNotFound"), FaultKind.NOT_FOUND),
        (Said(manner=Manner.RESET_BEFORE), FaultKind.TIMEOUT),
        (Said(b'{"value": [', manner=Manner.RESET_WITHIN), FaultKind.TIMEOUT),
        (Said(manner=Manner.SILENCE), FaultKind.TIMEOUT),
        (Said(b" ", manner=Manner.TRICKLE), FaultKind.TIMEOUT),
    ],
)
def test_a_bad_answer_to_a_read_is_a_fault(
    tmp_path: Path,
    question: Callable[[RealAzure], Awaitable[object]],
    answer: Said,
    kind: FaultKind,
) -> None:
    """Bounded in time and size, and never raised."""
    found, _ = ask(tmp_path, question, answer)

    assert isinstance(found, Fault)
    assert found.kind is kind


@pytest.mark.parametrize(
    ("answer", "event", "kind"),
    [
        (said(400, "BadRequest"), Event.REFUSED, FaultKind.REJECTED),
        (said(401, "ExpiredAuthenticationToken"), Event.REFUSED, FaultKind.AUTH),
        (said(403, "AuthorizationFailed"), Event.REFUSED, FaultKind.PERMISSION),
        (said(404, "ResourceNotFound"), Event.REFUSED, FaultKind.NOT_FOUND),
        (said(429, "TooManyRequests"), Event.REFUSED, FaultKind.THROTTLED),
        (said(409, "OperationNotAllowed"), Event.UNCLEAR, FaultKind.CONFLICT),
        (said(405, "OperationNotAllowed"), Event.UNCLEAR, FaultKind.CONFLICT),
        (said(408, "RequestTimeout"), Event.UNCLEAR, FaultKind.TIMEOUT),
        (said(500, "InternalServerError"), Event.UNCLEAR, FaultKind.PLATFORM),
        (said(504, "GatewayTimeout"), Event.UNCLEAR, FaultKind.PLATFORM),
        (Said(HTML.body, 502), Event.UNCLEAR, FaultKind.PLATFORM),
        (HTML, Event.UNCLEAR, FaultKind.NONSENSE),
        (Said(status=302), Event.UNCLEAR, FaultKind.NONSENSE),
        (Said(manner=Manner.RESET_BEFORE), Event.UNCLEAR, FaultKind.TIMEOUT),
        (Said(manner=Manner.SILENCE), Event.UNCLEAR, FaultKind.TIMEOUT),
        (Said(b" ", manner=Manner.TRICKLE), Event.UNCLEAR, FaultKind.TIMEOUT),
    ],
)
def test_a_run_request_is_sent_once_whatever_is_answered(
    tmp_path: Path, answer: Said, event: Event, kind: FaultKind
) -> None:
    """REFUSED only where surely nothing began; the SDK's own four tries are off."""
    reply, arm = ask(tmp_path, start, answer)

    assert reply.fault is not None
    assert (reply.event, reply.fault.kind) == (event, kind)
    assert [(each.method, each.path.lower()) for each in arm.heard] == [("POST", f"{WEB}/run")]


def test_an_accepted_run_began_and_is_not_polled(tmp_path: Path) -> None:
    """The operation URL is kept, opaque; the template itself is what is watched."""
    reply, arm = ask(tmp_path, start, ACCEPTED)

    assert reply == Reply(Event.BEGAN, None, "https://x/op?s=signed", "r-1")
    assert len(arm.heard) == 1


def test_a_cancel_that_was_answered_204_began(tmp_path: Path) -> None:
    """Recorded: no body and no headers to poll."""
    reply, arm = ask(tmp_path, lambda azure: azure.cancel(WEB), Said(status=204))

    assert reply.event is Event.BEGAN
    assert arm.heard[0].path.lower() == f"{WEB}/cancel"


def test_a_refused_connection_refuses_a_run(tmp_path: Path) -> None:
    """Nothing was sent, so surely nothing began, and the fault is ours."""

    async def asking() -> tuple[Reply, Template | Fault]:
        async with scripted(tmp_path, Said()) as arm:
            settings = arm.settings()
        async with opened(settings, frozenset({WEB})) as azure:
            return await start(azure), await read(azure)

    reply, found = asyncio.run(asking())

    assert reply.fault is not None
    assert (reply.event, reply.fault.kind) == (Event.REFUSED, FaultKind.NETWORK)
    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NETWORK


def test_a_run_of_a_template_that_was_not_named_never_leaves(tmp_path: Path) -> None:
    """The gate is in the pipeline of every client."""

    async def asking() -> tuple[Reply, Reply, int]:
        async with scripted(tmp_path, ACCEPTED) as arm, opened(arm.settings()) as azure:
            return await azure.start(WEB), await azure.cancel(WEB), len(arm.heard)

    run, cancel, requests = asyncio.run(asking())

    assert run.fault is not None
    assert (run.event, run.fault.kind) == (Event.REFUSED, FaultKind.FORBIDDEN_HERE)
    assert cancel.event is Event.REFUSED
    assert requests == 0


def test_a_missing_registration_is_not_mended(tmp_path: Path) -> None:
    """The SDK's own policy would POST a registration, and wait for it for ever."""
    _, arm = ask(tmp_path, start, said(409, "MissingSubscriptionRegistration"))

    assert [each.method for each in arm.heard] == ["POST"]
    assert arm.heard[0].path.endswith("/run")


def test_what_an_operator_ordered_leaves_once(tmp_path: Path) -> None:
    """The gate opens for his request alone, and is shut before and after (PROMISES S36)."""

    async def asking() -> tuple[list[Event], list[str]]:
        async with scripted(tmp_path, ACCEPTED) as arm, opened(arm.settings()) as azure:
            before = await azure.start(WEB)
            ordered = await azure.start(WEB, ordered=True)
            after = await azure.start(WEB)
            return [each.event for each in (before, ordered, after)], [x.path for x in arm.heard]

    events, paths = asyncio.run(asking())

    assert events == [Event.REFUSED, Event.BEGAN, Event.REFUSED]
    assert [each.rpartition("/")[2] for each in paths] == ["run"]
