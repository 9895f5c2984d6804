"""An outage as those on call live through it: scraped, evaluated, grouped, muted, told, resolved."""

from alerts.tools import said
from process.paging import Paging, paging
from process.stage import Stage

OUT = "AibwatchRegionOutage critical westeurope"
HELD = "AibwatchFailoverHeld critical rhel westeurope paused"
STARTED = "AibwatchFailoverStarted info ubuntu"
FAILED = {
    f"AibwatchTemplateBuildFailed warning {each}-westeurope westeurope"
    for each in ("ubuntu", "rhel", "debian")
}
OWN = "AibwatchTemplateBuildFailed warning own-swedencentral swedencentral"
EXPECTED = [
    ("tickets", "firing", (OWN,)),
    ("pager", "firing", (OUT,)),
    ("log", "firing", (STARTED,)),
    ("pager", "firing", (HELD,)),
    ("log", "resolved", (STARTED,)),
    ("tickets", "resolved", (OWN,)),
    ("pager", "resolved", (HELD,)),
    ("pager", "resolved", (OUT,)),
]


def test_an_outage_is_told_once_to_whom_it_concerns_and_ends_by_itself(stage: Stage) -> None:
    """One image moves, one is held, one is only observed; another region has a failure of its own."""
    ubuntu, elsewhere = stage.image("ubuntu", "westeurope", "northeurope")
    rhel, _ = stage.image("rhel", "westeurope", "northeurope")
    (debian,) = stage.image("debian", "westeurope", mode="observe")
    (own,) = stage.image("own", "swedencentral", mode="observe")
    stage.serve()

    with paging(stage) as on_call:
        assert stage.post("/api/v1/pause", {"reason": "a test", "scope": "image:rhel"})[0] == 200
        stage.fails("swedencentral", "customizer")
        stage.begin(own)
        stage.until(lambda: on_call.pager.told("tickets"), "the owner has his ticket")
        stage.fails("northeurope", "stuck")
        stage.fails("westeurope")
        stage.begin(ubuntu, rhel, debian)
        stage.until(lambda: on_call.muted() == FAILED, "the failures of the region are muted")
        stage.until(lambda: len(on_call.pager.told("pager")) == 2, "what is held is told")
        stage.works("northeurope")
        stage.release(elsewhere)
        stage.until_built_elsewhere("ubuntu")
        stage.until(lambda: len(on_call.pager.told("log")) == 2, "the failover is told as over")
        for place in ("westeurope", "swedencentral"):
            stage.works(place)
        stage.begin(own)
        stage.until(lambda: len(on_call.pager.told("tickets")) == 2, "the ticket is resolved")
        stage.begin(ubuntu, debian)
        stage.until(lambda: stage.health("westeurope") == "healthy", "the region is well again")
        stage.begin(rhel)
        stage.until(lambda: len(on_call.pager.told("pager")) == 4, "the outage is told as over")

    assert_told(on_call)
    assert on_call.pager.told("dead-mans-switch")[5:]


def assert_told(on_call: Paging) -> None:
    """Everybody got what he should, in order, and nobody anything else."""
    assert on_call.pager.told("pager", "tickets", "log") == EXPECTED
    assert {each[1:] for each in on_call.pager.told("dead-mans-switch")} == {
        ("firing", ("AibwatchWatchdog none",))
    }


def test_a_live_scrape_is_to_promtools_taste(stage: Stage) -> None:
    """Names, units, types and texts, of a daemon in the middle of an outage."""
    primary, _ = stage.image("web", "westeurope", "northeurope")
    stage.serve()
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("web")

    assert not said("promtool", "check", "metrics", given=stage.get("/metrics")[1]).strip()
