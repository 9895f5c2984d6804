"""The pipeline: what leaves with each request, what is counted, what is left behind."""

import asyncio
import gc
import logging
import warnings
from pathlib import Path

import pytest

from aibwatch import __version__
from aibwatch.azure.door import open_azure
from aibwatch.azure.meter import Unobserved
from aibwatch.azure.settings import AzureSettings
from aibwatch.azure.transport import choose_proxy
from aibwatch.errors import ConfigError
from aibwatch.model.access import CredentialKind
from aibwatch.model.fault import Fault, FaultKind
from scripted_arm import SUBSCRIPTION, WEB, Said, opened, scripted
from template_bodies import page, template, written


class Book(Unobserved):
    """Writes down what an observer is told."""

    def __init__(self) -> None:
        """Begin with empty pages."""
        self.requests: list[tuple[str, str, str]] = []
        self.reads: list[tuple[str, int]] = []

    def request(self, api: str, operation: str, code: str, seconds: float) -> None:
        """Write down an attempt."""
        assert seconds >= 0
        self.requests.append((api, operation, code))

    def remaining(self, subscription: str, reads: int) -> None:
        """Write down what is left."""
        self.reads.append((subscription, reads))


def test_every_attempt_is_counted_by_name_and_code(tmp_path: Path) -> None:
    """An attempt without an answer is a transport error."""
    book = Book()
    left = {"x-ms-ratelimit-remaining-subscription-reads": "249"}

    async def asking() -> None:
        async with scripted(tmp_path, Said(page(), headers=left), Said(b"", 503)) as arm:
            settings = arm.settings()
            async with opened(settings, frozenset({WEB}), book) as azure:
                await azure.templates(SUBSCRIPTION)
                await azure.events(SUBSCRIPTION)
                await azure.start(WEB)
        async with opened(settings, observer=book) as azure:
            await azure.template(WEB)

    asyncio.run(asking())

    assert book.requests == [
        ("imagebuilder", "list", "200"),
        ("resourcehealth", "events", "503"),
        ("imagebuilder", "run", "503"),
        ("imagebuilder", "get", "transport_error"),
    ]
    assert book.reads == [(SUBSCRIPTION, 249)]


def test_after_a_429_reads_are_answered_here_and_a_run_still_leaves(tmp_path: Path) -> None:
    """Retry-After is obeyed, and reads never starve the trigger (PROMISES S25)."""
    throttled = Said(b"", 429, {"Retry-After": "60"})

    async def asking() -> tuple[object, object, list[str]]:
        async with (
            scripted(tmp_path, throttled, Said(status=202)) as arm,
            opened(arm.settings(), frozenset({WEB})) as azure,
        ):
            first = await azure.templates(SUBSCRIPTION)
            second = await azure.template(WEB)
            await azure.start(WEB)
            return first, second, [each.method for each in arm.heard]

    first, second, methods = asyncio.run(asking())

    assert isinstance(first, Fault)
    assert isinstance(second, Fault)
    assert (first.kind, first.status) == (FaultKind.THROTTLED, 429)
    assert (second.kind, second.status) == (FaultKind.THROTTLED, None)
    assert methods == ["GET", "POST"]


def test_requests_share_a_connection(tmp_path: Path) -> None:
    """A CA file given to the SDK's transport would make a new connection for each request."""

    async def asking() -> int:
        async with (
            scripted(tmp_path, Said(written(template()))) as arm,
            opened(arm.settings()) as azure,
        ):
            for _ in range(5):
                await azure.template(WEB)
            await azure.azure_time(SUBSCRIPTION)
            return len(arm.connections)

    assert asyncio.run(asking()) == 1


def test_a_request_says_who_asks_and_carries_the_token(tmp_path: Path) -> None:
    """The service's owners can tell us from others."""

    async def asking() -> list[dict[str, str]]:
        async with scripted(tmp_path, Said()) as arm, opened(arm.settings()) as azure:
            await azure.template(WEB)
            await azure.emerging()
            return [
                {name.lower(): value for name, value in each.headers.items()} for each in arm.heard
            ]

    plain, by_client = asyncio.run(asking())

    for headers in (plain, by_client):
        assert headers["user-agent"] == f"aibwatch/{__version__}"
        assert headers["authorization"] == "Bearer any"


def test_a_stranger_with_another_certificate_gets_no_request(tmp_path: Path) -> None:
    """TLS is checked against the given CA, and the trouble is ours."""

    async def asking() -> tuple[object, int]:
        async with scripted(tmp_path, Said()) as arm:
            settings = AzureSettings(
                endpoint=arm.endpoint, credential=CredentialKind.STATIC, token="any"
            )
            async with opened(settings) as azure:
                return await azure.template(WEB), len(arm.heard)

    found, requests = asyncio.run(asking())

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.NETWORK
    assert requests == 0


def test_nothing_is_left_open(tmp_path: Path) -> None:
    """Closing closes connections and credential; aiohttp would complain otherwise."""

    async def asking() -> None:
        async with scripted(tmp_path, Said(written(template()))) as arm:
            azure = await open_azure(arm.settings(), frozenset({WEB}))
            await azure.template(WEB)
            await azure.events(SUBSCRIPTION)
            await azure.start(WEB)
            await azure.close()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(asking(), debug=True)
        gc.collect()


def test_a_log_holds_neither_token_nor_operation_url(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The operation URL is signed; not even the SDK's own loggers may write it down."""
    accepted = Said(status=202, headers={"Azure-AsyncOperation": "https://x/op?s=signed"})

    async def asking() -> None:
        async with (
            scripted(tmp_path, accepted) as arm,
            opened(arm.settings(), frozenset({WEB})) as azure,
        ):
            await azure.start(WEB)

    with caplog.at_level(logging.DEBUG):
        asyncio.run(asking())

    assert "signed" not in caplog.text
    assert "Bearer" not in caplog.text


def test_a_ca_file_that_is_none_is_a_configuration_error(tmp_path: Path) -> None:
    """Told at the start, with its name."""
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")

    for path in (junk, tmp_path / "missing.pem"):
        with pytest.raises(ConfigError, match="ca_file"):
            asyncio.run(
                open_azure(
                    AzureSettings(
                        endpoint="https://localhost",
                        ca_file=path,
                        credential=CredentialKind.STATIC,
                        token="any",
                    )
                )
            )


def test_the_proxy_is_the_configured_one_or_the_environments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Looked up once: the SDK would look it up in each request."""
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "localhost")

    assert choose_proxy("https://management.azure.com", None) == "http://proxy.example:3128"
    assert choose_proxy("https://localhost:8443", None) is None
    assert choose_proxy("https://localhost:8443", "http://mine") == "http://mine"
