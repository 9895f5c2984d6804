"""Builds that an operator orders, counted at the ARM face: what left the process, and what not."""

import json
import re
import subprocess
import sys

from aibwatch.model.names import TemplateId
from process.stage import PATIENCE, Stage


def command(stage: Stage, *words: str) -> tuple[int, str, str]:
    """Run aibwatch beside the daemon; return its exit code, stdout and stderr."""
    config = str(stage.directory / "aibwatch.yaml")
    ended = subprocess.run(
        [sys.executable, "-m", "aibwatch", *words, "--config", config],
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        text=True,
    )
    return ended.returncode, ended.stdout, ended.stderr


def until_ready(stage: Stage, image: str, *secondaries: TemplateId) -> None:
    """Wait until nothing forbids to build on any of these."""
    stage.until(
        lambda: stage.of(image) and not any(stage.lacks(image, each) for each in secondaries),
        f"the secondaries of {image} are ready",
    )


def test_only_what_is_ordered_leaves_for_an_image_that_is_observed(stage: Stage) -> None:
    """No image is in mode auto and everything is paused; the failed sibling is left alone."""
    primary, secondary = stage.image("web", "westeurope", "northeurope", mode="observe")
    sibling, _ = stage.image("db", "westeurope", "northeurope", mode="observe")
    stage.serve()
    until_ready(stage, "web", secondary)
    stage.post("/api/v1/pause", {"reason": "the freeze of the year's end"})
    stage.fails("westeurope")
    stage.begin(primary, sibling)
    stage.until(lambda: stage.health("westeurope") == "outage", "the region is out")
    stage.cycles()
    before = stage.changes()

    code, told, _ = command(stage, "failover", "web", "--reason", "it must be there tonight")
    stage.until_built_elsewhere("web")
    stage.cycles()
    ordered = stage.changes()
    stage.works("westeurope")
    refused, _, why = command(stage, "failback", "web", "--reason", "it is well again")

    assert (before, code) == ([], 0)
    assert told.startswith("ordered: web is built in web-northeurope (northeurope), order ")
    assert ordered == [f"POST {secondary}/run"]
    assert refused == 2
    assert "its region westeurope is" in why
    assert stage.changes() == ordered


def test_coming_home_runs_the_primary_once(stage: Stage) -> None:
    """The one request that nothing but an order makes, and only where the home is well."""
    primary, secondary = stage.image("web", "westeurope", "northeurope", mode="observe")
    stage.serve()
    until_ready(stage, "web", secondary)

    code, _, _ = command(stage, "failback", "web", "--reason", "a new base image")
    stage.until_built_elsewhere("web")
    stage.cycles()

    assert code == 0
    assert stage.changes() == [f"POST {primary}/run"]
    assert stage.began(primary) == 1


def test_a_plan_that_was_shown_is_what_is_done_or_is_refused(stage: Stage) -> None:
    """Between the dry run and the order the primary fails: the order says so and does nothing."""
    primary, *secondaries = stage.image(
        "web", "westeurope", "northeurope", "uksouth", mode="observe"
    )
    stage.serve()
    until_ready(stage, "web", *secondaries)
    dry = ("failover", "web", "--dry-run", "--to", "web-uksouth", "--output", "json")
    _, shown, _ = command(stage, *dry)
    plan = json.loads(shown)
    stage.fails(primary)
    stage.begin(primary)
    stage.until(lambda: stage.run_state("web") == "Failed", "the failure is seen")
    order = ("failover", "web", "--to", "web-uksouth", "--reason", "a move")
    stale, _, why = command(stage, *order, "--plan", plan["plan"])
    stage.cycles(2)
    before = stage.changes()
    _, shown, _ = command(stage, *dry)
    code, _, _ = command(stage, *order, "--plan", json.loads(shown)["plan"])
    stage.until_built_elsewhere("web")

    assert plan["request"] == f"POST {secondaries[1]}/run"
    assert (stale, before) == (2, [])
    assert "changed: the last run or the failure of the primary" in why
    assert code == 0
    assert stage.changes() == [f"POST {secondaries[1]}/run"]


def test_the_command_that_is_advised_does_what_is_advised(stage: Stage) -> None:
    """Copied from the status as it is shown, with its plan; before it nothing has left."""
    fleet = [
        stage.image(f"image-{n}", "westeurope", "northeurope", mode="advise") for n in range(2)
    ]
    stage.serve()
    stage.fails("westeurope")
    stage.begin(*(primary for primary, _ in fleet))
    stage.until_decided("image-0", "advise_only")
    before = stage.changes()
    (hold,) = (x for x in stage.of("image-0")["held_by"] if x["reason"] == "advise_only")
    words = hold["says"].split(": aibwatch ")[1].split(" --reason")[0].split()

    code, _, why = command(stage, *words, "--reason", "as advised")
    stage.until_built_elsewhere("image-0")
    stage.cycles()

    assert (code, why, before) == (0, "", [])
    assert stage.changes() == [f"POST {fleet[0][1]}/run"]
    label = re.escape('decisions_total{decision="advise",reason="advise_only"}')
    told = re.search(rf"{label} (\S+)", stage.get("/metrics")[1])
    assert told
    assert float(told[1]) >= 1


def test_an_order_survives_a_power_cut(stage: Stage) -> None:
    """It was confirmed, so it is carried out, and once."""
    _, secondary = stage.image("web", "westeurope", "northeurope", mode="observe")
    stage.serve()
    until_ready(stage, "web", secondary)

    code, _ = stage.post("/api/v1/failover", {"image": "web", "reason": "a move", "actor": "ada"})
    stage.kill()
    stage.serve()
    stage.until_built_elsewhere("web")
    stage.cycles()

    assert code == 200
    assert stage.began(secondary) == 1
    (closed,) = stage.status()["recent"]
    assert (closed["order"]["actor"], closed["order"]["reason"]) == ("ada", "a move")


def test_a_pipelines_build_goes_elsewhere_in_an_outage_and_home_without_a_daemon(
    stage: Stage,
) -> None:
    """One request each: to the secondary while the region is out, to the primary by the command."""
    primary, secondary = stage.image("web", "westeurope", "northeurope", mode="observe")
    stage.serve()
    until_ready(stage, "web", secondary)
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.health("westeurope") == "outage", "the region is out")
    before = stage.changes()

    code, version, _ = command(stage, "build", "web", "--wait", "--timeout", "2m")
    elsewhere = stage.changes()
    stage.stop()
    alone, told, _ = command(stage, "build", "web", "--fallback-direct")

    assert (before, code, alone) == ([], 0, 0)
    assert "/versions/" in version
    assert elsewhere == [f"POST {secondary}/run"]
    assert told == f"started: {primary}; nobody watches it\n"
    assert stage.changes() == [*elsewhere, f"POST {primary}/run"]
