"""Which failures may be the platform's by their own text, and which failed alike."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aibwatch.diagnose.classify import NO_LOG
from aibwatch.model.names import Region, TemplateId
from aibwatch.model.state import State
from aibwatch.model.verdict import UNTOLD, Cause, Classification, Disposition, Failure, KeyKind

ENOUGH = 5
"""More peers would say nothing more; a bound, for when hundreds fail at once."""

Build = tuple[str, str]
"""Identities and recipe: templates that share both fail for one reason."""

Likeness = Mapping[tuple[Region, str], Mapping[Build, Sequence[Failure]]]
"""Failures by what makes them alike, region and signature, then by build, in order of end."""

_PLATFORM = frozenset({Cause.OUTAGE, Cause.CAPACITY})
_SPEAKING = frozenset({Disposition.PLATFORM, Disposition.SUSPECT})


def may_be_platform(failure: Failure) -> bool:
    """Whether the error's own text speaks against the platform: a known text, of its kind.

    Neither an unknown text (PROMISES S10) nor a deadline that ran out does so.
    """
    return blames_platform(failure.classification)


def blames_platform(says: Classification) -> bool:
    """Whether an error speaks against the platform by what it says."""
    return bool(says.signature) and says.cause in _PLATFORM and says.disposition in _SPEAKING


def spent(failure: Failure, state: State) -> bool:
    """Whether the failure is from before its region was found, or said to be, well again."""
    belief, word = state.regions.get(failure.region), state.words.get(failure.region)
    found = belief is not None and belief.cleared is not None and failure.ended <= belief.cleared
    return found or (word is not None and not word.out and failure.ended <= word.at)


def by_likeness(state: State, apart: frozenset[TemplateId] = frozenset()) -> Likeness:
    """Group the failures that may count; builds of known recipe come first.

    An attempt is no build: what it was answered speaks as the provider's own word, and not twice.
    What has no error is like nothing.
    Nor are the templates `apart` peers: canaries speak in a family of their own, drills not at all.
    """
    groups: defaultdict[tuple[Region, str], defaultdict[Build, list[Failure]]]
    groups = defaultdict(lambda: defaultdict(list))
    for failure in sorted(state.failures.values(), key=_order):
        no_build = failure.key.kind is KeyKind.ATTEMPT or failure.key.kind in UNTOLD
        if no_build or failure.template in apart or not may_be_platform(failure):
            continue
        if not spent(failure, state):
            alike = groups[failure.region, _likeness(failure)]
            alike[_build(failure)].append(failure)
    return groups


def peers(failure: Failure, likeness: Likeness, window: timedelta) -> list[Failure]:
    """Return up to `ENOUGH` other templates' failures that count beside this one, all distinct.

    They ended in the same region within `window` of it with the same signature, or one as good.
    Templates that share identities and recipe fail for one reason, so they count as one (S12).
    """
    distinct = [failure]
    alike = likeness.get((failure.region, _likeness(failure)), {})
    for build, others in alike.items():
        if len(distinct) > ENOUGH:
            break
        if any(_one_reason(build, _build(known)) for known in distinct):
            continue
        first = bisect_left(others, failure.ended - window, key=lambda each: each.ended)
        if first < len(others) and others[first].ended <= failure.ended + window:
            distinct.append(others[first])
    return distinct[1:]


def _one_reason(one: Build, other: Build) -> bool:
    """Whether two builds count as one. A recipe that is not known may be any."""
    (identities, recipe), (others_identities, others_recipe) = one, other
    unknown = not recipe or not others_recipe
    return identities == others_identities and (unknown or recipe == others_recipe)


def _likeness(failure: Failure) -> str:
    """Return what failures that fail alike share: the generic text and a missing log are one."""
    signature = failure.classification.signature
    return "generic_internal" if signature == NO_LOG else signature


def _build(failure: Failure) -> Build:
    return failure.identities, failure.recipe


def _order(failure: Failure) -> tuple[bool, datetime, str]:
    return not failure.recipe, failure.ended, failure.key.template
