"""The calls of one round: each question is put to Azure once, and its answer is an observation.

A list that fails, or that leaves a template out, is followed by reads of single templates: ARM
composes lists from regions, and a region that is down drops out of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar

from aibwatch.collect.door import Door
from aibwatch.collect.due import Due
from aibwatch.collect.foundations import (
    Wanted,
    batches,
    is_strange,
    supply_in,
    told,
    wanted_by,
)
from aibwatch.collect.prerequisites import Offering, offer_of, template_in
from aibwatch.collect.question import (
    EMERGING,
    Asked,
    Subject,
    activity_of,
    events_of,
)
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.fault import WATCHER, Fault, FaultKind
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    FailoverId,
    ResourceId,
    Scope,
    TemplateId,
)
from aibwatch.model.notice import Notice
from aibwatch.model.observation import (
    AttemptsSeen,
    BodySeen,
    GeographiesSeen,
    HistorySeen,
    LogSeen,
    NoticesSeen,
    Observation,
    OfferSeen,
    PublicationSeen,
    RightSeen,
    SelfTested,
    SourceUnseen,
    SupplySeen,
    TemplatesSeen,
    TemplateUnseen,
    VersionsSeen,
)
from aibwatch.model.template import Template
from aibwatch.ports import Azure

LIST_WITHIN = timedelta(seconds=40)
"""For all pages of a list, which come one after the other."""
READ_WITHIN = timedelta(seconds=10)
"""For everything else."""
ALONE_MAX = 25
"""Templates of a subscription that are read alone, after a list that did not show them."""

HOPELESS = WATCHER | {FaultKind.THROTTLED, FaultKind.FORBIDDEN_HERE}
"""After a list that failed so, reading single templates would fail the same way, or harm."""

_id_of = attrgetter("id")

T = TypeVar("T")
Seeing = Coroutine[None, None, list[Observation]]


@dataclass(frozen=True, slots=True)
class Round:
    """The calls of one `collect`."""

    azure: Azure
    door: Door
    asked: Asked
    due: Due
    since: datetime
    """How far back the Activity Log is read."""
    left: set[Subject] = field(default_factory=set)
    """Of which something was not answered yet, and is to be asked for again after a pause."""

    def all(self) -> Iterator[Seeing]:
        """Yield everything that is to be asked; lists first, as they take longest."""
        due = self.due
        yield from map(self._list, due.subscriptions)
        yield from map(self._template, due.templates)
        if due.self_test:
            yield self._self_test(due.self_test)
        yield from map(self._events, due.events)
        if due.emerging:
            yield self._emerging()
        wanted = wanted_by(due.definitions, due.below.bases, due.below.resources)
        yield from (self._resources(each, wanted) for each in batches(wanted))
        yield from map(self._bodies, batches(due.below.bodies))
        yield from map(self._offer, due.below.offers)
        yield from map(self._geographies, due.below.geographies)
        yield from map(self._supply, due.bases)
        yield from map(self._right, due.scopes)
        yield from map(self._versions, due.versions)
        for failover, template in due.publications:
            yield self._publication(failover, template)
        yield from (self._history(Subject.HISTORY, each) for each in due.histories)
        yield from (self._history(Subject.EDITION, each) for each in due.editions)
        yield from map(self._activity, due.activity)
        yield from map(self._log, due.logs)

    async def _ask(
        self,
        subject: Subject,
        name: str,
        call: Callable[[], Awaitable[T | Fault]],
        within: timedelta = READ_WITHIN,
    ) -> tuple[datetime, T | Fault]:
        at, answer = await self.door.ask(call, within)
        self.asked.note(subject, name, answer, at)
        return at, answer

    async def _list(self, subscription: str) -> list[Observation]:
        at, answer = await self._ask(
            Subject.LIST, subscription, lambda: self.azure.templates(subscription), LIST_WITHIN
        )
        watched = self.due.watched.get(subscription, ())
        if isinstance(answer, Fault):
            most = 0 if answer.kind in HOPELESS else ALONE_MAX
            return await self._alone(watched, most, at, answer)
        shown = set(map(_id_of, answer))
        missing = [each for each in watched if each not in shown]
        fault = Fault(FaultKind.PLATFORM, "left out of the list of its subscription")
        return [TemplatesSeen(at, answer), *await self._alone(missing, ALONE_MAX, at, fault)]

    async def _alone(
        self, templates: Sequence[TemplateId], most: int, at: datetime, fault: Fault
    ) -> list[Observation]:
        """Read `most` templates one by one; the others are unseen because of `fault`.

        The pressing ones come first, then those that were read alone longest ago: all get a turn.
        """
        order = sorted(templates, key=self._turn)
        seen = await asyncio.gather(*map(self._template, order[:most]))
        unseen = (TemplateUnseen(at, each, fault) for each in order[most:])
        return [*(observation for each in seen for observation in each), *unseen]

    def _turn(self, template: TemplateId) -> tuple[bool, float]:
        last = self.asked.at.get((Subject.TEMPLATE, template))
        return template not in self.due.pressing, last.timestamp() if last else 0.0

    async def _template(self, template: TemplateId) -> list[Observation]:
        at, answer = await self._ask(
            Subject.TEMPLATE, template, lambda: self.azure.template(template)
        )
        if isinstance(answer, Fault):
            return [TemplateUnseen(at, template, answer)]
        return [TemplatesSeen(at, (answer,))]

    async def _events(self, subscription: str) -> list[Observation]:
        at, answer = await self._ask(
            Subject.EVENTS, subscription, lambda: self.azure.events(subscription)
        )
        return [_noticed(at, events_of(subscription), answer)]

    async def _emerging(self) -> list[Observation]:
        at, answer = await self._ask(Subject.EMERGING, "", self.azure.emerging)
        return [_noticed(at, EMERGING, answer)]

    async def _resources(self, names: tuple[ResourceId, ...], wanted: Wanted) -> list[Observation]:
        """Ask for a batch; where a base can be had it may not tell, and that is asked for alone."""
        at, answer = await self.door.ask(lambda: self.azure.resources(names), READ_WITHIN)
        answers = dict.fromkeys(names, answer) if isinstance(answer, Fault) else answer
        seen: list[Observation] = []
        for name in names:
            if name not in answers:
                self.left.update(wanted[name])
                continue
            outcome = None if is_strange(name, answers[name]) else answers[name]
            for subject in wanted[name]:
                self.asked.note(subject, name, outcome, at)
            seen += told(at, name, answers[name], wanted[name])
            if Subject.BASE in wanted[name] and supply_in(answers[name]) is None:
                seen += await self._supply(BaseId(name))
        return seen

    async def _bodies(self, names: tuple[str, ...]) -> list[Observation]:
        templates = [template_in(each) for each in names]
        at, answer = await self.door.ask(lambda: self.azure.bodies(templates), READ_WITHIN)
        answers = dict.fromkeys(templates, answer) if isinstance(answer, Fault) else answer
        if len(answers) < len(templates):
            self.left.add(Subject.BODY)
        for name, template in zip(names, templates, strict=True):
            if template in answers:
                self.asked.note(Subject.BODY, name, answers[template], at)
        return [BodySeen(at, template, body) for template, body in answers.items()]

    async def _offer(self, offering: Offering) -> list[Observation]:
        subscription, place, _ = offering
        at, answer = await self._ask(
            Subject.OFFER, offer_of(offering), lambda: self.azure.offer(*offering)
        )
        return [OfferSeen(at, subscription, place, answer)]

    async def _geographies(self, subscription: str) -> list[Observation]:
        at, answer = await self._ask(
            Subject.GEOGRAPHY, subscription, lambda: self.azure.geographies(subscription)
        )
        return [GeographiesSeen(at, subscription, answer)]

    async def _supply(self, base: BaseId) -> list[Observation]:
        at, answer = await self._ask(Subject.BASE, base, lambda: self.azure.supply(base))
        return [SupplySeen(at, base, answer)]

    async def _right(self, scope: Scope) -> list[Observation]:
        at, answer = await self._ask(Subject.RIGHT, scope, lambda: self.azure.may_run(scope))
        return [RightSeen(at, scope, answer)]

    async def _versions(self, definition: DefinitionId) -> list[Observation]:
        at, answer = await self._ask(
            Subject.VERSIONS, definition, lambda: self.azure.versions(definition)
        )
        return [VersionsSeen(at, definition, answer)]

    async def _publication(self, failover: FailoverId, template: Template) -> list[Observation]:
        at, answer = await self._ask(
            Subject.PUBLICATION, failover, lambda: self.azure.publication(template)
        )
        return [PublicationSeen(at, failover, answer)]

    async def _history(self, subject: Subject, template: Template) -> list[Observation]:
        at, answer = await self._ask(subject, template.id, lambda: self.azure.publication(template))
        return [HistorySeen(at, template.id, answer)]

    async def _activity(self, subscription: str) -> list[Observation]:
        at, answer = await self._ask(
            Subject.ACTIVITY, subscription, lambda: self.azure.attempts(subscription, self.since)
        )
        source = activity_of(subscription)
        if isinstance(answer, Fault):
            return [SourceUnseen(at, source, answer)]
        return [AttemptsSeen(at, source, answer)]

    async def _log(self, template: Template) -> list[Observation]:
        """Read the log of a run that failed; one that was not asked for is no observation."""
        at, answer = await self._ask(
            Subject.LOG, template.id, lambda: self.azure.build_log(template)
        )
        log = answer if isinstance(answer, BuildLog) else _unreadable(answer)
        if template.run is None or log.state is LogState.UNREAD:
            return []
        return [LogSeen(at, template.run.key, log)]

    async def _self_test(self, subscription: str) -> list[Observation]:
        at, answer = await self._ask(
            Subject.SELF_TEST, subscription, lambda: self.azure.azure_time(subscription)
        )
        if isinstance(answer, Fault):
            return [] if answer.put_off else [SelfTested(at, answer)]
        return [SelfTested(at, None, answer - at)]


def _unreadable(fault: Fault) -> BuildLog:
    put_off = fault.kind is FaultKind.THROTTLED
    return BuildLog(LogState.UNREAD if put_off else LogState.UNREADABLE, str(fault))


def _noticed(at: datetime, source: str, answer: Sequence[Notice] | Fault) -> Observation:
    if isinstance(answer, Fault):
        return SourceUnseen(at, source, answer)
    return NoticesSeen(at, source, answer)
