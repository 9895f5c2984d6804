"""Questions to Azure, and the memory of when each was asked and what came of it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import TemplateId, subscription_of
from aibwatch.model.state import NEVER

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
    BODY = "body"
    RESOURCE = "resource"
    OFFER = "offer"
    GEOGRAPHY = "geography"
    VERSIONS = "versions"
    PUBLICATION = "publication"
    HISTORY = "history"
    EDITION = "edition"
    SELF_TEST = "self_test"
    LOG = "log"
    ACTIVITY = "activity"


RARE = frozenset(
    {
        Subject.DEFINITION,
        Subject.BASE,
        Subject.RIGHT,
        Subject.BODY,
        Subject.RESOURCE,
        Subject.OFFER,
        Subject.GEOGRAPHY,
    }
)
"""What secondaries rest on: asked rarely, and of many."""

ONE_LANE = RARE - {Subject.GEOGRAPHY} | {Subject.LOG, Subject.EDITION}
"""Subjects all of whose questions share one lane."""

Key = tuple[Subject, str]
"""What a question is remembered by."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask, and how often."""

    subject: Subject
    name: str
    """Subscription, or id of the template, definition, base, scope, resource or failover; of an
    offer subscription, region and sizes, of a body template and revision."""
    every: timedelta

    @property
    def key(self) -> Key:
        """What it is remembered by."""
        return self.subject, self.name


@dataclass(slots=True)
class Asked:
    """When each question was last asked, and what came of it. Kept by the collector alone."""

    at: dict[Key, datetime] = field(default_factory=dict)
    failed: set[Key] = field(default_factory=set)
    """Questions whose last answer was a fault."""
    not_before: dict[str, datetime] = field(default_factory=dict)
    """By `lane`: what Retry-After said."""
    rare: int = 0
    """Rises with all that may change when a question of RARE is due."""

    def note(self, subject: Subject, name: str, answer: object, now: datetime) -> None:
        """Remember that a question was asked at `now` and answered so.

        One that our own request budget put off was not asked: it is due again then.
        """
        key = subject, name
        self.rare += subject in RARE
        if not (isinstance(answer, Fault) and answer.put_off):
            self.at[key] = now
        if not isinstance(answer, Fault):
            self.failed.discard(key)
            return
        self.failed.add(key)
        if answer.kind is FaultKind.THROTTLED and answer.retry_after is not None:
            wait = min(max(answer.retry_after, timedelta(0)), RETRY_AFTER_MAX)
            self.not_before[lane(subject, name)] = now + wait

    def next_at(self, question: Question) -> datetime:
        """Return when to ask it (again); NEVER: it was never asked and nothing forbids it."""
        return self._after(question, question.every)

    def ready_at(self, question: Question) -> datetime:
        """Return from when on it may be asked, should there be a tick; NEVER as `next_at`."""
        return self._after(question, question.every - question.every / EARLY)

    def ready(self, question: Question, now: datetime) -> bool:
        """Whether to ask it now."""
        return now >= self.ready_at(question)

    def _after(self, question: Question, wait: timedelta) -> datetime:
        last = self._last(question)
        again = last + wait if last else NEVER
        if not self.not_before:
            return again
        return max(again, self.not_before.get(lane(question.subject, question.name), NEVER))

    def _last(self, question: Question) -> datetime | None:
        """A list asks for every template of its subscription too."""
        last = self.at.get(question.key)
        if question.subject is not Subject.TEMPLATE:
            return last
        subscription = subscription_of(TemplateId(question.name))
        listed = self.at.get((Subject.LIST, subscription))
        return max(last, listed) if last and listed else last or listed

    def begin_anew(self) -> None:
        """Forget that anything was asked; what Retry-After said still holds."""
        self.at.clear()
        self.failed.clear()
        self.rare += 1

    def forget_but(self, subject: Subject, names: Collection[str]) -> None:
        """Forget what is no longer asked of a subject."""
        done = [key for key in self.at if key[0] is subject and key[1] not in names]
        for key in done:
            del self.at[key]
            self.failed.discard(key)

    def forget(self, before: datetime) -> None:
        """Forget what was last asked before `before`, so that this cannot grow for ever."""
        old = [key for key, at in self.at.items() if at < before]
        for key in old:
            del self.at[key]
            self.failed.discard(key)
        self.rare += len(old)
        self.not_before = {name: at for name, at in self.not_before.items() if at >= before}


def hold(asked: Asked, subject: Subject, until: datetime) -> None:
    """Ask no more of a subject whose questions share one lane before `until`."""
    asked.not_before[lane(subject, "")] = until
    asked.rare += 1


def lane(subject: Subject, name: str) -> str:
    """Return what a Retry-After holds up: lists and reads of templates share one budget."""
    if subject in ONE_LANE:
        return str(subject)
    if subject is Subject.LIST:
        return f"templates {name}"
    if subject is Subject.TEMPLATE:
        return f"templates {subscription_of(TemplateId(name))}"
    return f"{subject} {name}"
