"""`aibwatch templates`: the copies that the journal keeps, told, compared and given back.

All read the store beside a daemon that may be writing to it, or without one; `export` asks Azure
first, and takes the newest copy where that does not answer.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.originals import (
    Copies,
    body_in,
    called,
    copies_of,
    original,
    template_named,
)
from aibwatch.cli.output import Output, OutputOption, emit, line, notify, table, when
from aibwatch.errors import TemporaryError
from aibwatch.model.blueprint import Blueprint, Recipe
from aibwatch.model.drift import Difference, differences
from aibwatch.model.entry import TemplateCopied
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId
from aibwatch.secondaries.canonical import leaves
from aibwatch.secondaries.deployable import deployable
from aibwatch.secondaries.recipe import written

TemplateArgument = Annotated[
    str, typer.Argument(metavar="TEMPLATE", help="A template, or the image it is the primary of.")
]
CopyOption = Annotated[
    int | None,
    typer.Option("--copy", min=1, metavar="N", help="Which: 1 is the newest."),
]
FileOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Where to write; else stdout.")
]


def listing(config: ConfigOption = None, output: OutputOption = Output.TABLE) -> None:
    """List every template that the journal has copies of."""
    copies = copies_of(settings_of(config))
    rows = [_row(template, copies[template]) for template in sorted(copies)]
    if output is Output.JSON:
        emit({"templates": rows})
        return
    columns = ("template", "copies", "newest (UTC)", "revision", "")
    table("Copies", columns, (_cells(row) for row in rows))
    if not rows:
        notify("no copies: the store is new, or no body was read yet")


def show(
    template: TemplateArgument,
    copy: CopyOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show what a template's owner wrote, by a copy of it."""
    settings = settings_of(config)
    copies = copies_of(settings)
    found = _copy(copies, template_named(settings, template, copies), copy or 1)
    if output is Output.JSON:
        emit({**_told(found), "body": json.loads(found.body)})
        return
    late = ", from Resource Graph, which lags behind" if found.late else ""
    notify(f"{called(found.template)} as of {when(found.at.isoformat())} UTC{late}")
    emit(json.loads(found.body))


def diff(
    name: Annotated[str, typer.Argument(metavar="IMAGE|TEMPLATE")],
    copy: CopyOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Compare: of an image the primary's recipe with each secondary's, of a template two copies.

    Of a template the newest copy and the one before, or the one that --copy names.
    """
    settings = settings_of(config)
    copies = copies_of(settings)
    image = next((each for each in settings.fleet() if each.name == name), None)
    if image and image.secondaries and copy is None:
        found = [_drift(image, each, copies) for each in image.secondaries]
    else:
        found = [_changes(copies, template_named(settings, name, copies), copy or 2)]
    if output is Output.JSON:
        emit({"comparisons": found})
        return
    for each in found:
        _compare(each)


def export(
    template: TemplateArgument,
    copy: CopyOption = None,
    file: FileOption = None,
    config: ConfigOption = None,
) -> None:
    """Write a template as an ARM file that can be deployed, also while its region is gone.

    `az deployment group create --template-file FILE` makes it again. What was secret is a
    parameter of the file.
    """
    settings = settings_of(config)
    copies = copies_of(settings, needed=copy is not None)
    name = template_named(settings, template, copies)
    body = original(settings, name) if copy is None else body_in(_copy(copies, name, copy))
    write(json.dumps(deployable(body), indent=2, ensure_ascii=False), file)


def write(text: str, file: Path | None) -> None:
    """Write to a file, or to stdout. Raises BadParameter if it cannot be written."""
    if file is None:
        line(text)
        return
    try:
        file.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}"
        raise typer.BadParameter(message, param_hint="--output") from None
    notify(f"written to {file}")


def _copy(copies: Copies, template: TemplateId, number: int) -> TemplateCopied:
    """Return a copy, 1 the newest. Raises TemporaryError if the store has no such one."""
    kept = copies.get(template, [])
    if len(kept) < number:
        count = f"{len(kept)} cop{'y' if len(kept) == 1 else 'ies'}"
        message = f"the store has {count} of {called(template)}, and none numbered {number}"
        raise TemporaryError(message)
    return kept[-number]


def _told(copy: TemplateCopied) -> dict[str, object]:
    return {
        "template": copy.template,
        "at": copy.at.isoformat(),
        "revision": copy.revision,
        "late": copy.late,
        "unknown": list(copy.blueprint.unknown),
    }


def _row(template: TemplateId, kept: list[TemplateCopied]) -> dict[str, object]:
    return {**_told(kept[-1]), "template": template, "copies": len(kept)}


def _cells(row: dict[str, object]) -> tuple[str, ...]:
    name = called(TemplateId(str(row["template"])))
    late = "late" if row["late"] else ""
    return name, str(row["copies"]), when(str(row["at"])), str(row["revision"])[:12], late


def _drift(image: Image, secondary: TemplateId, copies: Copies) -> dict[str, object]:
    """Compare the recipes of a primary and a secondary by their newest copies (PROMISES S29)."""
    one, other = (_copy(copies, each, 1) for each in (image.primary, secondary))
    allowed = differences(one.blueprint, other.blueprint, image.allow_drift)
    every = differences(one.blueprint, other.blueprint)
    return {
        "one": called(image.primary),
        "other": called(secondary),
        "differences": [{**_difference(each), "allowed": each not in allowed} for each in every],
    }


def _changes(copies: Copies, template: TemplateId, number: int) -> dict[str, object]:
    """Compare a copy with the newest one: all of the body, not only what is built."""
    old, new = (_copy(copies, template, each) for each in (number, 1))
    before, after = (Blueprint(Recipe(leaves(written(body_in(each))))) for each in (old, new))
    every = differences(before, after)
    return {
        "one": f"{called(template)} of {when(old.at.isoformat())}",
        "other": f"{called(template)} of {when(new.at.isoformat())}",
        "differences": [{**_difference(each), "allowed": False} for each in every],
    }


def _difference(each: Difference) -> dict[str, object]:
    return {"path": each.path, "one": each.primary, "other": each.secondary}


def _compare(found: dict[str, Any]) -> None:
    one, other = found["one"], found["other"]
    if not found["differences"]:
        line(f"{one} and {other}: no difference")
        return
    rows = (
        (each["path"], each["one"], each["other"], "allowed" if each["allowed"] else "")
        for each in found["differences"]
    )
    table(f"{one} and {other}", ("path", one, other, ""), rows)
