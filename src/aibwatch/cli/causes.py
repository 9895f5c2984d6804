"""Findings of one cause as one: without a network every read fails alike, and once is enough."""

import re
from collections.abc import Iterable, Sequence

from aibwatch.cli.finding import Finding
from aibwatch.model.readiness import Colour

NAMED = 4
"""Names of what one cause befell that are told; beyond that, how many more there are."""

_BADNESS = (Colour.GREEN, Colour.UNKNOWN, Colour.YELLOW, Colour.RED)
_ITS_OWN = re.compile(
    r"/subscriptions/[^\s'\"]*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE
)
"""What differs between two answers about one trouble: resource ids, and ids of requests."""


def gathered(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with those of one cause in one, in the place of the first.

    It has the worst colour of them, and all that is said of the cause. What is green stands alone.
    """
    groups: dict[object, list[Finding]] = {}
    for number, each in enumerate(findings):
        well = each.colour is Colour.GREEN
        said = _ITS_OWN.sub("", each.cause) or each.says
        groups.setdefault(number if well else said, []).append(each)
    return [_one(group) if group[1:] else group[0] for group in groups.values()]


def _one(group: Sequence[Finding]) -> Finding:
    first = group[0]
    worst = max((each.colour for each in group), key=_BADNESS.index)
    told = dict.fromkeys(each.says.removeprefix(each.cause).lstrip("; ") for each in group)
    says = "; ".join(filter(None, (first.cause, *told))) if first.cause else first.says
    return Finding(_named([each.what for each in group]), worst, says, first.trouble, first.cause)


def _named(whats: Iterable[str]) -> str:
    names = list(dict.fromkeys(whats))
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: NAMED - 1])} and {len(names) - NAMED + 1} more"
