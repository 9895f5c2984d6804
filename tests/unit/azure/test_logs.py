"""Build logs from a storage account that should not be believed, and where our token goes."""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential

from aibwatch.azure.blobs import SCOPE
from aibwatch.azure.logs import BLOBS_RIGHT, BuildLogs
from aibwatch.model.buildlog import HEAD, TAIL, BuildLog, LogState
from aibwatch.model.template import Run, RunState, Template
from builders import a_template
from scripted_arm import WEB, Manner, Said, ScriptedArm, opened, scripted

STARTED = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAGING = "/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/it_images_web_0a1b"
ACCOUNT = f"{STAGING}/providers/microsoft.storage/storageaccounts/staging1"
GUID = "d1b5ae5c-2a3f-4d1c-9f41-3a9d1a2b3c4d"
LOG = f"packerlogs/{GUID}/customization.log"
XML = {"Content-Type": "application/xml"}


class Issuer(AsyncTokenCredential):
    """Gives a token for anything, and notes what for."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self.asked: list[tuple[tuple[str, ...], str | None]] = []

    async def get_token(
        self, *scopes: str, tenant_id: str | None = None, **_more: object
    ) -> AccessToken:
        """Note scopes and tenant."""
        self.asked.append((scopes, tenant_id))
        return AccessToken("any", 2**31)

    async def close(self) -> None:
        """Do nothing."""

    async def __aexit__(self, *_error: object) -> None:
        """Do nothing."""


def a_failed(message: str = "", **changes: object) -> Template:
    """Return a template whose last run failed with this message."""
    run = Run(WEB, STARTED, RunState.FAILED, STARTED + timedelta(minutes=4), message=message)
    template = a_template(id=WEB, run=run)
    return replace(template, staging=STAGING, modified=None, **changes)  # type: ignore[arg-type]


def accounts(endpoint: str, name: str = ACCOUNT) -> Said:
    """Return ARM's list of one storage account."""
    account = {"id": name, "properties": {"primaryEndpoints": {"blob": endpoint}}}
    return Said(json.dumps({"value": [account]}).encode())


def listed(*entries: str, marker: str = "") -> Said:
    """Return a page of a container."""
    body = f"<Blobs>{''.join(entries)}</Blobs><NextMarker>{marker}</NextMarker>"
    root = 'EnumerationResults ContainerName="packerlogs"'
    text = f'<?xml version="1.0"?><{root}>{body}</EnumerationResults>'
    return Said(text.encode(), headers=XML)


def entry(name: str = f"{GUID}/customization.log", when: str = "12:04:30", begun: str = "") -> str:
    """Return a blob of a page."""
    created = f"<Creation-Time>Mon, 02 Mar 2026 {begun} GMT</Creation-Time>" if begun else ""
    written = f"{created}<Last-Modified>Mon, 02 Mar 2026 {when} GMT</Last-Modified>"
    kind = "<BlobType>AppendBlob</BlobType>"
    return f"<Blob><Name>{name}</Name><Properties>{written}{kind}</Properties></Blob>"


def part(body: bytes, span: str, status: int = 206) -> Said:
    """Return a range of a blob."""
    headers = {"Content-Range": span, "Content-Type": "text/plain", "x-ms-blob-type": "AppendBlob"}
    return Said(body, status, headers)


