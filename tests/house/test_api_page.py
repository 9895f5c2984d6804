"""docs/api.md names every call that the daemon answers, and none that it does not."""

import re

from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.operator import Orders
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.status.calls import CALLS
from aibwatch.status.health import Health
from aibwatch.status.listen import Listen
from aibwatch.status.metrics import Metrics
from aibwatch.status.server import Server
from house import openapi
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


def test_the_description_tells_every_call_and_none_else() -> None:
    """What a program can read of the API is all that there is below /api/v1."""
    told = {f"{each.method.upper()} {each.path}" for each in CALLS}

    assert told == {each for each in _answered() if " /api/v1/" in each}


def test_the_description_is_kept_as_it_is_answered() -> None:
    """Else renew it: `python tests/house/openapi.py`."""
    assert openapi.PAGE.read_text(encoding="utf-8") == openapi.text()
