"""Where a template that moves puts what it builds."""

from collections.abc import Iterator

from aibwatch.model.names import region
from aibwatch.secondaries.terms import DRILL, Change, Object, Terms, objects


def move_output(output: Object, terms: Terms) -> Iterator[Change]:
    """Change one distributor in its place, and tell what is another."""
    kind = str(output.get("type")).lower()
    if kind == "sharedimage":
        yield from _gallery(output, terms)
        yield from _targets(output, terms)
    elif kind == "managedimage":
        yield from _managed(output, terms)
    elif output.get("uri"):
        yield from _disk(output, terms)


def _gallery(output: Object, terms: Terms) -> Iterator[Change]:
    definition, _, version = str(output.get("galleryImageId") or "").partition("/versions/")
    said = terms.said(terms.to.definition, definition.rpartition("/")[2]) or definition
    output["galleryImageId"] = said
    if said != definition:
        yield Change(f"it publishes to {said}")
    if version:
        yield Change(f"version {version} is left out: it must be a new one, so the gallery counts")
    if terms.drill:
        output["excludeFromLatest"] = True
        yield Change("excludeFromLatest is true: nobody shall take a drill for the latest")


def _targets(output: Object, terms: Terms) -> Iterator[Change]:
    """Put the new region in the place of the primary's, with the replicas and storage of that."""
    older = output.get("replicationRegions") or ()
    told = [each for each in objects(output.get("targetRegions")) if each.get("name")]
    known = {region(str(each["name"])): each for each in told or [{"name": n} for n in older]}
    moved = (terms.to.region if each == terms.home else each for each in known)
    wanted = list(dict.fromkeys(terms.to.targets or moved))
    if wanted == list(known):
        return
    yield Change(f"it replicates to {', '.join(wanted)}")
    if older and not told:
        output["replicationRegions"] = wanted
        return
    own = known.get(terms.home, {})
    output["targetRegions"] = [
        {**known.get(each, own if each == terms.to.region else {}), "name": each} for each in wanted
    ]


def _managed(output: Object, terms: Terms) -> Iterator[Change]:
    suffix = f"-{terms.to.region}" if terms.in_group_of_primary else ""
    moved = terms.moved(str(output.get("imageId") or ""))
    output["imageId"] = f"{moved}{suffix}{DRILL if terms.drill else ''}"
    output["location"] = terms.to.region
    yield Change(f"it makes the managed image {output['imageId']}")


def _disk(output: Object, terms: Terms) -> Iterator[Change]:
    if terms.drill:
        del output["uri"]
        yield Change("its disk stays in the staging account: a drill writes over no good one")
    else:
        yield Change(f"its disk goes to {output['uri']}, as the primary's does")
