"""What to ask Azure now, and when to ask again.

Every question has a rhythm. `_questions` lists those that matter at present, the agenda those about
what secondaries rest on; one is due when its rhythm says so and no Retry-After forbids it. A
template is asked for by listing its subscription; those that are building are asked more often: one
by one, or by one more list where that is cheaper, so that reads never starve the one request that
counts (PROMISES S25).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from heapq import nsmallest
from itertools import chain

from aibwatch.collect import prerequisites
from aibwatch.collect.agenda import Agenda
from aibwatch.collect.below import Below, below
from aibwatch.collect.doubles import edition_questions
from aibwatch.collect.question import Asked, Question, Subject
from aibwatch.collect.shown import Shown, Watched, definitions_in, templates_of
from aibwatch.model.buildlog import LogState
from aibwatch.model.failover import Event, Phase
from aibwatch.model.fault import FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    FailoverId,
    Scope,
    TemplateId,
    subscription_of,
)
from aibwatch.model.policy import Policy
from aibwatch.model.probe import Probe
from aibwatch.model.state import NEVER, View
from aibwatch.model.template import Template
from aibwatch.model.verdict import Cause, Disposition, Failure, KeyKind

PAGE = 100
"""Templates on a page of a list. Azure does not say; more would only make lists cheaper."""

WATCHED_PHASES = frozenset({Phase.REQUESTED, Phase.STARTING, Phase.BUILDING})
"""Phases in which the target of a failover is watched closely."""

DOUBTFUL = frozenset({Disposition.PLATFORM, Disposition.SUSPECT})
"""Failures that may lead to an act."""


HISTORIES_AT_ONCE = 5
"""Two reads each; a whole region that was never seen to build can wait a few cycles."""

EDITIONS_AT_ONCE = 5
"""Two reads each, and nothing waits for them: ten thousand builds a day are less than two in such
a time as is left between (`poll.active_interval`)."""

LOGS_AT_ONCE = 4
"""Each takes a list of accounts, a list of blobs and two reads, from a storage account that may
not answer at all."""

UNSETTLED = frozenset(
    {Cause.OUTAGE, Cause.TRANSIENT, Cause.USER_BUILD, Cause.TIMEOUT, Cause.UNKNOWN}
)
"""Causes that a log, or that there is none, may still change; others the text alone decides."""


@dataclass(frozen=True, slots=True)
class Due:
    """What to ask now."""

    subscriptions: tuple[str, ...] = ()
    """To list."""
    watched: Watched = field(default_factory=dict)
    """Beside lists: what they should show."""
    pressing: frozenset[TemplateId] = frozenset()
    """Those of images in doubt: they go first where not all can be read alone."""
    templates: tuple[TemplateId, ...] = ()
    """To read alone."""
    events: tuple[str, ...] = ()
    """Subscriptions whose Service Health events to read."""
    emerging: bool = False
    definitions: tuple[DefinitionId, ...] = ()
    more_definitions: bool = False
    """More are due than may be read at once."""
    bases: tuple[BaseId, ...] = ()
    """Where can these be had? One by one."""
    more_bases: bool = False
    below: Below = field(default_factory=Below)
    """What secondaries rest on besides, in batches."""
    scopes: tuple[Scope, ...] = ()
    """May we run what is in these?"""
    more_scopes: bool = False
    versions: tuple[DefinitionId, ...] = ()
    publications: tuple[tuple[FailoverId, Template], ...] = ()
    histories: tuple[Template, ...] = ()
    """Templates to ask what their last run put out: no good run of them is known, or it may have
    made an image a second time."""
    editions: tuple[Template, ...] = ()
    """Templates whose last run was good, to ask which version it made."""
    more_editions: bool = False
    """More are due than may be read at once."""
    logs: tuple[Template, ...] = ()
    """Whose last run's log to read."""
    more_logs: bool = False
    """More are due than may be read at once."""
    activity: tuple[str, ...] = ()
    """Subscriptions whose Activity Log to read."""
    self_test: str = ""
    """The subscription to read, "" if the self-test is not due."""


