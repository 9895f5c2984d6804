"""What a secondary needs, read again just before it is asked to build (PROMISES S26).

As the cycle reads it, in one batch, and like that by a door that leaves the reserve of the request
budget alone (PROMISES S25): its definition, what it builds from, what it rests on, and our
right to run it. What cannot be read now leaves the last good answer, whose age decides; what is
gone counts at once. What its region offers is left out: its list of sizes alone is some megabytes,
and ten images that move at once would ask for ten.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from aibwatch.collect.below import Below
from aibwatch.collect.door import Door
from aibwatch.collect.due import Due
from aibwatch.collect.foundations import is_listed
from aibwatch.collect.question import Asked
from aibwatch.collect.round import Round
from aibwatch.model.names import BaseId, ResourceId, Scope, TemplateId, scope_of
from aibwatch.model.observation import Observation
from aibwatch.model.state import View
from aibwatch.model.supply import BaseKind, kind_of
from aibwatch.ports import Azure, Clock
from aibwatch.secondaries.resting import rests_on

WITHIN = timedelta(seconds=20)
"""For all of it: the request waits."""


async def needed_again(
    azure: Azure, clock: Clock, view: View, target: TemplateId
) -> list[Observation]:
    """Return what is seen of all that a secondary needs. Never raises for what Azure does."""
    now = clock.now()
    door, asks = Door(clock, WITHIN, set()), needs_of(target, view)
    seeing = Round(azure, door, Asked(), asks, now).all()
    return [each for seen in await asyncio.gather(*seeing) for each in seen]


def needs_of(target: TemplateId, view: View) -> Due:
    """Return what to ask of a secondary, as far as it is known what it needs."""
    template = view.sightings.templates.get(target)
    if template is None:
        return Due()
    base = template.base if kind_of(template.base) is not BaseKind.UNKNOWN else None
    listed = (base,) if base and is_listed(base) else ()
    alone: tuple[BaseId, ...] = (base,) if base and not listed else ()
    return Due(
        definitions=(template.definition,) if template.definition else (),
        bases=alone,
        below=Below(bases=listed, resources=tuple(_resources(target, view))),
        scopes=tuple(sorted({scope_of(target), Scope(target)}.intersection(view.needs.scopes))),
    )


def _resources(target: TemplateId, view: View) -> Iterator[ResourceId]:
    """Yield what it rests on, but for what nobody can be asked for."""
    seen, blueprint = view.sightings, view.state.blueprints.get(target)
    if blueprint is not None:
        known = set(view.needs.resources)
        yield from sorted(rests_on(seen.templates[target], blueprint, seen) & known)
