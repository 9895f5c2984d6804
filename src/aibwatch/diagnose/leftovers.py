"""Which staging groups were left behind. Pure; nothing is ever deleted by aibwatch.

A group goes with its template, and after a build all in it goes but the storage account with the
logs. An outage can cut both short. What cannot be told is said to be so: a list leaves regions out
that are down, so that a template is gone only if a read of itself says so.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.leftover import Leftover, StagingGroup
from aibwatch.model.names import ResourceId, TemplateId, name_of, subscription_of
from aibwatch.model.resource import kind_in
from aibwatch.model.template import Template

TIDIED_WITHIN = timedelta(hours=6)
"""After a run, while the service may still clear up (invented: how long it takes is not told)."""
_OLDEST = datetime.min.replace(tzinfo=UTC)

Answers = Mapping[TemplateId, Template | Fault]
"""Templates, each as it was read, or why not."""


def leftovers(groups: Iterable[StagingGroup], answers: Answers, now: datetime) -> list[Leftover]:
    """Return what was left behind, the oldest first, and what of no known age before."""
    templates = (each for each in answers.values() if isinstance(each, Template))
    owners = {each.staging: each for each in templates if each.staging}
    found = (each for group in groups for each in _left(group, owners.get(group.id), answers, now))
    return sorted(found, key=lambda each: (each.group.made or _OLDEST, each.group.id))


def _left(
    group: StagingGroup, owner: Template | None, answers: Answers, now: datetime
) -> Iterator[Leftover]:
    """Yield what is to be said of a group; `owner` is the template that says that it is its own."""
    if owner is not None:
        yield from _unfinished(group, owner, now)
    elif group.template is None:
        says = "no tag says whose it is, and no template that was listed says that it is its own"
        yield Leftover(group, says, _look(group))
    else:
        yield _without_owner(group, group.template, answers.get(group.template))


def _without_owner(
    group: StagingGroup, template: TemplateId, answer: Template | Fault | None
) -> Leftover:
    name = name_of(template)
    if isinstance(answer, Template) and answer.staging:
        return Leftover(group, f"{name} has another one now", _delete(group))
    if isinstance(answer, Fault) and answer.kind is FaultKind.NOT_FOUND:
        return Leftover(group, f"its template {name} is gone", _delete(group))
    why = answer if isinstance(answer, Fault) else "it does not say which one is its own"
    return Leftover(group, f"whether {name} needs it cannot be told: {why}", _look(group))


def _unfinished(group: StagingGroup, owner: Template, now: datetime) -> Iterator[Leftover]:
    """Yield what a build left in a group that is in use, if its run is long over."""
    run = owner.run
    if not group.building or owner.busy:
        return
    over = run.ended or run.started if run else group.made
    if over is not None and now - over <= TIDIED_WITHIN:
        return
    last = f"its run of {run.started:%Y-%m-%d %H:%M}Z is over" if run else "it never ran"
    says = f"in use by {name_of(owner.id)}, but {last}: {_counted(group.building)}"
    yield Leftover(group, says, f"az resource delete --ids {shlex.join(group.building)}")


def _counted(resources: tuple[str, ...]) -> str:
    """Return how much was left, by ARM type."""
    kinds = sorted(kind_in(ResourceId(each.lower())) for each in resources)
    counts = {each: kinds.count(each) for each in kinds}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _delete(group: StagingGroup) -> str:
    return f"az group delete {_named(group)}"


def _look(group: StagingGroup) -> str:
    return f"az resource list {_named(group, 'resource-group')} --output table"


def _named(group: StagingGroup, option: str = "name") -> str:
    subscription = subscription_of(TemplateId(group.id))
    return f"--{option} {shlex.quote(group.name)} --subscription {subscription}"
