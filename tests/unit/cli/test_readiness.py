"""`readiness` against the daemon's own HTTP face, in each of its forms."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from aibwatch.cli.client import RefusedError
from aibwatch.model.image import Mode
from aibwatch.model.offer import Geography
from aibwatch.model.readiness import Check, Colour, Item, Readiness
from aibwatch.model.state import Snapshot
from builders import WEB_NORTH, WEST, a_template
from unit.cli.running import config_for, run, running
from unit.status.snapshots import LAB_IMAGE, WEB_IMAGE, a_readiness, calm

MIXED = Readiness(
    WEB_NORTH,
    (
        Item(Check.SUBNET, Colour.RED, "there is no subnet net/builds; create it"),
        Item(Check.SOURCE, Colour.UNKNOWN, "was not read yet; grant This/That/read"),
        Item(Check.QUOTA, Colour.YELLOW, "cores 1 left; <ask> for more & \x08 soon"),
        Item(Check.ROLES, Colour.UNKNOWN, "not read"),
        Item(Check.IDLE, Colour.GREEN, "idle"),
    ),
)


def mixed() -> Snapshot:
    """Return a day on which the secondary of `web` has an item of each colour."""
    snapshot = calm()
    readiness = {**snapshot.view.readiness, (WEB_IMAGE.name, WEB_NORTH): MIXED}
    return replace(snapshot, view=replace(snapshot.view, readiness=readiness))


def shown(folder: Path, snapshot: Snapshot, *words: str) -> tuple[int, str]:
    """Run the command against a daemon that knows `snapshot`; return exit code and stdout."""
    with running(snapshot) as daemon:
        result = run("readiness", *words, "--config", str(config_for(folder, daemon.port)))
    return result.exit_code, result.stdout


@pytest.mark.parametrize("form", ["table", "json", "junit", "sarif"])
def test_the_exit_code_tells_whether_every_secondary_is_ready(tmp_path: Path, form: str) -> None:
    """A pipeline need not read anything; what only tells is no reason to fail."""
    advisory = replace(calm().view, readiness=dict(calm().view.readiness))
    told = Readiness(WEB_NORTH, (Item(Check.QUOTA, Colour.YELLOW, "too little"),))
    advisory.readiness[WEB_IMAGE.name, WEB_NORTH] = told  # type: ignore[index]

    assert shown(tmp_path, calm(), "--output", form)[0] == 0
    assert shown(tmp_path, mixed(), "--output", form)[0] == 12
    assert shown(tmp_path, replace(calm(), view=advisory), "--output", form)[0] == 0


def test_one_image_is_asked_for_by_its_name(tmp_path: Path) -> None:
    """`db` is ready, whatever `web` lacks; a name that there is none of is refused."""
    code, text = shown(tmp_path, mixed(), "db", "--output", "json")
    with running(mixed()) as daemon:
        config = str(config_for(tmp_path, daemon.port))
        wrong = run("readiness", "nosuch", "--config", config)

    assert code == 0
    assert [each["name"] for each in json.loads(text)["images"]] == ["db"]
    assert isinstance(wrong.exception, RefusedError)
    assert "there are: db, lab, web" in str(wrong.exception)


def test_the_table_opens_with_how_many_are_protected_and_names_the_next_command(
    tmp_path: Path,
) -> None:
    """And of each item what was seen and the remedy."""
    _, text = shown(tmp_path, mixed())

    assert text.startswith("3 images, 1 protected\n")
    assert "lab is unprotected, it has one template alone: aibwatch replicate lab\n" in text
    assert "there is no subnet" in text
    assert "web: web-north in northeurope is not ready" in text


def test_the_table_tells_of_each_item_when_it_was_read_and_of_what_is_amiss_who_writes_of_it(
    tmp_path: Path,
) -> None:
    """Addresses stand alone on their lines, so that they can be clicked; of green ones none."""
    snapshot = mixed()
    snapshot.view.sightings.seen[WEB_NORTH] = snapshot.at - timedelta(minutes=12)
    rows = [each.split() for each in shown(tmp_path, snapshot, "web")[1].splitlines()]

    idle = next(each for each in rows if each[:2] == ["idle", "green"])
    assert idle[-2:] == ["12", "min"]
    links = [each for each in rows if each[:2] == ["Microsoft", "on"]]
    assert [each[2] for each in links] == ["subnet:", "source:", "quota:", "roles:"]
    assert links[0][3].endswith("image-builder-json#vnetconfig-optional")
    assert links[3][3].endswith("#assigned-managed-identity-isnt-authorized-to-access-a-resource")


def test_who_is_alone_in_his_geography_reads_his_choices(tmp_path: Path) -> None:
    """Below the next command, which would take the image to another geography."""
    snapshot = calm()
    seen = replace(
        snapshot.view.sightings,
        templates={LAB_IMAGE.primary: a_template(id=LAB_IMAGE.primary)},
        geographies={WEST: Geography(WEST, "Qatar")},
    )

    _, text = shown(tmp_path, replace(snapshot, view=replace(snapshot.view, sightings=seen)))

    assert "\n  Qatar has no other region with Image Builder: accept another geography" in text


def test_what_a_secondary_would_cost_is_estimated(tmp_path: Path) -> None:
    """Storage by the list price, builds by the minutes of the last good one."""
    image = json.loads(shown(tmp_path, calm(), "lab", "--output", "json")[1])["images"][0]

    assert image["next"] == "aibwatch replicate lab"
    assert "0.05 USD a month, by the list price, for each GiB" in image["cost"]
    assert "the minutes of its VM" in image["cost"]


# JUnit


def test_junit_has_a_case_for_each_item_and_counts_them_right(tmp_path: Path) -> None:
    """Red is a failure, unknown that holds an error; characters that no XML may hold are gone."""
    _, text = shown(tmp_path, mixed(), "web", "--output", "junit")

    root = ET.fromstring(text.encode())  # noqa: S314  our own
    (suite,) = root

    assert (root.tag, suite.tag, suite.get("name")) == ("testsuites", "testsuite", "web/web-north")
    outcome = {case.get("name"): [each.tag for each in case] for case in suite}
    assert outcome == {
        "subnet": ["failure"],
        "source": ["error"],
        "quota": ["system-out"],
        "roles": ["system-out"],
        "idle": [],
    }
    for each in (root, suite):
        assert (each.get("tests"), each.get("failures"), each.get("errors")) == ("5", "1", "1")
    assert "<ask> for more & ? soon" in (suite[2][0].text or "")


def test_junit_skips_who_has_no_secondary(tmp_path: Path) -> None:
    """It is neither well nor failed; the command that would help is named."""
    code, text = shown(tmp_path, calm(), "lab", "--output", "junit")

    (suite,) = ET.fromstring(text.encode())  # noqa: S314  our own

    assert code == 0
    assert suite.get("skipped") == "1"
    assert "aibwatch replicate lab" in (suite[0][0].get("message") or "")


# SARIF


def test_sarif_has_what_its_schema_requires(tmp_path: Path) -> None:
    """Of sarif-2.1.0: version, runs, tool.driver.name, message, known levels, rules by their id."""
    log: dict[str, Any] = json.loads(shown(tmp_path, mixed(), "--output", "sarif")[1])
    (ran,) = log["runs"]

    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    assert ran["tool"]["driver"]["name"] == "aibwatch"
    rules = [each["id"] for each in ran["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    for each in ran["results"]:
        assert each["message"]["text"]
        assert each["level"] in {"none", "note", "warning", "error"}
        assert each["ruleId"] in rules
        (place,) = each["locations"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1
        assert not place["physicalLocation"]["artifactLocation"]["uri"].startswith("/")
    marks = [each["partialFingerprints"]["aibwatch/v1"] for each in ran["results"]]
    assert len(marks) == len(set(marks))


def test_sarif_tells_what_holds_as_errors_and_the_rest_as_less(tmp_path: Path) -> None:
    """What is green is no result."""
    log = json.loads(shown(tmp_path, mixed(), "web", "--output", "sarif")[1])

    levels = {each["ruleId"]: each["level"] for each in log["runs"][0]["results"]}

    assert levels == {
        "subnet": "error",
        "source": "error",
        "quota": "warning",
        "roles": "note",
    }


def test_an_image_that_is_held_as_misconfigured_is_not_ready(tmp_path: Path) -> None:
    """It would not be built elsewhere, however ready its secondary."""
    snapshot = calm()
    view = replace(snapshot.view, misconfigured={WEB_IMAGE.name: "shares its definition"})

    code, text = shown(tmp_path, replace(snapshot, view=view))

    assert code == 12
    assert "web: held, it shares its definition" in text
    assert WEB_IMAGE.mode is Mode.AUTO
    assert a_readiness(WEB_NORTH).ready
