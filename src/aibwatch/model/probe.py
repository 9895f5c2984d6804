"""A probe: one run of a canary that aibwatch began, to learn whether its region builds.

A canary is a cheap template of its own for one region, named by the section `canary` of the
configuration. No image depends on it; each probe costs a build VM for its minutes.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aibwatch.model.failover import Event
from aibwatch.model.names import Region, TemplateId, Token
from aibwatch.model.policy import SKEW
from aibwatch.model.template import ENDED, Run, RunState
from aibwatch.model.verdict import Failure

KEPT = timedelta(days=31)
"""How long a probe is remembered: its cost is shown for 30 days."""


class ProbeReason(StrEnum):
    """Why a canary is run now, or why not. docs/canaries.md says what would change each."""

    # it is run
    SCHEDULED = "scheduled"
    SUSPICION = "suspicion"
    TARGET = "target"
    # it need not be
    NOT_DUE = "not_due"
    # a probe is under way
    AWAITING_ANSWER = "awaiting_answer"
    SETTLING = "settling"
    BUILDING = "building"
    # it cannot be
    UNREADABLE = "unreadable"
    MISPLACED = "misplaced"
    NOT_PROVISIONED = "not_provisioned"
    # it may not be, or not yet
    SELF_SUSPECT = "self_suspect"
    WARMING_UP = "warming_up"
    PAUSED = "paused"
    NOT_LEADER = "not_leader"
    STORE_UNWRITABLE = "store_unwritable"
    TOO_SOON = "too_soon"
    MAX_PER_DAY = "max_per_day"


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe, as the journal tells of it. `journal.fold` makes the next from an entry."""

    region: Region
    template: TemplateId
    at: datetime
    """When its intent became durable."""
    token: Token
    reason: ProbeReason
    before: datetime | None = None
    """Start of the last run that the canary had just before; a later one is the probe's."""
    answer: Event | None = None
    """BEGAN, REFUSED or UNCLEAR; None while the request is on its way."""
    answered: datetime | None = None
    says: str = ""
    """Why it was refused, or what was unclear."""
    started: datetime | None = None
    """When its run began; None while no such run was seen."""
    state: RunState | None = None
    """Of its run, as last seen."""
    ended: datetime | None = None
    """When its run ended; None while it goes on."""
    failure: Failure | None = None
    """The run's failure, judged, if it failed."""

    @property
    def over(self) -> bool:
        """Whether its run has ended."""
        return self.state in ENDED

    def is_of(self, run: Run) -> bool:
        """Whether a run answers this probe: ours, or a stranger's since, which tells as much.

        The canary's last run is read just before every request, so any later one is new. Azure's
        own stamps tell which is later: our clock may be wrong (PROMISES S43), and counts only for
        a canary that never ran.
        """
        if run.template != self.template or self.answer is Event.REFUSED:
            return False
        if self.started is not None:
            return run.started == self.started
        return run.started > (self.before or self.at - SKEW)

    def with_run(self, run: Run, seen: datetime) -> "Probe":
        """Return it with its run as seen now; a run that ended goes on no more."""
        if self.over:
            return self
        ended = (run.ended or seen) if run.state in ENDED else None
        return replace(self, started=run.started, state=run.state, ended=ended)


@dataclass(frozen=True, slots=True)
class ProbeDecision:
    """Whether to run the canary of one region now, and why, or why not."""

    region: Region
    template: TemplateId
    reason: ProbeReason
    says: str = ""
    """The reason in words, with the values it rests on."""
    token: Token | None = None
    """Names the request to make; None: make none."""
    wake_at: datetime | None = None
    """When to ask again at the latest; None: only a new observation can change it."""
