"""What an error itself says: cause, disposition, and the signature it is known by.

Everything from elsewhere (others that fail alike, notices, history) is weighed in `weigh`.
"""

from functools import lru_cache
from typing import NamedTuple

from aibwatch.diagnose import own as own_rows
from aibwatch.diagnose.reading import Reading, read
from aibwatch.diagnose.signature import Found, Place, Signature, Sure
from aibwatch.diagnose.signatures import TIERS
from aibwatch.diagnose.statuses import STATUSES, by_status
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.ownsignature import OwnSignature
from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.template import Run, RunState, Template
from aibwatch.model.verdict import Cause, Classification, Disposition

NO_LOG = "no_build_log"
"""The name of a build that failed and left no log: the text and the missing log are one family."""

_QUOTE_LIMIT = 120
_LATE = frozenset({"optimizing", "validating", "distributing"})
"""Phases that a build reaches only with its image made."""
_LEFT_NO_LOG = frozenset({"build_failed", "generic_internal"})

DISPOSITIONS = {
    Cause.OUTAGE: Disposition.SUSPECT,
    Cause.CAPACITY: Disposition.PLATFORM,
    Cause.TRANSIENT: Disposition.RETRY,
    Cause.THROTTLED: Disposition.RETRY,
    Cause.CONFLICT: Disposition.RETRY,
    Cause.QUOTA: Disposition.USER,
    Cause.USER_BUILD: Disposition.USER,
    Cause.USER_CONFIG: Disposition.USER,
    Cause.PERMISSION: Disposition.USER,
    Cause.NOT_FOUND: Disposition.USER,
    Cause.CANCELED: Disposition.USER,
    Cause.TIMEOUT: Disposition.SUSPECT,
    Cause.UNKNOWN: Disposition.SUSPECT,
    Cause.AUTH: Disposition.WATCHER,
    Cause.CLIENT_NETWORK: Disposition.WATCHER,
}

CANCELED = Classification(
    Cause.CANCELED, Disposition.USER, "run_canceled", ("the run was canceled",)
)
PARTIAL = Classification(
    Cause.USER_BUILD,
    Disposition.USER,
    "distribution_region",
    ("the image was built, and some of its outputs exist",),
)


class Match(NamedTuple):
    """A row, and where in the text it was found."""

    row: Signature
    at: Found


def classify(symptom: Symptom, own: tuple[OwnSignature, ...] = ()) -> Classification:
    """Classify one error by what it says. The rows of `own` go before the table's.

    A text that no row knows is UNKNOWN: suspect in name, but never evidence (PROMISES S10). A run
    that somebody stopped is nobody's failure (S19).
    """
    if symptom.state is RunState.CANCELED:
        return CANCELED
    if symptom.state is RunState.PARTIALLY_SUCCEEDED:
        return PARTIAL
    reading = read(symptom)
    owners = own_rows.first(own, symptom, reading)
    if owners:
        return Classification(owners.cause, DISPOSITIONS[owners.cause], owners.name, owners.reasons)
    match = _first(symptom, reading)
    if match:
        return _known(match, symptom, reading)
    return _unmatched(symptom, reading)


def classify_run(
    run: Run, log: BuildLog | None = None, own: tuple[OwnSignature, ...] = ()
) -> Classification:
    """Classify a run that ended badly. Where its log says what happened, the log decides."""
    state = log.state if log else LogState.UNREAD
    told = Symptom(Where.RUN, run.message, state=run.state, phase=run.phase, log=state)
    by_message = classify(told, own)
    if log is None or state is not LogState.PRESENT or run.state is not RunState.FAILED:
        return by_message
    lines = f"{log.head}\n{log.tail}"
    by_log = classify(Symptom(Where.LOG, lines, phase=run.phase, log=state), own)
    if not by_log.signature or by_log.cause is Cause.UNKNOWN or by_log.signature in _LEFT_NO_LOG:
        return by_message
    return Classification(
        by_log.cause,
        by_log.disposition,
        by_log.signature,
        (*by_log.reasons, "its log says so"),
    )


