"""The keys of images: each with its schedule, and what their templates use elsewhere."""

from enum import StrEnum

from aibwatch.config.section import Section
from aibwatch.config.values import (
    CronText,
    DriftPath,
    Duration,
    ImageNameText,
    Names,
    Regions,
    RegionText,
    Templates,
    TemplateText,
    Text,
    TimezoneText,
    Tolerated,
    Whole,
)
from aibwatch.model.image import Image, Mode
from aibwatch.model.readiness import Check
from aibwatch.model.relocation import Relocation
from aibwatch.model.schedule import Schedule


class EvidenceRule(StrEnum):
    """Whether an image's own history may speak against the platform."""

    HISTORY = "history"
    STRICT = "strict"


class ScheduleSection(Section):
    """When aibwatch starts the build of an image by itself."""

    cron: CronText
    """Minute, hour, day of month, month, day of week; Sunday is 0 or 7."""
    timezone: TimezoneText = "UTC"
    """IANA name; UTC, because it has no hour that comes twice or never."""

    def schedule(self) -> Schedule:
        """Return it in the words of the model."""
        return Schedule(self.cron, self.timezone)


class ImageSection(Section):
    """One logical golden image."""

    name: ImageNameText
    """What it is called in commands, metrics and messages."""
    templates: Templates
    """ARM ids: the primary, then its secondaries in order of preference."""
    mode: Mode = Mode.OBSERVE
    """How far aibwatch may go; `observe`, because acting is for the owner to allow."""
    priority: Whole = 100
    """Lower goes first when a cap is reached; 100 leaves room on both sides."""
    evidence: EvidenceRule = EvidenceRule.HISTORY
    """`history`: that this unchanged recipe built here before is evidence, so that an image alone
    in its region is protected too; `strict` leaves it out."""
    allowed_regions: Regions = frozenset()
    """Residency; empty: the regions of its templates and those the primary publishes to."""
    allowed_geographies: Names = frozenset()
    """Residency too: every region of these, by Azure's names such as `Europe`; a region of which
    nobody knows the geography is not allowed; empty: none but `allowed_regions`."""
    required_regions: Regions = frozenset()
    """Where a version must be replicated before a failover counts as done; empty: all targets."""
    expect_every: Duration | None = None
    """A good build is expected in any such time: one that is overdue is told, and answered while
    the primary's region is out; null: nobody expects anything."""
    schedule: ScheduleSection | None = None
    """When aibwatch starts a build itself, on the primary or, in an outage, on a secondary; null:
    never, as somebody else does."""
    drill: TemplateText | None = None
    """ARM id of the template that its failover is rehearsed on: the recipe of the secondary, with
    `excludeFromLatest: true`; null: none, so that it is rehearsed only with `drills.publish`."""
    tolerate: Tolerated = frozenset()
    """Readiness items that are accepted as they are, by name, or of independence one thing by its
    name (`independence/net-weu`); empty, because each is a way in which a build elsewhere would
    fail."""
    allow_drift: tuple[DriftPath, ...] = ()
    """JSON paths of the recipe in which a secondary may differ from the primary; empty, because a
    difference is mostly a secondary that was forgotten."""

    def image(self) -> Image:
        """Return it in the words of the model."""
        return Image(
            name=self.name,
            templates=self.templates,
            mode=self.mode,
            priority=self.priority,
            strict=self.evidence is EvidenceRule.STRICT,
            allowed_regions=self.allowed_regions,
            allowed_geographies=self.allowed_geographies,
            required_regions=self.required_regions,
            expect_every=self.expect_every,
            schedule=self.schedule.schedule() if self.schedule else None,
            drill=self.drill,
            tolerate=frozenset(Check(each) for each in self.tolerate if "/" not in each),
            tolerate_paths=frozenset(
                each.partition("/")[2] for each in self.tolerate if "/" in each
            ),
            allow_drift=self.allow_drift,
        )


class ReplicateSection(Section):
    """What templates use in one region in place of what they use at home, for `replicate`."""

    region: RegionText
    """The region that these are for; each has at most one such rule."""
    resource_group: Text = ""
    """Name or id of the group where templates are made; empty: in the primary's."""
    suffix: Text = ""
    """Put behind the primary's name; empty: the region, where both are in one group."""
    subnet: Text = ""
    """Id of the subnet for build VMs; empty: it must be told where the primary names one."""
    container_subnet: Text = ""
    """Id of the subnet for the containers that build; empty: as with `subnet`."""
    identities: tuple[Text, ...] = ()
    """Ids of the identities that templates build as; empty: the primary's."""
    vm_identities: tuple[Text, ...] = ()
    """Ids of the identities of build VMs; empty: the primary's."""
    definition: Text = ""
    """Id of the image definition to publish to; empty: the primary's, which is best where its
    gallery is at home in a third region."""
    staging: Text = ""
    """Id of the staging group, `{name}` in it for the template; empty: the service makes its own,
    as no group is for two templates."""
    targets: tuple[RegionText, ...] = ()
    """Where versions are replicated; empty: where the primary's are, this region in its place."""

    def relocation(self) -> Relocation:
        """Return it in the words of the model."""
        return Relocation(**self.model_dump())
