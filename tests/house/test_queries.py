"""Every query of rules, dashboards and pages asks for what is exported."""

import re

import promql_parser as promql
import pytest

from aibwatch.status.metrics import Metrics
from alerts.rules import ALERTING, ALERTS, RECORDING, groups
from house.boards import BOARDS, dashboard_queries
from house.queries import Reader, exported
from house.tree import pages, short

FENCE = re.compile(r"^```promql\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`(aibwatch_[a-z_]+)(?:\{[^`]*)?`")


def reader() -> Reader:
    """Return one that knows what is recorded."""
    found = Reader()
    for group in groups(RECORDING):
        for rule in group["rules"]:
            found.record(rule["record"], rule["expr"])
    return found


def test_what_is_recorded_can_be() -> None:
    """Every rule that records, in its order."""
    assert reader().flaws == []


@pytest.mark.parametrize("alert", ALERTS, ids=[each.key for each in ALERTS])
def test_an_alert_asks_for_what_there_is_and_tells_what_it_knows(alert) -> None:  # noqa: ANN001
    """A label in its text that its condition has not would always be empty."""
    found = reader()
    labels = found.read(alert.rule["expr"])
    told = set(re.findall(r"\$labels\.(\w+)", str(alert.rule["annotations"])))

    assert found.flaws == []
    assert told <= labels
    assert not labels & {"instance", "pod"}


def test_every_query_of_a_dashboard_asks_for_what_there_is() -> None:
    """Panels and variables, with Grafana's own variables filled in; each legend has its label."""
    found, wrong = reader(), []
    for where, query, legend in dashboard_queries():
        before = len(found.flaws)
        labels = found.read(query)
        wrong += [f"{where}: {each}" for each in found.flaws[before:]]
        told = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", legend))
        wrong += [f"{where}: legend without {each}" for each in sorted(told - labels)]

    assert wrong == []


def test_every_query_of_a_page_asks_for_what_there_is() -> None:
    """Whatever stands between fences of promql."""
    found, wrong = reader(), []
    for page in pages():
        for query in FENCE.findall(page.read_text(encoding="utf-8")):
            before = len(found.flaws)
            found.read(query)
            wrong += [f"{short(page)}: {each}" for each in found.flaws[before:]]

    assert wrong == []


def test_every_metric_that_a_page_names_is_exported() -> None:
    """In words too: whoever copies a name from a page finds it."""
    families = {each.name for each in Metrics().registry.collect()}
    there = exported().keys() | families
    gone = {
        f"{short(page)}: {name}"
        for page in pages()
        for name in NAMED.findall(page.read_text(encoding="utf-8"))
        if name not in there and not name.endswith("_")
    }

    assert gone == set()


@pytest.mark.parametrize(
    ("query", "flaw"),
    [
        ("aibwatch_pausd", "no such metric: aibwatch_pausd"),
        ('aibwatch_paused{location="x"}', "no such label: location in aibwatch_paused"),
        ("max by (image) (aibwatch_paused)", "no such label: image in max"),
        ('aibwatch_region_health{state="outge"}', "no such value: aibwatch_region_health"),
        ('aibwatch_region_health{state=~"outage|ill"}', "no such value: aibwatch_region_health"),
        ("aibwatch_paused + on (task) aibwatch_task_running", "no such label: task in +"),
        (
            "aibwatch_image_ready * on (image) group_left (region) aibwatch_image_protected",
            "no such label: region in group_left",
        ),
        ("rate(aibwatch_event_loop_lag_seconds[5m])", "no such metric"),
    ],
)
def test_a_flaw_is_seen(query: str, flaw: str) -> None:
    """The reader itself can fail."""
    found = Reader()
    found.read(query)

    assert len(found.flaws) == 1
    assert found.flaws[0].startswith(flaw)


def test_what_is_no_promql_is_refused() -> None:
    """The parser says so."""
    with pytest.raises(ValueError, match=r"invalid|unexpected|close"):
        promql.parse("max by (job (up)")


def test_both_files_are_read() -> None:
    """There is something to check."""
    assert len(groups(ALERTING)) > 1
    assert len(BOARDS) == 3
