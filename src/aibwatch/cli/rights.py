"""Which rights are missing, by the answers of Azure that they were missing from.

Every right to read is tried by reading; the one to run is looked up, never tried. The table of
docs/permissions.md has them all, with the calls that need them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from aibwatch.cli.finding import Finding, Trouble
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.readiness import Colour
from aibwatch.model.state import Sightings
from aibwatch.model.supply import BaseKind, kind_of


@dataclass(frozen=True, slots=True)
class Right:
    """One action of a role, and what is lost without it."""

    action: str
    lost: str
    trouble: Trouble = Trouble.NONE
    """What it means for the whole: without some, aibwatch only knows less."""


TEMPLATES = Right(
    "Microsoft.VirtualMachineImages/imageTemplates/read",
    "nothing is known of those templates, and nothing is done for them",
    Trouble.PERMISSION,
)
DEFINITIONS = Right(
    "Microsoft.Compute/galleries/images/read",
    "no residency can be checked, and what cannot be checked holds",
)
EVENTS = Right(
    "Microsoft.ResourceHealth/events/read",
    "regions are judged without what Microsoft says of them (family notices)",
)
EMERGING = Right(
    "Microsoft.ResourceHealth/emergingIssues/read",
    "regions are judged without the public status page",
)
PERMISSIONS = Right(
    "Microsoft.Authorization/permissions/read",
    "a missing right to run shows when it is needed, not before",
)
ACTIVITY = Right(
    "Microsoft.Insights/eventtypes/values/read",
    "a pipeline's run request that Azure refuses stays unseen",
)
SUPPLIES: Mapping[BaseKind, Right] = {
    BaseKind.PLATFORM: Right(
        "Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read",
        "whether a secondary's marketplace image is offered there is unknown, which holds",
    ),
    BaseKind.GALLERY: Right(
        "Microsoft.Compute/galleries/images/versions/read",
        "whether a secondary's source is replicated there is unknown, which holds",
    ),
    BaseKind.MANAGED: Right(
        "Microsoft.Compute/images/read",
        "whether a secondary's managed image is there is unknown, which holds",
    ),
}

TRIED = (
    *(TEMPLATES, DEFINITIONS, EVENTS, EMERGING, PERMISSIONS, ACTIVITY),
    *SUPPLIES.values(),
)
"""All of them; those on build logs are told with the logs."""


def missing(answers: Mapping[Right, Iterable[object]]) -> Iterator[Finding]:
    """Yield each right that an answer was refused for, and what that costs."""
    for right, given in answers.items():
        refused = [each for each in given if _is_refused(each)]
        if refused:
            says = f"missing, refused {len(refused)}x; without it {right.lost}"
            colour = Colour.RED if right.trouble else Colour.YELLOW
            yield Finding(f"right {right.action}", colour, says, right.trouble)


def asked(sightings: Sightings) -> dict[Right, Collection[object]]:
    """Return what was answered where each right is needed."""
    faults = sightings.source_faults
    return {
        TEMPLATES: sightings.faults.values(),
        DEFINITIONS: sightings.definitions.values(),
        EVENTS: [fault for name, fault in faults.items() if name.startswith("events")],
        EMERGING: [fault for name, fault in faults.items() if name.startswith("emerging")],
        PERMISSIONS: sightings.rights.values(),
        **{right: _supplies(sightings, kind) for kind, right in SUPPLIES.items()},
    }


def _supplies(sightings: Sightings, kind: BaseKind) -> list[object]:
    return [answer for base, answer in sightings.supplies.items() if kind_of(base) is kind]


def _is_refused(answer: object) -> bool:
    return isinstance(answer, Fault) and answer.kind is FaultKind.PERMISSION
