"""A way to a server that can be shut, as networks are: silently, or by a reset."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto

CHUNK = 65536


class Manner(Enum):
    """What a gate does with what comes."""

    OPEN = auto()
    SILENT = auto()
    REFUSING = auto()


class Gate:
    """Listens on a port of its own and passes on what comes, both ways, while it is open.

    What was under way when it was shut never arrives: when it opens again, those connections end.
    """

    def __init__(self, behind: int) -> None:
        """Take the port on this machine that it leads to."""
        self.port = 0
        self._behind = behind
        self._loop = asyncio.new_event_loop()
        self._manner = Manner.OPEN
        self._passing: set[asyncio.Task[None]] = set()

    def shut(self) -> None:
        """Let nothing through from now on, and say nothing."""
        self._loop.call_soon_threadsafe(self._turn, Manner.SILENT)

    def refuse(self) -> None:
        """Reset every connection from now on."""
        self._loop.call_soon_threadsafe(self._turn, Manner.REFUSING)

    def open(self) -> None:
        """Let new connections through."""
        self._loop.call_soon_threadsafe(self._turn, Manner.OPEN)

    def run(self, listening: threading.Event) -> None:
        """Serve until `end`, in a thread of its own."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(listening))

    def end(self) -> None:
        """End it, from another thread."""
        self._loop.call_soon_threadsafe(self._ended.set)

    async def _serve(self, listening: threading.Event) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._admit, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        listening.set()
        await self._ended.wait()
        server.close()
        self._hang_up()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def _turn(self, manner: Manner) -> None:
        self._manner = manner
        if manner is not Manner.SILENT:
            self._hang_up()

    def _hang_up(self) -> None:
        for each in self._passing:
            each.cancel()

    async def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        writers = [writer]
        try:
            if self._manner is not Manner.REFUSING:
                behind, to_behind = await asyncio.open_connection("127.0.0.1", self._behind)
                writers.append(to_behind)
                await asyncio.gather(self._pass(reader, to_behind), self._pass(behind, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass  # either side ended it, or we did
        finally:
            for each in writers:
                each.transport.abort()
            self._passing.discard(task)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (data := await reader.read(CHUNK)) and self._manner is Manner.OPEN:
            writer.write(data)
            await writer.drain()
        if self._manner is Manner.SILENT:
            await self._loop.create_future()  # until it is hung up
        with suppress(OSError):
            writer.write_eof()


@contextmanager
def gate(behind: int) -> Iterator[Gate]:
    """Give an open gate to a port, and leave nothing running after it."""
    found, listening = Gate(behind), threading.Event()
    thread = threading.Thread(target=found.run, args=(listening,), name="gate")
    thread.start()
    listening.wait()
    try:
        yield found
    finally:
        found.end()
        thread.join()
