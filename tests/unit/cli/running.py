"""A daemon's HTTP face in a thread, and commands run against it."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from ssl import SSLContext

from typer.testing import CliRunner, Result

from aibwatch.cli.app import app
from aibwatch.errors import StoreError
from aibwatch.model.entry import Paused
from aibwatch.model.graph import Graph
from aibwatch.model.inquiry import Inquiry
from aibwatch.model.names import ImageName, TemplateId
from aibwatch.model.order import Order
from aibwatch.model.plan import Plan
from aibwatch.model.state import Snapshot
from aibwatch.model.word import Word
from aibwatch.ports import Clock, NotPausedError, Operator
from aibwatch.status.availability import Availability
from aibwatch.status.explain import NO_GRAPHS
from aibwatch.status.health import Health
from aibwatch.status.history import History
from aibwatch.status.listen import Listen
from aibwatch.status.metrics import Metrics
from aibwatch.status.server import Server
from builders import HOUR, NOON

TOKEN = "s3cret"


@dataclass
class NoonClock:
    """A clock that stands still, unless a test moves it."""

    at: datetime = NOON

    def now(self) -> datetime:
        """Return noon, or what a test says."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Let others run; no time passes."""
        del seconds
        await asyncio.sleep(0)


@dataclass
class Orders:
    """What the operator was told to do."""

    given: list[tuple[object, ...]] = field(default_factory=list)
    broken: bool = False
    taken: Callable[[Order], None] = lambda _order: None
    """Called with every order to build, once it is taken."""

    async def pause(self, scope: str, reason: str, actor: str, until: datetime | None) -> None:
        """Note a pause."""
        del actor
        if self.broken:
            message = "the store cannot be written: its disk is full; free some space"
            raise StoreError(message)
        self.given.append(("pause", scope, reason, until))

    async def resume(
        self, scope: str, reason: str, actor: str, *, everybodys: bool = False
    ) -> Sequence[Paused]:
        """Note the end of a pause; there must have been one. What was paused first stands yet."""
        if not any(order[:2] == ("pause", scope) for order in self.given):
            raise NotPausedError(scope)
        self.given.append(("resume", scope, reason))
        return () if everybodys else (Paused(NOON, "all", "a freeze", f"not {actor}", NOON + HOUR),)

    async def acknowledge(self, image: ImageName, reason: str, actor: str) -> None:
        """Note an acknowledgement; only `web` needs one."""
        if image != "web":
            raise KeyError(image)
        self.given.append(("ack", image, reason, actor))

    async def say(self, word: Word) -> None:
        """Note a word on a region."""
        self.given.append(("say", word))

    async def order(self, order: Order) -> None:
        """Note an order to build."""
        self.given.append(("order", order))
        self.taken(order)


@dataclass
class Running:
    """A daemon's face, as a test sees it."""

    orders: Orders = field(default_factory=Orders)
    health: Health = field(default_factory=Health)
    history: History = field(default_factory=History)
    availability: Availability = field(default_factory=Availability)
    port: int = 0
    clock: NoonClock = field(default_factory=NoonClock)


@contextmanager
def running(  # noqa: PLR0913  what a test wants otherwise is said by name
    snapshot: Snapshot | None,
    token: str | None = TOKEN,
    inquiry: Inquiry | None = None,
    plan: Callable[[Order], Plan | None] = lambda _order: None,
    *,
    graphs: Mapping[TemplateId, Graph] = NO_GRAPHS,
    desk: Operator | None = None,
    clock: Clock | None = None,
    reload: Callable[[], Awaitable[Sequence[str]]] | None = None,
    tls: SSLContext | None = None,
) -> Iterator[Running]:
    """Serve `snapshot` on a free port of this machine while the block lasts."""
    daemon = Running(health=Health(token_once=True))
    listen = Listen("127.0.0.1", 0, token, tls)
    loop = asyncio.new_event_loop()
    up, down = threading.Event(), asyncio.Event()

    async def live() -> None:
        server = Server(
            listen,
            Metrics(),
            daemon.health,
            desk or daemon.orders,
            lambda: snapshot,
            clock or daemon.clock,
        )
        reading, ordering = server.reading, server.ordering
        reading.inquire, ordering.plan = (lambda _image: inquiry), plan
        reading.graphs = lambda _image: graphs
        ordering.reload = reload
        reading.history, reading.availability = daemon.history, daemon.availability
        await server.start()
        daemon.port = server.port
        up.set()
        await down.wait()
        await server.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    try:
        assert up.wait(10)
        yield daemon
    finally:
        loop.call_soon_threadsafe(down.set)
        thread.join(10)
        loop.close()


@contextmanager
def speaking(answer: bytes) -> Iterator[int]:
    """Answer one connection with these bytes, whatever it asks, as another program would."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=speak)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(10)


def config_for(folder: Path, port: int, more: str = "") -> Path:
    """Write a configuration whose daemon listens on `port` and whose token is right."""
    token = folder / "token"
    token.write_text(f"{TOKEN}\n")
    token.chmod(0o600)
    path = folder / "aibwatch.yaml"
    http = f"http: {{listen: '127.0.0.1:{port}', token_file: '{token}'}}"
    path.write_text(f"{http}\nstore: {{url: 'sqlite:///{folder}/a.db'}}\n{more}\n")
    return path


def run(*words: str) -> Result:
    """Run the command line without any variable of ours."""
    clean = {"AIBWATCH_CONFIG": None, "NO_COLOR": "1", "COLUMNS": "80"}
    return CliRunner().invoke(app, words, env=clean)
