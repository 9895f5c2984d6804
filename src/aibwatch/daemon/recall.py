"""What the journal alone explains of an image, where no daemon can be asked.

It is the last decision of which the journal keeps what it looked at: one that acted, or that held
a failure. What is calm is not kept, and what came after it is in the history.
"""

from collections.abc import Sequence

from aibwatch.daemon.inquire import inquire
from aibwatch.failover.decide import decide
from aibwatch.failover.witness import restored
from aibwatch.journal.fold import fold
from aibwatch.model.entry import Entry, Witnessed
from aibwatch.model.names import ImageName
from aibwatch.model.state import Snapshot
from aibwatch.status.explain import explain
from aibwatch.status.plain import Object


def recall(entries: Sequence[Entry], name: ImageName) -> Object | None:
    """Return what `explain` would have said then, None if nothing is kept of the image.

    Raises ValueError on entries that do not fit.
    """
    for before, entry in reversed(list(enumerate(entries))):
        if isinstance(entry, Witnessed) and entry.witness.image.name == name:
            image, at = entry.witness.image, entry.at
            view = restored(entry.witness, fold(entries[:before]))
            decisions = {name: decide(image, view, at)}
            snapshot = Snapshot(at, view, decisions, blind=False)
            return explain(snapshot, image, inquire(image, view, at))
    return None
