"""Questions to Azure, and the memory of when each was asked and what came of it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import TemplateId, subscription_of

RETRY_AFTER_MAX = timedelta(minutes=10)
"""A longer Retry-After is not believed: it would blind us for no good reason (PROMISES L10)."""

EARLY = 10
"""A tick may come early by one part in so many without putting a question off to the next."""

EMERGING = "emerging"
"""Name of the source of emerging issues."""


def events_of(subscription: str) -> str:
    """Return the name of the source of a subscription's Service Health events."""
    return f"events:{subscription}"


def activity_of(subscription: str) -> str:
    """Return the name of the source of a subscription's Activity Log."""
    return f"activity:{subscription}"


class Subject(StrEnum):
    """What a question is about."""

    LIST = "list"
    TEMPLATE = "template"
    EVENTS = "events"
    EMERGING = "emerging"
    DEFINITION = "definition"
    BASE = "base"
    RIGHT = "right"
    VERSIONS = "versions"
    PUBLICATION = "publication"
    HISTORY = "history"
    SELF_TEST = "self_test"
    LOG = "log"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask, and how often."""

    subject: Subject
    name: str
    """Subscription, or id of the template, definition, base, scope or failover."""
    every: timedelta

    @property
    def key(self) -> str:
        """What it is remembered by."""
        return key_of(self.subject, self.name)


def key_of(subject: Subject, name: str) -> str:
    """Return what a question is remembered by."""
    return f"{subject} {name}"


@dataclass(slots=True)
class Asked:
    """When each question was last asked, and what came of it. Kept by the collector alone."""

    at: dict[str, datetime] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    """Questions whose last answer was a fault."""
    not_before: dict[str, datetime] = field(default_factory=dict)
    """By `lane`: what Retry-After said."""

    def note(self, subject: Subject, name: str, answer: object, now: datetime) -> None:
        """Remember that a question was asked at `now` and answered so."""
        key = key_of(subject, name)
        self.at[key] = now
        if not isinstance(answer, Fault):
            self.failed.discard(key)
            return
        self.failed.add(key)
        if answer.kind is FaultKind.THROTTLED and answer.retry_after is not None:
            wait = min(max(answer.retry_after, timedelta(0)), RETRY_AFTER_MAX)
            self.not_before[lane(subject, name)] = now + wait

    def next_at(self, question: Question) -> datetime | None:
        """Return when to ask it (again); None: it was never asked and nothing forbids it."""
        last = self._last(question)
        held = self.not_before.get(lane(question.subject, question.name))
        again = last + question.every if last else None
        return max(again, held) if again and held else again or held

    def ready(self, question: Question, now: datetime) -> bool:
        """Whether to ask it now."""
        last = self._last(question)
        held = self.not_before.get(lane(question.subject, question.name))
        return (held is None or now >= held) and (
            last is None or now >= last + question.every - question.every / EARLY
        )

    def _last(self, question: Question) -> datetime | None:
        """A list asks for every template of its subscription too."""
        last = self.at.get(question.key)
        if question.subject is not Subject.TEMPLATE:
            return last
        subscription = subscription_of(TemplateId(question.name))
        listed = self.at.get(key_of(Subject.LIST, subscription))
        return max(last, listed) if last and listed else last or listed

    def forget(self, before: datetime) -> None:
        """Forget what was last asked before `before`, so that this cannot grow for ever."""
        old = [key for key, at in self.at.items() if at < before]
        for key in old:
            del self.at[key]
            self.failed.discard(key)
        self.not_before = {name: at for name, at in self.not_before.items() if at >= before}


def hold(asked: Asked, subject: Subject, until: datetime) -> None:
    """Ask no more of a subject whose questions share one lane before `until`."""
    asked.not_before[lane(subject, "")] = until


def lane(subject: Subject, name: str) -> str:
    """Return what a Retry-After holds up: lists and reads of templates share one budget."""
    match subject:
        case Subject.DEFINITION | Subject.BASE | Subject.RIGHT | Subject.LOG:
            return str(subject)
        case Subject.LIST:
            return f"templates {name}"
        case Subject.TEMPLATE:
            return f"templates {subscription_of(TemplateId(name))}"
        case _:
            return key_of(subject, name)
