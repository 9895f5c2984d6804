"""One connection pool for all clients, with everything bounded: size, time, redirects.

Traps that this avoids, all measured: the SDK's default transport looks up proxies for 600 us in
each request; a CA file given to it makes a new TLS context and a new connection each time; its
timeouts are 300 s each; it reads a body of any size.
"""

import ssl
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from azure.core.pipeline.transport import AioHttpTransport

from aibwatch import __version__
from aibwatch.azure.faults import FaultError
from aibwatch.errors import ConfigError
from aibwatch.model.fault import Fault, FaultKind

CONNECT_SECONDS = 5
READ_SECONDS = 30
"""Longest silence while an answer is awaited or read."""
LARGEST_BODY = 8 * 1024 * 1024
"""Bytes after decompression; a page of 1,000 large templates is half of it."""
CONNECTIONS = 32
BUFFER = 512 * 1024
"""Bytes taken in before a sender is told to wait; a page of 100 templates is some 390 kB."""
ROOM = 2 * 1024 * 1024
"""Bytes: larger than any piece of such a page on its way in."""


class BoundedResponse(aiohttp.ClientResponse):
    """An answer that is not read beyond LARGEST_BODY."""

    async def read(self) -> bytes:
        """Return the body, decompressed. Raises FaultError(NONSENSE) if it is too large."""
        try:
            return await self._bounded()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give up an answer that is not read to its end, with its connection, at once.

        aiohttp would wait up to 30 s for the silent peer to end TLS in good form.
        """
        if self.connection is not None and self.connection.transport is not None:
            self.connection.transport.abort()
        super().close()

    async def _bounded(self) -> bytes:
        parts = []
        size = 0
        async for part in self.content.iter_any():
            size += len(part)
            if size > LARGEST_BODY:
                message = f"an answer of more than {LARGEST_BODY} bytes"
                raise FaultError(Fault(FaultKind.NONSENSE, message, self.status))
            parts.append(part)
        return b"".join(parts)


def choose_proxy(endpoint: str, configured: str | None) -> str | None:
    """Return the proxy for `endpoint`: the configured one, else what the environment says now."""
    if configured:
        return configured
    host = urlsplit(endpoint).hostname or ""
    return None if proxy_bypass(host) else getproxies().get("https")


def open_session(proxy: str | None, ca_file: Path | None) -> aiohttp.ClientSession:
    """Return the session, to be closed by the caller. Call it inside the running loop.

    Raises ConfigError if the CA file cannot be used.
    """
    _keep_room()
    try:
        # Without a CA file the system's, which aiohttp read as it was imported: 20 ms each time.
        trust = ssl.create_default_context(cafile=ca_file) if ca_file else True
    except OSError as error:
        raise ConfigError([f"azure.ca_file {ca_file}: {error}"]) from error
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=trust, limit=CONNECTIONS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"aibwatch/{__version__}"},
        proxy=proxy,
        response_class=BoundedResponse,
        trust_env=False,
        read_bufsize=BUFFER,
    )


def _keep_room() -> None:
    """Let the C library keep the memory of a page for the next one.

    glibc fetches large blocks from the system and gives them back at once, until it has seen one
    of their size come back; in a cycle of ten pages, some hundred page faults cost half a
    millisecond. Where the C library is another one, this does nothing.
    """
    bytes(ROOM)


def open_transport(session: aiohttp.ClientSession) -> AioHttpTransport:
    """Return the SDK's transport over `session`, which stays the caller's to close."""
    return AioHttpTransport(
        session=session,
        session_owner=False,
        use_env_settings=False,
        connection_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
    )
