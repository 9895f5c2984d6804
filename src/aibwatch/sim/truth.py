"""What really happened, for checkers: only the simulator sees it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aibwatch.model.names import DefinitionId, TemplateId
from aibwatch.model.template import RunState


class Cause(StrEnum):
    """Who began a run."""

    REQUEST = "request"
    """A run request through one of the faces."""
    HUMAN = "human"
    SERVICE = "service"
    """The service itself: a rerun on recovery, or autoRun."""
    SCHEDULE = "schedule"
    """The owner's pipeline."""


class Blame(StrEnum):
    """Whose doing the end of a run is."""

    NOBODY = "nobody"
    """It ended well."""
    OWNER = "owner"
    """Its own template was wrong, or somebody canceled it: it would end so in any region."""
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """RUN_START of the promises."""

    template: TemplateId
    started: datetime
    cause: Cause


@dataclass(frozen=True, slots=True)
class RunEnded:
    """RUN_END of the promises."""

    template: TemplateId
    started: datetime
    at: datetime
    state: RunState
    blame: Blame = Blame.NOBODY


@dataclass(frozen=True, slots=True)
class VersionMade:
    """VERSION of the promises: a version became usable."""

    definition: DefinitionId
    version: str
    at: datetime
    template: TemplateId | None
    """None: somebody else published it."""


Truth = RunStarted | RunEnded | VersionMade
