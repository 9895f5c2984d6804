"""`aibwatch history`: what was decided, done and said; `--verify`: is the journal whole?

The story comes from the daemon, or from the store where no daemon answers; both tell it alike.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast

import typer

from aibwatch.cli.client import get
from aibwatch.cli.options import ConfigOption, duration, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, notify, table
from aibwatch.cli.recount import COLUMNS, OPENED, Row, recounted
from aibwatch.errors import TemporaryError

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings
    from aibwatch.daemon.stores import StoreReader
    from aibwatch.journal.chain import Verification

STORY = (
    "acknowledged",
    "booted",
    "decided.",
    "edition.",
    "failover.",
    "order",
    "paused",
    "promise.",
    "region.",
    "resumed",
)
"""Beginnings of the events that are told; the rest is what they were made of."""


def history(
    image: Annotated[str | None, typer.Argument(help="Only what is about this image.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Only of so long until now, as 24h.")
    ] = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check the chain of hashes over all records.")
    ] = False,
) -> None:
    """Tell what was decided, done and said, oldest first; or check that the journal is whole.

    Asks the daemon, or reads the store where none answers. With --verify it reads the store, beside
    a daemon or without one, and exits with 1 if the chain is broken.
    """
    settings = settings_of(config)
    if verify:
        from aibwatch.cli.stored import opened

        with opened(settings) as store:
            verify_chain(store, output)
        return
    rows = story(settings, image, _begin(since))
    if output is Output.JSON:
        emit({"history": rows})
    else:
        table("History", COLUMNS, recounted(rows))


def story(settings: "Settings", image: str | None, begin: datetime | None) -> list[Row]:
    """Return the story since `begin`, or all that is known; of one image or of all."""
    try:
        rows, failovers = _of_daemon(settings, image)
    except TemporaryError as error:
        notify(f"{error}; read from the store instead")
        rows, failovers = _of_store(settings), {}
    opened = {each["failover"]: each["image"] for each in rows if each["event"] == OPENED}
    own = {name for name, whose in {**failovers, **opened}.items() if whose == image}
    return [
        each
        for each in rows
        if each["event"].startswith(STORY)
        and (begin is None or datetime.fromisoformat(each["at"]) >= begin)
        and (image is None or _is_about(each, image, own))
    ]


def _begin(since: str | None) -> datetime | None:
    if since is None:
        return None
    # Brings asyncio with it, which --help need not wait for.
    from aibwatch.daemon.clock import wall

    return wall() - duration(since, "--since")


def _of_daemon(settings: "Settings", image: str | None) -> tuple[list[Row], dict[str, str]]:
    """Return what the daemon remembers, with the images of the failovers that it knows."""
    rows = cast("dict[str, list[Row]]", get(settings.http, "/api/v1/history"))["history"]
    notify("as the daemon remembers it, since its start at most")
    if image is None:
        return rows, {}
    known = cast("dict[str, list[Row]]", get(settings.http, "/api/v1/failovers"))
    failovers = [*known["failovers"], *known["recent"]]
    return rows, {each["id"]: each["image"] for each in failovers}


def _of_store(settings: "Settings") -> list[Row]:
    from aibwatch.cli.stored import entries_of
    from aibwatch.daemon.chronicle import told_of
    from aibwatch.status.history import row_of

    found = enumerate(entries_of(settings), start=1)
    lines = ((seq, each.at, told_of(each)) for seq, each in found)
    return [row_of(seq, at, told.event, told.fields) for seq, at, told in lines]


def _is_about(row: Row, image: str, failovers: Collection[str]) -> bool:
    return (
        row.get("image") == image
        or row.get("failover") in failovers
        or row.get("scope") in ("all", f"image:{image}")
    )


def verify_chain(store: "StoreReader", output: Output) -> None:
    """Walk along the chain of a store and tell; exit with 1 where it is broken."""
    from aibwatch.journal.chain import Verification, gaps_of, verify

    found = verify(store.records(), gaps_of(store.records())) if store.chained else Verification()
    if output is Output.JSON:
        emit(_told(store, found))
    else:
        for each in _words(store, found):
            line(each)
    if found.broken or not store.chained:
        raise typer.Exit(1)


def _told(store: "StoreReader", found: "Verification") -> dict[str, object]:
    broken = found.broken
    return {
        "store": store.name,
        "holds": store.chained and broken is None,
        "records": found.records,
        "removed": found.removed,
        "head": {"seq": found.head.seq, "sha256": found.head.sha256},
        "broken": broken
        and {"seq": broken.seq, "kind": broken.kind, "at": broken.at, "says": broken.says},
    }


def _words(store: "StoreReader", found: "Verification") -> list[str]:
    if not store.chained:
        says = "its records have no hashes yet: aibwatch 0.1 wrote it, and no newer daemon since"
        return [f"{store.name}: {says}"]
    removed = f", {found.removed} were compacted" if found.removed else ""
    walked = f"{found.records} records follow from one another{removed}"
    head = f"head: record {found.head.seq}, sha256 {found.head.sha256}"
    if found.broken is None:
        hint = "nothing was changed if this is the head that metrics and notices told"
        return [f"{store.name}: {walked}", head, hint]
    broken = found.broken
    where = f"broken at record {broken.seq}, {broken.kind} of {broken.at}: {broken.says}"
    return [f"{store.name}: {walked}, then:", where, f"the last that holds is the {head}"]
