"""The description of the API put to the test: drawn requests, good and bad, to a real server.

Schemathesis draws them from what the server itself says of its calls; the seed is fixed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from aibwatch.daemon.operator import Orders
from aibwatch.failover.plan import plan
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.order import Order
from aibwatch.model.plan import Plan
from aibwatch.status.calls import CALLS, Call
from builders import NOON, WEST
from unit.cli.running import TOKEN, running
from unit.status.snapshots import outage

EXAMPLES = 30
"""Of each call and each sort."""
KNOWN = {"image": "web", "region": WEST, "scope": "all"}
"""What an order must name to get further than that."""
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@dataclass
class Passing:
    """A clock by which a second passes whenever anybody looks: orders never come too fast."""

    at: datetime = NOON + timedelta(hours=1)

    def now(self) -> datetime:
        """Return the time."""
        self.at += timedelta(seconds=1)
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Return at once: nothing here waits."""


@pytest.fixture(scope="module")
def api() -> Iterator[BaseSchema]:
    """Return what a server says of itself while it serves an outage, and takes real orders."""
    snapshot, clock = outage(), Passing()
    desk = Orders(load(MemoryJournal()), clock, lambda: None)

    def planned(order: Order) -> Plan:
        return plan(snapshot.view.images[order.image], order, snapshot.view, clock.now())

    async def reload() -> Sequence[str]:
        return ["images"]

    with running(snapshot, plan=planned, desk=desk, clock=clock, reload=reload) as daemon:
        base = f"http://127.0.0.1:{daemon.port}"
        schema = schemathesis.openapi.from_url(f"{base}/api/v1/openapi.json")
        schema.config.update(base_url=base)
        yield schema


CASES = [
    pytest.param(call, sort, id=f"{sort.value}-{call.name}")
    for sort in GenerationMode
    for call in CALLS
    # Where nothing is taken but a name, nothing can break the schema.
    if sort is GenerationMode.POSITIVE or call.asks or any(each.pattern for each in call.queries)
]


@pytest.mark.parametrize(("call", "sort"), CASES)
def test_every_answer_is_as_described(api: BaseSchema, call: Call, sort: GenerationMode) -> None:
    """No 500; answers match their schemas; what the schema forbids is refused, in words."""
    good = sort is GenerationMode.POSITIVE
    operation = api[call.path][call.method]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=sort), known=st.booleans())
    def ask(case: schemathesis.Case, *, known: bool) -> None:
        if known and good and isinstance(case.body, dict):
            case.body |= {name: KNOWN[name] for name in KNOWN if name in case.body}
        answer = case.call(headers=BEARER)
        # A schema cannot say which images there are, or what time it is.
        case.validate_response(answer, excluded_checks=[positive_data_acceptance])
        if answer.status_code >= requests.codes.bad_request:
            assert answer.json()["error"]["message"]

    ask()
