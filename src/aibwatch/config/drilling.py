"""The section `drills`: when failovers are rehearsed, and what a rehearsal is needed for."""

from datetime import time
from enum import StrEnum

from pydantic import ConfigDict, Field

from aibwatch.config.fleet import ScheduleSection
from aibwatch.config.section import Section
from aibwatch.config.values import DAYS, ClockText, Days, Duration, TimezoneText
from aibwatch.model.drill import Drills, Window


class DrillPublish(StrEnum):
    """What may become of the version that a drill makes."""

    EXCLUDED = "excluded"
    """Only drill templates run, whose versions are no `latest`."""
    LATEST = "latest"
    """An image without a drill template is rehearsed on a secondary itself."""


class WindowSection(Section):
    """Hours of the week."""

    model_config = ConfigDict(serialize_by_alias=True)

    days: Days = ()
    """On which it begins, such as `[sat, sun]`; empty: every day."""
    begin: ClockText = Field(alias="from")
    """Time of day, such as `"22:00"`."""
    end: ClockText = Field(alias="to")
    """Time of day; one that is not later than `from` is of the next day."""
    timezone: TimezoneText = "UTC"
    """IANA name; UTC, because it has no hour that comes twice or never."""

    def window(self) -> Window:
        """Return it in the words of the model."""
        days = tuple(map(DAYS.index, self.days)) or tuple(range(len(DAYS)))
        begin, end = time.fromisoformat(self.begin), time.fromisoformat(self.end)
        return Window(days, begin, end, self.timezone)


class DrillsSection(Section):
    """When the failover of images is rehearsed, and what a rehearsal is needed for."""

    schedule: ScheduleSection | None = None
    """Each of its times rehearses one image, by rotation; null: only `aibwatch drill` does, as each
    costs a build."""
    windows: tuple[WindowSection, ...] = ()
    """When the schedule's drills may begin: outside of all of them a time is told as blocked.
    Empty: whenever the schedule says."""
    require_within: Duration | None = None
    """An image in mode auto is answered only if it was built well elsewhere, by a drill or for
    real, within it; null: in any case, as one that was never rehearsed needs its chance too."""
    publish: DrillPublish = DrillPublish.EXCLUDED
    """What may become of a drill's version; `excluded`, because a rehearsal should reach nobody."""

    def drills(self) -> Drills:
        """Return them in the words of the model."""
        return Drills(
            schedule=self.schedule.schedule() if self.schedule else None,
            windows=tuple(each.window() for each in self.windows),
            require_within=self.require_within,
            on_secondaries=self.publish is DrillPublish.LATEST,
        )
