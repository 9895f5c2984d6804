"""The scrape: both formats, always an answer, never a series twice."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from prometheus_client import openmetrics, parser
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import parser as openmetrics_parser

from aibwatch.model.chain import Head
from aibwatch.model.decision import Reason
from aibwatch.model.drill import Drills
from aibwatch.model.entry import (
    Closed,
    Entry,
    FailoverOpened,
    FailureJudged,
    Moved,
    RunSeen,
    Violated,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, ImageName, OrderId
from aibwatch.model.observation import SweepEnded, TemplatesSeen, TemplateUnseen
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.state import Snapshot
from aibwatch.model.template import RunKey
from aibwatch.model.verdict import Cause, order_key
from aibwatch.status import catalogue
from aibwatch.status.channel import Why
from aibwatch.status.metric import Kind
from aibwatch.status.metrics import Metrics
from aibwatch.status.recoveries import PHASES
from builders import DAY, MINUTE, NOON, WEB, WEB_NORTH, WEST, a_failure, a_run, a_state, a_template
from house.tree import ROOT
from unit.status.snapshots import (
    IMAGES,
    WEB_IMAGE,
    a_closed_failover,
    a_view,
    blind,
    calm,
    outage,
    paused,
)

OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def families(metrics: Metrics) -> dict[str, Metric]:
    """Return a scrape in the text format by the family's name."""
    text = metrics.render("")[0].decode()
    return {each.name: each for each in parser.text_string_to_metric_families(text)}


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    """Return one sample of a scrape, None if it is not there."""
    return metrics.registry.get_sample_value(name, labels)


