"""`aibwatch history --verify`: is the journal what was once written?"""

from typing import TYPE_CHECKING, Annotated

import typer

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line

if TYPE_CHECKING:
    from aibwatch.daemon.stores import StoreReader
    from aibwatch.journal.chain import Verification


def history(
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check the chain of hashes over all records.")
    ] = False,
) -> None:
    """Check that the journal is what was once written: every record follows from the last.

    Reads the store, beside a daemon or without one. Exits with 1 if the chain is broken.
    """
    if not verify:
        message = "give --verify"
        raise typer.BadParameter(message)
    from aibwatch.cli.stored import opened

    with opened(settings_of(config)) as store:
        verify_chain(store, output)


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
