"""What an error text itself says: cause, disposition, and the signature it is known by.

Everything from elsewhere (others that fail alike, notices, history) is weighed in `weigh`.
"""

import re

from aibwatch.diagnose.signature import Place, Signature
from aibwatch.diagnose.signatures import TABLE
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.template import Run, RunState
from aibwatch.model.verdict import Cause, Classification, Disposition

TEXT_LIMIT = 64 * 1024
"""Characters read of one text: half from its head, half from its tail, where root errors stand."""

_QUOTE_LIMIT = 120

_NOISE = re.compile(
    r"Error deleting resource\.\s{0,9}(?:Will retry|Please delete manually)\.?"
    r"|\b(?:PublicIPAddress|InUseNetworkSecurityGroup)CannotBeDeleted\b"
    r"|Skipping image creation(?:\.\.\.)?"
    r"|Builds finished but no artifacts were created",
    re.IGNORECASE | re.ASCII,
)
"""Clean-up talk that Microsoft's troubleshooting page calls harmless."""

_DISPOSITIONS = {
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


def classify(symptom: Symptom) -> Classification:
    """Classify an error by its text and, where there is one, its code.

    A text that no row knows is UNKNOWN: suspect in name, but never evidence (PROMISES S10).
    """
    text, noise = _NOISE.subn(" ", _bounded(symptom.message))
    for row in TABLE:
        found = _match(row, text, symptom.code.strip())
        if found:
            return _known(row, found)
    if noise:
        return Classification(
            Cause.TRANSIENT,
            Disposition.RETRY,
            "cleanup_noise",
            ("clean-up trouble only; the text names no cause of the failure",),
        )
    return Classification(Cause.UNKNOWN, Disposition.SUSPECT, "", ("no known text matches",))


def classify_run(run: Run, log: BuildLog | None = None) -> Classification:
    """Classify a run that ended badly. A run that somebody stopped is nobody's failure (S19)."""
    if run.state is RunState.CANCELED:
        return Classification(
            Cause.CANCELED, Disposition.USER, "run_canceled", ("the run was canceled",)
        )
    state = log.state if log else LogState.UNREAD
    return classify(Symptom(Where.RUN, run.message, state=run.state, log=state))


def _bounded(text: str) -> str:
    if len(text) <= TEXT_LIMIT:
        return text
    half = TEXT_LIMIT // 2
    return f"{text[:half]}\n{text[-half:]}"


def _match(row: Signature, text: str, code: str) -> str:
    """Return what of the error matches, "" if nothing does."""
    if row.place is Place.CODE:
        found = row.pattern.fullmatch(code)
    else:
        found = row.pattern.search(code) or row.pattern.search(text)
    return found.group() if found else ""


def _known(row: Signature, found: str) -> Classification:
    disposition = Disposition.PLATFORM if row.clear else _DISPOSITIONS[row.cause]
    quote = found if len(found) <= _QUOTE_LIMIT else f"{found[:_QUOTE_LIMIT]}…"
    reasons = (row.says, f"the text says {quote!r}", f"known from {row.source}")
    return Classification(row.cause, disposition, row.name, reasons)
