"""The clocks of the machines that the daemons of a life run on; they may be set at any time.

A daemon reads its machine's clock once, and counts from there (PROMISES S43).
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from aibwatch.cli.simulate.seeds.dice import Dice
from aibwatch.cli.simulate.seeds.fate import QUIET, Fate, Moment
from aibwatch.daemon.clock import SteadyClock
from aibwatch.sim.faraway import world_time
from aibwatch.sim.words import duration

SET = "somebody sets the machines' clocks by"
OFTEN = 0.3
"""Lives in which that happens."""
STEPS = ("24h", "-24h", "1h", "-1h")


class Machine:
    """A machine whose clock is ahead of the World's, or behind it."""

    def __init__(self, ahead: timedelta) -> None:
        """Take by how much; a new boot finds its clock as it was meant to be."""
        self.ahead = ahead
        self.clock = SteadyClock(self.wall, asyncio.get_running_loop().time)
        """What its daemon goes by."""

    def wall(self) -> datetime:
        """Return what the machine says."""
        return world_time() + self.ahead

    def step(self, word: str) -> None:
        """Set its clock forward, or back."""
        self.ahead += duration(word.lstrip("-")) * (-1 if word.startswith("-") else 1)


def clocks_set(fate: Fate) -> Iterator[Moment]:
    """Yield when clocks are set: by dice of their own, so that the rest of a life is the same."""
    dice = Dice(f"clocks set in {fate.seed}")
    for _ in range(dice.randint(1, 3) if dice.chance(OFTEN) else 0):
        at = QUIET + dice.random() * (fate.faults_end - QUIET)
        yield Moment(at, SET, word=dice.choice(STEPS))