def due(
    view: View,
    asked: Asked,
    now: datetime,
    subscriptions: tuple[str, ...] = (),
    agenda: Agenda | None = None,
) -> Due:
    """Return what to ask now.

    `subscriptions` are listed besides those of the images. `agenda` is what who asks again and
    again keeps from one time to the next.
    """
    agenda = agenda or Agenda(asked)
    shown = agenda.shown_in(view)
    every = _listed(shown.watched, subscriptions)
    asks = (each for each in _questions(view, shown, now, every) if asked.ready(each, now))
    ready = _by_subject(chain(asks, agenda.prerequisites(view, now)))
    listed = set(ready[Subject.LIST])
    pressing = partial(_pressing, view, now)
    alone = (TemplateId(name) for name in ready[Subject.TEMPLATE])
    publishing = (view.state.failovers[FailoverId(name)] for name in ready[Subject.PUBLICATION])
    return Due(
        subscriptions=tuple(ready[Subject.LIST]),
        watched=shown.watched if listed else {},
        pressing=frozenset(pressing()) if listed else frozenset(),
        templates=tuple(each for each in alone if subscription_of(each) not in listed),
        events=tuple(ready[Subject.EVENTS]),
        emerging=bool(ready[Subject.EMERGING]),
        definitions=prerequisites.next_definitions(
            ready[Subject.DEFINITION], asked, view.sightings, pressing
        ),
        more_definitions=len(ready[Subject.DEFINITION]) > prerequisites.DEFINITIONS_AT_ONCE,
        bases=prerequisites.next_bases(ready[Subject.BASE], asked, view.sightings, pressing),
        more_bases=prerequisites.more_bases(ready[Subject.BASE]),
        below=below(ready, view.needs, asked, pressing),
        scopes=prerequisites.next_scopes(ready[Subject.RIGHT], asked, pressing),
        more_scopes=len(ready[Subject.RIGHT]) > prerequisites.RIGHTS_AT_ONCE,
        versions=tuple(DefinitionId(name) for name in ready[Subject.VERSIONS]),
        publications=tuple(
            (each.id, view.sightings.templates[each.target]) for each in publishing if each.target
        ),
        histories=_seen(ready[Subject.HISTORY][:HISTORIES_AT_ONCE], view),
        editions=_next_editions(ready[Subject.EDITION], view, asked),
        more_editions=len(ready[Subject.EDITION]) > EDITIONS_AT_ONCE,
        logs=_next_logs(ready[Subject.LOG], view, asked, now),
        more_logs=len(ready[Subject.LOG]) > LOGS_AT_ONCE,
        activity=tuple(ready[Subject.ACTIVITY]),
        self_test=next(iter(ready[Subject.SELF_TEST]), ""),
    )


def _by_subject(questions: Iterable[Question]) -> defaultdict[Subject, list[str]]:
    names = defaultdict[Subject, list[str]](list)
    for question in questions:
        names[question.subject].append(question.name)
    return names


def _pressing(view: View, now: datetime) -> tuple[TemplateId, ...]:
    """Return the templates of images in doubt: what we may soon act on is read first."""
    return templates_of(_in_doubt(view, now))


def _next_editions(names: list[str], view: View, asked: Asked) -> tuple[Template, ...]:
    """Return whose versions to read now: who waits longest first."""
    first = nsmallest(
        EDITIONS_AT_ONCE, names, key=lambda name: asked.at.get((Subject.EDITION, name), NEVER)
    )
    return _seen(first, view)


def _next_logs(names: list[str], view: View, asked: Asked, now: datetime) -> tuple[Template, ...]:
    """Return whose logs to read now: of images in doubt first, then who waits longest."""
    if len(names) > LOGS_AT_ONCE:
        doubted = set(templates_of(_in_doubt(view, now)))

        def turn(name: str) -> tuple[bool, datetime, datetime]:
            template = TemplateId(name)
            last = asked.at.get((Subject.LOG, name), NEVER)
            return template not in doubted, last, view.state.failures[template].seen

        names = sorted(names, key=turn)
    return _seen(names[:LOGS_AT_ONCE], view)


def _seen(names: Iterable[str], view: View) -> tuple[Template, ...]:
    return tuple(view.sightings.templates[TemplateId(name)] for name in names)


def next_due(
    view: View,
    asked: Asked,
    now: datetime,
    subscriptions: tuple[str, ...] = (),
    agenda: Agenda | None = None,
) -> datetime:
    """Return when `due` will have something to ask; `now` if it has, or may have, already."""
    agenda = agenda or Agenda(asked)
    shown = agenda.shown_in(view)
    every = _listed(shown.watched, subscriptions)
    instants = [asked.next_at(each) for each in _questions(view, shown, now, every)]
    rarely = agenda.next_at(view)
    if rarely is not None:
        instants.append(rarely)
    return max(now, min(instants, default=now + view.policy.interval))


