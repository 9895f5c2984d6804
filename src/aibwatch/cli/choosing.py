"""Which region `aibwatch replicate` takes if none is named: the best that its owner allows."""

import asyncio
from collections.abc import Mapping
from typing import NoReturn

import typer

from aibwatch.cli.output import notify
from aibwatch.config.schema import Settings
from aibwatch.daemon.wiring import azure_of
from aibwatch.model.fault import Fault
from aibwatch.model.image import Image
from aibwatch.model.names import Region, subscription_of
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.template import Template
from aibwatch.secondaries.candidates import Place, pairless, places

SHOWN = 5
"""Candidates that are told of; who wants to see another one names it."""

PROVIDERS_RIGHT = "Microsoft.Resources/subscriptions/providers/read"


def chosen(settings: Settings, image: Image, home: Region) -> Region:
    """Return the best region for a secondary of a primary in `home`, and tell of all that could be.

    Raises BadParameter if Azure does not say where Image Builder is, or no region is allowed.
    """
    around, offer, taken = asyncio.run(_asked(settings, image, home))
    if isinstance(around, Fault):
        _refuse(f"which regions there are could not be read ({around})")
    if isinstance(offer, Fault) or not offer.builders:
        why = offer if isinstance(offer, Fault) else offer.unread.get("providers", "")
        _refuse(f"where Image Builder is could not be read ({why}); grant {PROVIDERS_RIGHT}")
    builds = {each: each in offer.builders for each in around}
    found = [each for each in places(home, around, builds, image) if each.region not in taken]
    _tell(image, found, pairless(home, around, offer.builders))
    best = next((each for each in found if not each.forbidden), None)
    if best is None:
        _refuse("no region is left that its owner allows: allow one, or only export the template")
    notify(f"taken: {best.region}; --to names another")
    return best.region


async def _asked(
    settings: Settings, image: Image, home: Region
) -> tuple[Mapping[Region, Geography] | Fault, Offer | Fault, frozenset[Region]]:
    """Return where regions lie, what the primary's offers, and where the image has templates."""
    azure = await azure_of(settings)
    try:
        subscription = subscription_of(image.primary)
        lie = await azure.geographies(subscription)
        around = lie if isinstance(lie, Fault) else {each.region: each for each in lie}
        offer = await azure.offer(subscription, home, ())
        had = [await azure.template(each) for each in image.secondaries]
        return around, offer, frozenset(each.region for each in had if isinstance(each, Template))
    finally:
        await azure.close()


def _tell(image: Image, found: list[Place], pair: str) -> None:
    notify(f"regions for a secondary of {image.name}, the best first:")
    for each in found[:SHOWN]:
        notify(f"  - {each.region}: {each.says}")
    if found[SHOWN:]:
        notify(f"  and {len(found) - SHOWN} more")
    if pair:
        notify(pair)


def _refuse(why: str) -> NoReturn:
    message = f"{why}; name the region that it shall live in"
    raise typer.BadParameter(message, param_hint="--to")
