"""Takes a file up that could not be used at the start, once it can be (PROMISES S44)."""

from datetime import timedelta

from aibwatch.daemon.leadership import Leadership
from aibwatch.daemon.log import logger
from aibwatch.errors import StoreError
from aibwatch.journal.late import EVERY, LateJournal
from aibwatch.ports import Clock

log = logger(__name__)


async def take_up(late: LateJournal, leadership: Leadership, clock: Clock) -> None:
    """Look at the file now and then, until we lead on it."""
    taken = False
    while not taken:
        await clock.sleep(EVERY / timedelta(seconds=1))
        taken = await is_taken_up(late, leadership)
    log.info("store.reachable")


async def is_taken_up(late: LateJournal, leadership: Leadership) -> bool:
    """Take the file up if it can be used now, and return whether we lead on it."""
    try:
        late.open()
    except StoreError:
        return False
    await leadership.take_up()
    return leadership.leads
