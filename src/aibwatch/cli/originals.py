"""Bodies of templates for commands: as Azure tells them now, or as the journal has copies."""

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from aibwatch.cli.output import notify, when
from aibwatch.errors import AibwatchError, TemporaryError
from aibwatch.model.body import Body
from aibwatch.model.entry import TemplateCopied
from aibwatch.model.fault import Fault
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId, group_of, name_of, template_id
from aibwatch.model.secrets import without_secrets

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings

Copies = dict[TemplateId, list[TemplateCopied]]
"""The copies of each template, oldest first."""


def copies_of(settings: "Settings", *, needed: bool = True) -> Copies:
    """Return all copies in the store.

    Raises StoreError if it cannot be read; unless they are `needed`, that is only told.
    """
    from aibwatch.cli.stored import entries_of

    try:
        entries = entries_of(settings)
    except AibwatchError as error:
        if needed:
            raise
        notify(f"no copies: {error}")
        return {}
    found: Copies = defaultdict(list)
    for entry in entries:
        if isinstance(entry, TemplateCopied):
            found[entry.template].append(entry)
    return dict(found)


def body_in(copy: TemplateCopied) -> Body:
    """Return the body that a copy holds."""
    return Body(copy.template, copy.body, copy.late)


def original(settings: "Settings", template: TemplateId) -> Body:
    """Return the body of a template, from Azure or, where it does not answer, its newest copy.

    Either way without its secrets, so that both are the same. Raises TemporaryError if there is
    neither.
    """
    import asyncio

    answer = asyncio.run(_read(settings, template))
    if isinstance(answer, Body):
        answer = replace(answer, text=without_secrets(answer.text))
    if isinstance(answer, Body) and not answer.late:
        return answer
    kept = copies_of(settings, needed=False).get(template, [])
    late = isinstance(answer, Body)
    why = "only Resource Graph tells of it" if late else str(answer or "it was not told")
    if kept:
        copied = when(kept[-1].at.isoformat())
        notify(f"{name_of(template)}: {why}; taken from the copy of {copied} UTC")
        return body_in(kept[-1])
    if isinstance(answer, Body):
        notify(f"{name_of(template)}: {why}, which lags behind")
        return answer
    message = f"{name_of(template)} cannot be read ({why}), and the store has no copy of it"
    raise TemporaryError(message)


async def _read(settings: "Settings", template: TemplateId) -> Body | Fault | None:
    from aibwatch.daemon.wiring import azure_of

    azure = await azure_of(settings)
    try:
        return (await azure.bodies([template])).get(template)
    finally:
        await azure.close()


def called(template: TemplateId) -> str:
    """Return what a person may call a template: many owners give all of an image one name."""
    return f"{group_of(template)}/{name_of(template)}"


def image_named(settings: "Settings", name: str) -> Image:
    """Return an image of the configuration. Raises BadParameter, naming those that there are."""
    images = {image.name: image for image in settings.fleet()}
    found = next((image for image in images.values() if image.name == name), None)
    if found is None:
        message = f"there is no image {name!r}; there are: {', '.join(sorted(images)) or 'none'}"
        raise typer.BadParameter(message, param_hint="IMAGE")
    return found


def template_named(settings: "Settings", text: str, copies: Copies) -> TemplateId:
    """Return a template by its id, as GROUP/NAME, by name, or by the image it is the primary of.

    Raises BadParameter if there is none, or more than one of that name.
    """
    if text.startswith("/"):
        try:
            return template_id(text)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="TEMPLATE") from None
    images = settings.fleet()
    known = {each for image in images for each in image.templates} | copies.keys()
    named = sorted(each for each in known if text.lower() in (name_of(each), called(each)))
    if len(named) != 1:  # both templates of an image often have its name
        named = [image.primary for image in images if image.name == text] or named
    if len(named) == 1:
        return named[0]
    listed = ", ".join(map(called, named or sorted(known))) or "none"
    why = "there are several of that name" if named else f"there is no template {text!r}"
    message = f"{why}; there are: {listed}"
    raise typer.BadParameter(message, param_hint="TEMPLATE")
