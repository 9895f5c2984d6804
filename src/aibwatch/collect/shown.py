"""What the templates of a view are asked about for, whatever the time. Pure.

Who asks again of the same view keeps it: to go through ten thousand templates takes longer than all
else that decides what is due.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter

from aibwatch.model.image import Image
from aibwatch.model.names import DefinitionId, TemplateId, subscription_of
from aibwatch.model.state import View
from aibwatch.model.template import ACTIVE

Watched = Mapping[str, tuple[TemplateId, ...]]
"""By subscription every template of every image, drill templates too, and every canary, once."""

_templates_of = attrgetter("watched")
_definition_of = attrgetter("definition")


@dataclass(frozen=True, slots=True)
class Shown:
    """What follows from the images, and from what is known of their templates."""

    watched: Watched = field(default_factory=dict)
    building: tuple[TemplateId, ...] = ()
    """Templates, watched or not, whose run had not ended when they were last seen."""
    definitions: tuple[DefinitionId, ...] = ()
    """Those that templates of images publish to, in order."""
    makers: AbstractSet[TemplateId] = frozenset()
    """Templates that images are built by: no canaries, and none for drills."""


def shown_in(view: View, last: Shown | None = None) -> Shown:
    """Go through the templates of a view; `last` is from when its images were the same."""
    known = view.sightings.templates
    building = [each.id for each in known.values() if each.run and each.run.state in ACTIVE]
    ids = chain.from_iterable(map(_templates_of, view.images.values()))
    return Shown(
        watched=last.watched if last else watched_in(view),
        building=tuple(building),
        definitions=definitions_in(view, ids),
        makers=last.makers if last else makers_in(view),
    )


def makers_in(view: View) -> AbstractSet[TemplateId]:
    """Return the templates that images are built by, as keys: half as large as a set of them."""
    every = chain.from_iterable(image.templates for image in view.images.values())
    return dict.fromkeys(every).keys()


def definitions_in(view: View, templates: Iterable[TemplateId]) -> tuple[DefinitionId, ...]:
    """Return the definitions that templates publish to, as far as they were seen, in order."""
    seen = filter(None, map(view.sightings.templates.get, templates))
    return tuple(sorted(filter(None, set(map(_definition_of, seen)))))


def templates_of(images: Iterable[Image]) -> tuple[TemplateId, ...]:
    """Return the templates of images, drill templates too, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(map(_templates_of, images))))


def watched_in(view: View) -> Watched:
    """Sort the templates of the images, and the canaries, by subscription."""
    watched: defaultdict[str, list[TemplateId]] = defaultdict(list)
    canaries = (template for _, template in view.policy.canaries)
    for each in (*templates_of(view.images.values()), *canaries):
        watched[subscription_of(each)].append(each)
    return {subscription: tuple(templates) for subscription, templates in watched.items()}
