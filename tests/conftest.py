"""What holds for every test: its time, logs left as they were, and what tests counted is told."""

import logging
from collections import Counter
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

# Laws are about what holds, not about how fast: on a busy machine any example may take long.
settings.register_profile("aibwatch", deadline=None)
settings.load_profile("aibwatch")

# The default tells the locals of every frame in boxes: ten seconds for one exception that a test
# lets the daemon log.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)


LONGEST = 900
"""Seconds for a story of days, which takes minutes on a slow machine that others use too: only one
that hangs fails of it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give long tests long; those that say themselves how long keep that."""
    for item in items:
        if item.get_closest_marker("long") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONGEST))


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Undo what a command or a drawn life does to the logs of the process that it shares."""
    root = logging.getLogger()
    handlers, level, loggers = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**loggers)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what tests counted, each kind summed up over all of them."""
    counts = Counter[str]()
    for report in terminalreporter.getreports("passed"):
        counts.update({name: value for name, value in report.user_properties if value})
    for name, count in sorted(counts.items()):
        terminalreporter.write_line(f"{count:,} {name}")
