"""Canaries: what leaves the process because a region is to be tried."""

import pytest

from aibwatch.model.entry import ProbeAnswered, ProbeIntended
from aibwatch.model.failover import Event
from aibwatch.sim.weather import Op
from process.stage import Stage

WEST = "westeurope"


def with_canary(stage: Stage, *, mode: str = "observe") -> str:
    """Give the stage the image `web` and a canary in its region; return the canary's id."""
    stage.image("web", WEST, "northeurope", mode=mode)
    canary = stage.template("canary", WEST)
    stage.overrides["canary"] = {"templates": {"West Europe": canary}}
    return canary


def canary_of(stage: Stage) -> dict[str, object]:
    """Return what the status says of the canary of WEST."""
    regions = stage.status().get("regions", ())
    found = (each["canary"] for each in regions if each["name"] == WEST)
    return next(found, None) or {}


def last(stage: Stage) -> dict[str, object]:
    """Return what the status says of its last probe."""
    found = canary_of(stage).get("last")
    return found if isinstance(found, dict) else {}


def test_a_scheduled_probe_starts_one_run_though_its_image_only_observes(stage: Stage) -> None:
    """The canary ran a day ago; it is run once, its end and its cost are shown."""
    canary = with_canary(stage)
    stage.serve()

    stage.until(lambda: last(stage).get("result") == "Succeeded", "the canary was run")
    stage.cycles(12)

    assert stage.changes() == [f"POST {canary}/run"]
    assert stage.began(canary) == 1
    assert canary_of(stage)["reason"] == "not_due"
    assert "1 probe in 30 days" in str(canary_of(stage)["cost"])


def test_without_a_canary_an_observing_fleet_sends_nothing_but_reads(stage: Stage) -> None:
    """The same fleet; the template is there and nobody names it."""
    with_canary(stage)
    stage.overrides.pop("canary")
    stage.serve()

    stage.cycles(12)

    assert stage.changes() == []


def test_a_pause_holds_a_probe_until_it_is_resumed(stage: Stage) -> None:
    """Before its first chance, over a power cut; resumed, it is run once."""
    canary = with_canary(stage)
    stage.overrides["failover"] = {"warmup_sweeps": 1000}
    stage.serve()
    stage.until(lambda: canary_of(stage).get("reason") == "warming_up", "it waits")
    paused, _ = stage.post("/api/v1/pause", {"reason": "a freeze", "scope": f"region:{WEST}"})
    stage.kill()
    stage.overrides.pop("failover")

    stage.serve()
    stage.until(lambda: canary_of(stage).get("reason") == "paused", "it is held")
    stage.cycles()
    before = stage.changes()
    stage.post("/api/v1/resume", {"scope": f"region:{WEST}"})
    stage.until(lambda: last(stage).get("result") == "Succeeded", "it is run")

    assert (paused, before) == (200, [])
    assert stage.changes() == [f"POST {canary}/run"]


@pytest.mark.parametrize("answer", ["504", "reset"])
def test_a_lost_answer_makes_one_run(stage: Stage, answer: str) -> None:
    """It began behind a bad answer: found by reading, and not asked for again."""
    canary = with_canary(stage)
    stage.answers(canary, answer, Op.RUN, begins=True)
    stage.serve()

    stage.until(lambda: last(stage).get("result") == "Succeeded", "its run is found")
    stage.cycles(12)

    assert len(stage.written(ProbeAnswered, Event.UNCLEAR)) == 1
    assert (stage.requests(canary), stage.began(canary)) == (1, 1)
    assert len(stage.changes()) == 1


def test_a_power_cut_before_the_answer_makes_one_run(stage: Stage) -> None:
    """The intent is durable and its request is taken; the next life reads and does not ask."""
    canary = with_canary(stage)
    stage.answers(canary, "silence", Op.RUN, begins=True)
    stage.serve()

    stage.until(lambda: stage.requests(canary) == 1, "it is asked")
    stage.kill()
    stage.answers_again(canary)
    stage.serve()
    stage.until(lambda: last(stage).get("result") == "Succeeded", "its run is found")
    stage.cycles(12)

    assert len(stage.written(ProbeIntended)) == 1
    assert (stage.requests(canary), stage.began(canary)) == (1, 1)


def test_a_failed_build_makes_the_canary_of_its_region_be_run(stage: Stage) -> None:
    """Nothing is due; the failure asks. The failed canary is told with how it failed."""
    canary = with_canary(stage)
    stage.overrides["canary"] |= {"interval": "365d"}
    primary = stage.images["web"]["templates"][0]
    stage.serve()

    stage.cycles()
    before = stage.changes()
    stage.fails(WEST)
    stage.begin(primary)
    stage.until(lambda: last(stage).get("result") == "Failed", "the canary was run and failed")

    assert before == []
    assert stage.began(canary) >= 1
    assert last(stage)["reason"] == "suspicion"
    assert str(last(stage)["says"]).startswith("outage")
