"""What it means that a daemon takes the journal, and with it the right to act. Pure."""

from datetime import datetime

from aibwatch.model.entry import Answered, Booted, Entry, ProbeAnswered
from aibwatch.model.failover import Event, Phase
from aibwatch.model.state import State

STOPPED = "the daemon stopped before the answer"
"""What is known of an answer that was lost with the process, or with its right to act."""


def beginning(state: State, now: datetime, version: str, config: str, holder: str) -> list[Entry]:
    """Return the entries of it: a new epoch, and no answer to any open intent.

    The answer to an intent that a daemon left behind is lost, so it is unclear whether a run
    began; reading the target tells, never another request (PROMISES S2, S3). `Booted` comes first:
    from that entry on the store takes nothing from whoever led before (PROMISES S4).
    """
    lost: list[Entry] = [
        Answered(now, each.id, each.token, Event.UNCLEAR, STOPPED)
        for each in state.failovers.values()
        if each.phase is Phase.REQUESTED and each.token is not None
    ]
    lost += [
        ProbeAnswered(now, each.region, each.token, Event.UNCLEAR, STOPPED)
        for each in map(state.last_probe, state.probes)
        if each is not None and each.answer is None
    ]
    return [Booted(now, state.epoch + 1, version, config, holder), *lost]
