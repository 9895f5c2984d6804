"""`status` and `explain` against the daemon's own HTTP face."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from aibwatch.cli.status import again_and_again, verdict
from aibwatch.errors import TemporaryError
from aibwatch.model.decision import Decision, Hold, Reason
from aibwatch.model.entry import FailureJudged, RunSeen
from aibwatch.model.inquiry import Asked, Flip, Inquiry, Prospect
from aibwatch.model.readiness import Check
from aibwatch.model.region import Health
from aibwatch.model.state import Snapshot
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Family
from aibwatch.status.answers.document import Status
from aibwatch.status.view import status
from builders import CAPACITY, DAY, HOUR, NOON, WEB_NORTH, WEST, a_belief, a_failure, a_run
from unit.cli.running import config_for, run, running
from unit.status.snapshots import WEB_IMAGE, a_readiness, blind, calm, outage, paused


def shown(folder: Path, snapshot: Snapshot, *words: str) -> tuple[int, str]:
    """Run a command against a daemon that knows `snapshot`; return exit code and stdout."""
    with running(snapshot) as daemon:
        result = run(*words, "--config", str(config_for(folder, daemon.port)))
    assert result.stderr == ""
    return result.exit_code, result.stdout


def degraded() -> Snapshot:
    """Return a day on which one family speaks against WEST."""
    snapshot = calm()
    state = replace(snapshot.view.state, regions={WEST: a_belief(health=Health.DEGRADED)})
    return replace(snapshot, view=replace(snapshot.view, state=state))


def unprepared() -> Snapshot:
    """Return a day on which the only secondary of `web` is not provisioned."""
    snapshot = calm()
    red = a_readiness(WEB_NORTH, Check.PROVISIONED)
    readiness = {**snapshot.view.readiness, (WEB_IMAGE.name, WEB_NORTH): red}
    return replace(snapshot, view=replace(snapshot.view, readiness=readiness))


@pytest.mark.parametrize(
    ("snapshot", "code"),
    [(calm, 0), (paused, 0), (degraded, 10), (blind, 10), (outage, 11), (unprepared, 12)],
)
@pytest.mark.parametrize("output", ["table", "json"])
def test_the_exit_code_tells_how_things_are(
    tmp_path: Path, snapshot: Callable[[], Snapshot], code: int, output: str
) -> None:
    """A script need not read anything (DESIGN 4)."""
    assert shown(tmp_path, snapshot(), "status", "--output", output)[0] == code


def test_one_ready_secondary_is_enough() -> None:
    """An image with a second one that is not ready is protected all the same."""
    answer: Any = status(calm(), "test")
    for image in answer["images"]:
        image["templates"].append({**image["templates"][-1], "role": "secondary", "ready": False})
    prepared = {**answer, "images": answer["images"][:2]}

    assert verdict(cast("Status", prepared)) == 0


@pytest.mark.parametrize("blindness", [{"blind": True}, {"suspicion": {"says": "all look ill"}}])
def test_not_seeing_and_not_trusting_oneself_are_degraded(blindness: dict[str, object]) -> None:
    """Each by itself: nothing is done in either."""
    answer = {**status(calm(), "test"), **blindness}

    assert verdict(cast("Status", answer)) == 10


def test_the_first_line_is_the_fleet(tmp_path: Path) -> None:
    """In one glance: how many, and how many are safe."""
    _, text = shown(tmp_path, calm(), "status")

    assert text.splitlines()[0] == "3 images, 2 protected"


@pytest.mark.parametrize("snapshot", [calm, outage, paused, blind, unprepared])
@pytest.mark.parametrize("words", [["status"], ["explain", "web"]])
def test_tables_fit_eighty_columns(
    tmp_path: Path, snapshot: Callable[[], Snapshot], words: list[str]
) -> None:
    """A terminal of any age shows them."""
    _, text = shown(tmp_path, snapshot(), *words)

    tables = text.partition("\n\n")[2]
    assert max(map(len, tables.splitlines())) <= 80


def test_an_outage_shows_what_is_done_and_what_is_held(tmp_path: Path) -> None:
    """Region, evidence, failover and hold are all there."""
    _, text = shown(tmp_path, outage(), "status")

    headings = {line.strip() for line in text.splitlines()}
    assert {"Regions", "Images", "Failovers", "Holds"} <= headings
    assert "cooldown" in text
    assert "building" in text


def test_an_open_incident_shows_who_knew_first(tmp_path: Path) -> None:
    """With the lead over Microsoft's own notice; those that are over are on the page."""
    _, text = shown(tmp_path, outage(), "status")

    incidents = text.partition("Open incidents")[2].partition("Scores")[0]
    assert "aibwatch" in incidents
    assert "+6 min" in " ".join(incidents.split())
    assert "northeurope" not in incidents


