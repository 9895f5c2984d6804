"""What would have been done about images that are only observed or advised, for their owners."""

from datetime import datetime

from aibwatch.model.entry import Decided
from aibwatch.model.image import Image
from aibwatch.model.names import name_of
from aibwatch.model.state import WOULD_FOR, State
from aibwatch.model.verdict import FailureKey, KeyKind
from aibwatch.status.plain import Json, instant

WHAT = {
    KeyKind.RUN: "its run failed",
    KeyKind.ATTEMPT: "a request to run it was refused",
    KeyKind.SUBMISSION: "it could not be provisioned",
    KeyKind.LOST: "its run was lost",
    KeyKind.DUE: "its build was overdue",
    KeyKind.ORDER: "somebody ordered it",
}


def would_list(state: State, image: Image, now: datetime) -> list[Json]:
    """Return it of the last 30 days, newest first: when, on which failure, and what."""
    known = state.would.get(image.name, ())
    return [_told(each, each.key) for each in reversed(known) if each.key and _young(each, now)]


def _young(decided: Decided, now: datetime) -> bool:
    return decided.at > now - WOULD_FOR


def _told(decided: Decided, key: FailureKey) -> Json:
    """Return one; what held it besides the mode is named, as it would have waited for that."""
    others = [each.reason for each in decided.held_by if each.reason != decided.reason]
    return {
        "at": instant(decided.at),
        "key": str(key),
        "failure": f"{name_of(key.template)}: {WHAT[key.kind]}",
        "says": decided.says,
        "held_by": list(others),
    }
