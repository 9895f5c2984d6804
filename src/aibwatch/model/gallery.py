"""Gallery image versions: what a build is for, and the only proof that it worked (PROMISES S34)."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.names import DefinitionId, Region
from aibwatch.model.policy import SKEW
from aibwatch.model.template import Run


@dataclass(frozen=True, slots=True)
class Definition:
    """A gallery image definition; its home region is where its metadata lives."""

    id: DefinitionId
    home: Region


@dataclass(frozen=True, slots=True)
class Version:
    """One gallery image version."""

    id: str
    """ARM id."""
    published: datetime
    provisioned: bool
    """`provisioningState` is Succeeded."""
    replicated: tuple[Region, ...] = ()
    """Regions whose replica is Completed."""
    pending: tuple[Region, ...] = ()
    """Regions whose replica is not."""
    excluded: bool = False
    """`excludeFromLatest`: nobody who asks for the latest version gets it."""

    @property
    def name(self) -> str:
        """The version number, such as `1.0.42`."""
        return self.id.rpartition("/")[2]

    def may_be_of(self, run: Run) -> bool:
        """Whether it was published while a run went on, so that this run may have made it.

        What is later is of a newer run, seen or not. Two clocks of Azure's may differ by `SKEW`.
        """
        over = run.ended is not None and self.published > run.ended + SKEW
        return self.published >= run.started and not over


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of one run's output."""

    version: Version | None
    """None if the output is no gallery version."""
    provisioned: bool
    """Whether the output itself is Succeeded."""
    artifact: str = ""
    """ARM id or address of what was made."""
