"""The summary: what the story cost, from the API and from what Azure received."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aibwatch.model.template import RunState
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.scenario import Scenario
from aibwatch.sim.truth import Cause, RunEnded, RunStarted
from aibwatch.sim.world import World

GOOD = frozenset({"succeeded", "late_replicas"})


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How the story ended."""

    detect: timedelta | None
    """From the first end of a build that the region failed to its outage in the history."""
    trigger: timedelta | None
    """The same to the first run request that Azure received."""
    saved: frozenset[str]
    duplicates: int
    """Run requests for one failure beyond the first."""
    needless: int
    """Run requests for a failure that was its owner's own, or for a primary."""
    reruns: int
    """Builds that the service reran by itself: made twice by no fault of ours."""

    def as_it_should(self, expected: frozenset[str]) -> bool:
        """Whether every image was saved that could be, and nothing else was touched."""
        return (
            self.saved == expected
            and self.duplicates == 0
            and self.needless == 0
            and self.detect is not None
            and self.trigger is not None
        )


def owners_own(scenario: Scenario) -> frozenset[str]:
    """Return the images whose builds fail by their owner's fault."""
    return frozenset(
        each.words["image"] for each in scenario.happenings if " fails by " in f" {each.says} "
    )


def reckon(
    scenario: Scenario, arm: ArmServer, status: Mapping[str, Any], outage_at: datetime | None
) -> Reckoning:
    """Add up. `outage_at`: when the daemon first believed that a region is out."""
    truth = arm.do(lambda world: _Truth.of(world, scenario))
    asked = [each for each in arm.requests if each.method == "POST" and each.path.endswith("/run")]
    own = owners_own(scenario)
    counts: dict[str, int] = {}
    needless = 0
    for request in asked:
        image, secondary = _whose(scenario, request.path)
        counts[image] = counts.get(image, 0) + 1
        needless += image in own or not secondary
    closed = status["recent"]
    return Reckoning(
        detect=outage_at - truth.failed if outage_at and truth.failed else None,
        trigger=asked[0].at - truth.failed if asked and truth.failed else None,
        saved=frozenset(each["image"] for each in closed if each["outcome"] in GOOD),
        duplicates=sum(count - 1 for count in counts.values()),
        needless=needless,
        reruns=truth.reruns,
    )


@dataclass(frozen=True, slots=True)
class _Truth:
    failed: datetime | None
    reruns: int

    @classmethod
    def of(cls, world: World, scenario: Scenario) -> "_Truth":
        own = {scenario.images[name][0] for name in owners_own(scenario)}
        failed = [
            each.at
            for each in world.truth
            if isinstance(each, RunEnded)
            and each.state is RunState.FAILED
            and each.template not in own
        ]
        reruns = sum(
            isinstance(each, RunStarted) and each.cause is Cause.SERVICE for each in world.truth
        )
        return cls(min(failed, default=None), reruns)


def _whose(scenario: Scenario, path: str) -> tuple[str, bool]:
    """Return the image that a run request is about, and whether it names a secondary."""
    template = path.lower().removesuffix("/run")
    for image, templates in scenario.images.items():
        if template in templates:
            return image, template != templates[0]
    return path, False
