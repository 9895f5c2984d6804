"""What is watched, as people and scrapers name it: templates with their image, role and region."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from aibwatch.model.entry import Paused
from aibwatch.model.image import Image
from aibwatch.model.names import (
    Region,
    TemplateId,
    group_of,
    name_of,
    subscription_of,
)
from aibwatch.model.state import Snapshot, View
from aibwatch.model.template import Run, RunState

NEVER_RUN = "NeverRun"
"""What a template shows that never ran; the other states are those of `RunState`."""
NOWHERE = Region("unknown")
"""The region of a template that was never seen."""


class Watched(NamedTuple):
    """One configured template."""

    id: TemplateId
    label: str
    """Its shortest unambiguous name."""
    image: Image
    region: Region

    @property
    def role(self) -> str:
        """`primary`, `secondary` or `drill`."""
        if self.id == self.image.drill:
            return "drill"
        return "primary" if self.id == self.image.primary else "secondary"


def labels_of(templates: Iterable[TemplateId]) -> Mapping[TemplateId, str]:
    """Return a longer name for each template whose own name another one has too.

    With its resource group, else with its subscription too: names are unique only within a group,
    and two series must never have the same labels. Most templates need none: see `label_of`.
    """
    ids = tuple(dict.fromkeys(templates))
    names = Counter(map(name_of, ids))
    if len(names) == len(ids):  # of most fleets, and looking for those that share one takes long
        return {}
    shared = [each for each in ids if names[name_of(each)] > 1]
    paths = Counter((group_of(each), name_of(each)) for each in shared)
    return {each: _longer(each, paths) for each in shared}


def label_of(template: TemplateId, longer: Mapping[TemplateId, str]) -> str:
    """Return the shortest unambiguous name of a template."""
    return longer.get(template) or name_of(template)


def _longer(template: TemplateId, paths: Mapping[tuple[str, str], int]) -> str:
    name, group = name_of(template), group_of(template)
    short = f"{group}/{name}"
    return short if paths[group, name] == 1 else f"{subscription_of(template)}/{short}"


def watched(view: View) -> tuple[Watched, ...]:
    """Return every configured template, in the order of the images."""
    homes = {each: image for image in view.images.values() for each in image.watched}
    labels = labels_of(homes)
    return tuple(
        Watched(each, label_of(each, labels), image, home_region(view, each))
        for each, image in homes.items()
    )


def home_region(view: View, template: TemplateId) -> Region:
    """Return where a template lives, as far as anything tells."""
    seen = view.region_of(template)
    failure = view.state.failures.get(template)
    return seen or (failure.region if failure else NOWHERE)


def regions(view: View) -> tuple[Region, ...]:
    """Return every region that a belief, a watched template or a canary names, sorted."""
    watched = (each for image in view.images.values() for each in image.watched)
    return regions_with(view, {home_region(view, each) for each in watched})


def regions_with(view: View, named: set[Region]) -> tuple[Region, ...]:
    """Return the same, given those of the watched templates."""
    probed = {region for region, _ in view.policy.canaries}
    return tuple(sorted((named | probed | view.state.regions.keys()) - {NOWHERE}))


def last_run(view: View, template: TemplateId) -> Run | None:
    """Return the last run known: as seen since the start, else as the journal tells."""
    seen = view.sightings.templates.get(template)
    return seen.run if seen else view.state.runs.get(template)


def run_state(view: View, template: TemplateId) -> str:
    """Return the state of the last run in Azure's words, or NEVER_RUN."""
    run = last_run(view, template)
    if run:
        return run.state
    return NEVER_RUN if template in view.sightings.templates else RunState.UNKNOWN


def readable(view: View, template: TemplateId) -> bool:
    """Whether the last read of a template worked."""
    return template in view.sightings.seen and template not in view.sightings.faults


def pauses(snapshot: Snapshot) -> tuple[Paused, ...]:
    """Return the pauses in effect, sorted by scope and by whose they are."""
    known = sorted(snapshot.view.state.pauses.items())
    return tuple(each for _, each in known if each.stands(snapshot.at))


def is_ready(view: View, image: Image, template: TemplateId) -> bool:
    """Whether a secondary was checked and nothing forbids to build there now."""
    readiness = view.readiness.get((image.name, template))
    return readiness is not None and readiness.ready


def is_protected(view: View, image: Image, now: datetime) -> bool:
    """Whether a failed build would be answered: auto, a secondary ready, drilled if it must be."""
    return (
        image.mode == "auto"
        and image.name not in view.misconfigured
        and not view.lacks_drill(image, now)
        and any(is_ready(view, image, each) for each in image.secondaries)
    )
