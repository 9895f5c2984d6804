"""Which regions are in doubt, and which would take their builds: where to ask the canaries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aibwatch.failover.age import limit
from aibwatch.failover.target import chosen
from aibwatch.model.failover import Phase
from aibwatch.model.names import Region
from aibwatch.model.probe import ProbeReason
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.verdict import failover_id

IN_DOUBT = frozenset({Health.DEGRADED, Health.OUTAGE})


@dataclass(frozen=True, slots=True)
class Suspects:
    """Regions in doubt and regions that would be asked instead, each with since when."""

    doubted: Mapping[Region, datetime]
    targets: Mapping[Region, datetime]

    def of(self, region: Region) -> tuple[datetime | None, ProbeReason | None]:
        """Return since when and why a region is to be probed, twice None if it is not."""
        if region in self.doubted:
            return self.doubted[region], ProbeReason.SUSPICION
        if region in self.targets:
            return self.targets[region], ProbeReason.TARGET
        return None, None


def suspects(view: View, now: datetime) -> Suspects:
    """Return what is in doubt now; nothing is where the policy does not ask."""
    if not view.policy.canary_on_suspicion:
        return Suspects({}, {})
    doubted = _doubted(view, now)
    return Suspects(doubted, _targets(view, doubted, now))


def _doubted(view: View, now: datetime) -> dict[Region, datetime]:
    """Return the regions in doubt: by their health, or by a failure that awaits evidence.

    One that is degraded only as something spoke a while ago is in no doubt any more.
    """
    doubted = {
        belief.region: belief.since
        for belief in view.state.regions.values()
        if belief.health in IN_DOUBT and not belief.quiet_since
    }
    for verdict in view.verdicts.values():
        failure = verdict.failure
        if verdict.evidence and now - failure.ended <= limit(failure, view):
            since = doubted.get(failure.region, failure.ended)
            doubted[failure.region] = min(since, failure.ended)
    return doubted


def _targets(
    view: View, doubted: Mapping[Region, datetime], now: datetime
) -> dict[Region, datetime]:
    """Return where the failed images of regions in doubt would be built, unless they were asked."""
    targets: dict[Region, datetime] = {}
    for image in view.images.values() if doubted else ():
        verdict = view.verdicts.get(image.primary)
        if verdict is None or not verdict.evidence or verdict.failure.region not in doubted:
            continue
        answer = view.state.failovers.get(failover_id(image.name, verdict.failure.key))
        if answer is not None and answer.phase is not Phase.CHOOSING:
            continue
        target = chosen(image, view.state.open_failover(image.name), view, now)
        region = view.region_of(target) if target else None
        if region:
            since = doubted[verdict.failure.region]
            targets[region] = min(since, targets.get(region, since))
    return targets
