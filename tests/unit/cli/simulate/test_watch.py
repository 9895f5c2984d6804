"""The whole daemon on virtual time does what the daemon does, and counts it."""

import asyncio
from datetime import timedelta

import pytest

from aibwatch.cli.simulate.watch import Watch
from aibwatch.config.schema import Settings
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName
from aibwatch.sim.jumping import START, LoopClock, play
from aibwatch.sim.scenario import load

STORY = load(
    """# a region goes
image web westeurope northeurope
image db  westeurope northeurope
image mail uksouth northeurope
builds take 20m
lasts 2h
at 10m westeurope builds fail with generic text
at 11m run web in westeurope
at 12m run db in westeurope
at 90m westeurope recovers
at 91m run web in westeurope
"""
)


class Patient(Watch):
    """Leaves out no tick."""

    def _idle(self) -> timedelta:
        return self.heart.interval


def lived(kind: type[Watch]) -> Watch:
    """Return a daemon that lived through the story."""
    images = [Image(ImageName(name), ids, Mode.AUTO) for name, ids in STORY.images.items()]
    watch = kind(STORY.world(START), images, Settings().policy())

    async def story() -> None:
        watch.boot()
        await watch.run_for(STORY.lasts)

    play(story)
    return watch


def test_the_ticks_that_are_left_out_change_nothing() -> None:
    """The journal is the same, entry for entry, at the same instants."""
    quick, patient = lived(Watch), lived(Patient)

    assert quick.journal.entries == patient.journal.entries


def test_what_happens_is_counted_as_in_the_daemon() -> None:
    """The real metrics, over the real journal."""
    text = lived(Watch).metrics.render("")[0].decode()

    counted = [line for line in text.splitlines() if line.startswith("aibwatch_failovers_total")]
    assert sum(float(line.rpartition(" ")[2]) for line in counted) == 2


def test_time_jumps_to_what_is_next_and_no_further() -> None:
    """Two sleepers wake in order, a day apart, at once."""
    woken = []

    async def sleeper(clock: LoopClock, days: int) -> None:
        await clock.sleep(86400 * days)
        woken.append(clock.now() - START)

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            for days in (2, 1):
                group.create_task(sleeper(LoopClock(), days))

    play(story)

    assert woken == [timedelta(days=1), timedelta(days=2)]


def test_a_loop_that_would_wait_for_ever_raises() -> None:
    """A hang of the daemon is an error, not a hang of the test."""

    async def story() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="deadlock"):
        play(story)
