"""A very little Azure for decisions: templates, their runs, versions, and bad answers on demand.

No wire, no clock, no event loop: `now` is an argument. What it was asked, and what really began,
is on record for those who check.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.buildlog import BuildLog
from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition, Publication, Version
from aibwatch.model.names import BaseId, DefinitionId, Region, TemplateId, name_of
from aibwatch.model.notice import Notice
from aibwatch.model.supply import Supply
from aibwatch.model.template import ProvisioningState, Run, RunKey, RunState, Template
from builders import MINUTE

GALLERIES = Region("swedencentral")

GATEWAY = Fault(FaultKind.PLATFORM, "the gateway did not receive a response", 504)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one run request is answered, and what becomes of it."""

    event: Event = Event.BEGAN
    begins: bool = True
    hidden: timedelta = timedelta(0)
    """For how long readers do not see the run that it began."""


@dataclass(frozen=True, slots=True)
class Request:
    """One run request, with what a reader saw of its template at that instant."""

    at: datetime
    template: TemplateId
    seen: Template | Fault
    began: bool


@dataclass(slots=True)
class LittleAzure:
    """The truth, and what can be read of it."""

    templates: dict[TemplateId, Template]
    dark: set[Region] = field(default_factory=set)
    blind: bool = False
    """Whether our own way out is broken."""
    notices: dict[str, Notice] = field(default_factory=dict)
    versions: dict[DefinitionId, tuple[Version, ...]] = field(default_factory=dict)
    outputs: dict[TemplateId, Publication] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    """What the Activity Log tells."""
    logs: dict[TemplateId, BuildLog] = field(default_factory=dict)
    """Of the last run of each template, where it is not unreadable."""
    answers: list[Answer] = field(default_factory=list)
    """For the next requests, in order; after them every request begins a run."""
    requests: list[Request] = field(default_factory=list)
    ended: dict[RunKey, datetime] = field(default_factory=dict)
    _shown: dict[TemplateId, tuple[datetime, Template]] = field(default_factory=dict)

    def read(self, template: TemplateId, now: datetime) -> Template | Fault:
        """Return what a read of a template answers."""
        truth = self.templates.get(template)
        if self.blind:
            return Fault(FaultKind.NETWORK, "no route")
        if truth is None:
            return Fault(FaultKind.NOT_FOUND, name_of(template), 404)
        if truth.region in self.dark:
            return GATEWAY
        until, shown = self._shown.get(template, (now, truth))
        return shown if now < until else truth

    def definitions(self) -> Iterable[Definition]:
        """Return every gallery definition; all live where nothing is built."""
        names = {each.definition for each in self.templates.values() if each.definition}
        return [Definition(name, GALLERIES) for name in sorted(names)]

    def supplies(self) -> dict[BaseId, Supply]:
        """Return all that anything builds from; it can be had everywhere."""
        everywhere = Supply(tuple({each.region for each in self.templates.values()}))
        return {each.base: everywhere for each in self.templates.values()}

    def request(self, template: TemplateId, now: datetime) -> Event:
        """Take one run request and return how it is answered."""
        answer = self.answers.pop(0) if self.answers else Answer()
        truth = self.templates[template]
        begins = answer.begins and not truth.busy
        self.requests.append(Request(now, template, self.read(template, now), begins))
        if truth.busy:
            return Event.UNCLEAR  # a conflict may be our own request of before
        if begins:
            self.begin(template, now)
            self._shown[template] = (now + answer.hidden, truth)
        return answer.event

    def refuse(self, template: TemplateId, message: str, now: datetime) -> None:
        """Let the provider refuse a pipeline's request to run, with an error of its own."""
        correlation = f"c0ffee-{len(self.attempts)}"
        attempt = Attempt(template, correlation, now, AttemptState.REFUSED, now, 500, "", message)
        self.attempts.append(attempt)

    def submit(self, template: TemplateId, error: str, now: datetime) -> None:
        """Let the owner submit a template anew: it is provisioned, or ends with an error."""
        state = ProvisioningState.FAILED if error else ProvisioningState.SUCCEEDED
        self.templates[template] = replace(
            self.templates[template], provisioning=state, provisioning_error=error, modified=now
        )

    def begin(self, template: TemplateId, now: datetime) -> None:
        """Let a run begin, unless one is going on."""
        truth = self.templates[template]
        if not truth.busy:
            run = Run(template, now, RunState.RUNNING, phase="Building")
            self.templates[template] = replace(truth, run=run)

    def end(self, template: TemplateId, state: RunState, message: str, now: datetime) -> None:
        """Let the run that goes on end, or one of half an hour that nobody saw."""
        truth = self.templates[template]
        going_on = truth.run if truth.run and truth.busy else None
        started = going_on.started if going_on else now - 30 * MINUTE
        run = Run(template, started, state, ended=now, message=message)
        self.templates[template] = replace(truth, run=run)
        self.ended[run.key] = now
        if state is RunState.SUCCEEDED:
            self.publish(template, now)

    def publish(self, template: TemplateId, now: datetime) -> None:
        """Make a version of the template's definition, replicated everywhere but where dark."""
        truth = self.templates[template]
        assert truth.definition
        known = self.versions.get(truth.definition, ())
        version = Version(
            id=f"{truth.definition}/versions/1.0.{len(known) + 1}",
            published=now,
            provisioned=True,
            replicated=tuple(each for each in truth.targets if each not in self.dark),
            pending=tuple(each for each in truth.targets if each in self.dark),
        )
        self.versions[truth.definition] = (*known, version)
        self.outputs[template] = Publication(version, provisioned=True)