def drilled(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot of an owner who wants drills, of which `web` had one."""
    rules = Drills(require_within=DAY, on_secondaries=True)
    view = replace(snapshot.view, policy=replace(snapshot.view.policy, drills=rules))
    view.state.proven[WEB_IMAGE.name] = NOON
    return replace(snapshot, view=view)


def a_recovery() -> list[Entry]:
    """Return the course of a drill that ends well, half an hour after it was ordered."""
    drill, run = FailoverId("dr1ll"), RunKey(WEB_NORTH, NOON + MINUTE)
    order = Order(OrderId("0"), OrderKind.DRILL, WEB_IMAGE.name, NOON, "ada", "to be sure")
    key = order_key(WEB, order.id)
    return [
        FailoverOpened(NOON, drill, WEB_IMAGE.name, key, Reason.ORDERED, order=order),
        Moved(NOON + 2 * MINUTE, drill, Event.ADOPTED, Reason.RUN_SEEN, run),
        Moved(NOON + 21 * MINUTE, drill, Event.RUN_SUCCEEDED, Reason.RUN_SUCCEEDED),
        Closed(NOON + 30 * MINUTE, drill, Outcome.SUCCEEDED, Reason.REPLICATED),
    ]


def used(snapshot: Snapshot, *, created: bool = False) -> Metrics:
    """Return metrics that were told of everything at least once."""
    metrics = Metrics(created=created)
    metrics.restore(snapshot.view.state)
    metrics.publish(snapshot)
    metrics.readiness(lambda: True)
    metrics.monitors(["S1"])
    metrics.config("0123456789abcdef", NOON)
    metrics.request("imagebuilder", "list", "200", 0.2)
    metrics.remaining("sub-1", 11_999)
    metrics.token("arm", 2_000_000_000)
    metrics.no_token("storage")
    metrics.store_file(lambda: 4_096, 2)
    metrics.task_interval("cycle", 10.0)
    metrics.task_started("cycle")
    metrics.task_ended("cycle", 0.5, failed=False)
    metrics.task_ended("cycle", 0.5, failed=True)
    metrics.task_missed("cycle")
    metrics.task_skipped("cycle")
    metrics.task_next_run("cycle", NOON)
    metrics.store("append", failed=True)
    metrics.log("warning")
    metrics.lag(0.01)
    metrics.channels(["ops"])
    metrics.notified("ops")
    metrics.notified("ops", Why.TIMEOUT)
    metrics.notifications_waiting(1, 1_000)
    metrics.head = lambda: Head(7, "0123456789abcdef" * 4)
    metrics.render("")
    metrics.served("/metrics", 200, 0.01)
    entries = (RunSeen(NOON, a_run(), WEST, "r", "i"), FailureJudged(NOON, a_failure()))
    metrics.recorded([*entries, *a_recovery()])
    metrics.observed([TemplatesSeen(NOON, [a_template()]), SweepEnded(NOON)])
    return metrics


@pytest.mark.parametrize("snapshot", [calm(), outage(), paused(), blind()])
def test_a_scrape_is_valid_in_both_formats(snapshot: Snapshot) -> None:
    """Both parsers of the client library read it, and no series is there twice."""
    metrics = used(snapshot)

    plain, plain_type = metrics.render("text/plain")
    modern, modern_type = metrics.render(f"{OPENMETRICS},text/plain;q=0.5")

    assert plain_type.startswith("text/plain; version=0.0.4")
    assert modern_type == openmetrics.exposition.CONTENT_TYPE_LATEST
    assert_no_twins(parser.text_string_to_metric_families(plain.decode()))
    assert_no_twins(openmetrics_parser.text_string_to_metric_families(modern.decode()))


@pytest.mark.parametrize(
    ("accept", "name"), [("text/plain", "scrape.txt"), (OPENMETRICS, "scrape.openmetrics")]
)
def test_a_scrape_of_an_outage_is_the_one_that_is_kept(accept: str, name: str) -> None:
    """Rules and dashboards of people outside stand on every line of it.

    If a line has to change, take what was made in build/ for the new one, and tell of it in
    CHANGELOG.md.
    """
    metrics = Metrics()
    metrics.publish(outage())

    lines = metrics.render(accept)[0].decode().splitlines()

    ours = [each for each in lines if "aibwatch_" in each and "aibwatch_build_info{" not in each]
    made = ROOT / "build" / name
    made.parent.mkdir(exist_ok=True)
    made.write_text("\n".join([*ours, ""]), encoding="utf-8")
    assert ours == (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()


def assert_no_twins(found: Iterable[Metric]) -> None:
    """Fail if a series is there twice, or has a time stamp: those never go stale."""
    samples = [sample for family in found for sample in family.samples]
    series = [(each.name, tuple(sorted(each.labels.items()))) for each in samples]
    assert len(series) > 100
    assert len(series) == len(set(series))
    assert {each.timestamp for each in samples} == {None}


def test_what_is_exported_is_what_is_declared() -> None:
    """Name, type and labels of every family of ours are those of the catalogue, and all appear."""
    found = {name: each for name, each in families(used(outage())).items() if "aibwatch" in name}

    declared = {each.name.removesuffix("_total"): each for each in catalogue.ALL}
    assert set(found) == set(declared)
    for name, metric in declared.items():
        labels = {label for sample in found[name].samples for label in sample.labels}
        assert found[name].type == metric.kind
        assert labels - {"le"} in (set(metric.labels), set()), name


def test_only_metrics_that_may_be_calm_are_without_series() -> None:
    """Every family has samples after everything was told once, so no name is dead."""
    found = families(used(drilled(outage())))

    empty = {
        each.name for each in catalogue.ALL if not found[each.name.removesuffix("_total")].samples
    }
    assert empty == set()


def test_a_recovery_is_timed_and_a_drill_is_no_failover() -> None:
    """Its parts are the whole; the drill is in no counter of failovers."""
    metrics = used(calm())

    name = "aibwatch_failover_phase_duration_seconds_sum"
    took = {phase: value(metrics, name, phase=phase) for phase in PHASES}

    assert took == {"trigger": 60, "build": 1200, "replicate": 540, "total": 1800}
    assert {each.value for each in families(metrics)["aibwatch_failovers"].samples} == {0}


def test_no_created_series_are_exported() -> None:
    """They would double the counters for nothing."""
    assert b"_created" not in used(calm()).render("")[0]


def test_a_broken_snapshot_is_answered_with_the_last_good_rows_and_counted() -> None:
    """One broken value must not take the daemon out of Prometheus' sight."""
    metrics = used(outage())
    metrics.render("")
    broken = replace(outage(), view=None)  # type: ignore[arg-type]  # it is the point

    metrics._picture.snapshot = broken  # publish would notice
    again, _ = metrics.render("")

    assert b'aibwatch_region_health{location="westeurope",state="outage"} 1.0' in again
    assert value(metrics, "aibwatch_collect_failures_total") == 2  # the scrape's and this look's


def test_a_snapshot_that_breaks_midway_is_left_there_and_counted_once() -> None:
    """What follows is of the last good one, and what was told before stays told."""
    metrics = used(outage())
    metrics.render("")
    broken = replace(outage(), blind=True, decisions=None)  # type: ignore[arg-type]  # as above

    metrics._picture.snapshot = broken
    for _ in range(2):  # a broken one is never taken for the last good one
        again, _ = metrics.render("")

    assert b"\naibwatch_blind 1.0\n" in again
    assert b'\naibwatch_failover_active{image="web"} ' in again
    assert b"\naibwatch_collect_failures_total 2.0\n" in again


def test_a_first_snapshot_that_is_broken_takes_no_counter_along() -> None:
    """What was counted is told though no row can be made yet."""
    metrics = Metrics()
    closed = a_closed_failover(1, Outcome.FAILED, NOON)
    state = a_state()
    state.failovers[closed.id] = closed
    metrics.restore(state)

    metrics._picture.snapshot = replace(outage(), view=None)  # type: ignore[arg-type]

    assert value(metrics, "aibwatch_failovers_total", image="web", result="failed") == 1


def test_before_the_first_snapshot_a_scrape_works() -> None:
    """A daemon that only just started is scraped too."""
    assert "aibwatch_build_info" in families(Metrics())


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/openmetrics-text; version=abc", ";;,=,", "\x00"]
)
def test_any_accept_header_gets_a_scrape(accept: str) -> None:
    """Whatever asks, something that can be parsed is answered."""
    body, content_type = Metrics().render(accept)

    assert b"aibwatch_build_info" in body
    assert content_type


