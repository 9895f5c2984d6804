"""What to ask Azure now, and when to ask again.

Every question has a rhythm. `_questions` lists those that matter at present, the agenda those about
what secondaries rest on; one is due when its rhythm says so and no Retry-After forbids it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial
from heapq import nsmallest
from itertools import chain

from aibwatch.collect import prerequisites
from aibwatch.collect.agenda import Agenda
from aibwatch.collect.below import Below, below
from aibwatch.collect.closely import template_questions
from aibwatch.collect.doubles import edition_questions
from aibwatch.collect.doubt import (
    gallery_questions,
    history_questions,
    in_doubt,
    log_questions,
)
from aibwatch.collect.question import Asked, Question, Subject
from aibwatch.collect.shown import Shown, Watched, templates_of
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    FailoverId,
    Scope,
    TemplateId,
    subscription_of,
)
from aibwatch.model.state import NEVER, View
from aibwatch.model.template import Template

HISTORIES_AT_ONCE = 5
"""Two reads each; a whole region that was never seen to build can wait a few cycles."""

EDITIONS_AT_ONCE = 5
"""Two reads each, and nothing waits for them: ten thousand builds a day are less than two in such
a time as is left between (`poll.active_interval`)."""

LOGS_AT_ONCE = 4
"""Each takes a list of accounts, a list of blobs and two reads, from a storage account that may
not answer at all."""


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
    return templates_of(in_doubt(view, now))


def _next_editions(names: list[str], view: View, asked: Asked) -> tuple[Template, ...]:
    """Return whose versions to read now: who waits longest first."""
    first = nsmallest(
        EDITIONS_AT_ONCE, names, key=lambda name: asked.at.get((Subject.EDITION, name), NEVER)
    )
    return _seen(first, view)


def _next_logs(names: list[str], view: View, asked: Asked, now: datetime) -> tuple[Template, ...]:
    """Return whose logs to read now: of images in doubt first, then who waits longest."""
    if len(names) > LOGS_AT_ONCE:
        doubted = set(templates_of(in_doubt(view, now)))

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
    policy, doubted = view.policy, in_doubt(view, now)
    yield from template_questions(view, shown, now, subscriptions)
    yield from _about_health(tuple(subscriptions), policy.health_interval)
    yield from gallery_questions(view, doubted)
    yield from history_questions(view, now)
    yield from edition_questions(view, shown.makers, now)
    if policy.logs:
        yield from log_questions(view, now)
    distrust = _distrust(view)
    if subscriptions and (distrust or doubted):
        every = policy.active_interval if distrust else policy.interval
        yield Question(Subject.SELF_TEST, subscriptions[0], every)


@lru_cache(maxsize=1)
def _about_health(subscriptions: tuple[str, ...], every: timedelta) -> tuple[Question, ...]:
    """Return what is asked of Microsoft's own words, the same objects for the same arguments."""
    kinds = (Subject.EVENTS, Subject.ACTIVITY)
    about = (Question(kind, each, every) for each in subscriptions for kind in kinds)
    return (*about, Question(Subject.EMERGING, "", every))


def _distrust(view: View) -> bool:
    """Whether the last self-test failed: it is repeated until it passes (PROMISES L6)."""
    last = view.sightings.self_test
    return last is not None and (last.fault is not None or abs(last.skew) > view.policy.skew)


def _listed(watched: Watched, subscriptions: Iterable[str]) -> list[str]:
    """Return all that are listed, as ids name them; people write a GUID in any case."""
    return sorted({*watched, *map(str.lower, subscriptions)})
