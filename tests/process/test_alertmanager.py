"""Alertmanager itself takes what the channel of its kind sends, and tells when it is over."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from aibwatch.daemon.clock import SteadyClock
from aibwatch.model.notification import ChannelKind, News, Notification
from aibwatch.status.channel import Channel
from aibwatch.status.courier import Courier, opened
from aibwatch.status.metrics import Metrics
from alerts.tools import program
from process.paging import running
from process.stage import free_port
from receiver import receiving

SECONDS = 30


def until(holds: Callable[[], Any], what: str) -> None:
    """Wait until it holds."""
    deadline, pause = time.monotonic() + SECONDS, threading.Event()
    while not holds():
        assert time.monotonic() < deadline, what
        pause.wait(0.05)


def send(channel: Channel, notification: Notification) -> None:
    """Send one, as the daemon does."""

    async def once() -> None:
        async with opened(channel) as session:
            await Courier((), SteadyClock(), Metrics()).deliver(channel, notification, session)

    asyncio.run(once())


def test_alertmanager_is_told_and_tells_that_it_is_over(tmp_path: Path) -> None:
    """Fired once, muted by none, resolved by its end; one that never began pages nobody."""
    now = SteadyClock().now()
    out = Notification("o", "incident:i1", News.INCIDENT_OPENED, now, "west is out", region="west")
    over = replace(out, id="c", news=News.INCIDENT_CLOSED, title="west is well", resolved=True)
    drill = Notification("d", "drill:web", News.DRILL_RESULT, now, "drill: failed", image="web")
    never = replace(over, key="incident:i0", region="north")
    config, port = tmp_path / "alertmanager.yaml", free_port()

    with receiving() as receiver:
        hooks = [{"url": receiver.url, "send_resolved": True}]
        route = {"receiver": "us", "group_by": ["..."], "group_wait": "0s", "group_interval": "1s"}
        receivers = [{"name": "us", "webhook_configs": hooks}]
        config.write_text(json.dumps({"route": route, "receivers": receivers}))  # YAML, too
        command = (
            *(program("prometheus-alertmanager"), f"--config.file={config}"),
            *(f"--storage.path={tmp_path}/data", "--cluster.listen-address="),
        )
        with running(until, port, *command):
            channel = Channel("am", ChannelKind.ALERTMANAGER, f"http://127.0.0.1:{port}/")
            for each in (never, out, drill):
                send(channel, each)
            until(lambda: len(receiver.bodies) == 2, "both are told")
            send(channel, over)
            until(lambda: len(receiver.bodies) == 3, "its end is told")

    told = [(each["status"], each["alerts"][0]) for each in receiver.bodies]
    names = [(status, alert["labels"]["alertname"]) for status, alert in told]
    assert {*names[:2]} == {("firing", "AibwatchDrillResult"), ("firing", "AibwatchRegionOutage")}
    assert names[2] == ("resolved", "AibwatchRegionOutage")
    assert told[2][1]["annotations"]["summary"] == "west is well"
