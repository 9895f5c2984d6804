"""What an outage left to look at: triggers that are off, images that were built twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from aibwatch.model.edition import Edition
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.state import View
from aibwatch.status.editions import number_of
from aibwatch.status.plain import Json, Object, instant
from aibwatch.status.watched import home_region

SHOWN_FOR = timedelta(days=7)
"""So long after its end an outage is spoken of."""
LISTED = 20
"""So many of each are listed; the rest is counted."""


def aftermath(view: View, now: datetime) -> Json:
    """Return what is to be looked at, None if no incident closed lately and no trigger is off."""
    known = view.state.incidents.values()
    closed = [each for each in known if each.closed and now - each.closed < SHOWN_FOR]
    off = [*_off(view)]
    if not (closed or off):
        return None
    began = min((each.opened for each in closed), default=None)
    twice = [*_twice(view, began)] if began else []
    return {
        "regions": [*sorted({each.region for each in closed})],
        "since": instant(began),
        "triggers": [*off[:LISTED]],
        "triggers_count": len(off),
        "twice": [*twice[:LISTED]],
        "twice_count": len(twice),
        "look": "aibwatch leftovers" if closed else None,
    }


def _off(view: View) -> Iterator[Object]:
    """Yield each template whose trigger was on and is off, with the command that arms it again.

    The service switches it off after several failed builds, and one good run by hand arms it.
    Source: learn.microsoft.com, image-builder-triggers-how-to.
    """
    off = view.state.disarmed
    if not off:
        return
    for image in view.images.values():
        yield from (_trigger(view, image, each, off[each]) for each in image.watched if each in off)


def _trigger(view: View, image: Image, template: TemplateId, since: datetime) -> Object:
    return {
        "image": image.name,
        "template": template,
        "name": name_of(template),
        "region": home_region(view, template),
        "since": instant(since),
        "command": f"az image builder run --ids {template}",
    }


def _twice(view: View, began: datetime) -> Iterator[Object]:
    """Yield each version that is the duplicate of another, if it is not of before an outage."""
    for image in view.images.values():
        known = view.state.editions.get(image.name, ())
        regions = {each.version: each.region for each in known}
        for each in known:
            if each.duplicate_of and each.published >= began:
                yield _double(each, regions.get(each.duplicate_of, ""))


def _double(edition: Edition, winner_region: str) -> Object:
    return {
        "image": edition.image,
        "version": edition.version,
        "name": number_of(edition.version),
        "region": edition.region,
        "duplicate_of": edition.duplicate_of,
        "winner": number_of(edition.duplicate_of),
        "winner_region": winner_region,
    }
