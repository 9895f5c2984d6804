"""What else is asked so that secondaries are known to be ready: of bases and of rights. Pure.

Each question once, however many secondaries rest on its answer, and so many in one go that they
starve neither the lists nor an act (PROMISES S25, S26).
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from aibwatch.collect.question import Asked, Question, Subject, key_of
from aibwatch.model.names import BaseId, Scope, TemplateId, scope_of
from aibwatch.model.needs import Needs
from aibwatch.model.policy import Policy
from aibwatch.model.state import Sightings

BASES_AT_ONCE = 5
"""One or two reads each, and few: templates that build from one thing share the question."""

RIGHTS_AT_ONCE = 5
"""One read each; mostly one question a resource group."""


def questions(needs: Needs, asked: Asked, policy: Policy) -> Iterator[Question]:
    """Yield every question; one that was answered by a fault comes back sooner."""
    for subject, names in ((Subject.BASE, needs.bases), (Subject.RIGHT, needs.scopes)):
        for name in names:
            failed = key_of(subject, name) in asked.failed
            every = policy.interval if failed else policy.readiness_interval
            yield Question(subject, name, every)


def next_bases(
    names: list[str], sightings: Sightings, pressing: Callable[[], Iterable[TemplateId]]
) -> tuple[BaseId, ...]:
    """Return the bases to ask for now, those of pressing templates first."""

    def of_pressing() -> Collection[str]:
        known = sightings.templates
        return {known[each].base for each in pressing() if each in known}

    return tuple(map(BaseId, _first(names, BASES_AT_ONCE, of_pressing)))


def next_scopes(
    names: list[str], pressing: Callable[[], Iterable[TemplateId]]
) -> tuple[Scope, ...]:
    """Return the scopes to ask for now, those of pressing templates first."""

    def of_pressing() -> Collection[str]:
        return {scope for each in pressing() for scope in (each, scope_of(each))}

    return tuple(map(Scope, _first(names, RIGHTS_AT_ONCE, of_pressing)))


def _first(names: list[str], most: int, preferred: Callable[[], Collection[str]]) -> list[str]:
    if len(names) <= most:
        return names
    wanted = preferred()
    return sorted(names, key=lambda each: (each not in wanted, each))[:most]