def refused(status: int, code: str) -> Said:
    """Return an error of Storage."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>"
    return Said(body.encode(), status, {**XML, "x-ms-error-code": code})


def read(
    directory: Path, template: Template, *answers: Said, seconds: float = 2.0
) -> tuple[BuildLog, ScriptedArm]:
    """Return the log that is read where ARM names an account at its own address."""

    async def asking() -> tuple[BuildLog, ScriptedArm]:
        async with scripted(directory, Said()) as arm:
            arm.answers = [accounts(f"{arm.endpoint}/staging1/"), *answers]
            async with opened(arm.settings(seconds)) as azure:
                return await azure.build_log(template), arm

    return asyncio.run(asking())


def test_a_log_that_was_begun_before_the_run_is_the_last_run_s(tmp_path: Path) -> None:
    """It may be written to its end while this one begins already."""
    log, _ = read(tmp_path, a_failed(), listed(entry(begun="11:20:00")))

    assert log.state is LogState.ABSENT


def test_a_log_is_read_in_two_ranges(tmp_path: Path) -> None:
    """Begin and end, whatever lies between: of a gigabyte 64 kB are asked for."""
    size = 1_000_000_000
    head = part(b"a" * HEAD, f"bytes 0-{HEAD - 1}/{size}")
    tail = part(b"z" * TAIL, f"bytes {size - TAIL}-{size - 1}/{size}")

    log, arm = read(tmp_path, a_failed(), listed(entry()), head, tail)

    assert log == BuildLog(LogState.PRESENT, f"{size} bytes", "a" * HEAD, "z" * TAIL, LOG)
    spans = [each.headers.get("x-ms-range") for each in arm.heard[2:]]
    assert spans == [f"bytes=0-{HEAD - 1}", f"bytes={size - TAIL}-{size - 1}"]


@pytest.mark.parametrize(
    "answer",
    [
        Said(b"<html>502</html>", headers={"Content-Type": "text/html"}),
        Said(b"<?xml version='1.0'?><EnumerationResults", headers=XML),
        Said(b"<?xml version='1.0'?><EnumerationResults/>", headers=XML),
        Said(b"<?xml version='1.0'?><Other><Blobs>1</Blobs></Other>", headers=XML),
        Said(b"<?xml version='1.0'?><Other><Blobs></Blobs><NextMarker/></Other>", headers=XML),
        Said(b"{}", headers={"Content-Type": "application/json"}),
        Said(b"\xff\xfe", headers=XML),
        Said(b"", headers=XML),
        Said(b"x" * 10_000_000, headers=XML),
        Said(b"", 302, {"Location": "https://stranger.invalid/"}),
        Said(b" ", headers=XML, manner=Manner.TRICKLE),
        Said(b"<?xml", headers=XML, manner=Manner.RESET_WITHIN),
        Said(manner=Manner.SILENCE),
        refused(403, "AuthorizationFailure"),
        refused(404, "ResourceNotFound"),
        refused(409, "ContainerBeingDeleted"),
        refused(500, "InternalError"),
    ],
    ids=str,
)
def test_a_list_that_is_none_is_unreadable(tmp_path: Path, answer: Said) -> None:
    """Not absent, whatever comes, and soon."""
    log, _arm = read(tmp_path, a_failed(), answer, seconds=1.0)

    assert log.state is LogState.UNREADABLE
    assert log.says


def test_a_list_that_goes_on_and_on_is_unreadable(tmp_path: Path) -> None:
    """Each page has one more behind it."""
    log, arm = read(tmp_path, a_failed(), listed(entry("a/b.log"), marker="more"), seconds=1.0)

    assert log.state is LogState.UNREADABLE
    assert len(arm.heard) > 2


@pytest.mark.parametrize(
    "answer",
    [
        Said(b"all of it, and no word of which bytes"),
        part(b"", "bytes */5"),
        part(b"abc", "bytes 0-2/*"),
        part(b"abc", "bananas"),
        Said(b"", 304),
        part(b"x" * 10_000_000, "bytes 0-9/10"),
        Said(b"abc", 206, {"Content-Range": "bytes 0-99/100"}, Manner.TRICKLE),
        refused(403, "AuthorizationPermissionMismatch"),
    ],
    ids=str,
)
def test_a_range_that_is_none_is_unreadable(tmp_path: Path, answer: Said) -> None:
    """Wrong ranges, no ranges, more than was asked for, nothing at all."""
    log, _arm = read(tmp_path, a_failed(), listed(entry()), answer, seconds=1.0)

    assert log.state is LogState.UNREADABLE


def test_more_bytes_than_asked_for_are_cut_off(tmp_path: Path) -> None:
    """A server that ignores the length does not fill our memory."""
    log, _arm = read(
        tmp_path, a_failed(), listed(entry()), part(b"x" * (HEAD + 5), f"bytes 0-9/{HEAD}")
    )

    assert len(log.head) == HEAD


@pytest.mark.parametrize("code", ["BlobNotFound", "ContainerNotFound"])
def test_only_the_account_itself_says_that_there_is_none(tmp_path: Path, code: str) -> None:
    """It was reached, and let us in."""
    log, _arm = read(tmp_path, a_failed(), refused(404, code))

    assert log.state is LogState.ABSENT


def test_a_missing_right_is_named(tmp_path: Path) -> None:
    """In words that can be acted on."""
    log, _arm = read(tmp_path, a_failed(), refused(403, "AuthorizationPermissionMismatch"))

    assert BLOBS_RIGHT in log.says
    assert "403 AuthorizationPermissionMismatch" in log.says


@pytest.mark.parametrize(
    "answer",
    [
        Said(b'{"value": []}'),
        Said(b'{"value": [null, {"id": null}, {"id": "/a", "properties": {}}]}'),
        Said(
            b'{"value": [{"id": "/a", "properties": {"primaryEndpoints": {"blob": "http://a"}}}]}'
        ),
        Said(
            b'{"value": [{"id": "/a", "properties": {"primaryEndpoints": {"blob": "https://"}}}]}'
        ),
        Said(b"<html>"),
        Said(b'{"error": {"code": "AuthorizationFailed"}}', 403),
        Said(b'{"error": {"code": "ResourceGroupNotFound"}}', 404),
    ],
    ids=str,
)
def test_without_an_account_nothing_is_absent(tmp_path: Path, answer: Said) -> None:
    """A staging group that is gone, or that we may not see, says nothing about the log."""

    async def asking() -> BuildLog:
        async with scripted(tmp_path, answer) as arm, opened(arm.settings(2.0)) as azure:
            return await azure.build_log(a_failed())

    assert asyncio.run(asking()).state is LogState.UNREADABLE


def test_blobs_of_other_runs_and_kinds_are_passed_over(tmp_path: Path) -> None:
    """Before the run, long after it, without a date, and what is no customization log."""
    blobs = (
        entry("a/customization.log", "11:00:00"),
        entry("b/customization.log", "13:00:00"),
        entry("c/customization.log", "at noon"),
        entry("d/validation.log"),
    )

    log, arm = read(tmp_path, a_failed(), listed(*blobs))

    assert log.state in {LogState.ABSENT, LogState.UNREADABLE}
    assert len(arm.heard) == 2


def test_two_ways_to_have_no_address_are_told_apart_from_absent(tmp_path: Path) -> None:
    """A template that never ran was not read; one without a staging group cannot be."""
    never = replace(a_failed(), run=None)
    nowhere = replace(a_failed(), staging="")

    first, _arm = read(tmp_path, never)
    second, arm = read(tmp_path, nowhere)

    assert (first.state, second.state) == (LogState.UNREAD, LogState.UNREADABLE)
    assert arm.heard == []


@pytest.mark.parametrize(
    "shape",
    [
        "log location: {stranger}/packerlogs/{guid}/customization.log. OperationId: {guid}.",
        "log location: {home}.evil.invalid/packerlogs/{guid}/customization.log.",
        "log location: https://user@{host}/staging1/packerlogs/{guid}/customization.log.",
        "at {account}2/blobServices/default/containers/packerlogs/{guid}/customization.log.",
    ],
)
def test_a_message_cannot_choose_where_our_token_goes(tmp_path: Path, shape: str) -> None:
    """A foreign host gets no request at all; the log is looked for at home instead."""
    (tmp_path / "b").mkdir()

    async def asking() -> tuple[BuildLog, ScriptedArm, ScriptedArm]:
        async with AsyncExitStack() as stack:
            arm = await stack.enter_async_context(scripted(tmp_path, Said()))
            stranger = await stack.enter_async_context(scripted(tmp_path / "b", Said(b"gotcha")))
            home = f"{arm.endpoint}/staging1"
            arm.answers = [accounts(home), listed(entry()), part(b"our own", "bytes 0-6/7")]
            host = stranger.endpoint.removeprefix("https://")
            message = shape.format(
                stranger=stranger.endpoint, home=arm.endpoint, host=host, account=ACCOUNT, guid=GUID
            )
            azure = await stack.enter_async_context(opened(arm.settings(2.0)))
            return await azure.build_log(a_failed(message)), arm, stranger

    log, arm, stranger = asyncio.run(asking())

    assert stranger.heard == []
    assert (log.state, log.head) == (LogState.PRESENT, "our own")
    assert "list" in arm.heard[1].query


def test_a_log_that_is_said_to_be_elsewhere_is_not_absent(tmp_path: Path) -> None:
    """The message may be right, and the staging group another one by now."""
    where = f"https://old1.blob.core.windows.net/{LOG}"

    log, _arm = read(tmp_path, a_failed(f"Image Build log location: {where}."), listed())

    assert log.state is LogState.UNREADABLE


def test_without_the_extra_nothing_is_asked(tmp_path: Path) -> None:
    """And the remedy is said."""

    async def asking() -> tuple[BuildLog, ScriptedArm]:
        async with scripted(tmp_path, Said()) as arm, opened(arm.settings()) as azure:
            azure._logs._installed = False
            return await azure.build_log(a_failed()), arm

    log, arm = asyncio.run(asking())

    assert (log.state, arm.heard) == (LogState.UNREADABLE, [])
    assert "aibwatch[blob]" in log.says


def test_a_redirect_does_not_take_our_token_elsewhere(tmp_path: Path) -> None:
    """Not even from the account itself."""
    (tmp_path / "b").mkdir()

    async def asking() -> ScriptedArm:
        async with AsyncExitStack() as stack:
            arm = await stack.enter_async_context(scripted(tmp_path, Said()))
            stranger = await stack.enter_async_context(scripted(tmp_path / "b", Said(b"gotcha")))
            to_it = {"Location": f"{stranger.endpoint}/packerlogs"}
            arm.answers = [accounts(f"{arm.endpoint}/staging1"), Said(b"", 307, to_it)]
            azure = await stack.enter_async_context(opened(arm.settings(2.0)))
            await azure.build_log(a_failed())
            return stranger

    assert asyncio.run(asking()).heard == []


def test_a_named_log_is_read_without_a_list(tmp_path: Path) -> None:
    """In either shape, if it is the staging account's own; letter case does not matter."""
    whole = part(b"short", "bytes 0-4/5")
    path = f"{ACCOUNT.upper()}/blobServices/default/containers/{LOG}"

    log, arm = read(tmp_path, a_failed(f"Packer build logs are at location {path}. Use it"), whole)

    assert (log.state, log.head, log.tail, log.path) == (LogState.PRESENT, "short", "", LOG)
    assert [each.path for each in arm.heard[1:]] == [f"/staging1/{LOG}"]


