"""Which failures may be the platform's by their own text, and which failed alike."""

from datetime import timedelta

from aibwatch.model.region import RegionBelief
from aibwatch.model.state import State
from aibwatch.model.verdict import Cause, Disposition, Failure

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


def peers(failure: Failure, state: State, window: timedelta) -> list[Failure]:
    """Return other templates' failures that count beside this one, each distinct from all others.

    They ended in the same region within `window` of it with the same signature. Templates that
    share identities and recipe fail for one reason, so they count as one (PROMISES S12).
    """
    distinct: list[Failure] = []
    for other in sorted(state.failures.values(), key=_certain_first):
        if not _alike(failure, other, window) or spent(other, state.regions.get(other.region)):
            continue
        if not any(_same_build(other, known) for known in (failure, *distinct)):
            distinct.append(other)
    return distinct


def _alike(failure: Failure, other: Failure, window: timedelta) -> bool:
    return (
        other.key.template != failure.key.template
        and other.region == failure.region
        and other.classification.signature == failure.classification.signature
        and may_be_platform(other)
        and abs(other.ended - failure.ended) <= window
    )


def _same_build(one: Failure, other: Failure) -> bool:
    """Whether two templates build the same; a recipe that is not known may be any."""
    unknown = not one.recipe or not other.recipe
    return one.identities == other.identities and (unknown or one.recipe == other.recipe)


def _certain_first(failure: Failure) -> tuple[bool, str]:
    return not failure.recipe, failure.key.template
