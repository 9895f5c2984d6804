"""The machine's clock is set by a day while the daemon runs: it makes no act and unmakes none.

libfaketime sets what the daemon takes for the machine's clock, and leaves alone the clocks that
count from boot, as setting a real clock does.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.daemon.clock import wall
from process.stage import Stage

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
"""Where Debian's package `faketime` puts it."""


@pytest.mark.skipif(
    LIBRARY is None and "CI" not in os.environ,
    reason="libfaketime is not here: apt-get install faketime",
)
@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(days=-1)], ids=["ahead", "back"])
def test_a_clock_set_by_a_day_neither_lifts_a_pause_nor_loses_an_act(
    stage: Stage, step: timedelta
) -> None:
    """One image fails before and one after; a third is paused for an hour and stays so."""
    before, first = stage.image("before", "westeurope", "northeurope")
    after, second = stage.image("after", "westeurope", "northeurope")
    held, third = stage.image("held", "westeurope", "northeurope")
    stage.overrides = {"detection": {"debounce": "2s"}}
    offset = stage.directory / "offset"
    offset.write_text("+0\n")
    stage.serve(
        LD_PRELOAD=str(LIBRARY),
        FAKETIME_TIMESTAMP_FILE=str(offset),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )
    stage.until(lambda: stage.run_state("held") == "Succeeded", "the past is read")
    for_an_hour = {"scope": "image:held", "reason": "an hour's work"}
    until = (wall() + timedelta(hours=1)).isoformat()
    paused, _ = stage.post("/api/v1/pause", {**for_an_hour, "until": until})

    stage.fails("westeurope")
    stage.begin(before, held)
    stage.until_decided("before", "debouncing")
    stepped = wall() + step
    offset.write_text(f"{step.total_seconds():+.0f}\n")
    stage.until_built_elsewhere("before")
    stage.begin(after)
    stage.until_built_elsewhere("after")
    stage.cycles()
    still, acts = stage.held_by("held"), stage.changes()
    stage.post("/api/v1/resume", {"scope": "image:held"})
    stage.until_built_elsewhere("held")

    assert paused == 200
    days = {f'"timestamp": "{each:%Y-%m-%d}' for each in (stepped, wall() + step)}
    assert any(day in stage.log() for day in days)
    assert "paused" in still
    assert acts == [f"POST {first}/run", f"POST {second}/run"]
    assert stage.changes() == [*acts, f"POST {third}/run"]
