"""The numbers that the core decides by; `config` fills it, each default has its reason there."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from aibwatch.model.drill import Drills
from aibwatch.model.names import Region, TemplateId
from aibwatch.model.ownsignature import OwnSignature

HISTORY_HERE = timedelta(days=30)
"""An unchanged recipe that built in this region this recently is evidence (PROMISES 0, E1)."""
HISTORY_ELSEWHERE = timedelta(days=7)
"""One that built elsewhere this recently is evidence too (E2)."""
STUCK_GRACE = timedelta(minutes=30)
"""A run is stuck when it is this much older than its build timeout (S17)."""
SKEW = timedelta(minutes=2)
"""So far may Azure's clock and ours differ (S43); no key of the configuration changes it."""
LEASE_MARGIN = timedelta(seconds=5)
"""What must be left of a lease beyond the longest time that a request takes (S4)."""
PUBLISH_DEADLINE = timedelta(days=1)
"""Replication of a day was seen (azure-cli#16632)."""


COOLDOWN_MAX = timedelta(hours=48)
"""A cooldown that doubles stops here (PROMISES S21)."""


NO_DRILLS = Drills()
"""None are held, and none is required."""


class StuckPolicy(StrEnum):
    """What to do about a primary whose run goes on for longer than any may (S17)."""

    ALERT = "alert"
    """Tell, and wait for a person."""
    FAILOVER = "failover"
    """Take it for lost: build elsewhere, if the evidence against its region suffices."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Durations and bounds, one per configuration key of the same name."""

    interval: timedelta = timedelta(seconds=60)
    active_interval: timedelta = timedelta(seconds=10)
    health_interval: timedelta = timedelta(seconds=60)
    max_age: timedelta = timedelta(seconds=150)
    readiness_interval: timedelta = timedelta(minutes=15)
    readiness_max_age: timedelta = timedelta(minutes=45)
    debounce: timedelta = timedelta(minutes=3)
    window: timedelta = timedelta(minutes=30)
    families: int = 2
    healthy_delay: timedelta = timedelta(minutes=30)
    self_suspect_share: Fraction = Fraction(1, 2)
    services: frozenset[str] = frozenset()
    """Service names of AIB itself, lower case: a notice that names one is a full notice."""
    dependencies: frozenset[str] = frozenset()
    """Service names that AIB stands on, lower case: named alone they only support."""
    signatures: tuple[OwnSignature, ...] = ()
    """The owner's own rows, tried before the table of known errors."""
    logs: bool = True
    """Whether build logs are asked for."""
    request_timeout: timedelta = timedelta(seconds=20)
    """How long one request to run or cancel may take in all."""
    settle: timedelta = timedelta(minutes=5)
    warmup_sweeps: int = 2
    max_failure_age: timedelta = timedelta(hours=2)
    incident_failure_age: timedelta = timedelta(hours=12)
    attempt_gap: timedelta = timedelta(minutes=30)
    cooldown: timedelta = timedelta(hours=6)
    lost_run: timedelta = timedelta(minutes=30)
    """So long unreadable while its region is out, a run that went on is lost."""
    stuck_policy: StuckPolicy = StuckPolicy.ALERT
    per_region: int = 5
    """Open failovers at once that build in one region; `auto` is 5."""
    total: int = 10
    """Open failovers at once."""
    per_day: int = 10
    """Failovers in any 24 hours; `auto` is max(10, 2 x images)."""
    max_hops: int = 2
    canaries: tuple[tuple[Region, TemplateId], ...] = ()
    """The canary of each region that has one, in order of region."""
    canary_interval: timedelta = timedelta(hours=6)
    canary_on_suspicion: bool = True
    canary_per_day: int = 4
    """Runs of one canary in any 24 hours."""
    drills: Drills = NO_DRILLS
    skew: timedelta = SKEW
    """Beyond this difference between Azure's clock and ours we trust neither (S43)."""

    def canary_of(self, region: Region) -> TemplateId | None:
        """Return the canary of a region, None if it has none."""
        return next((template for name, template in self.canaries if name == region), None)
