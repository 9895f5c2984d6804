"""How a performance is told: a story and its sum, a table of all, or JSON."""

from datetime import timedelta

from aibwatch.cli.output import Output, emit, line, table
from aibwatch.cli.simulate.reckoning import Reckoning, reckon
from aibwatch.cli.simulate.stage import Own, Staged, incidents, staged
from aibwatch.daemon import log
from aibwatch.sim.scenario import Scenario, names, packaged

_DAY = 24
COLUMNS = ("incident", "failed", "detected", "Microsoft", "moved", "needless", "missed", "right")
"""Of the table of all, which fits a terminal of 80 columns."""


def programme(output: Output) -> None:
    """Say what can be played."""
    rows = [(name, packaged(name)) for name in names()]
    if output is Output.JSON:
        emit([{"name": name, **_about(each)} for name, each in rows])
        return
    told = ((n, each.title, "; ".join(each.expectation.sources)) for n, each in rows)
    table("Scenarios", ("name", "what happens", "source"), told)


def story(scenario: Scenario, mine: Own | None, output: Output) -> bool:
    """Play one scenario and tell it; return whether it ended as it should."""
    done = _played(scenario, mine)
    found = reckon(done.performance)
    if output is Output.JSON:
        emit({**_about(scenario), **_json(done, found)})
    else:
        _tell(done, found)
    return not found.differs


def every(mine: Own | None, output: Output) -> bool:
    """Play all incidents and print one line for each; return whether all ended as they should."""
    found = {name: reckon(_played(each, mine).performance) for name, each in incidents().items()}
    if output is Output.JSON:
        emit([{"name": name, **_sum(each)} for name, each in found.items()])
    else:
        table("Incidents", COLUMNS, (_row(name, each) for name, each in found.items()))
        for name, each in found.items():
            for differs in each.differs:
                line(f"{name}: {differs}")
    return not any(each.differs for each in found.values())


def _played(scenario: Scenario, mine: Own | None) -> Staged:
    # The story tells what happens; a warning of the daemon's would tell it again.
    log.configure("error", "auto", lambda _level: None)
    return staged(scenario, mine)


def _tell(done: Staged, found: Reckoning) -> None:
    scenario = done.performance.scenario
    line(scenario.title)
    for source in scenario.expectation.sources:
        line(f"source: {source}")
    line(f"times count from the start, {done.performance.start:%Y-%m-%d %H:%M} UTC")
    for part in done.parts:
        line(f"{part.image} plays {part.plays}: {', '.join(part.regions)}")
    line()
    for scene in done.performance.scenes:
        told = scene.told
        line(f"{offset(scene.after):>11}  {told.kind:<8}{told.subject:<14}{told.says}".rstrip())
    line()
    for name, value in _summary(found):
        line(f"{name:<20}{value}")
    line()
    if not scenario.expectation.told:
        line("The timetable does not say how it should end.")
    for differs in found.differs:
        line(differs)
    if scenario.expectation.told:
        line(f"It ended {'not ' if found.differs else ''}as it should.")


def offset(after: timedelta) -> str:
    """Return a time since the start as people read it."""
    minutes, seconds = divmod(int(after.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{f'{days}d ' if days else ''}{hours:02}:{minutes:02}:{seconds:02}"


def _summary(found: Reckoning) -> list[tuple[str, str]]:
    return [
        ("first failed build", _span(found.failed)),
        ("time to detect", _span(found.detected)),
        ("Microsoft told", _span(found.notified, "not known")),
        ("believed out", ", ".join(sorted(found.outages)) or "none"),
        ("failovers", str(found.failovers)),
        ("images saved", ", ".join(sorted(found.saved)) or "none"),
        ("held by mode alone", ", ".join(sorted(found.would)) or "none"),
        ("needless", str(found.needless)),
        ("missed", ", ".join(sorted(found.missed)) or "none"),
        ("asked for twice", str(found.duplicates)),
    ]


def _row(name: str, found: Reckoning) -> tuple[str, ...]:
    return (
        name,
        _short(found.failed),
        _short(found.detected),
        _short(found.notified, "?"),
        str(found.failovers),
        str(found.needless),
        str(len(found.missed)),
        "no" if found.differs else "yes",
    )


def _short(span: timedelta | None, never: str = "-") -> str:
    """Return a time to the minute, in at most six characters."""
    if span is None:
        return never
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    if hours >= _DAY:
        return f"{hours // _DAY}d{hours % _DAY}h"
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m"


def _span(span: timedelta | None, never: str = "never") -> str:
    return offset(span) if span is not None else never


def _about(scenario: Scenario) -> dict[str, object]:
    return {"title": scenario.title, "sources": list(scenario.expectation.sources)}


def _json(done: Staged, found: Reckoning) -> dict[str, object]:
    return {
        "parts": [
            {"image": each.image, "plays": each.plays, "regions": list(each.regions)}
            for each in done.parts
        ],
        "story": [
            {
                "after_seconds": each.after.total_seconds(),
                "kind": each.told.kind,
                "subject": each.told.subject,
                "says": each.told.says,
            }
            for each in done.performance.scenes
        ],
        **_sum(found),
    }


def _sum(found: Reckoning) -> dict[str, object]:
    return {
        "first_failure_seconds": _seconds(found.failed),
        "detected_seconds": _seconds(found.detected),
        "microsoft_told_seconds": _seconds(found.notified),
        "outages": sorted(found.outages),
        "failovers": found.failovers,
        "held_by_mode": sorted(found.would),
        "saved": sorted(found.saved),
        "needless": found.needless,
        "missed": sorted(found.missed),
        "duplicates": found.duplicates,
        "as_it_should": not found.differs,
        "differs": list(found.differs),
    }


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None