def _questions(
    view: View, shown: Shown, now: datetime, subscriptions: list[str]
) -> Iterator[Question]:
    """Yield what is asked of templates and subscriptions; the rest is on the agenda."""
    policy = view.policy
    yield from _template_questions(view, shown, now, subscriptions)
    for each in subscriptions:
        yield Question(Subject.EVENTS, each, policy.health_interval)
        yield Question(Subject.ACTIVITY, each, policy.health_interval)
    yield Question(Subject.EMERGING, "", policy.health_interval)
    yield from _gallery_questions(view, now)
    yield from _history_questions(view, now)
    yield from edition_questions(view, shown.makers, now)
    if policy.logs:
        yield from _log_questions(view, now)
    distrust = _distrust(view)
    if subscriptions and (distrust or _in_doubt(view, now)):
        every = policy.active_interval if distrust else policy.interval
        yield Question(Subject.SELF_TEST, subscriptions[0], every)


def _distrust(view: View) -> bool:
    """Whether the last self-test failed: it is repeated until it passes (PROMISES L6)."""
    last = view.sightings.self_test
    return last is not None and (last.fault is not None or abs(last.skew) > view.policy.skew)


def _listed(watched: Watched, subscriptions: Iterable[str]) -> list[str]:
    """Return all that are listed, as ids name them; people write a GUID in any case."""
    return sorted({*watched, *map(str.lower, subscriptions)})


def _template_questions(
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


def _gallery_questions(view: View, now: datetime) -> Iterator[Question]:
    policy = view.policy
    for definition in definitions_in(view, [image.primary for image in _in_doubt(view, now)]):
        yield Question(Subject.VERSIONS, definition, policy.interval)
    for failover in map(view.state.failovers.__getitem__, view.state.open.values()):
        seen = failover.target in view.sightings.templates
        if failover.phase is Phase.PUBLISHING and seen:
            yield Question(Subject.PUBLICATION, failover.id, policy.active_interval)


def _history_questions(view: View, now: datetime) -> Iterator[Question]:
    """Ask once in a while what templates in doubt had put out before we watched."""
    for template, failure in view.state.failures.items():
        doubted = failure.classification.disposition in DOUBTFUL
        known = template in view.state.successes or template not in view.sightings.templates
        known = known or view.state.is_rehearsed(template, failure.began)
        if doubted and not known and now - failure.ended <= _max_age(failure, view):
            yield Question(Subject.HISTORY, template, view.policy.readiness_interval)


def _log_questions(view: View, now: datetime) -> Iterator[Question]:
    """Yield the logs of failed runs that may still change how the failure is judged."""
    for failure in view.state.failures.values():
        every = _log_interval(failure, view.policy, now)
        if every and now - failure.ended <= _max_age(failure, view) and _is_last(failure, view):
            yield Question(Subject.LOG, failure.template, every)


def _log_interval(failure: Failure, policy: Policy, now: datetime) -> timedelta | None:
    """Return how often to ask for a failure's log, None for never again.

    One that is absent may still be written; why one cannot be read changes with rights and storms.
    """
    if failure.key.kind is not KeyKind.RUN or failure.classification.cause not in UNSETTLED:
        return None
    match failure.log:
        case LogState.UNREAD:
            return policy.interval
        case LogState.ABSENT:
            return policy.interval if now - failure.seen <= policy.debounce else None
        case LogState.UNREADABLE:
            return policy.readiness_interval
        case LogState.PRESENT:
            return None


def _is_last(failure: Failure, view: View) -> bool:
    """Whether the template still shows the run that failed: of another's log we know nothing."""
    seen = view.sightings.templates.get(failure.template)
    shown = seen.run if seen else None
    return shown is not None and failure.run is not None and shown.key == failure.run.key


def _in_doubt(view: View, now: datetime) -> list[Image]:
    """Return the images that we may soon act for, or do already."""
    doubtful = {
        failure.template
        for failure in view.state.failures.values()
        if failure.classification.disposition in DOUBTFUL
        and now - failure.ended <= _max_age(failure, view)
    }
    if not doubtful and not view.state.open:
        return []
    return [
        image
        for image in view.images.values()
        if image.name in view.state.open or image.primary in doubtful
    ]


def _max_age(failure: Failure, view: View) -> timedelta:
    belief = view.state.regions.get(failure.region)
    in_incident = belief is not None and belief.incident is not None
    return view.policy.incident_failure_age if in_incident else view.policy.max_failure_age
