"""Whoever looks at any instant of a drawn life is answered, whatever is going on in it."""

import asyncio
from collections import Counter
from contextlib import suppress

import pytest

from aibwatch import __version__
from aibwatch.cli.simulate.seeds.draw import drawn
from aibwatch.cli.simulate.seeds.life import Life
from aibwatch.cli.simulate.seeds.replica import Replica
from aibwatch.daemon.inquire import inquire
from aibwatch.model.failover import Phase
from aibwatch.model.names import ImageName
from aibwatch.sim.jumping import run
from aibwatch.sim.trace import Trace
from aibwatch.status.explain import explain
from aibwatch.status.view import status

EVERY = 20.0
"""Seconds of a life between two looks."""
LIVES = (4, 8, 9, 10, 11, 12, 15, 21)
"""Seeds of lives in which much goes on."""


class Looked(Life):
    """A life in which somebody looks at everything again and again."""

    async def live(self) -> Trace:
        """Live, and be looked at."""
        self.phases, self.known = Counter[str](), dict[ImageName, object]()
        looking = asyncio.ensure_future(self._look())
        trace = await super().live()
        assert not looking.done() or looking.exception() is None, looking.exception()
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        return trace

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            for replica in self.replicas.values():
                if replica.lives and replica.parts.cycle.snapshot:
                    self._ask(replica)

    def _ask(self, replica: Replica) -> None:
        """Ask about what is new since the last look."""
        snapshot, now = replica.parts.cycle.snapshot, replica.clock.now()
        assert snapshot is not None
        for image in replica.images:
            failover = snapshot.view.state.open_failover(image.name)
            decision = snapshot.decisions.get(image.name)
            phase = failover.phase if failover else "none"
            if self.known.get(image.name) == (phase, decision and decision.reason):
                continue
            self.known[image.name] = phase, decision and decision.reason
            self.phases[phase] += 1
            status(snapshot, __version__)
            explain(snapshot, image, inquire(image, replica.belief.view(), now))


@pytest.mark.long
def test_whoever_looks_is_answered_whatever_goes_on() -> None:
    """The page, `status` and `explain`, in every phase there is."""
    phases = Counter[str]()
    for seed in LIVES:
        life = Looked(drawn(seed))
        run(life.live())
        phases += life.phases

    too_short = {Phase.REQUESTED, Phase.CLOSED}
    assert {"none", *Phase} - too_short <= phases.keys()
