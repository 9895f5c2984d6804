"""Which failures may be the platform's by their own text, and which failed alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from aibwatch.model.names import Region
from aibwatch.model.region import RegionBelief
from aibwatch.model.state import State
from aibwatch.model.verdict import Cause, Disposition, Failure

ENOUGH = 5
"""More peers would say nothing more; a bound, for when hundreds fail at once."""

Likeness = Mapping[tuple[Region, str], Sequence[Failure]]
"""Failures by what makes them alike: region and signature."""

_PLATFORM = frozenset({Cause.OUTAGE, Cause.CAPACITY})
_SPEAKING = frozenset({Disposition.PLATFORM, Disposition.SUSPECT})


def may_be_platform(failure: Failure) -> bool:
    """Whether the error's own text speaks against the platform: a known text, of its kind.

    Neither an unknown text (PROMISES S10) nor a deadline that ran out does so.
    """
    says = failure.classification
    return bool(says.signature) and says.cause in _PLATFORM and says.disposition in _SPEAKING


def spent(failure: Failure, belief: RegionBelief | None) -> bool:
    """Whether the failure is from before its region was found healthy again."""
    return belief is not None and belief.cleared is not None and failure.ended <= belief.cleared


def by_likeness(state: State) -> Likeness:
    """Group the failures that may count, by region and signature, those of known recipe first."""
    groups: defaultdict[tuple[Region, str], list[Failure]] = defaultdict(list)
    for failure in state.failures.values():
        if may_be_platform(failure) and not spent(failure, state.regions.get(failure.region)):
            groups[failure.region, failure.classification.signature].append(failure)
    for group in groups.values():
        group.sort(key=lambda each: (not each.recipe, each.key.template))
    return groups


def peers(failure: Failure, likeness: Likeness, window: timedelta) -> list[Failure]:
    """Return up to `ENOUGH` other templates' failures that count beside this one, all distinct.

    They ended in the same region within `window` of it with the same signature. Templates that
    share identities and recipe fail for one reason, so they count as one (PROMISES S12).
    """
    distinct: list[Failure] = []
    for other in likeness.get((failure.region, failure.classification.signature), ()):
        if len(distinct) == ENOUGH:
            break
        near = abs(other.ended - failure.ended) <= window
        if near and not any(_one_reason(other, known) for known in (failure, *distinct)):
            distinct.append(other)
    return distinct


def _one_reason(one: Failure, other: Failure) -> bool:
    """Whether two failures count as one. A recipe that is not known may be any."""
    if one.key.template == other.key.template:
        return True
    unknown = not one.recipe or not other.recipe
    return one.identities == other.identities and (unknown or one.recipe == other.recipe)