def classify_submission(template: Template, own: tuple[OwnSignature, ...] = ()) -> Classification:
    """Classify why a template could not be provisioned, by code and message."""
    code, colon, message = template.provisioning_error.partition(": ")
    if not colon:
        code, message = "", code
    return classify(Symptom(Where.SUBMISSION, message, code), own)


@lru_cache(maxsize=len(Where))
def _tiers(where: Where) -> tuple[tuple[Signature, ...], ...]:
    """Return the rows that may match in a place."""
    return tuple(
        tuple(row for row in tier if not row.where or where in row.where) for tier in TIERS
    )


def _first(symptom: Symptom, reading: Reading) -> Match | None:
    """Return the match of the first tier that has any: the one that stands first in the text."""
    for tier in _tiers(symptom.where):
        found = [Match(row, at) for row in tier if (at := _at(row, reading))]
        if found:
            return min(found, key=lambda match: match.at.start)
    return None


def _at(row: Signature, reading: Reading) -> Found | None:
    if row.place is Place.TEXT:
        return row.wording.first(reading.plain)
    told = (reading.leaf, *reading.codes[:1])
    if any(row.wording.is_all(code.lower()) for code in told):
        return Found(len(reading.plain), len(reading.plain))
    return None


def _known(match: Match, symptom: Symptom, reading: Reading) -> Classification:
    row = match.row
    reasons = (
        row.says,
        f"the text says {_quote(match, reading)!r}",
        f"known from {row.source}",
        *_besides(reading),
    )
    if _left_no_log(row, symptom, reading):
        says = "it failed and left no log: it never came to its VM, or the log could not be written"
        return Classification(Cause.OUTAGE, Disposition.SUSPECT, NO_LOG, (says, *reasons))
    disposition = disposition_of(row)
    if disposition is Disposition.PLATFORM and _distributing(symptom, reading):
        disposition = Disposition.SUSPECT
        reasons = (*reasons, "it was distributing, so that the image may exist")
    return Classification(row.cause, disposition, row.name, reasons)


def disposition_of(row: Signature) -> Disposition:
    """Return what an error that a row knows lets us do."""
    if row.sure is Sure.CLEAR:
        return Disposition.PLATFORM
    return DISPOSITIONS[row.cause] if row.sure is Sure.USUAL else Disposition.SUSPECT


def _left_no_log(row: Signature, symptom: Symptom, reading: Reading) -> bool:
    """Whether a run left no log that should have left one; nothing else has one."""
    return (
        row.name in _LEFT_NO_LOG
        and symptom.where is Where.RUN
        and symptom.log is LogState.ABSENT
        and symptom.phase.lower() not in _LATE
        and not _distributing(symptom, reading)
    )


def _distributing(symptom: Symptom, reading: Reading) -> bool:
    return symptom.phase.lower() == "distributing" or "failed in distributing" in reading.plain


def _quote(match: Match, reading: Reading) -> str:
    told = " ".join((reading.text, "|", *reading.codes))
    found = told[match.at.start : match.at.end] or reading.leaf
    return found if len(found) <= _QUOTE_LIMIT else f"{found[:_QUOTE_LIMIT]}…"


def _besides(reading: Reading) -> tuple[str, ...]:
    """Return what people and support want to know of the error beside its meaning."""
    found = []
    if len(reading.codes) > 1:
        found.append(f"codes {' > '.join(reading.codes)}")
    if reading.failed_in:
        found.append(f"x-ms-failure-cause: {reading.failed_in}")
    return tuple(found)


def _unmatched(symptom: Symptom, reading: Reading) -> Classification:
    """Classify what no row knows: by its HTTP status, as mere noise, or as unknown."""
    name = by_status(symptom)
    if name:
        cause, says = STATUSES[name]
        reasons = (says, f"HTTP status {symptom.status}", *_besides(reading))
        return Classification(cause, DISPOSITIONS[cause], name, reasons)
    if reading.noise:
        says = "clean-up trouble only; the text names no cause of the failure"
        return Classification(Cause.TRANSIENT, Disposition.RETRY, "cleanup_noise", (says,))
    return Classification(Cause.UNKNOWN, Disposition.SUSPECT, "", ("no known text matches",))
