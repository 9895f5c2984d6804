"""`aibwatch explain IMAGE`: why it is built elsewhere, or what holds it."""

from typing import TYPE_CHECKING, Annotated, cast
from urllib.parse import quote

import typer

from aibwatch.cli.client import get
from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, notify, table, when
from aibwatch.errors import AibwatchError, TemporaryError
from aibwatch.status.answers.explained import Explanation, Inquiry, Secondary

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings


class NothingKeptError(AibwatchError):
    """The journal has no decision about the image with what it rested on."""

    exit_code = 2


def explain(
    image: Annotated[str, typer.Argument(help="The image's name.")],
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say why an image is built elsewhere, or what holds it and what would change that.

    Asks the daemon. Where none answers, the store tells its last decision about a failure.
    """
    settings = settings_of(config)
    path = f"/api/v1/images/{quote(image, safe='')}"
    try:
        answer = cast("Explanation", get(settings.http, path))
    except TemporaryError as error:
        notify(f"{error}; read from the store instead")
        answer = _of_store(settings, image)
    if output is Output.JSON:
        emit(answer)
    else:
        _show(answer)


def _of_store(settings: "Settings", image: str) -> Explanation:
    from aibwatch.cli.stored import entries_of
    from aibwatch.daemon.recall import recall
    from aibwatch.model.names import ImageName

    answer = recall(entries_of(settings), ImageName(image))
    if answer is None:
        message = (
            f"{image}: the journal keeps no decision about it, as what is calm is not kept, or"
            " there is no such image; start the daemon to ask what would happen if it failed"
        )
        raise NothingKeptError(message)
    at = when(cast("str", answer["at"]))
    notify(f"as of {at} UTC; what came after it tells: aibwatch history {image}")
    return cast("Explanation", answer)


def _show(answer: Explanation) -> None:
    decision, region = answer["decision"], answer["region"]
    line(f"{answer['name']}: {_said(decision['reason'], decision['says']) if decision else '?'}")
    line(f"mode {answer['mode']}, {'protected' if answer['protected'] else 'not protected'}")
    if answer["tagged"]:
        line("known by its tags alone: name it under `images` to have it answered")
    line(f"primary in {region['name']} ({region['health']}), last run {answer['primary_state']}")
    if region["word"]:
        said = region["word"]
        until = f" until {when(said['until'])} UTC" if said["until"] else ""
        line(f"{said['actor']} says that {region['name']} is out{until}: {said['reason']}")
    if answer["misconfigured"]:
        line(f"held: {answer['misconfigured']}")
    need = answer["needs_human"]
    if need:
        line(f"NEEDS A HUMAN since {when(need['since'])} UTC ({need['outcome']}): {need['says']}")
    _show_failure(answer)
    spoken = ((each["family"], _yes(each["speaks"]), each["says"]) for each in answer["evidence"])
    table(
        f"Evidence ({answer['families_needed']} families must agree)",
        ("family", "speaks", "says"),
        spoken,
    )
    if answer["veto"]:
        line(f"veto: {answer['veto']['says']}")
    guards = ((each["reason"], each["says"], when(each["until"])) for each in answer["guards"])
    table("What holds it", ("reason", "says", "until (UTC)"), guards)
    inquiry = answer["inquiry"]
    if inquiry:
        _show_inquiry(inquiry, answer["families_needed"])
    _show_failover(answer)
    for secondary in answer["secondaries"]:
        _show_secondary(secondary)
    table("What would change it", ("",), ((each,) for each in answer["would_change"]))


def _show_inquiry(inquiry: Inquiry, needed: int) -> None:
    decision = inquiry["decision"]
    if inquiry["supposed"]:
        line()
        line("If its primary failed now with the generic text:")
        line(f"  {_said(decision['reason'], decision['says'])}")
    guards = (
        (each["guard"], "pass" if each["passes"] else "hold", each["says"], when(each["until"]))
        for each in inquiry["guards"]
    )
    table("Guards", ("guard", "", "says", "until (UTC)"), guards)
    families = inquiry["families"]
    could = sum(each["possible"] for each in families)
    rows = ((each["family"], _yes(each["possible"]), each["says"]) for each in families)
    enough = "enough" if could >= needed else "NOT ENOUGH"
    title = f"Families that could speak: {could}, {needed} must agree: {enough}"
    table(title, ("family", "could", "says"), rows)
    flips = ((" and ".join(each["facts"]), each["reason"]) for each in inquiry["flips"])
    table("It would act if", ("", "then"), flips)


def _show_failure(answer: Explanation) -> None:
    failure = answer["failure"]
    if failure:
        rows = [
            ("run", f"{when(failure['started'])} to {when(failure['ended'])} UTC"),
            ("message", failure["message"]),
            ("cause", f"{failure['cause']}, counts as {failure['disposition']}"),
            ("because", "; ".join(failure["reasons"])),
            ("build log", failure["log"]),
        ]
        if failure["ids"]:
            rows.append(("for support", ", ".join(failure["ids"])))
        table("Failure", ("", ""), rows)


def _show_failover(answer: Explanation) -> None:
    failover = answer["failover"]
    if failover:
        where = failover["target_region"] or "no target yet"
        since = when(failover["since"])
        rows = [(failover["phase"], where, since, failover["reason"])]
        table("Failover", ("phase", "target", "since (UTC)", "why"), rows)


def _show_secondary(secondary: Secondary) -> None:
    ready = "ready" if secondary["ready"] else "not ready"
    title = f"Secondary {secondary['name']} in {secondary['region'] or '?'}: {ready}"
    items = ((each["check"], each["colour"], each["says"]) for each in secondary["items"])
    table(title, ("check", "", "says"), items)


def _said(reason: str, says: str) -> str:
    return f"{reason} ({says})" if says else reason


def _yes(value: bool) -> str:  # noqa: FBT001  it is what it says
    return "yes" if value else "-"
