"""Snapshot -> rows of the gauges that show what is believed.

Rows are computed anew for every scrape, so that what has vanished from the configuration vanishes
from the scrape too. A row is the values of the labels, in the order declared, and a number.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from aibwatch.model.state import Snapshot
from aibwatch.status import catalogue
from aibwatch.status.metric import Metric
from aibwatch.status.rows import images, notices, regions, templates
from aibwatch.status.rows.budget import budget
from aibwatch.status.rows.group import Groups, Labels, by_row
from aibwatch.status.rows.scene import Scene, seen_in

FAMILIES: Mapping[Metric, Callable[[Scene], Groups]] = MappingProxyType(
    {
        catalogue.LEADER: regions.leader,
        catalogue.PAUSED: regions.paused,
        catalogue.BLIND: regions.blind,
        catalogue.STORE_WRITABLE: regions.writable,
        catalogue.TEMPLATE_INFO: templates.info,
        catalogue.POLL_SUCCESS: templates.readable_now,
        catalogue.POLLED: templates.polled,
        catalogue.RUN_STATE: templates.run_states,
        catalogue.RUN_SUBSTATE: templates.run_phases,
        catalogue.PROVISIONING: templates.provisioning,
        catalogue.RUN_START: templates.run_starts,
        catalogue.RUN_END: templates.run_ends,
        catalogue.TEMPLATE_SUCCESS: templates.successes,
        catalogue.BUILD_TIMEOUT: templates.build_timeouts,
        catalogue.AUTO_RUN: templates.automatic,
        catalogue.REGION_HEALTH: regions.health,
        catalogue.REGION_SIGNAL: regions.signals,
        catalogue.OUTAGE_START: regions.outages,
        catalogue.NOTICES: notices.notices,
        catalogue.NOTICE_INFO: notices.each_notice,
        catalogue.SOURCE_SUCCESS: regions.sources_answered,
        catalogue.SOURCE_POLL_SUCCESS: regions.sources,
        catalogue.IMAGE_MODE: images.modes,
        catalogue.IMAGE_READY: images.ready,
        catalogue.IMAGE_CHECK: images.checks,
        catalogue.IMAGE_DRIFT: images.drift,
        catalogue.IMAGE_PROTECTED: images.protected,
        catalogue.IMAGE_NEEDS_HUMAN: images.needs_human,
        catalogue.IMAGE_HELD: images.held,
        catalogue.IMAGE_SUCCESS: images.successes,
        catalogue.IMAGE_EXPECTED: images.expected,
        catalogue.LAST_DRILL: images.drilled,
        catalogue.DRILL_DUE: images.drill_due,
        catalogue.FAILOVER_ACTIVE: images.failing_over,
        catalogue.FAILOVER_START: images.failover_starts,
        catalogue.FAILOVER_DEADLINE: images.deadlines,
        catalogue.COOLDOWN_END: images.cooldowns,
        catalogue.BUDGET_LEFT: budget,
    }
)
"""How each of them is made; no labels twice, as a scrape with a series twice is refused whole."""
PICTURED = tuple(FAMILIES)


def groups(scene: Scene) -> dict[Metric, Groups]:
    """Return the rows of every gauge that is a picture, those that stand together in one."""
    return {metric: make(scene) for metric, make in FAMILIES.items()}


def rows(snapshot: Snapshot) -> Mapping[Metric, Mapping[Labels, float]]:
    """Return the number of every row."""
    return {metric: by_row(found) for metric, found in groups(seen_in(snapshot)).items()}
