"""Afterwards: success is said only of what is there, and one version wins."""

from collections import Counter
from collections.abc import Iterable, Iterator

from aibwatch.model.edition import Edition
from aibwatch.model.entry import Closed, EditionSeen, Moved
from aibwatch.model.failover import Outcome
from aibwatch.model.names import DefinitionId, Region
from aibwatch.model.template import ProvisioningState, RunKey
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.gallery import SimVersion
from aibwatch.sim.trace import Trace


def version_of(trace: Trace, version: str) -> SimVersion | None:
    """Return a version by its id, as it is in the end."""
    definition, _, number = version.partition("/versions/")
    found = trace.world.galleries.get(DefinitionId(definition))
    return found.versions.get(number) if found else None


class ReallyThere:
    """A failover succeeded only if its run's own version is really wherever it must be."""

    promises = ("S34",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Look into the galleries, as they were when it was said."""
        moves = (each for each in trace.entries if isinstance(each, Moved))
        adopted = {each.failover: each.run for each in moves if each.run is not None}
        for failover, closed in trace.closed.items():
            if closed.outcome not in (Outcome.SUCCEEDED, Outcome.LATE_REPLICAS):
                continue
            version = version_of(trace, closed.version)
            if version is None or version.state is not ProvisioningState.SUCCEEDED:
                says = f"{failover} ended {closed.outcome}, and its version is not there"
                yield Broken("S34", closed.at, says)
                continue
            run = adopted.get(failover)
            if run is not None and not _made(version, run, trace):
                says = f"{failover} ended {closed.outcome} with a version that its run did not make"
                yield Broken("S34", closed.at, says)
            lacking = self._wanted(trace, closed, version) - self._there(trace, closed, version)
            if lacking and closed.outcome is Outcome.SUCCEEDED:
                says = f"{failover} succeeded; {', '.join(sorted(lacking))} had no replica"
                yield Broken("S34", closed.at, says)

    def _wanted(self, trace: Trace, closed: Closed, version: SimVersion) -> frozenset[Region]:
        image = trace.image_of(closed.failover)
        return image.required_regions or frozenset(version.targets)

    def _there(self, trace: Trace, closed: Closed, version: SimVersion) -> set[Region]:
        """Return where it is; a clock that is ahead of Azure's does not make it a lie."""
        until = trace.at(closed) + trace.policy.skew
        return {place for place in version.targets if version.there(place, until)}


class OneWinner:
    """Of the versions that one failure has, one wins; each other names it. None has a wrong run."""

    promises = ("S31",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Look at what was last said of each version."""
        last = {each.edition.version: each.edition for each in self._seen(trace)}
        yield from self._strange(trace, last.values())
        answered = [each for each in last.values() if each.answers and each.complete]
        winners = Counter(each.answers for each in answered if not each.duplicate_of)
        for failover, count in winners.items():
            if count > 1:
                at = max(each.published for each in answered if each.answers == failover)
                yield Broken("S31", at, f"{count} versions win for {failover}")
        for each in answered:
            winner = last.get(each.duplicate_of) if each.duplicate_of else each
            if winner is None or winner.duplicate_of:
                says = f"{each.version} is the duplicate of one that does not win"
                yield Broken("S31", each.published, says)

    def _strange(self, trace: Trace, editions: Iterable[Edition]) -> Iterator[Broken]:
        """Tell of versions that the run they are told with did not make."""
        for each in editions:
            version = version_of(trace, each.version)
            if version is None or not _made(version, each.run, trace):
                says = f"{each.version} is told of a run that did not make it"
                yield Broken("S31", each.published, says)

    def _seen(self, trace: Trace) -> list[EditionSeen]:
        return [each for each in trace.entries if isinstance(each, EditionSeen)]


def _made(version: SimVersion, key: RunKey, trace: Trace) -> bool:
    """Whether a run made a version: it was created while the run went on, or with the past."""
    runs = trace.by_template.get(key.template, ())
    run = trace.run(key.template, key.started)
    if run is None:
        during = not runs or version.published < runs[0].started
    else:
        during = run.started <= version.published <= (run.ended or version.published)
    return during and version.template == key.template
