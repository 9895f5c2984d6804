"""A long brown-out of Azure: the daemon neither grows, nor stalls, nor keeps anybody waiting.

SOAK_SECONDS says how long; `make soak` takes half an hour. It comes in rounds of every kind of
trouble, so that two rounds can be compared: who is asked the same takes the same.
"""

import gzip
import os
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle

import pytest

from aibwatch.collect.sweep import COLLECT_WITHIN
from aibwatch.model.names import TemplateId
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import EVERYWHERE
from process.measure import (
    Reading,
    growth,
    late_share,
    longest_without_a_cycle,
    read,
    resident,
    withheld,
)
from process.stage import Stage

SECONDS = float(os.environ.get("SOAK_SECONDS", "144"))
"""How long the brown-out lasts."""
IMAGES = 500
"""Each with two templates."""
TURN = 4.0
"""Seconds of one kind of trouble."""
EVERY = 2
"""Every so many-th request is struck: it is a brown-out, not an outage."""
SLOW = "slow"
"""Whoever asks is answered a second later."""
KINDS = ("503", "429", "reset", SLOW, "504", "cut")
ROUNDS = max(6, round(SECONDS / TURN / len(KINDS)))
"""Each has every kind; the first third of them is the warm-up."""
BUILDERS = 20
"""Templates that their owner's pipeline runs in turn."""
SCRAPE_SECONDS = 0.2
"""Thirty times as often as Prometheus would ask: what each scrape leaves must show soon."""
LOOK_SECONDS = 2.0
PLAIN: Mapping[str, str] = {}
MODERN = {"Accept": "application/openmetrics-text; version=1.0.0", "Accept-Encoding": "gzip"}
GROWTH_MAX = 0.01
LATE_MAX = 0.01
"""As a share: the 99th percentile of the loop's lag is in time."""
CALM = {
    "poll": {
        "interval": "3s",
        "active_interval": "1s",
        "health_interval": "5s",
        "max_age": "60s",
    },
    "readiness": {"interval": "15s", "max_age": "120s"},
}

pytestmark = [pytest.mark.soak, pytest.mark.timeout(SECONDS + 180)]


def test_a_brownout_leaves_no_trace_in_memory_and_nobody_waits(
    stage: Stage, record_property: Callable[[str, object], None]
) -> None:
    """A thousand templates, two scrapers and a watcher, while Azure answers badly in turns."""
    templates = [each for number in range(IMAGES) for each in image(stage, number)]
    stage.overrides = CALM
    stage.serve()
    stage.until(lambda: stage.is_readable("image-0"), "the fleet is seen")
    assert stage.daemon is not None
    process, memory, readings = stage.daemon.pid, list[list[float]](), list[Reading]()

    def scrape(headers: Mapping[str, str]) -> None:
        text = get(stage, "/metrics", headers)
        readings.append(read(time.monotonic(), text, withheld(process)))

    def look() -> None:
        for path in ("/livez", "/api/v1/status", "/"):
            get(stage, path)

    with (
        again(SCRAPE_SECONDS, lambda: scrape(MODERN)),
        again(SCRAPE_SECONDS, lambda: get(stage, "/metrics")),
        again(LOOK_SECONDS, look),
        again(0.5, lambda: memory[-1].append(resident(process))),
    ):
        builders = cycle(templates[:BUILDERS])
        for _ in range(ROUNDS):
            memory.append([])
            brown_out(stage, builders)
    stage.until(lambda: stage.is_readable("image-0"), "it sees as before")

    told, grown = stage.get("/metrics")[1], growth(memory)
    record_property(
        f"brown-out of {SECONDS:.0f} s: memory grew by {grown:.2%} to {memory[-1][-1]:.0f} MB,"
        f" {late_share(readings):.2%} of the beats late,"
        f" {longest_without_a_cycle(readings):.0f} s without a cycle",
        1,
    )
    assert grown <= GROWTH_MAX
    assert late_share(readings) <= LATE_MAX
    assert longest_without_a_cycle(readings) <= COLLECT_WITHIN.total_seconds()
    assert 'aibwatch_task_failures_total{task="cycle"} 0.0' in told
    assert all(f'code="{code}"' in told for code in ("503", "429", "504", "transport_error"))
    assert stage.changes() == []


def image(stage: Stage, number: int) -> list[TemplateId]:
    """Add one of the images."""
    return stage.image(f"image-{number}", "westeurope", "northeurope")


def brown_out(stage: Stage, builders: Iterator[TemplateId]) -> None:
    """Let Azure answer badly in every kind for a TURN, while builds go on; then well again."""
    for kind, builder in zip(KINDS, builders, strict=False):
        stage.begin(builder)
        if kind != SLOW:
            stage.arm.do(
                lambda world, kind=kind: world.weather.set(EVERYWHERE, MENU[kind], every=EVERY)
            )
        turn(stage, slow=kind == SLOW)
        stage.arm.do(lambda world: world.weather.answer_again(EVERYWHERE))


def turn(stage: Stage, *, slow: bool) -> None:
    """Wait for one turn; in a slow one the World is held, so that every answer waits for it."""
    pause = threading.Event()
    for _ in range(int(TURN)):
        if slow:
            with stage.arm.lock:
                pause.wait(0.9)
        pause.wait(0.1 if slow else 1.0)


@contextmanager
def again(seconds: float, act: Callable[[], object]) -> Iterator[None]:
    """Let a thread `act` every so many seconds until the block ends; what it raises is raised."""
    over, raised = threading.Event(), list[Exception]()

    def run() -> None:
        try:
            while not over.wait(seconds):
                act()
        except Exception as error:  # noqa: BLE001  raised by the test itself
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if raised:
        raise raised[0]


def get(stage: Stage, path: str, headers: Mapping[str, str] = PLAIN) -> str:
    """Return what the daemon answers; anything but 200 raises."""
    request = urllib.request.Request(f"http://127.0.0.1:{stage.port}{path}", headers=dict(headers))
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  http, ours
        body = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(body) if packed else body).decode()
