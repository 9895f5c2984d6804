"""What secondaries rest on, asked for by the hundred: one batch, one request (PROMISES S25). Pure.

A definition, a gallery version or a managed image is a resource like any other, whoever asks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from aibwatch.collect.question import Subject
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition
from aibwatch.model.names import BaseId, DefinitionId, Region, ResourceId
from aibwatch.model.observation import DefinitionSeen, Observation, ResourceSeen, SupplySeen
from aibwatch.model.resource import MANAGED_IMAGE, VERSION, Resource, account_in
from aibwatch.model.supply import LATEST, BaseKind, Supply, kind_of

BATCH = 200
"""Names in one call: one query of Resource Graph."""

NOT_PLACED = Fault(FaultKind.NONSENSE, "a definition without a location")

Wanted = Mapping[ResourceId, Sequence[Subject]]
"""Who asks for each resource."""

T = TypeVar("T")


def is_listed(base: str) -> bool:
    """Whether Resource Graph tells where a base can be had: the newest version it does not know."""
    known = kind_of(BaseId(base)) in {BaseKind.GALLERY, BaseKind.MANAGED}
    return known and not base.endswith(f"/{LATEST}")


def wanted_by(
    definitions: Iterable[DefinitionId], bases: Iterable[BaseId], resources: Iterable[ResourceId]
) -> Wanted:
    """Return what is asked for, each once, in order: a subnet comes after its network."""
    wanted: defaultdict[ResourceId, list[Subject]] = defaultdict(list)
    for subject, names in (
        (Subject.DEFINITION, definitions),
        (Subject.BASE, bases),
        (Subject.RESOURCE, resources),
    ):
        for name in names:
            wanted[ResourceId(name)].append(subject)
    return dict(sorted(wanted.items()))


def batches(names: Iterable[T]) -> Iterator[tuple[T, ...]]:
    """Yield names, so many at a time."""
    every = tuple(names)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]


def told(
    at: datetime, name: ResourceId, answer: Resource | Fault, subjects: Sequence[Subject]
) -> Iterator[Observation]:
    """Yield what an answer is to each who asked; of a base it may tell too little to be one."""
    for subject in subjects:
        if subject is Subject.DEFINITION:
            yield DefinitionSeen(at, DefinitionId(name), _definition(name, answer))
        elif subject is Subject.RESOURCE:
            yield ResourceSeen(at, name, answer)
        else:
            supply = supply_in(answer)
            if supply is not None:
                yield SupplySeen(at, BaseId(name), supply)


def is_strange(name: ResourceId, answer: Resource | Fault) -> bool:
    """Whether a script is in an account that we are not shown: most likely it is a stranger's.

    That stays as it is, so there is no use in asking for it more often than for all else.
    """
    hidden = isinstance(answer, Fault) and answer.kind is FaultKind.PERMISSION
    return hidden and bool(account_in(name))


def supply_in(answer: Resource | Fault) -> Supply | Fault | None:
    """Return where a base can be had, None if that must be asked for: a version not made yet."""
    if isinstance(answer, Fault):
        return answer
    if answer.kind == MANAGED_IMAGE and answer.region:
        return Supply((answer.region,))
    if answer.kind == VERSION and answer.told.get("replicated"):
        return Supply(tuple(map(Region, answer.told["replicated"].split(","))))
    return None


def _definition(name: ResourceId, answer: Resource | Fault) -> Definition | Fault:
    if isinstance(answer, Fault):
        return answer
    return Definition(DefinitionId(name), answer.region) if answer.region else NOT_PLACED
