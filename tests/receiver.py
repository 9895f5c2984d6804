"""A receiver of notifications: a real HTTP server in a thread of its own, over TLS if asked."""

import asyncio
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from aiohttp import web


@dataclass
class Receiver:
    """What came in, and how it is answered."""

    url: str = ""
    ca_file: Path | None = None
    got: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    """Headers and body of each request."""
    answers: list[int] = field(default_factory=list)
    """Statuses of the next answers; after them `status`."""
    status: int = 204
    hangs: bool = False
    """Whether answers never come."""
    location: str = ""
    """Where a redirect leads."""

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """Every body as JSON."""
        return [json.loads(body) for _, body in self.got]

    async def take(self, request: web.Request) -> web.Response:
        """Take one request."""
        self.got.append((dict(request.headers), await request.read()))
        if self.hangs:
            await asyncio.Event().wait()
        status = self.answers.pop(0) if self.answers else self.status
        return web.Response(status=status, headers={"Location": self.location})


@contextmanager
def receiving(directory: Path | None = None) -> Iterator[Receiver]:
    """Give a receiver, over TLS if there is a directory for its certificate."""
    receiver, ready, loop = Receiver(), threading.Event(), asyncio.new_event_loop()
    ending = asyncio.Event()
    trust = None
    if directory is not None:
        ca = trustme.CA()
        receiver.ca_file = directory / "receiver-ca.pem"
        ca.cert_pem.write_to_path(str(receiver.ca_file))
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("localhost", "127.0.0.1").configure_cert(trust)

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", receiver.take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=trust).start()
        scheme = "https" if trust else "http"
        receiver.url = f"{scheme}://localhost:{runner.addresses[0][1]}/hook"
        ready.set()
        await ending.wait()
        await runner.cleanup()
        await asyncio.sleep(0.05)  # transports close with the next turns of the loop

    def live() -> None:
        loop.run_until_complete(serve())
        loop.close()

    thread = threading.Thread(target=live, name="receiver")
    thread.start()
    assert ready.wait(10)
    try:
        yield receiver
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(10)
