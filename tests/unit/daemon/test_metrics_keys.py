"""The section `metrics` of a configuration reaches the scrape, at the start and by a reload."""

import re

import pytest

from aibwatch.config.schema import Settings
from aibwatch.daemon.serve import Daemon
from aibwatch.daemon.wiring import Store
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.sim.jumping import START, play
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.world import World
from aibwatch.status.metrics import Metrics
from builders import an_id

IMAGES = [{"name": each, "templates": [an_id(each)]} for each in ("a", "b", "c", "d")]
LEFT_OUT = "metrics.templates_left_out"


def watching(most: int) -> Settings:
    """Return a configuration of four templates of which so many have series."""
    return Settings.model_validate({"images": IMAGES, "metrics": {"max_templates": most}})


def shown(daemon: Daemon) -> set[str]:
    """Return the templates that have series."""
    return set(re.findall(r'[{,]template="(\w+)"', daemon.metrics.render("")[0].decode()))


def test_the_limit_on_templates_holds_from_the_start_and_by_a_reload(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The first by name stay; what changes is warned of once, however often it is scraped."""
    found: list[set[str]] = []

    async def lived() -> None:
        daemon = Daemon(watching(1), Metrics())
        azure, journal = SimulatedAzure(World(START)), MemoryJournal()
        daemon.assemble(azure, Store(journal, load(journal), OwnLease()))
        daemon.permit = lambda _templates: None
        await daemon.boot(daemon.replica.ledger)
        for most in (1, 3, 3, 4):
            if daemon.settings != watching(most):
                daemon.reconfigure(watching(most), ())
            daemon.replica.wake()
            await daemon.beat()
            found.extend(shown(daemon) for _ in range(2))
        assert daemon.telling
        daemon.telling.cancel()

    play(lived)

    assert found == [each for each in ({"a"}, {*"abc"}, {*"abc"}, {*"abcd"}) for _ in range(2)]
    told = [each.__dict__ for each in caplog.records if each.message == LEFT_OUT]
    assert [(each["watched"], each["limit"]) for each in told] == [(4, 1), (4, 3)]