def test_a_calm_day_without_a_record_shows_neither_incidents_nor_scores(tmp_path: Path) -> None:
    """What is not known takes no room."""
    _, text = shown(tmp_path, calm(), "status")

    assert "incidents" not in text
    assert "Scores" not in text


def test_the_scores_are_told_with_their_counts(tmp_path: Path) -> None:
    """A share alone hides how few cases it rests on."""
    _, text = shown(tmp_path, outage(), "status")

    scores = " ".join(text.partition("Scores")[2].split())
    assert "precision 75% (answered: 3 rightly, 1 needlessly)" in scores
    assert "recall 60% (left alone: 2 missed, 7 rightly)" in scores
    assert "mean time to decide 4 min" in scores


def measured(snapshot: Snapshot, folder: Path, days: int, *words: str) -> tuple[int, str]:
    """Return exit code and stdout of `status --report` where a build a day of WEST went well."""
    with running(snapshot) as daemon:
        for number in range(days):
            ended = NOON - number * DAY
            good = a_run(started=ended - HOUR, state=RunState.SUCCEEDED, ended=ended)
            daemon.availability.hear(RunSeen(NOON, good, WEST, "recipe", "identities"))
        daemon.availability.hear(FailureJudged(NOON, a_failure(classification=CAPACITY)))
        config = str(config_for(folder, daemon.port))
        result = run("status", "--report", *words, "--config", config)
    assert result.stderr == ""
    return result.exit_code, result.stdout


def test_the_report_tells_how_available_a_region_was(tmp_path: Path) -> None:
    """With what the share is made of; a region without enough builds says so (exit as `status`)."""
    code, text = measured(outage(), tmp_path, 19)

    assert code == 11
    week, month = (" ".join(each.split()) for each in text.partition("7 days")[2].split("30 days"))
    assert "westeurope too few builds to tell 8 1 0" in week
    assert "northeurope too few builds to tell 0 0 0" in week
    assert "westeurope 95.0% 19 1 0" in month


def test_the_report_for_programs_is_of_the_status(tmp_path: Path) -> None:
    """Its keys are those of the API."""
    code, text = measured(calm(), tmp_path, 3, "--output", "json")

    answer = json.loads(text)
    assert code == 0
    assert set(answer) == {"at", "availability"}
    west = next(each for each in answer["availability"] if each["region"] == WEST)
    told = {"ok": 3, "platform": 1, "user": 0, "share": None}
    assert west["windows"] == [{"days": 7, **told}, {"days": 30, **told}]


def test_a_pause_is_told_at_the_top(tmp_path: Path) -> None:
    """Who wonders why nothing happens need not scroll."""
    _, text = shown(tmp_path, paused(), "status")

    assert text.splitlines()[1] == "PAUSED all until 2026-03-02 14:00 UTC by ann: gallery migration"


def test_blindness_is_told_at_the_top(tmp_path: Path) -> None:
    """What follows is old."""
    _, text = shown(tmp_path, blind(), "status")

    assert text.splitlines()[1].startswith("BLIND: ")


