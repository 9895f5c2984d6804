"""Errors as a file tells them, one JSON object a line, and what is answered to each."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aibwatch.model.buildlog import LogState
from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Classification

Row = dict[str, object]
"""One answer, as programs get it."""

_LOGS = {True: LogState.PRESENT, False: LogState.ABSENT, None: LogState.UNREAD}


@dataclass(frozen=True, slots=True)
class Case:
    """One error to classify."""

    id: str
    symptom: Symptom


@dataclass(frozen=True, slots=True)
class Refused:
    """One line that is no error to classify."""

    says: str
    """Names the line, what is wrong and the remedy."""


def cases(lines: Iterable[str]) -> Iterator[Case | Refused]:
    """Read lines in turn; empty ones mean nothing."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _case(line, number)
            except ValueError as error:
                yield Refused(f"line {number}: {error}")


def _case(line: str, number: int) -> Case:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        message = f"is no JSON ({error}); write one object a line"
        raise ValueError(message) from None
    if not isinstance(told, dict):
        message = 'is no JSON object; write {"where": …, "message": …}'
        raise ValueError(message)  # noqa: TRY004  the value of a line is wrong, not a type of ours
    context = told.get("context")
    around = context if isinstance(context, dict) else {}
    symptom = Symptom(
        where=_where(told.get("where")),
        message=_text(told, "message"),
        code=_text(told, "code"),
        status=_status(told.get("http_status")),
        state=_state(around.get("run_state")),
        phase=_text(around, "sub_state"),
        log=_log(around.get("customization_log_present")),
    )
    name = told.get("id")
    return Case(str(number if name is None else name), symptom)


def _where(value: object) -> Where:
    try:
        return Where(str(value))
    except ValueError:
        message = f"where: {value!r:.80} is no place; write one of {', '.join(Where)}"
        raise ValueError(message) from None


def _text(told: dict[str, object], key: str) -> str:
    value = told.get(key)
    if value is None or isinstance(value, str):
        return value or ""
    message = f"{key}: {value!r:.80} is no text; put it in quotes, or write null"
    raise ValueError(message)


def _status(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    message = f"http_status: {value!r:.80} is no whole number; write one such as 504, or null"
    raise ValueError(message)


def _state(value: object) -> RunState | None:
    """Return a run's state; one that this version does not know tells nothing."""
    known = {str(each).lower(): each for each in RunState}
    return known.get(str(value).lower())


def _log(value: object) -> LogState:
    if value is None or isinstance(value, bool):
        return _LOGS[value]
    message = f"context.customization_log_present: {value!r:.80} is neither true, false nor null"
    raise ValueError(message)


def told(name: str, judged: Classification) -> Row:
    """Return the answer to the case `name`."""
    return {
        "id": name,
        "category": judged.cause,
        "disposition": judged.disposition,
        "signature": judged.signature,
        "reasons": list(judged.reasons),
    }
