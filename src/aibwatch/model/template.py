"""A template and its last run, as Azure tells them.

Field names follow the service's own (azure-mgmt-imagebuilder 2.0.0), without its units.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aibwatch.model.names import NO_BASE, BaseId, DefinitionId, Region, TemplateId


class RunState(StrEnum):
    """`lastRunStatus.runState`; anything this version does not know is UNKNOWN."""

    RUNNING = "Running"
    CANCELING = "Canceling"
    SUCCEEDED = "Succeeded"
    PARTIALLY_SUCCEEDED = "PartiallySucceeded"
    FAILED = "Failed"
    CANCELED = "Canceled"
    UNKNOWN = "Unknown"


ACTIVE = frozenset({RunState.RUNNING, RunState.CANCELING})
"""States in which the template is busy and no other run can start."""

ENDED = frozenset(
    {RunState.SUCCEEDED, RunState.PARTIALLY_SUCCEEDED, RunState.FAILED, RunState.CANCELED}
)
"""States that cannot change any more."""


class ProvisioningState(StrEnum):
    """`provisioningState`: of the template itself, not of any run."""

    CREATING = "Creating"
    UPDATING = "Updating"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    DELETING = "Deleting"
    CANCELED = "Canceled"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, order=True)
class RunKey:
    """The only identity that Azure gives a run."""

    template: TemplateId
    started: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a template, as `lastRunStatus` shows it."""

    template: TemplateId
    started: datetime
    state: RunState
    ended: datetime | None = None
    """None while it runs; the wire's year 1 is read as None."""
    phase: str = ""
    """`runSubState`, such as Building or Distributing; empty once the run has ended."""
    message: str = ""

    @property
    def key(self) -> RunKey:
        """The run's identity."""
        return RunKey(self.template, self.started)


@dataclass(frozen=True, slots=True)
class Template:
    """One template resource at one instant."""

    id: TemplateId
    region: Region
    provisioning: ProvisioningState
    recipe: str
    """Hash of what it builds, without what is bound to a region; "" if it could not be read."""
    identities: str = ""
    """Hash of the identities it builds with."""
    run: Run | None = None
    """The last run; None if it never ran."""
    build_timeout: timedelta = timedelta(minutes=240)
    """0 or absent on the wire means 240 minutes."""
    modified: datetime | None = None
    """`systemData.lastModifiedAt`, None where the API does not say."""
    definition: DefinitionId | None = None
    """The gallery image definition it publishes to; None if it publishes elsewhere."""
    targets: tuple[Region, ...] = ()
    """Regions its gallery version is replicated to."""
    excluded: bool = False
    """Whether what it publishes is no `latest`: all its gallery outputs say `excludeFromLatest`."""
    outputs: tuple[str, ...] = ()
    """Run output names."""
    provisioning_error: str = ""
    """`provisioningErrorCode: message`, "" if none."""
    staging: str = ""
    """ARM id, in lower case, of the resource group with the build's storage; "" if unknown."""
    lineage: str = ""
    """Tag `aibwatch-image`: what a template is a successor of, where each build has a new one."""
    role: str = ""
    """Tag `aibwatch-role`, in lower case: `primary` or `secondary` of its image."""
    rank: int | None = None
    """Tag `aibwatch-priority`: lower goes first in its image; None if it does not say."""
    automatic: bool | None = None
    """`autoRun.state`; None if the template does not say."""
    base: BaseId = NO_BASE
    """What it builds from, in its region."""
    revision: str = ""
    """Hash of what its owner wrote, all of it: another one means that it was changed."""

    @property
    def busy(self) -> bool:
        """Whether a run is going on or being cancelled."""
        return self.run is not None and self.run.state in ACTIVE