def test_an_answer_is_asked_for_once(tmp_path: Path) -> None:
    """The SDK's own retries are off: the daemon has its own rhythm."""
    log, arm = read(tmp_path, a_failed(), refused(503, "ServerBusy"))

    assert log.says.startswith("platform 503 ServerBusy")
    assert len(arm.heard) == 2


def test_an_error_without_a_body_is_told_by_its_status(tmp_path: Path) -> None:
    """It has been read to its end before we look."""
    log, _arm = read(tmp_path, a_failed(), Said(b"", 403, {"x-ms-error-code": "Nothing"}))

    assert log.says.startswith("permission 403 Nothing")


def test_a_challenge_does_not_choose_the_scope_of_our_token(tmp_path: Path) -> None:
    """A 401 that names another resource and tenant gets the token of Storage again, or none."""
    tenant = "authorization_uri=https://login.invalid/evil/oauth2/authorize"
    challenge = {"WWW-Authenticate": f"Bearer {tenant} resource_id=https://evil.invalid"}
    issuer = Issuer()

    async def asking() -> BuildLog:
        async with scripted(tmp_path, Said()) as arm, opened(arm.settings(2.0)) as azure:
            arm.answers = [accounts(arm.endpoint), Said(b"", 401, challenge)]
            return await BuildLogs(azure._arm, issuer).build_log(a_failed())

    log = asyncio.run(asking())

    assert log.state is LogState.UNREADABLE
    assert {*issuer.asked} == {((SCOPE,), None)}
