"""An outage as those on call live through it: scraped, grouped, muted, told, resolved."""

from alerts.tools import said
from house.boards import dashboard_queries
from process.paging import paging
from process.stage import Stage

OUT = "AibwatchRegionOutage critical westeurope"
HELD = "AibwatchFailoverHeld critical rhel westeurope paused"
STARTED = "AibwatchFailoverStarted info ubuntu"
FAILED = {
    f"AibwatchTemplateBuildFailed warning {each}-westeurope westeurope"
    for each in ("ubuntu", "rhel", "debian")
}
OWN = "AibwatchTemplateBuildFailed warning own-swedencentral swedencentral"
EXPECTED = {
    "pager": [
        ("firing", (OUT,)),
        ("firing", (HELD,)),
        ("resolved", (HELD,)),
        ("resolved", (OUT,)),
    ],
    "tickets": [("firing", (OWN,)), ("resolved", (OWN,))],
    "log": [("firing", (STARTED,)), ("resolved", (STARTED,))],
}
SILENT = {
    "daemon: Notices",
    "daemon: Notifications taken",
    "daemon: Notifications that failed",
    "failover: Notices",
    "failover: Phases of a recovery, 30 days",
    "failover: Secondaries",
    "overview: Notices",
    "failover: Came right, 30 days",
    "failover: Failovers by result",
    "failover: Held",
    "failover: Lead over Microsoft's notices",
    "failover: Precision",
    "failover: Recall",
    "overview: Images",
    "overview: Templates",
}
"""Panels with nothing to show: no schedule, trigger, cooldown, drill, channel or notice.

Nor has anything ended or been scored yet.
"""


def test_an_outage_is_told_once_to_whom_it_concerns_and_ends_by_itself(stage: Stage) -> None:
    """One image moves, one is held, one is observed; another region has a failure of its own."""
    ubuntu, elsewhere = stage.image("ubuntu", "westeurope", "northeurope")
    rhel, _ = stage.image("rhel", "westeurope", "northeurope")
    (debian,) = stage.image("debian", "westeurope", mode="observe")
    (own,) = stage.image("own", "swedencentral", mode="observe")
    stage.serve()

    with paging(stage) as on_call:
        assert stage.post("/api/v1/pause", {"reason": "a test", "scope": "image:rhel"})[0] == 200
        stage.fails("swedencentral", "customizer")
        stage.begin(own)
        stage.until(lambda: stage.run_state("own") == "Failed", "a build fails by itself")
        stage.fails("northeurope", "stuck")
        stage.fails("westeurope")
        stage.begin(ubuntu, rhel, debian)
        stage.until(lambda: on_call.muted() == FAILED, "the failures of the region are muted")
        stage.until(lambda: on_call.pager.told("log"), "the failover is told")
        stage.until(lambda: ("firing", (HELD,)) in on_call.pager.told("pager"), "the hold is told")
        silent = {where for where, query, _ in dashboard_queries() if not on_call.answer(query)}
        stage.works("northeurope")
        stage.release(elsewhere)
        stage.until_built_elsewhere("ubuntu")
        for place in ("westeurope", "swedencentral"):
            stage.works(place)
        stage.begin(own, ubuntu, debian)
        stage.until(lambda: stage.health("westeurope") == "healthy", "the region is well again")
        stage.begin(rhel)
        stage.until(lambda: ("resolved", (OUT,)) in on_call.pager.told("pager"), "it is over", 50)

    assert {receiver: on_call.pager.told(receiver) for receiver in EXPECTED} == EXPECTED
    assert silent == SILENT
    beats = on_call.pager.told("dead-mans-switch")
    assert set(beats) == {("firing", ("AibwatchWatchdog none",))}
    assert len(beats) > 5


def test_a_live_scrape_is_to_promtools_taste(stage: Stage) -> None:
    """Names, units, types and texts, of a daemon in the middle of an outage."""
    primary, _ = stage.image("web", "westeurope", "northeurope")
    stage.serve()
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("web")

    assert not said("promtool", "check", "metrics", given=stage.get("/metrics")[1]).strip()
