"""What the owners of templates wrote, as a client makes it out of what a World tells."""

from collections.abc import Callable, Mapping, Sequence

from aibwatch.model.body import Body
from aibwatch.model.fault import DARK, Fault
from aibwatch.model.names import TemplateId, subscription_of
from aibwatch.sim import front
from aibwatch.sim.readings import NONSENSE, told_of
from aibwatch.sim.trouble import Trouble
from aibwatch.sim.weather import Distortion
from aibwatch.sim.world import World

FEW = 10
"""So many are read from the provider, in one call."""

Faulty = Callable[[Trouble], Fault]
Found = Mapping[TemplateId, Body | Fault]


def bodies(
    world: World,
    templates: Sequence[TemplateId],
    revisions: Mapping[TemplateId, str],
    fault: Faulty,
) -> Found:
    """Return the bodies of templates; `revisions` are those that the last list showed."""
    late = _rows(world, templates) if len(templates) > FEW else {}
    current = {
        each: Body(each, body.text)
        for each, body in late.items()
        if body.revision == revisions.get(each)
    }
    left = [each for each in templates if each not in current]
    alone = {each: _body(world, each, fault) for each in left[:FEW]}
    dark = [each for each, body in alone.items() if isinstance(body, Fault) and body.kind in DARK]
    rows = late or (_rows(world, dark) if dark else {})
    instead = {each: rows[each] for each in dark if each in rows}
    unlisted = {each: late[each] for each in left[FEW:] if each in late and each not in revisions}
    return {**current, **alone, **instead, **unlisted}


def _body(world: World, template: TemplateId, fault: Faulty) -> Body | Fault:
    found = front.read(world, template)
    if isinstance(found, Trouble):
        return fault(found)
    if front.distortion(world, found) is Distortion.NULLS:
        return fault(NONSENSE)
    return told_of(found, world.shown(found))


def _rows(world: World, templates: Sequence[TemplateId]) -> Mapping[TemplateId, Body]:
    rows = front.rows(world, subscription_of(templates[0]), templates)
    if isinstance(rows, Trouble):
        return {}
    return {each.id: Body(each.id, told_of(each, look).text, late=True) for each, look in rows}
