"""`aibwatch backtest`: the journal's history under another configuration."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aibwatch.cli.options import ConfigOption, fleet_needed, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, table, when
from aibwatch.cli.stored import entries_of
from aibwatch.model.names import TemplateId, name_of

if TYPE_CHECKING:
    from aibwatch.daemon.backtest import Case

ASSUMED = (
    "Assumed: reads fresh between entries, secondaries as last seen, every build that is started"
    " succeeds at once."
)

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", metavar="FILE", help="Another store than the configuration's own."),
]


def backtest(
    config: ConfigOption = None,
    store: StoreOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Run the journal's history through the core with this configuration: what would have moved?

    Reads only. The new configuration may name its own images, modes and durations.
    """
    from aibwatch.daemon.backtest import backtest as run

    settings = settings_of(config)
    fleet_needed(settings)
    entries = entries_of(settings, store)
    cases = run(entries, settings.fleet(), settings.policy())
    if output is Output.JSON:
        emit({"assumed": ASSUMED, "builds": _builds(cases), "cases": [_told(e) for e in cases]})
    else:
        _show(cases)


def _builds(cases: "list[Case]") -> dict[str, int]:
    return {
        "would": sum(each.moved is not None for each in cases),
        "really": sum(each.really_moved is not None for each in cases),
    }


def _told(case: "Case") -> dict[str, object]:
    return {
        "image": case.image,
        "failure": str(case.key),
        "failed": case.failed.isoformat(),
        "reason": case.reason,
        "says": case.says,
        "would_move": case.moved.isoformat() if case.moved else None,
        "target": case.target,
        "really_moved": case.really_moved.isoformat() if case.really_moved else None,
        "really_target": case.really_target,
    }


def _show(cases: "list[Case]") -> None:
    builds = _builds(cases)
    line(f"{len(cases)} failures; builds elsewhere: {builds['would']}, really {builds['really']}")
    line(ASSUMED)
    rows = [
        (
            each.image,
            when(each.failed.isoformat()),
            _moved(each.moved, each.target),
            each.reason,
            _moved(each.really_moved, each.really_target),
        )
        for each in cases
    ]
    columns = ("image", "failed (UTC)", "would move", "because", "really moved")
    table("Under this configuration", columns, rows)


def _moved(at: datetime | None, target: TemplateId | None) -> str:
    if at is None or target is None:
        return "-"
    return f"{at:%Y-%m-%d %H:%M} {name_of(target)}"
