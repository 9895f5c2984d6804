"""`aibwatch check`: can we start, and what would be protected?"""

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from aibwatch.cli.advice import too_many
from aibwatch.cli.causes import gathered
from aibwatch.cli.client import address, alive, get
from aibwatch.cli.finding import Finding, Trouble, exit_code
from aibwatch.cli.options import ConfigOption, fleet_needed, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, table, when
from aibwatch.errors import AibwatchError, StoreDeniedError
from aibwatch.model.image import Mode
from aibwatch.model.readiness import Colour

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings
    from aibwatch.status.answers.document import Status

_HEALTH = {
    "outage": (Colour.RED, Trouble.OUTAGE),
    "degraded": (Colour.YELLOW, Trouble.DEGRADED),
    "healthy": (Colour.GREEN, Trouble.NONE),
}

ALONE = Finding(
    "replicas",
    Colour.GREEN,
    "one, as the store is a file of this machine: while it is down nothing is built elsewhere;"
    " several can share a store in Azure (docs/running.md)",
)
UNASKED = Finding(
    "Azure",
    Colour.UNKNOWN,
    "was not asked (--offline): login, rights, templates and what is protected were not looked at",
)


def check(
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
    *,
    online: Annotated[
        bool,
        typer.Option(
            "--online/--offline",
            help="Ask Azure too, or look at this machine alone: its files, daemon, store and port.",
        ),
    ] = True,
    live: Annotated[
        bool, typer.Option("--live", help="Only ask the daemon here whether it lives; fast.")
    ] = False,
    metadata: Annotated[
        str | None,
        typer.Option(
            "--metadata",
            metavar="URL",
            help="Who tells which region this machine is in, `off` for nobody; Azure's own service"
            " unless azure.endpoint is set.",
        ),
    ] = None,
) -> None:
    """Say whether aibwatch can start here, what it sees, and what is protected. Changes nothing.

    Exit codes: 0 ok, 10 degraded, 11 outage, 12 secondary not ready, 75 temporary, 77 permission,
    78 configuration.
    """
    if metadata and not online:
        message = "with --offline nobody is asked anything"
        raise typer.BadParameter(message, param_hint="--metadata")
    settings = settings_of(config, files=not live)
    if live:
        findings = [_probe(settings, "/livez"), _probe(settings, "/readyz")]
    else:
        fleet_needed(settings)
        azure = _azure(settings, metadata) if online else [UNASKED]
        findings = [*_here(settings, online=online), *azure]
    _show(findings, output)
    raise typer.Exit(exit_code(findings))


def _azure(settings: "Settings", metadata: str | None) -> list[Finding]:
    # Its SDK takes half a second, which --help, --live and --offline need not wait for.
    from aibwatch.cli.inspection import inspect
    from aibwatch.cli.whereabouts import metadata_of

    return inspect(settings, metadata_of(settings, metadata))


def _probe(settings: "Settings", path: str) -> Finding:
    if alive(settings.http, path):
        return Finding(path, Colour.GREEN, "ok")
    says = f"not ok; {address(settings.http)}{path}?verbose says why"
    return Finding(path, Colour.RED, says, Trouble.TEMPORARY)


def _here(settings: "Settings", *, online: bool) -> list[Finding]:
    """Look at this machine: the configuration, the daemon if one runs, store and port if none.

    A store that is shared is not on it.
    """
    count = len(settings.images)
    says = f"valid, {count} image{'' if count == 1 else 's'}, sha256 {settings.sha256[:12]}"
    found = [Finding("configuration", Colour.GREEN, says)]
    found += [Finding("configuration", Colour.YELLOW, each) for each in settings.warnings]
    found += too_many(settings.fleet(), settings.metrics.max_templates)
    if not settings.store.shared and any(each.mode is Mode.AUTO for each in settings.fleet()):
        found.append(ALONE)
    try:
        return [*found, *_daemon(settings)]
    except AibwatchError:
        store = _elsewhere(settings) if settings.store.shared and not online else _store(settings)
        return [*found, store, _port(settings)]


def _daemon(settings: "Settings") -> list[Finding]:
    """Repeat what the daemon here believes; it has watched for longer than we can look."""
    status = cast("Status", get(settings.http, "/api/v1/status"))
    says = f"runs at {address(settings.http)}: {status['summary']}"
    found = [Finding("daemon", Colour.GREEN, says)]
    for region in status["regions"]:
        colour, trouble = _HEALTH.get(region["health"], (Colour.UNKNOWN, Trouble.NONE))
        since = f"{when(region['since'])} UTC" if region["since"] else "its start"
        says = f"the daemon says {region['health']} since {since}"
        found.append(Finding(f"region {region['name']}", colour, says, trouble))
    return found


def _elsewhere(settings: "Settings") -> Finding:
    says = f"{settings.store.url} is in Azure, and was not asked (--offline)"
    return Finding("store", Colour.UNKNOWN, says)


def _store(settings: "Settings") -> Finding:
    from aibwatch.journal.sqlite import SqliteReader

    if settings.store.shared:
        return _container(settings)
    path = Path(settings.store.path)
    try:
        path.stat()
    except FileNotFoundError:
        return Finding("store", Colour.GREEN, f"{path} will be made")
    except OSError:
        pass  # told by who opens it
    else:
        if not os.access(path, os.R_OK | os.W_OK):  # of which SQLite says much less
            says = f"{path} may not be read and written: nothing is started; give it to this user"
            return Finding("store", Colour.RED, says, Trouble.PERMISSION)
    try:
        SqliteReader(path).close()
    except StoreDeniedError as error:
        return Finding("store", Colour.RED, str(error), Trouble.PERMISSION)
    except AibwatchError as error:
        return Finding("store", Colour.RED, str(error), Trouble.TEMPORARY)
    return Finding("store", Colour.GREEN, f"{path} can be read and written")


def _container(settings: "Settings") -> Finding:
    """Say whether the container can be read."""
    from aibwatch.daemon.stores import read_container
    from aibwatch.daemon.wiring import azure_settings

    try:
        journal = read_container(settings, azure_settings(settings))
    except AibwatchError as error:
        return Finding("store", Colour.RED, str(error), Trouble.TEMPORARY)
    return Finding("store", Colour.GREEN, f"{journal.name} can be read, {journal.head.seq} records")


def _port(settings: "Settings") -> Finding:
    host, port = settings.http.host, settings.http.port
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where)
    except OSError as error:
        says = f"{settings.http.listen} cannot be listened on: {error.strerror}; set http.listen"
        return Finding("port", Colour.RED, says, Trouble.TEMPORARY)
    return Finding("port", Colour.GREEN, f"{settings.http.listen} is free")


def _show(findings: list[Finding], output: Output) -> None:
    code = exit_code(findings)
    if output is Output.JSON:
        rows = [{"what": each.what, "colour": each.colour, "says": each.says} for each in findings]
        emit({"exit": code, "findings": rows})
        return
    rows_of_text = ((each.what, each.colour.value, each.says) for each in gathered(findings))
    table("Check", ("what", "", "says"), rows_of_text)
    line()
    line("all is well" if code == 0 else f"not all is well (exit {code})")
