"""Which templates are watched how closely: all by lists, those that build more often.

One by one, or by one more list where that is cheaper, so that reads never starve the one request
that counts (PROMISES S25).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from aibwatch.collect.question import Question, Subject
from aibwatch.collect.shown import Shown
from aibwatch.model.failover import Event, Phase
from aibwatch.model.fault import FaultKind
from aibwatch.model.names import TemplateId, subscription_of
from aibwatch.model.probe import Probe
from aibwatch.model.state import View

PAGE = 100
"""Templates on a page of a list. Azure does not say; more would only make lists cheaper."""

WATCHED_PHASES = frozenset({Phase.REQUESTED, Phase.STARTING, Phase.BUILDING})
"""Phases in which the target of a failover is watched closely."""


def template_questions(
    view: View, shown: Shown, now: datetime, subscriptions: list[str]
) -> Iterator[Question]:
    """Yield a list of each subscription, and what its building templates ask for besides."""
    policy = view.policy
    active = _active(view, shown, now)
    for subscription in subscriptions:
        building = active.get(subscription, [])
        by_list = len(building) > _pages(view, subscription) if building else False
        every = policy.active_interval if by_list else policy.interval
        yield Question(Subject.LIST, subscription, every)
        if not by_list:
            for template in building:
                yield Question(Subject.TEMPLATE, template, policy.active_interval)


def _active(view: View, shown: Shown, now: datetime) -> dict[str, list[TemplateId]]:
    """Return by subscription the templates to watch closely; those that answered last come first.

    The order lets a region that does not answer use up only the time that the others leave.
    """
    sightings = view.sightings
    targets = {
        failover.target
        for failover in map(view.state.failovers.__getitem__, view.state.open.values())
        if failover.target and failover.phase in WATCHED_PHASES
    }
    targets |= _probed(view)
    building = {each for each in shown.building if _is_there(each, view, now)}
    active = defaultdict(list)
    for each in sorted(targets | building, key=lambda each: (each in sightings.faults, each)):
        active[subscription_of(each)].append(each)
    return active


def _probed(view: View) -> set[TemplateId]:
    """Return the canaries that were asked to run, until it is seen what became of that."""
    lasts = (view.state.last_probe(region) for region, _ in view.policy.canaries)
    return {
        each.template
        for each in lasts
        if each is not None
        and each.started is None
        and each.answer is not Event.REFUSED
        and not _read_since(each, view)
    }


def _read_since(probe: Probe, view: View) -> bool:
    """Whether a canary was read long enough after the answer to know that no run began."""
    seen = view.sightings.seen.get(probe.template)
    answered = probe.answered
    return bool(seen and answered and seen >= answered + view.policy.settle)


def _is_there(template: TemplateId, view: View, now: datetime) -> bool:
    """Whether a template is still there for all we know: one that was deleted is never idle."""
    fault = view.sightings.faults.get(template)
    asked = view.sightings.asked.get(template)
    gone = fault is not None and fault.kind is FaultKind.NOT_FOUND
    return not gone and asked is not None and now - asked <= view.policy.max_age


def _pages(view: View, subscription: str) -> int:
    prefix = f"/subscriptions/{subscription}/"
    known = sum(1 for each in view.sightings.templates if each.startswith(prefix))
    return max(1, -(-known // PAGE))
