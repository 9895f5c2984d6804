"""A scrape stays bounded: so many templates have series, the rest none, and the log says so."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest
from prometheus_client import parser

from aibwatch.model.entry import RunSeen
from aibwatch.model.failover import Outcome
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName
from aibwatch.model.state import Snapshot
from aibwatch.status.metrics import Metrics
from builders import NOON, WEST, a_run, a_state, a_template, an_id, an_image, some_sightings
from unit.status.snapshots import a_closed_failover, a_view
from unit.status.test_metrics import OPENMETRICS, value

EVENT = "metrics.templates_left_out"
EACH = 22 + 4
"""Series that a template has at most, those of its builds among them."""


def a_fleet(count: int) -> tuple[Image, ...]:
    """Return images of one template each."""
    return tuple(
        an_image(name=ImageName(f"image-{number:02}"), templates=(an_id(f"t-{number:02}"),))
        for number in range(count)
    )


def seen(images: Sequence[Image]) -> Snapshot:
    """Return a picture in which every template of these runs, and nothing more is known of it."""
    templates = [
        a_template(id=each, run=a_run(template=each)) for i in images for each in i.watched
    ]
    view = a_view(images=tuple(images), sightings=some_sightings(*templates))
    return Snapshot(NOON, view, {}, blind=False)


def series(metrics: Metrics, accept: str = "") -> list[str]:
    """Return the name of the template of every series of a scrape that has one."""
    text = metrics.render(accept)[0].decode().removesuffix("# EOF\n")
    samples = (s for f in parser.text_string_to_metric_families(text) for s in f.samples)
    return [each.labels["template"] for each in samples if "template" in each.labels]


def names(*numbers: int) -> set[str]:
    """Return what templates of the fleet are called."""
    return {f"t-{number:02}" for number in numbers}


def built(metrics: Metrics, images: Sequence[Image]) -> None:
    """Let every template of these have failed once."""
    runs = [a_run(template=each) for image in images for each in image.watched]
    metrics.recorded([RunSeen(NOON, run, WEST, "r", "i") for run in runs])


@pytest.mark.parametrize("accept", ["", OPENMETRICS])
@pytest.mark.parametrize("count", [6, 7, 8, 40])
def test_series_of_templates_stay_within_the_budget(count: int, accept: str) -> None:
    """However many are watched; what was counted of the others goes too."""
    metrics, images = Metrics(), a_fleet(count)
    metrics.bound(7)
    metrics.publish(seen(images))
    built(metrics, images)

    found = series(metrics, accept)

    assert set(found) == names(*range(min(count, 7)))
    assert len(found) <= 7 * EACH


def test_what_is_counted_before_the_first_picture_waits_for_it() -> None:
    """Which templates have series is only known then."""
    metrics, images = Metrics(), a_fleet(3)
    metrics.bound(1)
    built(metrics, images)
    assert series(metrics) == []

    metrics.publish(seen(images))

    labels = {"template": "t-00", "location": WEST, "result": "failed"}
    assert value(metrics, "aibwatch_builds_total", **labels) == 1
    assert set(series(metrics)) == names(0)


def test_without_a_limit_all_have_series() -> None:
    """As in a simulation, which has no configuration."""
    metrics = Metrics()
    metrics.publish(seen(a_fleet(40)))

    assert set(series(metrics)) == names(*range(40))


def test_another_limit_holds_from_the_next_scrape_on_and_nothing_was_forgotten() -> None:
    """Who was left out is back with all that was counted meanwhile."""
    metrics, images = Metrics(), a_fleet(3)
    metrics.bound(1)
    metrics.publish(seen(images))
    built(metrics, images)
    labels = {"template": "t-02", "location": WEST, "result": "failed"}
    assert value(metrics, "aibwatch_builds_total", **labels) is None

    metrics.bound(3)

    assert set(series(metrics)) == names(0, 1, 2)
    assert value(metrics, "aibwatch_builds_total", **labels) == 1
    metrics.bound(2)
    assert set(series(metrics)) == names(0, 1)


def test_the_last_good_rows_are_as_few() -> None:
    """A scrape that falls back is bounded by what holds now."""
    metrics = Metrics()
    metrics.publish(seen(a_fleet(3)))
    metrics.render("")
    metrics._picture.snapshot = replace(  # publish would notice
        seen(a_fleet(3)),
        view=None,  # type: ignore[arg-type]  # it is the point
    )

    metrics.bound(2)

    assert set(series(metrics)) == names(0, 1)


def test_an_image_that_is_called_as_a_template_without_series_keeps_its_own() -> None:
    """The limit is one of templates."""
    images = [*a_fleet(1), an_image(name=ImageName("t-01"), templates=(an_id("t-01"),))]
    state, metrics = a_state(), Metrics()
    closed = replace(a_closed_failover(1, Outcome.FAILED, NOON), image=images[1].name)
    state.failovers[closed.id] = closed
    metrics.restore(state)
    metrics.bound(1)
    metrics.publish(seen(images))

    assert value(metrics, "aibwatch_failovers_total", image="t-01", result="failed") == 1
    assert value(metrics, "aibwatch_image_mode", image="t-01", mode="auto") == 1


def left_out(caplog: pytest.LogCaptureFixture) -> list[tuple[object, object]]:
    """Return what was warned of since the last look: how many are watched, and the limit."""
    found = [
        each.__dict__
        for each in caplog.records
        if each.message == EVENT and each.levelno == logging.WARNING
    ]
    caplog.clear()
    assert all("raise metrics.max_templates" in each["therefore"] for each in found)
    return [(each["watched"], each["limit"]) for each in found]


def test_how_many_are_left_out_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    """At the start and when it is another number, not at each picture and scrape."""
    metrics, snapshot = Metrics(), seen(a_fleet(5))
    metrics.bound(3)
    metrics.publish(snapshot)
    assert left_out(caplog) == [(5, 3)]

    for _ in range(2):
        metrics.publish(snapshot)
        metrics.render("")
    metrics.publish(seen(a_fleet(5)))  # reloaded, and nothing is different
    assert left_out(caplog) == []

    metrics.publish(seen(a_fleet(7)))
    assert left_out(caplog) == [(7, 3)]
    metrics.bound(7)
    metrics.publish(seen(a_fleet(7)))
    assert left_out(caplog) == []
    metrics.publish(seen(a_fleet(8)))
    assert left_out(caplog) == [(8, 7)]
    metrics.bound(9)
    metrics.publish(seen(a_fleet(8)))
    metrics.bound(7)
    metrics.publish(seen(a_fleet(8)))
    assert left_out(caplog) == [(8, 7)]
