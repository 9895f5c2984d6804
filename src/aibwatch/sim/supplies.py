"""Where what templates build from can be had in a World, as a client makes it out."""

from aibwatch.model.names import BaseId, DefinitionId
from aibwatch.model.supply import LATEST, BaseKind, Deprecation, Supply, kind_of, region_of
from aibwatch.sim import front
from aibwatch.sim.trouble import Trouble, not_found
from aibwatch.sim.world import World

NOBODY = Trouble(400, "BadRequest", "There is nobody to ask for this.")


def supply_of(world: World, base: BaseId) -> Supply | Trouble:
    """Return the regions in which a base can be had."""
    match kind_of(base):
        case BaseKind.PLATFORM:
            return _offered(world, base)
        case BaseKind.GALLERY:
            return _replicated(world, base)
        case BaseKind.MANAGED:
            home = front.managed(world, base)
            return home if isinstance(home, Trouble) else Supply((home,))
        case BaseKind.UNKNOWN:
            return NOBODY


def _offered(world: World, base: BaseId) -> Supply | Trouble:
    """An exact version that is not offered is not found; of `latest` there is just none."""
    offered = front.offered(world, base)
    if isinstance(offered, Trouble):
        return offered
    if offered:
        return Supply((region_of(base),), world.deprecations.get(base, Deprecation.NONE))
    return Supply() if base.endswith(f"/{LATEST}") else NO_SUCH_VERSION


NO_SUCH_VERSION = not_found("Microsoft.Compute/locations/publishers", "VMImage", "")
"""What asking for a version that a region does not offer is answered."""


def _replicated(world: World, base: BaseId) -> Supply | Trouble:
    definition, _, number = base.partition("/versions/")
    if number == LATEST:
        found = front.latest(world, DefinitionId(definition))
    else:
        found = front.version(world, base)
    if isinstance(found, Trouble):
        return found
    return Supply(tuple(each for each in found.targets if found.there(each, world.now)))
