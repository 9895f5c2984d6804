"""docs/api.md names every call that the daemon answers, and none that it does not."""

import re

from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.operator import Orders
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.status.health import Health
from aibwatch.status.metrics import Metrics
from aibwatch.status.server import Listen, Server
from house.tree import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def _answered() -> set[str]:
    """Return method and path of every route of the server."""
    clock = SteadyClock()
    orders = Orders(load(MemoryJournal()), clock, lambda: None)
    server = Server(Listen(), Metrics(), Health(), orders, lambda: None, clock)
    routes = server._app().router.routes()  # routes are made there and shown nowhere else
    return {
        f"{route.method} {route.resource.canonical}"
        for route in routes
        if route.resource and route.method != "HEAD"
    }


def test_every_call_is_documented_and_none_else() -> None:
    """Method and path, in the first column."""
    rows = re.findall(r"^\| (`(?:GET|POST) .*?`) \|", PAGE, re.MULTILINE)
    written = {call for row in rows for call in re.findall(r"`([^`]+)`", row)}

    assert written == _answered()
