"""`aibwatch status`: what the daemon believes, does and holds, on one screen."""

import sys
import time
from collections.abc import Callable
from typing import Annotated, Never, cast

import typer

from aibwatch.cli.aftermath import aftermath_lines
from aibwatch.cli.client import get
from aibwatch.cli.drills import DRILL_COLUMNS, drill_rows, versions
from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, notify, table, when
from aibwatch.errors import TemporaryError
from aibwatch.status.answers.document import (
    Failover,
    Image,
    Incident,
    Measured,
    Region,
    Scores,
    Status,
    Template,
    Would,
)

OK, DEGRADED, OUTAGE, NOT_READY = 0, 10, 11, 12
"""Exit codes (DESIGN 4)."""
EVERY = 5.0
"""Seconds between two looks with --watch."""
CLEAR = "\x1b[H\x1b[2J"
"""Empties a terminal."""
WOULD_MAX = 20
"""Of what would have been done so many are shown, the newest of all images; JSON has the rest."""


def status(
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again every 5 s, until Ctrl-C.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Show how available Image Builder was measured to be.")
    ] = False,
) -> None:
    """Show regions, images, failovers and what holds them. Exit 10, 11 or 12 if all is not well."""
    http = settings_of(config).http

    def look() -> Status:
        answer = cast("Status", get(http, "/api/v1/status"))
        if watch and sys.stdout.isatty():
            typer.echo(CLEAR, nl=False)
        if output is Output.JSON:
            emit({"at": answer["at"], "availability": answer["availability"]} if report else answer)
        elif report:
            _report(answer)
        else:
            _show(answer)
        return answer

    if watch:
        again_and_again(look)
    raise typer.Exit(verdict(look()))


def again_and_again(
    look: Callable[[], object], wait: Callable[[float], None] = time.sleep
) -> Never:
    """Look until somebody ends it; a daemon that starts anew does not answer for a while."""
    while True:
        try:
            look()
        except TemporaryError as error:
            notify(str(error))
        wait(EVERY)


def verdict(answer: Status) -> int:
    """Return the exit code: an outage outranks a degraded region, that a secondary not ready."""
    healths = {each["health"] for each in answer["regions"]}
    if "outage" in healths:
        return OUTAGE
    if "degraded" in healths or answer["blind"] or answer["suspicion"]:
        return DEGRADED
    return NOT_READY if any(map(_unprepared, answer["images"])) else OK


def _unprepared(image: Image) -> bool:
    """Whether it has secondaries and none of them could take a build."""
    ready = [each["ready"] for each in image["templates"] if each["role"] == "secondary"]
    return bool(ready) and not any(ready)


def _show(answer: Status) -> None:
    line(answer["summary"])
    for warning in _warnings(answer):
        line(warning)
    regions = (
        (
            each["name"],
            each["health"],
            when(each["since"]),
            "; ".join(f"{one['family']}: {one['says']}" for one in each["evidence"]),
        )
        for each in answer["regions"]
    )
    table("Regions", ("region", "health", "since (UTC)", "evidence"), regions)
    table(
        "Images",
        ("image", "mode", "protected", "primary", "secondaries", "now"),
        map(_image, answer["images"]),
    )
    columns = ("image", "phase", "target", "since (UTC)", "why")
    table("Failovers", columns, map(_failover, answer["failovers"]))
    holds = (
        (image["name"], hold["reason"], hold["says"], when(hold["until"]))
        for image in answer["images"]
        for hold in image["held_by"]
    )
    table("Holds", ("image", "reason", "says", "until (UTC)"), holds)
    title = "Would have been done in the last 30 days"
    table(title, ("when (UTC)", "image", "failure", "says"), _woulds(answer["images"]))
    if answer["drills"]["next"]:
        line(f"next drill: {answer['drills']['image']}, {when(answer['drills']['next'])} UTC")
    table("Drills", DRILL_COLUMNS, drill_rows(answer["images"]))
    for version in versions(answer["images"]):
        line(version)
    for told in aftermath_lines(answer["aftermath"]):
        line(told)
    table("Recent failovers", columns, map(_failover, answer["recent"]))
    opened = [each for each in answer["incidents"] if each["closed"] is None]
    known = ("region", "since (UTC)", "knew first", "Microsoft", "evidence")
    table("Open incidents", known, map(_incident, opened))
    table("Scores", ("", ""), _scores(answer["scores"]))


