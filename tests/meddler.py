"""A proxy between a client and Azurite that does to single requests what networks do."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Meddler:
    """Passes requests on, but for those that it was told to meddle with, in turn.

    `swallow`: pass the request on, and drop the answer. `lose`: drop the request. `late`: keep the
    request back until `deliver`. In each case the client's connection is closed. aiohttp sends
    such a request once more by itself, byte for byte; that one is dropped, so that a test sees what
    becomes of one that has no answer.
    """

    def __init__(self, port: int) -> None:
        """Take the port behind."""
        self.port = 0
        self.seen = 0
        """Requests that came in."""
        self._behind = port
        self.planned: deque[str] = deque()
        """What becomes of the next requests."""
        self._kept: list[bytes] = []
        self._dropped = b""

    def plan(self, *deeds: str) -> None:
        """Do this to the next requests, `pass` among them."""
        self.planned.extend(deeds)

    async def deliver(self) -> list[bytes]:
        """Let what was kept back arrive; return the first line of each answer."""
        kept, self._kept = self._kept, []
        return [await self._answered(each) for each in kept]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Meddler"]:
        """Listen on a free port of this machine."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, to_behind = await asyncio.open_connection("127.0.0.1", self._behind)
        answering = asyncio.create_task(_pour(behind, writer))
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await _whole(reader)
                if request == self._dropped:
                    break
                self.seen += 1
                deed = self.planned.popleft() if self.planned else "pass"
                if deed == "pass":
                    to_behind.write(request)
                    continue
                self._dropped = request
                if deed == "swallow":
                    await self._answered(request)
                if deed == "late":
                    self._kept.append(request)
                break
        answering.cancel()
        to_behind.close()
        writer.close()

    async def _answered(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._behind)
        writer.write(request)
        line = await reader.readline()
        writer.close()
        return line


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


async def _whole(reader: asyncio.StreamReader) -> bytes:
    """Return one request, with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return head + await reader.readexactly(int(length[1]) if length else 0)
