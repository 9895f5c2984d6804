"""How a build may end badly, by the word that a timetable uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aibwatch.model.template import RunState
from aibwatch.sim.trouble import GENERIC

QUEUED = "Queued"
BUILDING = "Building"
CUSTOMIZING = "Customizing"
VALIDATING = "Validating"
DISTRIBUTING = "Distributing"

ORDER = (QUEUED, BUILDING, CUSTOMIZING, VALIDATING, DISTRIBUTING)
"""The phases of a run in order; Optimizing is left out, nothing of ours depends on it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One way for a run to end badly, or not to end."""

    message: str
    """`{log}` and `{guid}` become the place of the log and the operation's id."""
    phase: str = BUILDING
    """The phase at whose end it happens; a later phase ends so too, an earlier one does not."""
    state: RunState = RunState.FAILED
    platform: bool = False
    """The service dropped the build: it may rerun it when it recovers."""
    log: bool = False
    """Whether customization.log exists."""
    hangs: bool = False
    """The run stays Running for ever."""


_PACKER = (
    "During the image build a failure has occurred. Packer build logs are at location {log}. "
    "Use this operationId {guid} to search packer logs. For more troubleshooting steps go to "
    "https://aka.ms/azvmimagebuilderts."
)
_CAPACITY = (
    'Deployment failed. Error: Code="AllocationFailed" Message="Allocation failed. We do not '
    "have sufficient capacity for the requested VM size in this region. Read more about improving "
    'likelihood of allocation success at http://aka.ms/allocation-guidance"'
)
_TIMEOUT = (
    "Failed in building/customizing image: Failed while waiting for packerizer: Timeout waiting "
    "for microservice to complete: 'context deadline exceeded'"
)
_DISTRIBUTE = (
    "Failed in distributing 1 images out of total 1: Some error happened, please check the error "
    "details."
)
_PARTIAL = "Failed in distributing 1 images out of total 2: Some error happened."
_IDENTITY = (
    "internal error occurred (container instance stuck or failing to reach the Running state)"
)
_RETRIABLE = (
    'Deployment failed. Error: Code="InternalRetriableError" Message="An internal retriable error '
    'occurred. Please retry your request."'
)
_NO_GALLERY = (
    "Not authorized to access the resource, or it does not exist: the gallery image definition to "
    'distribute to. StatusCode=404 Code="ResourceNotFound"'
)

ENDINGS: Mapping[str, Ending] = MappingProxyType(
    {
        "generic": Ending(GENERIC, platform=True),
        "customization": Ending(_PACKER, CUSTOMIZING, platform=True),
        "customizer": Ending(_PACKER, CUSTOMIZING, log=True),
        "capacity": Ending(_CAPACITY, platform=True),
        "identity": Ending(_IDENTITY, QUEUED, platform=True),
        "retriable": Ending(_RETRIABLE, platform=True),
        "quota": Ending("Azure Container Instances quota exceeded", QUEUED),
        "timeout": Ending(_TIMEOUT, CUSTOMIZING, log=True),
        "distribution": Ending(_DISTRIBUTE, DISTRIBUTING, log=True),
        "no-gallery": Ending(_NO_GALLERY, DISTRIBUTING, log=True),
        "partial": Ending(_PARTIAL, DISTRIBUTING, RunState.PARTIALLY_SUCCEEDED, log=True),
        "canceled": Ending("Image build canceled", BUILDING, RunState.CANCELED),
        "stuck": Ending("", BUILDING, hangs=True),
    }
)
"""`customization` is the outage of February 2021 (azvmimagebuilder #101): the ordinary text of a
customizer's failure, but the log is not there; `customizer` is the owner's own mistake.
`identity` is what a build shows whose container gets no token of its managed identity.
Invented: the texts of `partial`, `no-gallery`, `canceled` and `retriable`, of which the code is
recorded (azure-cli #30777); the others are recorded."""


def ends(ending: Ending, phase: str) -> bool:
    """Return whether a run that reached the end of `phase` ends by `ending`."""
    return ORDER.index(phase) >= ORDER.index(ending.phase)
