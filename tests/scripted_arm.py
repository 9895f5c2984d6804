"""An ARM over TLS that answers from a script: for answers that no simulated Azure should give.

Runs in the event loop of the test. Answers are given in order, the last one again and again.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from pathlib import Path

import trustme
from aiohttp import web

from aibwatch.azure.door import RealAzure, open_azure
from aibwatch.azure.meter import RequestObserver
from aibwatch.azure.settings import AzureSettings
from aibwatch.model.access import CredentialKind
from aibwatch.model.names import TemplateId, template_id

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
WEB = template_id(
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers"
    "/Microsoft.VirtualMachineImages/imageTemplates/web-west"
)
JSON = {"Content-Type": "application/json; charset=utf-8"}


class Manner(Enum):
    """How an answer comes."""

    WHOLE = auto()
    RESET_BEFORE = auto()
    """The connection is reset before a status is sent."""
    RESET_WITHIN = auto()
    """The connection is reset in the middle of the body."""
    SILENCE = auto()
    """Nothing ever comes."""
    TRICKLE = auto()
    """A body that never ends."""


@dataclass(frozen=True)
class Said:
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    manner: Manner = Manner.WHOLE


@dataclass(frozen=True)
class Heard:
    """One request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class ScriptedArm:
    """Answers requests and remembers them."""

    def __init__(self, answers: tuple[Said, ...]) -> None:
        """Take the script; it may be changed while it runs."""
        self.answers = list(answers)
        self.by_ending: dict[str, Said] = {}
        """By the end of a path: for questions that are asked at once, in any order."""
        self.heard: list[Heard] = []
        self.endpoint = ""
        self.ca_file = Path()
        self.connections: set[object] = set()
        self._over = asyncio.Event()

    def settings(self, call_seconds: float = 5.0) -> AzureSettings:
        """Return settings that lead here."""
        return AzureSettings(
            endpoint=self.endpoint,
            ca_file=self.ca_file,
            credential=CredentialKind.STATIC,
            token="any",
            call_seconds=call_seconds,
        )

    def end(self) -> None:
        """Let go of whoever still waits."""
        self._over.set()

    def _next(self) -> Said:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        self.connections.add(request.transport)
        heard = (request.method, request.path, request.query_string, request.headers)
        self.heard.append(Heard(*heard, await request.read()))
        said = self.by_ending.get(request.path.rpartition("/")[2]) or self._next()
        transport = request.transport
        if said.manner is Manner.SILENCE:
            await self._over.wait()
        if said.manner is Manner.RESET_BEFORE and transport:
            transport.abort()
        if said.manner in {Manner.WHOLE, Manner.RESET_BEFORE, Manner.SILENCE}:
            return web.Response(body=said.body, status=said.status, headers=said.headers)
        response = web.StreamResponse(status=said.status, headers=said.headers)
        await response.prepare(request)
        await response.write(said.body)
        if said.manner is Manner.RESET_WITHIN and transport:
            transport.abort()
        else:
            await self._over.wait()
        return response


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def scripted(directory: Path, *answers: Said) -> AsyncIterator[ScriptedArm]:
    """Run a ScriptedArm on a free port of 127.0.0.1; its CA file is written to `directory`."""
    arm = ScriptedArm(answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert("localhost").configure_cert(context)
    arm.ca_file = directory / "ca.pem"
    _authority().cert_pem.write_to_path(str(arm.ca_file))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", arm.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    arm.endpoint = f"https://localhost:{runner.addresses[0][1]}"
    try:
        yield arm
    finally:
        arm.end()
        await runner.cleanup()


@asynccontextmanager
async def opened(
    settings: AzureSettings,
    may_start: frozenset[TemplateId] = frozenset(),
    observer: RequestObserver | None = None,
) -> AsyncIterator[RealAzure]:
    """Open Azure and close it again."""
    azure = await open_azure(settings, may_start, observer)
    try:
        yield azure
    finally:
        await azure.close()
