"""Templates of the World: what each shows, from which instant on."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aibwatch.model.body import Body as Told
from aibwatch.model.names import Region, TemplateId
from aibwatch.model.template import ACTIVE, ProvisioningState, RunState
from aibwatch.sim.body import Body
from aibwatch.sim.ending import Ending
from aibwatch.sim.staging import KEPT, SimLog
from aibwatch.sim.truth import Cause

REMEMBERED = 40
"""Looks kept for stale reads: several runs' worth."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """`lastRunStatus`."""

    started: datetime
    state: RunState
    phase: str = ""
    ended: datetime | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """All that a template shows from `since` on. Compared by identity: a new look is a change."""

    since: datetime
    body: Body
    created: datetime
    modified: datetime
    provisioning: ProvisioningState = ProvisioningState.SUCCEEDED
    provisioning_error: tuple[str, str] | None = None
    """Code and message."""
    run: RunStatus | None = None


@dataclass(slots=True)
class SimTemplate:
    """One template."""

    id: TemplateId
    name: str
    region: Region
    looks: deque[Look]
    fault: Ending | None = None
    """What its owner did wrong."""
    build_time: timedelta | None = None
    """None: as the World's."""
    outputs: dict[str, str] = field(default_factory=dict)
    """What the last good run put out: output name to artifact id."""
    operation: str = ""
    """The operation of the run that goes on."""
    serial: int = 0
    """Rises with every run and cancel; what was scheduled for an older one is void."""
    turn: int = 0
    """Which of its region's builds the last run is, by their begins."""
    cause: Cause = Cause.REQUEST
    dropped: bool = False
    """The service lost the last run and may rerun it."""
    version: str = ""
    """The gallery version that the run is making."""
    told: tuple[Body, Told] | None = None
    """An authored body, the last that was looked at, and what a reader is told of it."""
    logs: deque[SimLog] = field(default_factory=lambda: deque(maxlen=KEPT))
    """In its staging account."""

    @property
    def look(self) -> Look:
        """What it shows now."""
        return self.looks[-1]

    @property
    def run(self) -> RunStatus | None:
        """Its last run."""
        return self.look.run

    @property
    def busy(self) -> bool:
        """Whether a run goes on or is being cancelled."""
        return self.run is not None and self.run.state in ACTIVE

    def looked(self, then: datetime) -> Look:
        """Return what it showed at `then`; of what is not remembered, the oldest."""
        for each in reversed(self.looks):
            if each.since <= then:
                return each
        return self.looks[0]


def fresh(template: TemplateId, body: Body, name: str, now: datetime, place: Region) -> SimTemplate:
    """Return a template that never ran."""
    look = Look(now, body, created=now, modified=now)
    return SimTemplate(template, name, place, deque([look], maxlen=REMEMBERED))
