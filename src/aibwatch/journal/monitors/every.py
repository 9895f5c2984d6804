"""All monitors, and who hears what."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aibwatch.journal.monitors.consent import CONSENT
from aibwatch.journal.monitors.ends import ENDS
from aibwatch.journal.monitors.grounds import GROUNDS
from aibwatch.journal.monitors.measure import MEASURE
from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.once import ONCE
from aibwatch.journal.monitors.rehearsed import REHEARSED

MONITORS: tuple[Monitor, ...] = (*ONCE, *GROUNDS, *MEASURE, *CONSENT, *REHEARSED, *ENDS)

PROMISES: tuple[str, ...] = tuple(
    sorted({each.promise for each in MONITORS}, key=lambda name: (name[0] != "S", int(name[1:])))
)
"""The promises that are watched, in their order."""


def _hearers() -> Mapping[type[Any], tuple[Monitor, ...]]:
    kinds = {kind for each in MONITORS for kind in each.hears}
    return MappingProxyType(
        {kind: tuple(each for each in MONITORS if kind in each.hears) for kind in kinds}
    )


HEARERS = _hearers()
"""Who hears each kind of entry that could break a promise."""
