"""What the rows of one scrape are made of, looked up once for all families."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aibwatch.model.failover import Failover
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, Region, TemplateId
from aibwatch.model.state import Snapshot, View
from aibwatch.model.template import Run, Template
from aibwatch.status.needing import needing
from aibwatch.status.rows.group import Labels
from aibwatch.status.watched import Watched, last_run, regions_with, watched


@dataclass(frozen=True, slots=True)
class Scene:
    """A snapshot, and of it what several families need."""

    snapshot: Snapshot
    templates: Sequence[Watched]
    """Those that have rows of their own."""
    left_out: frozenset[str]
    """Names of the rest: a scrape must stay bounded."""
    places: Sequence[Labels]
    """Name and region of each of them."""
    placed: Sequence[tuple[Labels, TemplateId]]
    """The same with their ids."""
    read: Sequence[tuple[Labels, Template]]
    """Where those are that were read, and what was."""
    runs: Sequence[tuple[Labels, Run]]
    """Where those are that ran, and the last run."""
    images: Sequence[tuple[Labels, Image]]
    """Every image with its name, as a label of rows."""
    paired: Sequence[tuple[Labels, Image]]
    """Those of them that have a secondary."""
    regions: Sequence[Region]
    needs: Mapping[ImageName, Failover]
    """The images that a person must look at."""

    @property
    def view(self) -> View:
        """What is believed."""
        return self.snapshot.view


def seen_in(snapshot: Snapshot, most: int | None = None) -> Scene:
    """Return the scene of a snapshot, in which so many templates have rows; None: all of them."""
    view = snapshot.view
    every = watched(view)
    templates = every[:most]
    places = [(each.label, each.region) for each in templates]
    placed = [(where, each.id) for where, each in zip(places, templates, strict=True)]
    images = [((name,), image) for name, image in view.images.items()]
    seen = ((where, view.sightings.templates.get(name)) for where, name in placed)
    runs = ((where, last_run(view, name)) for where, name in placed)
    return Scene(
        snapshot,
        templates,
        frozenset(each.label for each in every[len(templates) :]),
        places,
        placed,
        [(where, each) for where, each in seen if each],
        [(where, each) for where, each in runs if each],
        images,
        [(labels, image) for labels, image in images if image.secondaries],
        regions_with(view, {each.region for each in every}),
        needing(view),
    )
