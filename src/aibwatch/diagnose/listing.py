"""All that errors are known by, for people: owners' rows, the table, and what no text decides."""

from collections.abc import Iterator
from dataclasses import dataclass

from aibwatch.diagnose.classify import CANCELED, DISPOSITIONS, NO_LOG, PARTIAL, disposition_of
from aibwatch.diagnose.signatures import TABLE
from aibwatch.diagnose.statuses import STATUSES
from aibwatch.model.ownsignature import PREFIX, OwnSignature
from aibwatch.model.verdict import Cause, Disposition

_ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Listed:
    """One row, in words."""

    signature: str
    category: Cause
    disposition: Disposition
    where: str
    says: str
    source: str


BESIDES = (
    Listed(
        NO_LOG,
        Cause.OUTAGE,
        Disposition.SUSPECT,
        "run_status",
        "a build that failed before its image was made, and left no log",
        "azvmimagebuilder#97, #101",
    ),
    Listed(
        CANCELED.signature,
        CANCELED.cause,
        CANCELED.disposition,
        "run_status",
        "a run in state Canceled",
        "imagebuilder RunState",
    ),
    Listed(
        PARTIAL.signature,
        PARTIAL.cause,
        PARTIAL.disposition,
        "run_status",
        "a run in state PartiallySucceeded: some outputs exist",
        "imagebuilder RunState",
    ),
    Listed(
        "cleanup_noise",
        Cause.TRANSIENT,
        Disposition.RETRY,
        _ANYWHERE,
        "nothing but clean-up trouble",
        "learn.microsoft.com image-builder-troubleshoot",
    ),
)
"""What is known by more or less than words."""


def listed(own: tuple[OwnSignature, ...] = ()) -> list[Listed]:
    """Return every row in order of precedence."""
    return [*_own(own), *_table(), *BESIDES, *_statuses()]


def _own(own: tuple[OwnSignature, ...]) -> Iterator[Listed]:
    for row in own:
        yield Listed(
            f"{PREFIX}{row.name}",
            row.cause,
            DISPOSITIONS[row.cause],
            row.where or _ANYWHERE,
            row.says,
            "detection.signatures",
        )


def _table() -> Iterator[Listed]:
    for row in TABLE:
        where = ", ".join(sorted(row.where)) or _ANYWHERE
        yield Listed(row.name, row.cause, disposition_of(row), where, row.says, row.source)


def _statuses() -> Iterator[Listed]:
    for name, (cause, says) in STATUSES.items():
        yield Listed(name, cause, DISPOSITIONS[cause], _ANYWHERE, says, "the HTTP status alone")
