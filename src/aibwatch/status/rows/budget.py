"""The rows of what is left of the bounds on failovers (PROMISES S22)."""

from datetime import timedelta

from aibwatch.status.rows.group import Groups
from aibwatch.status.rows.scene import Scene

_DAY = timedelta(days=1)


def budget(scene: Scene) -> Groups:
    """Return how many failovers may still begin: at once, within the day, and in each region.

    Those that wait for their turn have taken nothing yet; a drill takes no place.
    """
    view, now = scene.view, scene.snapshot.at
    policy = view.policy
    known = view.state.failovers.values()
    building = [each for each in known if each.takes_place]
    today = [each for each in known if not each.is_drill and each.asked and each.asked > now - _DAY]
    where = [view.region_of(each.target) for each in building if each.target]
    left = {"total": policy.total - len(building), "day": policy.per_day - len(today)}
    left |= {region: policy.per_region - where.count(region) for region in scene.regions}
    return [((scope,), float(max(0, number))) for scope, number in left.items()]
