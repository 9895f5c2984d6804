"""Which old entries nothing rests on any more. Pure.

What aibwatch did and what people said stays for ever. Of each template the newest copies stay too.
What else was seen and thought goes when it is old and the state would be the same without it: who
wants to remove an entry asks `Needs`, and whoever removes some first makes sure, by `same`, that
the fold is the same. That also holds for entries that a later aibwatch understands in another way:
then nothing is removed.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aibwatch.model.entry import (
    Decided,
    EditionSeen,
    Entry,
    FailureJudged,
    HistorySeeded,
    MissedTold,
    Notified,
    RegionAssessed,
    RunMissed,
    RunSeen,
    Scored,
    TemplateCopied,
    TemplateKnown,
    Witnessed,
)
from aibwatch.model.names import TemplateId
from aibwatch.model.policy import SKEW
from aibwatch.model.state import STARTS_KEPT, State
from aibwatch.model.template import ProvisioningState, RunKey, RunState, Template
from aibwatch.model.verdict import FailureKey

MARGIN = timedelta(days=1)
"""What is kept from before a failover began: what it rests on."""
COPIES_KEPT = 10
"""Copies of one template that stay, however old: what it was before its last changes."""
EVERY = timedelta(days=1)
"""How often old entries are removed."""

BOUNDED = ("incidents", "notices", "missed", "unscored", "scores")
"""Of the state: where the oldest goes when there are too many."""


def is_due(last: datetime | None, now: datetime) -> bool:
    """Whether old entries are to be removed now: at the start, then once a day."""
    return last is None or now - last >= EVERY


def horizon(state: State, now: datetime, retention: timedelta) -> datetime:
    """Return the instant before which entries may go.

    It is before every failover that is open, or that ended within `retention`.
    """
    oldest = now - retention
    young = (
        each.opened - MARGIN
        for each in state.failovers.values()
        if each.closed is None or each.closed >= oldest
    )
    return min([oldest, *young])


def removable(
    entries: Iterable[tuple[int, Entry]], state: State, before: datetime
) -> Iterator[int]:
    """Yield the numbers of the entries that may go; `state` is what all of them make together.

    Entries are given with their numbers, in order.
    """
    needs = Needs(state)
    held: int | None = None
    copies: defaultdict[TemplateId, deque[tuple[int, Entry]]] = defaultdict(deque)
    for seq, entry in entries:
        if isinstance(entry, TemplateCopied):
            yield from _replaced(copies[entry.template], seq, entry, before)
        if needs.has(entry) or entry.at >= before:
            continue
        if isinstance(entry, FailureJudged) and entry.failure.key not in needs.scored:
            # Its like let go of what was not scored in time. The last one does it for all.
            if held is not None:
                yield held
            held = seq
        else:
            yield seq


def _replaced(
    copies: deque[tuple[int, Entry]], seq: int, entry: Entry, before: datetime
) -> Iterator[int]:
    """Add a copy to those of its template, and yield the number of the one that it replaces."""
    copies.append((seq, entry))
    if len(copies) > COPIES_KEPT:
        oldest, replaced = copies.popleft()
        if replaced.at < before:
            yield oldest


def same(one: State, other: State) -> bool:
    """Whether two states are the same, also in the order in which what is bounded will go."""
    return one == other and all(
        list(getattr(one, each)) == list(getattr(other, each)) for each in BOUNDED
    )


@dataclass(slots=True)
class Needs:
    """What a state rests on. Ask it about every entry, in order: it remembers what came first."""

    state: State
    scored: set[FailureKey] = field(default_factory=set)
    """What was scored so far."""
    _first: set[object] = field(default_factory=set)
    _templates: dict[TemplateId, Template] = field(default_factory=dict)
    _supports: set[RunKey] = field(default_factory=set)
    _probed: dict[TemplateId, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Gather the runs that the state holds on to, and the canaries that were asked to run."""
        state = self.state
        runs = [run for good in state.good.values() for run in good]
        runs += [each.run for each in (*state.successes.values(), *state.lineages.values())]
        self._supports.update(each.key for each in runs)
        probes = [each for kept in state.probes.values() for each in kept]
        for each in sorted(probes, key=lambda probe: probe.at, reverse=True):
            self._probed[each.template] = each.before or each.at - SKEW

    def has(self, entry: Entry) -> bool:
        """Whether the state rests on an entry; on those of a kind that is not named here, yes."""
        match entry:
            case Witnessed() | Notified():
                needed = False
            case Decided():
                last = self.state.decisions.get(entry.image) == entry
                told = entry in self.state.would.get(entry.image, ())
                needed = last or told or entry.key in self.state.unscored
            case EditionSeen(edition=edition):
                kept = self.state.editions.get(edition.image, ())
                needed = edition.answers is not None or edition in kept
            case RegionAssessed():
                needed = self._assessment(entry)
            case RunMissed(known=run) | MissedTold(run=run):
                needed = run in self.state.missed
            case TemplateKnown(template=template):
                needed = self._template(template)
            case RunSeen():
                needed = self._run(entry)
            case FailureJudged():
                needed = self._failure(entry)
            case _:
                self._remember(entry)
                needed = True
        return needed

    def _remember(self, entry: Entry) -> None:
        if isinstance(entry, Scored):
            self.scored.add(entry.score.key)
        elif isinstance(entry, HistorySeeded):
            self._first |= {("built", entry.template), ("recipe", entry.recipe)}

    def _assessment(self, entry: RegionAssessed) -> bool:
        belief, incidents = entry.belief, self.state.incidents
        closes = any(
            each.region == belief.region and each.closed == entry.at for each in incidents.values()
        )
        last = self.state.regions.get(belief.region) == belief
        return last or closes or belief.incident in incidents

    def _template(self, template: Template) -> bool:
        """Only one that tells nothing new of where it lives and what it is for, and that is well.

        An earlier one like it stays, so that whatever came between is understood the same.
        """
        earlier = self._templates.get(template.id)
        self._templates[template.id] = template
        last = self.state.templates.get(template.id)
        alike = [
            (each.region, each.lineage, each.provisioning is ProvisioningState.FAILED)
            for each in (earlier, template, last)
            if each is not None
        ]
        steady = alike == [(template.region, template.lineage, False)] * 3
        switched = earlier is not None and earlier.automatic != template.automatic
        return not steady or switched or template == last

    def _run(self, entry: RunSeen) -> bool:
        run = entry.run
        needed = not self._long_ago(run.template, run.started)
        if run.state is not RunState.SUCCEEDED or not (entry.recipe_is_the_runs and entry.recipe):
            return needed
        ended, built = run.ended or entry.at, self.state.built.get(entry.recipe, {})
        newest = {built.get(entry.region), self.state.built_in.get(entry.region)}
        marks = {("built", run.template), ("recipe", entry.recipe)}
        first = not marks <= self._first
        self._first |= marks
        return needed or first or ended in newest or run.key in self._supports

    def _failure(self, entry: FailureJudged) -> bool:
        failure = entry.failure
        template, key = failure.template, failure.key
        if not self._long_ago(template, failure.began):
            return True
        return key in self.state.unscored or self._stands(template, key)

    def _stands(self, template: TemplateId, key: FailureKey) -> bool:
        standing = self.state.failures.get(template)
        return standing is not None and standing.key == key

    def _long_ago(self, template: TemplateId, began: datetime) -> bool:
        """Whether as many newer runs of a template are remembered as ever are.

        And before the probes that are remembered: their runs are told with them.
        """
        starts = self.state.starts.get(template, ())
        probed = self._probed.get(template)
        return len(starts) == STARTS_KEPT and began < min(starts[0], probed or starts[0])
