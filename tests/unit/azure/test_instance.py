"""Where this machine is, as told by something on this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from aibwatch.azure import instance
from aibwatch.azure.instance import own_region


@asynccontextmanager
async def telling(body: bytes, status: int = 200) -> AsyncIterator[str]:
    """Give the address of what answers like the Instance Metadata Service."""

    async def answer(request: web.Request) -> web.Response:
        asked = request.headers.get("Metadata") == "true" and "api-version" in request.query
        at = request.path == "/metadata/instance/compute/location"
        headers = {"Location": "/elsewhere"} if status == 302 else {}
        return web.Response(body=body, status=status if asked and at else 400, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def told(body: bytes, status: int = 200) -> str | None:
    """Return what is made of an answer."""

    async def asking() -> str | None:
        async with telling(body, status) as address:
            return await own_region(address)

    return asyncio.run(asking())


def test_the_region_is_told() -> None:
    """As ARM calls it."""
    assert told(b"westeurope") == "westeurope"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 200), (b"<html>no</html>", 200), (b"\xff\xfe", 200), (b"w", 404), (b"west", 302)],
)
def test_what_is_no_region_is_none(body: bytes, status: int) -> None:
    """Another cloud, or a portal of the network, may answer there."""
    assert told(body, status) is None


def test_where_nobody_listens_it_is_not_known() -> None:
    """Which is no error."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert asyncio.run(own_region(f"http://127.0.0.1:{port}")) is None


def test_who_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of Azure the address leads nowhere, and says nothing."""
    monkeypatch.setattr(instance, "SECONDS", 0.1)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        asking = own_region(f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert asyncio.run(asyncio.wait_for(asking, 10)) is None


def test_an_address_that_is_none_tells_nothing() -> None:
    """`--metadata` may be anything."""
    assert asyncio.run(own_region("nonsense")) is None


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One would tell where it is itself."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert told(b"westeurope") == "westeurope"
