"""How late the event loop is: a heartbeat that should come every second."""

import asyncio
from collections.abc import Callable

BEAT_SECONDS = 1.0


async def measure_lag(tell: Callable[[float], None]) -> None:
    """Tell the lateness of every beat, in seconds, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + BEAT_SECONDS
        await asyncio.sleep(BEAT_SECONDS)
        tell(loop.time() - due)
