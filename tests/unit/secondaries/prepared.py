"""A secondary that is ready in every item, and what is found of it when something is not so."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from aibwatch.model.names import Region, TemplateId, scope_of
from aibwatch.model.readiness import Check, Item
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template
from aibwatch.secondaries.readiness import assess
from builders import (
    A_BASE,
    NOON,
    NORTH,
    WEB_NORTH,
    a_definition,
    a_definition_id,
    a_policy,
    a_supply,
    a_template,
    an_image,
    some_sightings,
)

GROUP = scope_of(WEB_NORTH)
HUB = Region("swedencentral")
"""A third region, where the gallery is at home."""

secondary = partial(a_template, id=WEB_NORTH, region=NORTH, targets=(NORTH,))


def prepared(*templates: Template) -> Sightings:
    """Return sightings of the primary, of the secondary and of all that it needs, read at NOON."""
    sightings = some_sightings(a_template(), *(templates or (secondary(),)))
    sightings.definitions = {a_definition_id(): a_definition(home=HUB)}
    sightings.definitions_seen = {a_definition_id(): NOON}
    sightings.supplies, sightings.supplies_seen = {A_BASE: a_supply()}, {A_BASE: NOON}
    sightings.rights, sightings.rights_seen = {GROUP: True}, {GROUP: NOON}
    return sightings


def found(
    check: Check,
    sightings: Sightings,
    now: datetime = NOON,
    out: Iterable[Region] = (),
    **image: object,
) -> Item:
    """Return one item of the secondary of `web`; `out` are regions with an open incident."""
    target: TemplateId = WEB_NORTH
    owned = an_image(**{"allowed_regions": frozenset({NORTH, HUB}), **image})
    readiness = assess(owned, target, sightings, a_policy(), now, frozenset(out))
    return next(each for each in readiness.items if each.check is check)
