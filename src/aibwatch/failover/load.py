"""How much is under way: what builds now, where, and what goes first of all that waits."""

from collections.abc import Iterable
from datetime import datetime

from aibwatch.failover.deadlines import deadline
from aibwatch.model.decision import Reason
from aibwatch.model.failover import Failover, Phase
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, Region, TemplateId
from aibwatch.model.state import View

TOTAL = frozenset({Reason.BUDGET})
PLACES = frozenset({Reason.BUDGET, Reason.REGION_FULL})
"""What holds who is about to ask but for a place: of all, or of a region too."""


def under_way(image: Image, view: View, region: Region | None = None) -> list[Failover]:
    """Return the open failovers of other images that asked a secondary; of a region, if given."""
    return [
        each
        for each in _open_ones(image, view)
        if each.takes_place and (region is None or _lives_in(each.target, view) == region)
    ]


def waiting(
    image: Image, view: View, now: datetime, places: frozenset[Reason] = TOTAL
) -> list[Failover]:
    """Return the open failovers of other images that are about to ask, but for a place (S22).

    One that waits for room in a region takes none of the total: others may be built elsewhere
    meanwhile.
    """
    return [
        each
        for each in _open_ones(image, view)
        if each.phase is Phase.CHOOSING
        and now - each.opened <= view.policy.incident_failure_age
        and _is_about_to_ask(each, view, places)
    ]


def claimed(image: Image, region: Region | None, view: View, now: datetime) -> int:
    """Return how many places in a region go to others that wait and have the earlier turn (S22).

    In their turn each takes the first region with room of those that it wants, so that it keeps
    one place only, and who wants another region waits for nobody. As the journal tells: what they
    want is what was last decided about them.
    """
    first = [each for each in waiting(image, view, now, PLACES) if goes_first(each, image)]
    room: dict[Region | None, int] = {}
    taken = 0
    for each in sorted(first, key=turn):
        for wanted in view.state.decisions[each.image].wants:
            if wanted not in room:
                room[wanted] = view.policy.per_region - len(under_way(image, view, wanted))
            if room[wanted] > 0:
                room[wanted] -= 1
                taken += wanted == region
                break
    return taken


def turn(failover: Failover) -> tuple[int, ImageName]:
    """Return what the places go by: priority, then name."""
    return failover.priority, failover.image


def goes_first(other: Failover, image: Image) -> bool:
    """Whether another image's failover has the earlier turn: by priority, then by name."""
    return turn(other) < (image.priority, image.name)


def released(failovers: Iterable[Failover], view: View) -> datetime | None:
    """Return when the first of these has ended at the latest; None without any."""
    return min((deadline(each, view) for each in failovers), default=None)


def _open_ones(image: Image, view: View) -> list[Failover]:
    """Return the open failovers of others; a drill takes no place (S38)."""
    state = view.state
    others = (state.failovers[each] for name, each in state.open.items() if name != image.name)
    return [each for each in others if not each.is_drill]


def _is_about_to_ask(failover: Failover, view: View, places: frozenset[Reason]) -> bool:
    last = view.state.decisions.get(failover.image)
    return last is not None and all(each.reason in places for each in last.held_by)


def _lives_in(target: TemplateId | None, view: View) -> Region | None:
    """Return where a template lives, as the journal tells: others' are not all looked at."""
    known = target and (view.sightings.templates.get(target) or view.state.templates.get(target))
    return known.region if known else None
