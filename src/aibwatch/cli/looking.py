"""One look at Azure without a daemon: how ready is each secondary now? It only reads."""

import asyncio
from collections.abc import Mapping

from aibwatch.cli.client import RefusedError
from aibwatch.cli.inspection import Inspection
from aibwatch.config.schema import Settings
from aibwatch.daemon.clock import wall
from aibwatch.daemon.wiring import azure_of, subscriptions_of
from aibwatch.model.image import Image
from aibwatch.ports import Azure
from aibwatch.secondaries.misconfigured import misconfigured
from aibwatch.status.preparation import preparation


def looked(settings: Settings, name: str | None) -> Mapping[str, object]:
    """Return what `/api/v1/readiness` would. Raises RefusedError if there is no such image."""
    images = [each for each in settings.fleet() if name in (None, each.name)]
    if not images:
        known = ", ".join(each.name for each in settings.fleet())
        message = f"unknown image {name!r}; there are: {known}"
        raise RefusedError(message)
    return asyncio.run(_looked(settings, images))


async def _looked(settings: Settings, images: list[Image]) -> Mapping[str, object]:
    azure = await azure_of(settings)
    watched = subscriptions_of(settings)
    inspection = Inspection(settings.fleet(), watched, settings.policy(), wall())
    try:
        return await look(inspection, azure, images)
    finally:
        await azure.close()


async def look(inspection: Inspection, azure: Azure, images: list[Image]) -> Mapping[str, object]:
    """Look at everything once, and return what is found of these images.

    The whole fleet is looked at: who shares a staging group, and how full a region would be, is
    not to be seen of one image alone.
    """
    sightings, checklist = await inspection.look(azure)
    fleet = {each.name: each for each in inspection.fleet}
    wrong = misconfigured(fleet, sightings)
    return preparation(images, checklist.found, wrong, sightings, inspection.now)
