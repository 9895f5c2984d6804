"""Every test here runs the real program against the simulated ARM."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from azurite import Azurite, running
from process.stage import Stage, set_up


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them all, so that `make fast` leaves them out; begin with what takes longest."""
    for item in items:
        if "process" in item.path.parts:
            item.add_marker(pytest.mark.process)
    items.sort(key=lambda each: each.get_closest_marker("soak") is None)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Give a test a World, a configuration and a daemon to start."""
    with set_up(tmp_path) as found:
        yield found


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """One emulator for all of a worker's tests; each has a container of its own in it."""
    with running(tmp_path_factory.mktemp("azurite"), tls=False) as found:
        yield found
