"""Which run in which region made which version of an image, and which of them to take.

Answers `/api/v1/images/{name}/latest`, the page of an image and `aibwatch image`.
"""

from aibwatch.model.edition import Edition
from aibwatch.model.image import Image
from aibwatch.model.latest import latest
from aibwatch.model.names import name_of
from aibwatch.model.names import region as region_named
from aibwatch.model.state import View
from aibwatch.status.plain import Json, Object, instant
from aibwatch.status.refusal import Refusal


def edition_of(edition: Edition) -> Object:
    """Return one version of an image, with the run that made it and whether it counts."""
    return {
        "version": edition.version,
        "template": edition.run.template,
        "region": edition.region,
        "started": instant(edition.run.started),
        "published": instant(edition.published),
        "complete": instant(edition.complete),
        "replicated": [*edition.replicated],
        "failover": edition.answers,
        "duplicate_of": edition.duplicate_of,
        "excluded": edition.excluded,
    }


def number_of(version: str) -> str:
    """Return the number of a version by its id, such as `1.0.42`."""
    return version.rpartition("/")[2]


def editions_told(view: View, image: Image) -> list[Json]:
    """Return all versions that are known of an image, newest first, each with what it is worth."""
    best = latest(image, view.state)
    return [
        {
            **edition_of(each),
            "name": number_of(each.version),
            "template_name": name_of(each.run.template),
            "latest": best is not None and best.version == each.version,
            "note": _note(each, image),
        }
        for each in reversed(view.state.editions.get(image.name, ()))
    ]


def latest_of(view: View, image: Image, region: str | None) -> Object:
    """Return the version to take, of those in `region` if one is asked for.

    Raises Refusal (404) that says what there is where there is none.
    """
    place = region_named(region) if region else None
    found = latest(image, view.state, place)
    if found is not None:
        return {"image": image.name, "name": number_of(found.version), **edition_of(found)}
    anywhere = latest(image, view.state)
    if anywhere:
        where = ", ".join(anywhere.replicated) or "no region"
        message = (
            f"no version of {image.name} is known to be in {place}; the latest,"
            f" {number_of(anywhere.version)}, is in {where}"
        )
        raise Refusal(404, message)
    message = (
        f"no version of {image.name} is known yet: aibwatch knows those that were built into a"
        " gallery since it watches the image, once they are wherever they must be"
    )
    raise Refusal(404, message)


def _note(edition: Edition, image: Image) -> str:
    """Say in a few words what sets a version apart, "" for one like any other."""
    if edition.duplicate_of:
        return f"duplicate of {number_of(edition.duplicate_of)}"
    if edition.run.template not in image.templates:
        return "of a drill" if edition.run.template == image.drill else "of a former template"
    if edition.excluded:
        return "excluded from latest"
    return "" if edition.complete else "not everywhere yet"