def test_programs_get_the_answer_of_the_api(tmp_path: Path) -> None:
    """Stdout is JSON and nothing else."""
    _, text = shown(tmp_path, outage(), "status", "--output", "json")

    assert json.loads(text)["summary"].startswith("3 images")


def test_watching_goes_on_while_no_daemon_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """Until Ctrl-C; what went wrong is told, and it looks again after each wait."""
    looks = iter([None, TemporaryError("no daemon answers"), None])
    waits: list[float] = []

    def look() -> None:
        found = next(looks, KeyboardInterrupt())
        if found:
            raise found

    with pytest.raises(KeyboardInterrupt):
        again_and_again(look, waits.append)

    assert waits == [5.0, 5.0, 5.0]
    assert capsys.readouterr().err == "no daemon answers\n"


def test_an_explanation_gives_cause_evidence_guards_and_remedy(tmp_path: Path) -> None:
    """Everything that the decision rests on."""
    code, text = shown(tmp_path, outage(), "explain", "db")

    assert code == 0
    assert text.startswith("db: ")
    for part in ("Failure", "Evidence", "What holds it", "Secondary db-north", "What would change"):
        assert part in text
    for family in ("run", "peers", "notices", "provider", "history", "operator"):
        assert f"\n{family} " in text


def test_an_explanation_of_a_calm_image_says_that_nothing_failed(tmp_path: Path) -> None:
    """No failure, no evidence, and it says so."""
    _, text = shown(tmp_path, calm(), "explain", "web")

    assert text.startswith("web: nothing_failed")
    assert "Failure" not in text


@pytest.mark.parametrize("tagged", [False, True])
def test_an_explanation_says_that_nobody_configured_the_image(
    tmp_path: Path, *, tagged: bool
) -> None:
    """Else its owner would look for what holds it."""
    snapshot = calm()
    names = frozenset({WEB_IMAGE.name}) if tagged else frozenset()

    found = replace(snapshot, view=replace(snapshot.view, tagged=names))

    assert ("by its tags alone" in shown(tmp_path, found, "explain", "web")[1]) is tagged


def test_an_explanation_for_programs_is_the_answer_of_the_api(tmp_path: Path) -> None:
    """Stdout is JSON and nothing else."""
    _, text = shown(tmp_path, outage(), "explain", "web", "--output", "json")

    assert json.loads(text)["name"] == "web"


def test_a_name_cannot_leave_its_place_in_the_path(tmp_path: Path) -> None:
    """A slash in a name asks for no other path."""
    with running(calm()) as daemon:
        result = run("explain", "../status", "--config", str(config_for(tmp_path, daemon.port)))

    assert "unknown image '../status'" in str(result.exception)


def test_an_inquiry_shows_guards_outlook_and_the_smallest_change(tmp_path: Path) -> None:
    """What would happen now, what could speak, and what would flip it; within eighty columns."""
    inquiry = Inquiry(
        supposed=True,
        decision=Decision(WEB_IMAGE.name, Reason.OBSERVE_ONLY, "mode is observe"),
        verdict=None,
        guards=(Asked("mode", Hold(Reason.OBSERVE_ONLY, "mode is observe")), Asked("pause", None)),
        prospects=(Prospect(Family.PEERS, possible=False, says="it is alone in westeurope"),),
        flips=(Flip(("mode is auto", "no pause is in force"), Reason.PLATFORM_OUTAGE),),
    )

    with running(calm(), inquiry=inquiry) as daemon:
        text = run("explain", "web", "--config", str(config_for(tmp_path, daemon.port))).stdout

    for part in ("failed now", "observe_only", "hold", "pass", "alone in", "NOT ENOUGH"):
        assert part in text
    assert "mode is auto and no pause is in force" in text
    assert max(map(len, text.partition("\n\n")[2].splitlines())) <= 80
