"""`aibwatch classify`: what one error, a file of them, or a live template's last run says."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from aibwatch.cli.cases import Refused, Row, cases, told
from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, notify, table
from aibwatch.model.names import TemplateId, name_of, template_id
from aibwatch.model.symptom import Symptom, Where

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings
    from aibwatch.model.ownsignature import OwnSignature
    from aibwatch.model.verdict import Classification

USAGE = 2
_STDIN = "-"


def classify(
    error: Annotated[
        str, typer.Argument(help="An error message, or the id of a template.", show_default=False)
    ] = "",
    read: Annotated[
        str, typer.Option("--input", metavar="FILE", help="JSON Lines; - is stdin.")
    ] = "",
    where: Annotated[Where, typer.Option(help="Where the message was told.")] = Where.RUN,
    *,
    signatures: Annotated[
        bool, typer.Option("--signatures", help="List what errors are known by, and from where.")
    ] = False,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say whose fault an error is by what it says: a message, a file of them, or a live template.

    A line of --input is {"id", "where", "http_status", "code", "message", "context"}.
    """
    if sum((bool(error), bool(read), signatures)) != 1:
        message = "give one of: an error message, a template's id, --input FILE, --signatures"
        raise typer.BadParameter(message)
    settings = settings_of(config) if config else None
    own = settings.policy().signatures if settings else ()
    template = _template(error)
    if signatures:
        _list(own, output)
    elif read:
        _classify_file(read, own, output)
    elif template:
        from aibwatch.cli.live import last_failures

        _show(last_failures(settings or settings_of(config), template), output)
    else:
        judged = _judged(Symptom(where, error), own)
        _show([told("", judged)], output)
        if not judged.signature and len(error.split()) == 1:
            _hint(error.strip(), settings, config)


def _hint(word: str, settings: "Settings | None", config: Path | None) -> None:
    """Say how a template is classified: one word that nobody knows may be the name of one."""
    name, fleet = word.lower(), settings.fleet() if settings else ()
    found = (
        str(template)
        for image in fleet
        for template in image.watched
        if name == name_of(template) or (name == image.name.lower() and template == image.primary)
    )
    ids = list(dict.fromkeys(found)) or [f"/subscriptions/…/imageTemplates/{word}"]
    notify(f"{word} was taken for a message. A template's last run is classified by its id:")
    for each in ids:
        notify(f"  aibwatch classify {each} --config {config or 'FILE'}")


def _template(text: str) -> TemplateId | None:
    try:
        return template_id(text)
    except ValueError:
        return None


def _judged(symptom: Symptom, own: "tuple[OwnSignature, ...]") -> "Classification":
    from aibwatch.diagnose import classify as judging

    return judging.classify(symptom, own)


def _classify_file(name: str, own: "tuple[OwnSignature, ...]", output: Output) -> None:
    """Classify every line that can be; exit 2 at the end if any could not."""
    refused: list[str] = []
    with _opened(name) as lines:
        _show(_rows(lines, own, refused), output)
    if refused:
        raise typer.Exit(USAGE)


def _rows(
    lines: Iterable[str], own: "tuple[OwnSignature, ...]", refused: list[str]
) -> Iterator[Row]:
    for case in cases(lines):
        if isinstance(case, Refused):
            notify(case.says)
            refused.append(case.says)
        else:
            yield told(case.id, _judged(case.symptom, own))


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == _STDIN:
        yield typer.get_text_stream("stdin", encoding="utf-8", errors="replace")
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(name).open(encoding="utf-8", errors="replace"))
        except OSError as error:
            message = f"{name} cannot be read: {error.strerror}"
            raise typer.BadParameter(message, param_hint="--input") from None
        yield file


def _show(rows: Iterable[Row], output: Output) -> None:
    """Write each as it comes: one JSON object a line, or a table of all."""
    if output is Output.JSON:
        for row in rows:
            typer.echo(json.dumps(row))
        return
    columns = ("id", "category", "counts as", "signature", "because")
    table("Classified", columns, (_cells(row) for row in rows))


def _cells(row: Row) -> tuple[str, ...]:
    reasons = row["reasons"]
    because = "; ".join(reasons) if isinstance(reasons, list) else ""
    return (*(str(row[key]) for key in ("id", "category", "disposition", "signature")), because)


def _list(own: "tuple[OwnSignature, ...]", output: Output) -> None:
    from aibwatch.diagnose.listing import listed

    rows = listed(own)
    if output is Output.JSON:
        emit([{field: getattr(row, field) for field in row.__slots__} for row in rows])
        return
    columns = ("signature", "category", "counts as", "where", "says", "known from")
    cells = ((r.signature, r.category, r.disposition, r.where, r.says, r.source) for r in rows)
    table("Signatures, in order of precedence", columns, cells)
