"""Since when a counter counts: told if it is asked for, and never of what is older than that."""

from collections.abc import Iterator

import pytest
from prometheus_client import disable_created_metrics, parser
from prometheus_client.openmetrics import parser as modern_parser

from aibwatch.model.entry import Violated
from aibwatch.status import catalogue
from aibwatch.status.counts import TALLIED, Counts
from aibwatch.status.created import OUTLIVING
from aibwatch.status.metric import Kind
from aibwatch.status.metrics import Metrics
from builders import NOON, a_state
from unit.status.snapshots import outage
from unit.status.test_metrics import OPENMETRICS, used


@pytest.fixture(autouse=True)
def undone() -> Iterator[None]:
    """Let no test that follows have what is of the whole process."""
    yield
    disable_created_metrics()  # type: ignore[no-untyped-call]  # the client leaves it untyped


def told(metrics: Metrics, accept: str) -> set[str]:
    """Return the names of all such series of a scrape."""
    text = metrics.render(accept)[0].decode()
    parse = modern_parser if accept else parser
    samples = (s for f in parse.text_string_to_metric_families(text) for s in f.samples)
    return {each.name for each in samples if each.name.endswith("_created")}


@pytest.mark.parametrize("accept", ["", OPENMETRICS])
def test_each_counter_tells_it_but_those_that_are_older_than_the_process(accept: str) -> None:
    """And each histogram, in both formats, as parsers of the client library read them."""
    metrics = used(outage(), created=True)

    expected = {
        f"{each.name.removesuffix('_total')}_created"
        for each in catalogue.ALL
        if each.kind is not Kind.GAUGE and each not in OUTLIVING | {*TALLIED}
    }
    assert len(expected) > 20
    assert told(metrics, accept) == expected


def test_who_makes_metrics_decides_whatever_held_before() -> None:
    """The client library knows one answer for the whole process, and its environment has a say."""
    used(outage(), created=True)

    assert told(used(outage()), OPENMETRICS) == set()


def test_what_is_counted_again_at_a_start_is_what_never_tells_it() -> None:
    """Else a restart would look to Prometheus as if all of it had happened just then."""
    state = outage().view.state
    state.violations = (Violated(NOON, "S1", "twice"),)
    counts = Counts()

    again = {metric for metric, _, value in (*counts.restore(state), *counts.leads(state)) if value}

    assert again == OUTLIVING | {catalogue.FAILOVERS}
    assert catalogue.FAILOVERS in TALLIED


def test_the_totals_themselves_are_told_all_the_same() -> None:
    """Nothing but the time is left out."""
    metrics, state = Metrics(created=True), a_state()
    state.violations = (Violated(NOON, "S1", "twice"),)
    metrics.restore(state)

    text = metrics.render(OPENMETRICS)[0].decode()

    assert 'aibwatch_promise_violations_total{promise="S1"} 1.0' in text
    assert "aibwatch_promise_violations_created" not in text
