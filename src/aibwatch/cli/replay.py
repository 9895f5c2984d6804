"""`aibwatch replay ID`: make past decisions again, from what the journal kept of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, table, when
from aibwatch.cli.stored import entries_of
from aibwatch.errors import AibwatchError

if TYPE_CHECKING:
    from aibwatch.daemon.replay import Replayed
    from aibwatch.model.decision import Hold
    from aibwatch.model.entry import Entry
    from aibwatch.model.verdict import Verdict


class NoSuchDecisionError(AibwatchError):
    """There is no witnessed decision by that name."""

    exit_code = 2


def replay(
    decision: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A failover's id, or IMAGE@TIME: its last decision until then."
        ),
    ],
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Make past decisions again, from their recorded evidence: the same, or not?

    Exits with 1 if any is another one now.
    """
    found = chosen(decision, entries_of(settings_of(config)))
    if output is Output.JSON:
        emit([told(each) for each in found])
    else:
        _show(found)
    if not all(each.same for each in found):
        raise typer.Exit(1)


def chosen(name: str, entries: "Iterable[Entry]") -> "list[Replayed]":
    """Return the decisions that `name` means, made again. Raises NoSuchDecisionError."""
    from aibwatch.daemon.replay import replay as again

    image, at, instant = name.rpartition("@")
    if at:
        until = _instant(instant)
        found = [each for each in again(entries) if each.image.name == image and each.at <= until][
            -1:
        ]
    else:
        found = [each for each in again(entries) if each.failover == name]
    if not found:
        message = (
            f"{name}: the journal has no decision of that failover or image with what it rested on;"
            " `aibwatch status` names failovers, and what is calm is not kept"
        )
        raise NoSuchDecisionError(message)
    return found


def told(again: "Replayed") -> dict[str, object]:
    """Return a decision, recorded and made again, for programs."""
    recorded = again.recorded
    return {
        "at": again.at.isoformat(),
        "image": again.image.name,
        "failover": again.failover,
        "kind": type(recorded).__name__.lower(),
        "recorded": {
            "reason": recorded.reason,
            "says": getattr(recorded, "says", ""),
            "held_by": _holds(getattr(recorded, "held_by", ())),
        },
        "again": {
            "reason": again.again.reason,
            "says": again.again.says,
            "held_by": _holds(again.again.held_by),
        },
        "same": again.same,
        "evidence": _evidence(again.verdict),
        "evidence_weighed_anew": _evidence(again.weighed),
        "same_evidence": again.same_evidence,
    }


def _holds(holds: "Iterable[Hold]") -> list[dict[str, str]]:
    return [{"reason": each.reason, "says": each.says} for each in holds]


def _evidence(verdict: "Verdict | None") -> list[dict[str, str]]:
    evidence = verdict.evidence if verdict else ()
    return [{"family": each.family, "says": each.says} for each in evidence]


def _instant(words: str) -> datetime:
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        message = f"{words!r} is no time; write it as 2026-03-02T12:00:00Z"
        raise NoSuchDecisionError(message) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _show(found: "list[Replayed]") -> None:
    rows = [
        (
            when(each.at.isoformat()),
            type(each.recorded).__name__.lower(),
            each.recorded.reason,
            each.again.reason,
            "same" if each.same else "DIFFERENT",
        )
        for each in found
    ]
    table("Decisions made again", ("at (UTC)", "", "recorded", "again", ""), rows)
    for each in found:
        if not each.same:
            line(f"{when(each.at.isoformat())}: recorded: {getattr(each.recorded, 'says', '')}")
            line(f"{when(each.at.isoformat())}: again: {each.again.says}")
    last = next((each for each in reversed(found) if each.verdict), found[-1])
    evidence = [(each["family"], each["says"]) for each in _evidence(last.verdict)]
    table(f"Evidence of {when(last.at.isoformat())}", ("family", "says"), evidence)
    if not last.same_evidence:
        anew = [(each["family"], each["says"]) for each in _evidence(last.weighed)]
        table("Weighed anew by this version it is another", ("family", "says"), anew)
