"""What a decision looked at besides the state: enough of it to make the same decision again.

The journal tells the state as it was. What was last seen is not in it, as one sweep brings that
back; so the little of it that one decision about one image can look at is kept beside it.
"""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.attempt import Attempt
from aibwatch.model.decision import Hold
from aibwatch.model.fault import Fault
from aibwatch.model.gallery import Definition, Publication, Version
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, Region, TemplateId
from aibwatch.model.notice import Notice
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Readiness
from aibwatch.model.template import Template
from aibwatch.model.verdict import Evidence, Veto

ATTEMPTS_MAX = 20
"""Refused attempts in one region that are kept: no evidence needs more."""
FAULTS_MAX = 20
"""Other templates of a region that could not be read: the same."""
NOTICES_MAX = 20
"""Notices about one region; Microsoft never had as many about Image Builder."""
VERSIONS_MAX = 10
"""Versions since the failure: the first that is provisioned decides."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One template as it was seen last."""

    template: TemplateId
    shown: Template | None = None
    """Without messages: no decision reads them."""
    seen: datetime | None = None
    asked: datetime | None = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Gallery:
    """The primary's gallery definition and what was published there since the failure."""

    definition: Definition | None = None
    definition_fault: Fault | None = None
    versions: tuple[Version, ...] | None = None
    """None if they were not read, or could not be."""
    versions_fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """What became of the run that answers the image's open failover."""

    failover: FailoverId
    publication: Publication | None = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Notices of one source that speak of the region, or of everywhere."""

    source: str
    answered: datetime
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """All that one decision looked at and that the journal does not tell otherwise."""

    image: Image
    policy: Policy
    booted: datetime
    sweeps: int = 0
    evidence: tuple[Evidence, ...] | None = None
    """Of the verdict on the primary's failure; None if there was none."""
    veto: Veto | None = None
    refuted: bool = False
    sights: tuple[Sight, ...] = ()
    """Of the image's templates, and of those beside the primary that could not be read."""
    read: tuple[tuple[Region, datetime], ...] = ()
    """When each region was last read with success."""
    gallery: Gallery | None = None
    output: Output | None = None
    told: tuple[Told, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    readiness: tuple[Readiness, ...] = ()
    """Of the image's templates; of the primary, whether a build may come home."""
    misconfigured: str = ""
    leader: bool = True
    writable: bool = True
    suspicion: Hold | None = None
