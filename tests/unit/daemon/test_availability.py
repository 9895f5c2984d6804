"""What is measured of a region goes on after a restart, and after its store was rewritten."""

from typing import Any

from aibwatch.config.schema import Settings
from aibwatch.daemon.serve import Daemon
from aibwatch.daemon.wiring import Store
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.entry import RunSeen
from aibwatch.model.template import RunState
from aibwatch.sim.jumping import START, play
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.world import World
from aibwatch.status.metrics import Metrics
from builders import HOUR, WEST, a_run


def built(hours: int) -> RunSeen:
    """Return a run in WEST that ended so many hours after the start of the story."""
    ended = START + hours * HOUR
    run = a_run(started=ended - HOUR, state=RunState.SUCCEEDED, ended=ended)
    return RunSeen(ended, run, WEST, "recipe", "identities")


def test_each_build_counts_once_whoever_tells_of_it() -> None:
    """The journal at the start, an entry that is new, and the journal again as it was rewritten."""
    counts: list[int] = []

    async def lived() -> None:
        daemon = Daemon(Settings(), Metrics())

        def look() -> None:
            (west,) = daemon.server.reading.availability.told([WEST], START + 3 * HOUR)
            told: Any = west
            counts.append(told["windows"][0]["ok"])

        journal = MemoryJournal([built(0), built(1)])
        store = Store(journal, load(journal, daemon.remember), OwnLease())
        daemon.assemble(SimulatedAzure(World(START)), store)
        await daemon.boot(store.ledger)
        look()
        store.ledger.record([built(2)])
        look()
        assert store.ledger.afresh
        show = store.ledger.afresh()
        look()
        for entry in [built(1), built(2)]:
            show(entry)
        look()

    play(lived)

    assert counts == [2, 3, 0, 2]
