"""The record of an outage, as a real daemon tells it: who knew first, and whether it was right."""

from datetime import timedelta

from aibwatch.model.names import region
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.world import World
from process.stage import Stage


def announce(world: World) -> None:
    """Let Microsoft say that builds fail in westeurope."""
    west, began = (region("westeurope"),), world.now - timedelta(seconds=30)
    world.announcements.append(Announcement("4LTS-9C8", "Builds fail", west, began, world.now))


def test_an_outage_is_on_record_with_its_lead_and_its_score_also_after_a_restart(
    stage: Stage,
) -> None:
    """The image moves; Microsoft speaks later; a daemon that is killed tells the same again."""
    primary, _ = stage.image("image", "westeurope", "northeurope")
    stage.serve()

    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("image")
    stage.until(lambda: stage.status()["scores"]["right"] == 1, "the act is scored")
    stage.arm.do(announce)
    stage.until(lambda: len(known(stage)) == 2, "the notice is on record")
    before, right = known(stage), stage.status()["scores"]["right"]
    stage.kill()
    stage.serve()
    after, metrics = known(stage), stage.get("/metrics")[1]

    assert (before, right) == (["aibwatch", "events"], 1)
    assert after == before
    assert stage.status()["incidents"][0]["first"] == "aibwatch"
    assert stage.status()["scores"]["recall"] == 1
    assert 'aibwatch_decision_scores_total{truth="platform",verdict="acted"} 1.0' in metrics
    assert 'aibwatch_notice_lead_seconds_count{source="events"} 1.0' in metrics


def known(stage: Stage) -> list[str]:
    """Return who knew of the newest incident, in order."""
    incidents = stage.status().get("incidents", [])
    return [each["source"] for each in incidents[0]["known"]] if incidents else []
