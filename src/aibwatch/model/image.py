"""An image as its owner configured it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aibwatch.model.names import ImageName, Region, TemplateId, name_of
from aibwatch.model.readiness import Check
from aibwatch.model.schedule import Schedule


class Mode(StrEnum):
    """How far aibwatch may go for an image."""

    OBSERVE = "observe"
    ADVISE = "advise"
    """Everything but the request; then the exact command is shown."""
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Image:
    """One logical golden image."""

    name: ImageName
    templates: tuple[TemplateId, ...]
    """The primary, then its secondaries in order of preference."""
    mode: Mode = Mode.OBSERVE
    priority: int = 100
    """Lower first."""
    strict: bool = False
    """`evidence: strict`: that it built here before does not count (E1 is left out)."""
    allowed_regions: frozenset[Region] = frozenset()
    """Residency; empty: the regions of its templates and those the primary publishes to."""
    allowed_geographies: frozenset[str] = frozenset()
    """Residency too: every region of these, by Azure's names, whatever their case."""
    required_regions: frozenset[Region] = frozenset()
    """Where a version must be replicated; empty: all its targets."""
    tolerate: frozenset[Check] = frozenset()
    """Readiness items that its owner accepts as they are."""
    tolerate_paths: frozenset[str] = frozenset()
    """Of the item independence: names of the things that may live where the primary does."""
    expect_every: timedelta | None = None
    """A good build is expected in any such time; None: whenever the owner likes."""
    schedule: Schedule | None = None
    """When aibwatch starts a build of it by itself; None: never."""
    allow_drift: tuple[str, ...] = ()
    """JSON paths of the recipe in which a secondary may differ; `[*]` is any index, and a path
    stands for all below it."""
    drill: TemplateId | None = None
    """The template that its failover is rehearsed on, which no failure is answered by (S38)."""

    def due(self, built: datetime, now: datetime) -> datetime | None:
        """Return the last instant up to `now` at which a build was due after a good one at `built`.

        None if none was due yet, or nobody expects any.
        """
        if not self.expect_every or now < built + self.expect_every:
            return None
        return built + (now - built) // self.expect_every * self.expect_every

    def called(self, template: TemplateId) -> str:
        """Return what a person may call a template of this image: its name, if that says which."""
        names = [name_of(each) for each in self.templates]
        return name_of(template) if names.count(name_of(template)) == 1 else template

    @property
    def primary(self) -> TemplateId:
        """The template whose failures are answered."""
        return self.templates[0]

    @property
    def watched(self) -> tuple[TemplateId, ...]:
        """Every template that is watched for it: its own, then the drill template."""
        return (*self.templates, self.drill) if self.drill else self.templates

    @property
    def secondaries(self) -> tuple[TemplateId, ...]:
        """The templates that may answer."""
        return self.templates[1:]
