"""Starting an image's primary without a daemon, so that it is no single point of failure."""

from typing import TYPE_CHECKING, TypedDict

from aibwatch.cli.client import RefusedError
from aibwatch.errors import TemporaryError

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings
    from aibwatch.model.names import TemplateId
    from aibwatch.ports import Reply


class Started(TypedDict):
    """What was started."""

    image: str
    template: str
    direct: bool


def start_primary(settings: "Settings", image: str) -> Started:
    """Send one run request to the primary of an image, once.

    Raises RefusedError if Azure refuses it, or if there is no such image; TemporaryError if nobody
    can tell whether it began.
    """
    import asyncio

    from aibwatch.model.failover import Event

    found: dict[str, TemplateId] = {each.name: each.templates[0] for each in settings.images}
    if image not in found:
        message = f"unknown image {image!r}; there are: {', '.join(sorted(found)) or 'none'}"
        raise RefusedError(message)
    reply = asyncio.run(_start(settings, found[image]))
    if reply.event is Event.REFUSED:
        message = f"Azure refused to run {found[image]}: {reply.fault}"
        raise RefusedError(message)
    if reply.event is not Event.BEGAN:
        message = f"no clear answer ({reply.fault}); look whether {found[image]} runs, not again"
        raise TemporaryError(message)
    return {"image": image, "template": found[image], "direct": True}


async def _start(settings: "Settings", primary: "TemplateId") -> "Reply":
    from aibwatch.daemon.wiring import azure_of

    azure = await azure_of(settings)
    try:
        return await azure.start(primary, ordered=True)
    finally:
        await azure.close()
