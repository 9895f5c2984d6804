"""Images that nobody configured: their owner tagged their templates (`aibwatch-image`).

They are watched as configured ones are, in mode observe, as no tag says how far we may go. One that
is configured has the templates that its configuration names, whatever is tagged.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from aibwatch.model.fault import FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId
from aibwatch.model.policy import Policy
from aibwatch.model.state import NEVER, Sightings
from aibwatch.model.template import Template
from aibwatch.secondaries.proposing import allowed, rank, standing

GONE_AFTER = timedelta(days=1)
"""A template that is not found counts for this long: it may be on its way back."""


class Tags:
    """What tags make of the templates that no image and no canary has."""

    def __init__(self, configured: Sequence[Image], policy: Policy) -> None:
        """Leave alone what is configured: it is looked through once, as each sweep asks."""
        self._names = {image.name for image in configured}
        self._taken = {each for image in configured for each in image.watched}
        self._taken |= {template for _, template in policy.canaries}

    def images(self, seen: Sightings, now: datetime) -> tuple[Image, ...]:
        """Return the images that they make now, in order of their names."""
        known, taken = seen.templates.values(), self._taken
        left = [each for each in known if each.lineage and each.id not in taken]
        groups: defaultdict[ImageName, list[Template]] = defaultdict(list)
        for each in left:
            if not _is_gone(each.id, seen, now):
                groups[ImageName(allowed(each.lineage))].append(each)
        names = sorted(groups.keys() - self._names)
        return tuple(Image(name, _in_order(groups[name])) for name in names)


def _is_gone(template: TemplateId, seen: Sightings, now: datetime) -> bool:
    fault = seen.faults.get(template)
    is_missing = fault is not None and fault.kind is FaultKind.NOT_FOUND
    return is_missing and now - seen.seen.get(template, NEVER) > GONE_AFTER


def _in_order(templates: Sequence[Template]) -> tuple[TemplateId, ...]:
    """Return one template a region, the primary first.

    Where each build has a template of its own, that of the newest run is the region's. What ran
    last says nothing of which region is the primary's: it would be another one with each build.
    """
    # The last that is put in stays, and the first in standing is put in last.
    regions = {each.region: each for each in sorted(templates, key=standing, reverse=True)}
    ordered = sorted(regions.values(), key=lambda each: (*rank(each), each.id))
    return tuple(each.id for each in ordered)
