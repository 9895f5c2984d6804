"""What was seen at one instant, "could not see" included.

Ports return answers or faults; `collect` makes observations of them. Nothing else in the product
knows what Azure said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aibwatch.model.attempt import Attempt
from aibwatch.model.body import Body
from aibwatch.model.buildlog import BuildLog
from aibwatch.model.fault import Fault
from aibwatch.model.gallery import Definition, Publication, Version
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    FailoverId,
    Region,
    ResourceId,
    Scope,
    TemplateId,
)
from aibwatch.model.notice import Notice
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.resource import Resource
from aibwatch.model.supply import Supply
from aibwatch.model.template import RunKey, Template


@dataclass(frozen=True, slots=True)
class TemplatesSeen:
    """Templates that a list or a read of one showed."""

    at: datetime
    templates: Sequence[Template]


@dataclass(frozen=True, slots=True)
class TemplateUnseen:
    """A template that was asked for and could not be seen."""

    at: datetime
    template: TemplateId
    fault: Fault


@dataclass(frozen=True, slots=True)
class SweepEnded:
    """Every watched template has been asked for once, whatever the answers (PROMISES S16)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class NoticesSeen:
    """All notices that one source holds now; those it held before and holds no more are gone."""

    at: datetime
    source: str
    notices: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class SourceUnseen:
    """A source that is not a template did not answer."""

    at: datetime
    source: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class DefinitionSeen:
    """A gallery definition, or why it could not be read."""

    at: datetime
    definition: DefinitionId
    answer: Definition | Fault


@dataclass(frozen=True, slots=True)
class SupplySeen:
    """Where a base can be had, or why that could not be read."""

    at: datetime
    base: BaseId
    answer: Supply | Fault


@dataclass(frozen=True, slots=True)
class RightSeen:
    """Whether we may run what is in a scope, or why that could not be read."""

    at: datetime
    scope: Scope
    answer: bool | Fault


@dataclass(frozen=True, slots=True)
class BodySeen:
    """What a template's owner wrote, or why that could not be read."""

    at: datetime
    template: TemplateId
    answer: Body | Fault


@dataclass(frozen=True, slots=True)
class ResourceSeen:
    """A resource that templates rest on, or why it could not be read.

    NOT_FOUND only after its own id was asked for: what Resource Graph leaves out may be hidden.
    """

    at: datetime
    resource: ResourceId
    answer: Resource | Fault


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """What a region offers a subscription, or why that could not be read."""

    at: datetime
    subscription: str
    region: Region
    answer: Offer | Fault


@dataclass(frozen=True, slots=True)
class GeographiesSeen:
    """Where the regions of a subscription lie, or why that could not be read."""

    at: datetime
    subscription: str
    answer: Sequence[Geography] | Fault


@dataclass(frozen=True, slots=True)
class VersionsSeen:
    """The versions of a definition, or why they could not be read."""

    at: datetime
    definition: DefinitionId
    answer: Sequence[Version] | Fault


@dataclass(frozen=True, slots=True)
class PublicationSeen:
    """What became of the run that answers a failover, or why that could not be read."""

    at: datetime
    failover: FailoverId
    answer: Publication | Fault


@dataclass(frozen=True, slots=True)
class HistorySeen:
    """What the last run of a template put out that answers no failover by our own request."""

    at: datetime
    template: TemplateId
    answer: Publication | Fault


@dataclass(frozen=True, slots=True)
class LogSeen:
    """The log of a run that failed, or that there is none, or that it cannot be read."""

    at: datetime
    run: RunKey
    log: BuildLog


@dataclass(frozen=True, slots=True)
class AttemptsSeen:
    """Tries at starting runs that the Activity Log of one subscription tells of."""

    at: datetime
    source: str
    attempts: Sequence[Attempt]


@dataclass(frozen=True, slots=True)
class SelfTested:
    """Whether we ourselves can see: a failed self-test only subtracts (PROMISES S13)."""

    at: datetime
    fault: Fault | None
    """None if it passed."""
    skew: timedelta = timedelta(0)
    """Azure's `Date` minus our clock; among what is kept, of the last test that passed."""


Observation = (
    TemplatesSeen
    | TemplateUnseen
    | SweepEnded
    | NoticesSeen
    | SourceUnseen
    | DefinitionSeen
    | SupplySeen
    | RightSeen
    | BodySeen
    | ResourceSeen
    | OfferSeen
    | GeographiesSeen
    | VersionsSeen
    | PublicationSeen
    | HistorySeen
    | LogSeen
    | AttemptsSeen
    | SelfTested
)
