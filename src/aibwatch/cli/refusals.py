"""Which rights are missing, by the requests that Azure refused, and by what it does not show.

What the transport saw refused counts, whoever asked and whatever became of the answer: so nothing
is missed that an adapter or a check puts up with.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from aibwatch.azure.granted import RIGHTS as TO_SEE_GRANTS
from aibwatch.azure.kinds import KINDS
from aibwatch.azure.meter import Unobserved
from aibwatch.cli.finding import Finding
from aibwatch.cli.rights import TRIED, Right
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ResourceId
from aibwatch.model.readiness import Colour
from aibwatch.model.resource import ACCOUNT, Resource, account_in, kind_in
from aibwatch.model.state import Sightings


class Refusals(Unobserved):
    """Counts requests that were answered 403, by call."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counted: Counter[str] = Counter()

    def request(self, api: str, operation: str, code: str, seconds: float) -> None:
        """Take one attempt."""
        del seconds
        if code == str(HTTPStatus.FORBIDDEN.value):
            self._counted[f"{api} {operation}"] += 1

    def of(self, right: Right) -> int:
        """Return how often a right was missing."""
        return sum(self._counted[each] for each in right.calls)


def missing(refusals: Refusals, sightings: Sightings) -> Iterator[Finding]:
    """Yield each right that a request was refused for, or may have been, and what that costs."""
    unshown = Counter(_unshown(sightings))
    for right in TRIED:
        what, refused, untold = f"right {right.action}", refusals.of(right), unshown[right.action]
        if refused:
            says = f"missing, refused {refused}x; without it {right.lost}"
            yield Finding(what, right.colour, says, right.trouble)
        elif untold:
            says = f"may be missing: of {untold} that were asked for nothing is shown"
            yield Finding(what, Colour.UNKNOWN, f"{says}; without it {right.lost}")


def _unshown(sightings: Sightings) -> Iterator[str]:
    """Yield the right to each thing that Azure does not show, whether it refused a request or not.

    Resource Graph leaves out what we may not read as it does what is not there, and what is
    another tenant's is not shown at all.
    """
    known = sightings.resources
    for name in {_named(each) for each, answer in known.items() if _is_hidden(answer)}:
        yield KINDS[kind_in(name) or ACCOUNT].right
    yield from _grants(known.values())


def _named(resource: ResourceId) -> ResourceId:
    """Return the name of the account that an address is in, else an id as it is compared."""
    return ResourceId(account_in(resource) or resource.strip().lower().rstrip("/"))


def _is_hidden(answer: object) -> bool:
    return isinstance(answer, Fault) and answer.kind is FaultKind.PERMISSION


def _grants(answers: Iterable[object]) -> Iterator[str]:
    """Yield the rights to see grants for each identity, if those of none are shown."""
    read = [each.told for each in answers if isinstance(each, Resource)]
    identities = [each for each in read if "principal" in each]
    if not any("publishes_in" in each for each in identities):
        yield from TO_SEE_GRANTS * len(identities)
