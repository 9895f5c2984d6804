"""The rows of Microsoft's own notices. No title is a label: each wording would be a new series."""

import re
from itertools import product

from aibwatch.model.entry import NoticeKnown
from aibwatch.status.rows.group import Groups, Labels
from aibwatch.status.rows.scene import Scene

EVENT_TYPES = (
    "ServiceIssue",
    "PlannedMaintenance",
    "HealthAdvisory",
    "SecurityAdvisory",
    "EmergingIssue",
    "other",
)
LEVELS = ("Critical", "Error", "Warning", "Informational", "other")
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
"""A tracking id; what looks otherwise is counted, and has no row of its own."""


def notices(scene: Scene) -> Groups:
    """Return how many notices of each kind and level last in each region."""
    found = dict.fromkeys(product(scene.regions, EVENT_TYPES, LEVELS), 0.0)
    for each in _lasting(scene):
        where = (each.region, _event_type(each), _level(each))
        if where in found:
            found[where] += 1
    return list(found.items())


def each_notice(scene: Scene) -> Groups:
    """Return a row for each notice that lasts."""
    lasting = (each for each in _lasting(scene) if _ID.fullmatch(each.notice.id))
    rows: set[Labels] = {
        (each.notice.id, each.region, _event_type(each), _level(each)) for each in lasting
    }
    return [(each, 1.0) for each in sorted(rows)]


def _lasting(scene: Scene) -> list[NoticeKnown]:
    return [each for each in scene.view.state.notices.values() if each.notice.active]


def _event_type(known: NoticeKnown) -> str:
    return known.notice.kind if known.notice.kind in EVENT_TYPES else "other"


def _level(known: NoticeKnown) -> str:
    return known.notice.level if known.notice.level in LEVELS else "other"
