"""Guards about measure: not too many, and only where it can be taken."""

from datetime import datetime, timedelta

from aibwatch.failover.load import goes_first, released, under_way, waiting
from aibwatch.failover.target import candidates, chosen, refusals
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.image import Image
from aibwatch.model.names import name_of
from aibwatch.model.state import View
from aibwatch.model.verdict import Failure

DAY = timedelta(days=1)


def budget(image: Image, _cause: object, view: View, now: datetime) -> Hold | None:
    """Hold beyond the number of failovers at once, and in a day; by priority (S22).

    Those that wait and have the earlier turn count like those that build, so that in a storm the
    places go by priority and not by chance.
    """
    building, waits = under_way(image, view), waiting(image, view, now)
    first = sum(goes_first(each, image) for each in waits)
    line = f"{len(waits)} others wait, {first} of them go first" if waits else "nobody else waits"
    if len(building) + first >= view.policy.total:
        says = f"{len(building)} failovers are under way, total is {view.policy.total}; {line}"
        return Hold(Reason.BUDGET, says, released(building, view))
    its_own = view.state.open.get(image.name)
    known = view.state.failovers.values()
    others = (each for each in known if each.id != its_own and not each.is_drill)
    today = sorted(at for each in others if (at := each.asked) and at > now - DAY)
    over = len(today) + first - view.policy.per_day
    if over >= 0:
        says = f"{len(today)} failovers within a day, per_day is {view.policy.per_day}; {line}"
        return Hold(Reason.BUDGET, says, today[over] + DAY if over < len(today) else None)
    return None


def candidate(image: Image, _failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold without a secondary that may take it now; name what is wrong with each (S26).

    Where one could take it but for the builds that go on in its region, it is that cap that holds.
    """
    failover = view.state.open_failover(image.name)
    if chosen(image, failover, view, now) is not None:
        return None
    found = candidates(image, failover, view, now)
    says = "; ".join(f"{name_of(each.template)}: {each.objection}" for each in found)
    full = [each.full for each in found if each.full]
    if full:
        building = [each for region in full for each in under_way(image, view, region)]
        return Hold(Reason.REGION_FULL, says, released(building, view))
    again = [each.at + view.policy.settle for each in refusals(failover, view, now)]
    return Hold(
        Reason.NO_CANDIDATE, says or "it has no secondary template", min(again, default=None)
    )
