"""Gallery image definitions and versions of the World."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from aibwatch.model.names import DefinitionId, Region, TemplateId
from aibwatch.model.template import ProvisioningState

NEVER = datetime.max.replace(tzinfo=UTC)
"""A replica that will not be there."""


@dataclass(slots=True)
class SimVersion:
    """One image version."""

    id: str
    home: Region
    published: datetime
    """When it was created."""
    targets: tuple[Region, ...]
    template: TemplateId | None = None
    state: ProvisioningState = ProvisioningState.CREATING
    replicas: dict[Region, datetime] = field(default_factory=dict)
    """When each target's replica is there; empty until the build has ended."""
    excluded: bool = False
    """No `latest`, as its template said."""

    @property
    def name(self) -> str:
        """The version number."""
        return self.id.rpartition("/")[2]

    def there(self, region: Region, now: datetime) -> bool:
        """Return whether the replica in `region` is complete."""
        done = self.replicas.get(region)
        return done is not None and done <= now


@dataclass(slots=True)
class SimDefinition:
    """One image definition."""

    id: DefinitionId
    home: Region
    versions: dict[str, SimVersion] = field(default_factory=dict)
    """By number."""
    made: int = 0

    def create(
        self, now: datetime, targets: tuple[Region, ...], template: TemplateId | None, name: str
    ) -> SimVersion:
        """Add a version in state Creating. Without a `name` the numbers rise."""
        self.made += 1
        number = name or f"1.0.{self.made}"
        version = SimVersion(f"{self.id}/versions/{number}", self.home, now, targets, template)
        self.versions[number] = version
        return version
