"""SIGTERM and SIGINT: the first asks for an orderly end, a second ends at once. SIGHUP: reload."""

import asyncio
import os
import signal
from collections.abc import Callable

from aibwatch.daemon.log import logger

log = logger(__name__)


class Signals:
    """Whether we were asked to stop."""

    def __init__(self, hung_up: Callable[[], None]) -> None:
        """Take over the signals; a loop must be running. `hung_up` is called on SIGHUP."""
        self.stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._asked, number)
        loop.add_signal_handler(signal.SIGHUP, hung_up)

    def _asked(self, number: signal.Signals) -> None:
        if self.stopping.is_set():
            os._exit(128 + number)
        log.info("stopping", signal=number.name)
        self.stopping.set()