def test_known_series_start_at_0() -> None:
    """rate() and increase() see the first step of a counter only if it was 0 before."""
    metrics = Metrics()

    metrics.publish(calm())
    metrics.render("")

    for outcome in Outcome:
        assert value(metrics, "aibwatch_failovers_total", image="db", result=outcome) == 0
    for cause in Cause:
        labels = {"location": WEST, "cause": cause}
        assert value(metrics, "aibwatch_build_failures_total", **labels) == 0
    labels = {"template": "web-west", "location": WEST, "result": "failed"}
    assert value(metrics, "aibwatch_builds_total", **labels) == 0


def test_broken_promises_count_from_0_and_over_restarts() -> None:
    """Each watched promise has its series from the start, and keeps its total."""
    metrics = Metrics()
    metrics.monitors(["S1", "S2"])
    state = a_state()
    state.violations = (Violated(NOON, "S1", "twice"),)

    metrics.restore(state)
    metrics.recorded([Violated(NOON, "S1", "again")])

    assert value(metrics, "aibwatch_promise_violations_total", promise="S1") == 2
    assert value(metrics, "aibwatch_promise_violations_total", promise="S2") == 0


def test_a_template_that_leaves_takes_its_counters_along() -> None:
    """Series of what is no longer watched end."""
    metrics = used(calm())

    metrics.publish(Snapshot(NOON, a_view(images=IMAGES[1:]), {}, blind=False))

    assert 'template="web-west"' not in metrics.render("")[0].decode()
    assert 'template="db-west"' in metrics.render("")[0].decode()


def test_failovers_of_an_earlier_life_are_in_the_totals() -> None:
    """Totals survive a restart (PROMISES S41)."""
    state = a_state()
    for number in range(3):
        each = a_closed_failover(number, Outcome.FAILED, NOON)
        state.failovers[each.id] = each

    metrics = Metrics()
    metrics.restore(state)

    assert value(metrics, "aibwatch_failovers_total", image="web", result="failed") == 3


def test_reads_count_where_they_went() -> None:
    """A failed read is a read and a failure, in the region of its template."""
    metrics = Metrics()
    metrics.publish(calm())
    fault = Fault(FaultKind.PLATFORM, "no")

    metrics.observed([TemplatesSeen(NOON, [a_template()]), TemplateUnseen(NOON, WEB, fault)])

    assert value(metrics, "aibwatch_template_polls_total", location=WEST) == 2
    assert value(metrics, "aibwatch_template_poll_failures_total", location=WEST) == 1