def _report(answer: Status) -> None:
    """Show the measured availability of Image Builder; of too few builds no share is told."""
    line(f"Image Builder as it was measured here, up to {when(answer['at'])} UTC")
    for days in dict.fromkeys(
        one["days"] for each in answer["availability"] for one in each["windows"]
    ):
        rows = (
            (each["region"], _share(one), str(one["ok"]), str(one["platform"]), str(one["user"]))
            for each in answer["availability"]
            for one in each["windows"]
            if one["days"] == days
        )
        columns = ("region", "availability", "built", "failed by Azure", "own failures")
        table(f"{days} days", columns, rows)


def _share(measured: Measured) -> str:
    share = measured["share"]
    return "too few builds to tell" if share is None else f"{share:.1%}"


def _warnings(answer: Status) -> list[str]:
    found = []
    if answer["blind"]:
        found.append("BLIND: nothing can be seen at present, so nothing is done")
    if answer["suspicion"]:
        found.append(f"SUSPECT: {answer['suspicion']['says']}")
    if not answer["leader"]:
        found.append("STANDBY: another instance acts")
    for image in answer["images"]:
        need = image["needs_human"]
        if need:
            since = f"since {when(need['since'])} UTC ({need['outcome']})"
            found.append(f"NEEDS A HUMAN {image['name']} {since}: {need['says']}")
    for region in answer["regions"]:
        found += _said(region)
    for each in answer["pauses"]:
        until = f" until {when(each['until'])} UTC" if each["until"] else ""
        by = f" by {each['actor']}" if each["actor"] else ""
        found.append(f"PAUSED {each['scope']}{until}{by}: {each['reason']}")
    return found


def _woulds(images: list[Image]) -> list[tuple[str, ...]]:
    """Return what would have been done but for the modes, the newest of all images first."""
    told = [(each, image["name"]) for image in images for each in image["would"]]
    told.sort(key=lambda pair: pair[0]["at"], reverse=True)
    return [
        (when(each["at"]), name, each["failure"], _would(each)) for each, name in told[:WOULD_MAX]
    ]


def _would(would: Would) -> str:
    held = ", ".join(would["held_by"])
    return f"{would['says']} (held by {held})" if held else would["says"]


def _said(region: Region) -> list[str]:
    word = region["word"]
    if word is None:
        return []
    until = f" until {when(word['until'])} UTC" if word["until"] else ""
    return [f"SAID OUT {region['name']}{until} by {word['actor']}: {word['reason']}"]


def _image(image: Image) -> tuple[str, ...]:
    primary, *secondaries = image["templates"]
    decision = image["decision"]
    return (
        image["name"],
        image["mode"],
        "yes" if image["protected"] else "no",
        _template(primary),
        "\n".join(f"{_template(each)} {_ready(each)}" for each in secondaries)
        or (image["next"] or ""),
        image["misconfigured"] or (decision["reason"] if decision else "not judged yet"),
    )


def _template(template: Template) -> str:
    return f"{template['region'] or '?'} {template['run_state']}"


def _ready(template: Template) -> str:
    return "ready" if template["ready"] else "not ready"


def _failover(failover: Failover) -> tuple[str, ...]:
    return (
        failover["image"],
        failover["outcome"] or failover["phase"],
        failover["target_region"] or failover["target_name"] or "",
        when(failover["closed"] or failover["since"]),
        failover["reason"],
    )


def _incident(incident: Incident) -> tuple[str, ...]:
    told = [
        f"{each['source']} {when(each['at'])}, {each['lead_seconds'] / 60:+.0f} min"
        for each in incident["known"]
        if each["lead_seconds"] is not None
    ]
    return (
        incident["region"],
        when(incident["opened"]),
        incident["first"],
        "\n".join(told) or "nothing yet",
        ", ".join(each["family"] for each in incident["evidence"]),
    )


def _scores(scores: Scores) -> list[tuple[str, str]]:
    """Return precision, recall and time to decide, as far as they are known; nothing at first."""
    answered = f"{scores['right']} rightly, {scores['needless']} needlessly"
    left = f"{scores['missed']} missed, {scores['dismissed']} rightly"
    took = scores["mean_seconds_to_decide"]
    rows = [
        ("precision", scores["precision"], f" (answered: {answered})"),
        ("recall", scores["recall"], f" (left alone: {left})"),
    ]
    found = [(name, f"{share:.0%}{more}") for name, share, more in rows if share is not None]
    if took is not None:
        found.append(("mean time to decide", f"{took / 60:.0f} min"))
    return found
