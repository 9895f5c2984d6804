"""What builds left behind: the service's own resource groups, and which of them nobody needs."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.names import Region, ResourceId, TemplateId


@dataclass(frozen=True, slots=True)
class StagingGroup:
    """A resource group `IT_…` that the service made for the builds of one template."""

    id: ResourceId
    name: str
    """As Azure writes it."""
    region: Region
    template: TemplateId | None
    """Whose it is, by its tags; None: they do not say."""
    made: datetime | None
    """When the oldest thing in it was created, as far as anything in it says."""
    building: tuple[str, ...] = ()
    """ARM ids, as Azure writes them, of what only a build needs: all but storage accounts, which
    keep its logs and stay as long as the template."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A staging group that nobody needs any more, or that holds what nobody needs."""

    group: StagingGroup
    says: str
    """Why, in words."""
    remedy: str
    """The command that removes it, or that shows what to decide by. aibwatch never runs it."""