def test_readiness_is_asked_at_each_scrape() -> None:
    """aibwatch_ready is the verdict of now."""
    metrics, verdicts = Metrics(), iter([False, True])
    metrics.readiness(lambda: next(verdicts))

    assert value(metrics, "aibwatch_ready") == 0
    assert value(metrics, "aibwatch_ready") == 1


def test_a_failed_reload_keeps_the_old_configuration_in_sight() -> None:
    """Replicas are compared by the hash of what is active, not of what was refused."""
    metrics = Metrics()
    metrics.config("0123456789abcdef", NOON)

    metrics.config(None, NOON + timedelta(hours=1))

    assert value(metrics, "aibwatch_config_last_reload_successful") == 0
    assert value(metrics, "aibwatch_config_info", sha256="0123456789ab") == 1
    loaded = value(metrics, "aibwatch_config_last_reload_success_timestamp_seconds")
    assert loaded == NOON.timestamp()


def test_a_new_configuration_replaces_the_old_one() -> None:
    """Exactly one configuration is active."""
    metrics = Metrics()
    metrics.config("a" * 64, NOON)

    metrics.config("b" * 64, NOON)

    assert value(metrics, "aibwatch_config_info", sha256="a" * 12) is None


def test_the_head_of_the_journal_is_the_one_that_is_scraped() -> None:
    """One series, and none while there is no record: a journal's last hash is kept outside it."""
    metrics, heads = Metrics(), [Head(), Head(1, "a" * 64), Head(2, "b" * 64)]
    metrics.head = lambda: heads[0]
    metrics.render("")
    empty = families(metrics)["aibwatch_audit_head_info"].samples
    heads.pop(0)
    metrics.render("")
    heads.pop(0)

    text = metrics.render("")[0].decode()

    assert empty == []
    assert re.findall(r"^aibwatch_audit_head_info.*$", text, re.MULTILINE) == [
        f'aibwatch_audit_head_info{{sha256="{"b" * 12}"}} 1.0'
    ]


def test_a_task_that_is_over_is_not_next() -> None:
    """No next run is no series rather than a time that has passed."""
    metrics = Metrics()
    metrics.task_next_run("cycle", NOON)

    metrics.task_next_run("cycle", None)

    assert value(metrics, "aibwatch_task_next_run_timestamp_seconds", task="cycle") is None


def test_only_a_run_that_ended_well_renews_the_last_success() -> None:
    """Alerts stand on the last success: a failing task must not look alive."""
    metrics = Metrics()
    metrics.task_interval("cycle", 10.0)

    metrics.task_ended("cycle", 0.5, failed=True)

    assert value(metrics, "aibwatch_task_failures_total", task="cycle") == 1
    assert value(metrics, "aibwatch_task_last_success_timestamp_seconds", task="cycle") is None


def test_hostile_names_are_escaped() -> None:
    """Whatever a name holds, the scrape stays one that can be parsed."""
    name = ImageName('a"b\\c\nd')
    image = replace(WEB_IMAGE, name=name)
    metrics = Metrics()

    metrics.publish(Snapshot(NOON, a_view(images=(image,)), {}, blind=False))

    modes = families(metrics)["aibwatch_image_mode"].samples
    assert {each.labels["image"] for each in modes} == {name}


def test_watching_the_same_images_again_changes_nothing() -> None:
    """A reload without changes keeps every count."""
    metrics = used(calm())
    images: dict[ImageName, Image] = {each.name: each for each in IMAGES}

    metrics.watch(MappingProxyType(images))

    labels = {"template": "web-west", "location": WEST, "result": "failed"}
    assert value(metrics, "aibwatch_builds_total", **labels) == 1


def test_buckets_are_declared_for_histograms_alone() -> None:
    """The catalogue is consistent with itself."""
    for metric in catalogue.ALL:
        assert (metric.kind is Kind.HISTOGRAM) == bool(metric.buckets)
        assert (metric.kind is Kind.COUNTER) == metric.name.endswith("_total")
