"""Why an image is built elsewhere, or why not."""

import json
from dataclasses import replace
from typing import Any

from aibwatch.model.decision import Decision, Hold, Reason
from aibwatch.model.image import Image
from aibwatch.model.readiness import Check
from aibwatch.model.state import Snapshot
from aibwatch.model.verdict import Family, Veto
from aibwatch.status.explain import explain
from aibwatch.status.remedies import REMEDIES
from builders import NOON, WEB, WEB_NORTH, a_verdict
from unit.status.snapshots import (
    DB_IMAGE,
    LAB_IMAGE,
    WEB_IMAGE,
    a_readiness,
    calm,
    outage,
)


def explained(snapshot: Snapshot, image: Image) -> Any:
    """Return what a client reads: through JSON and back."""
    return json.loads(json.dumps(explain(snapshot, image)))


def test_the_failure_is_told_with_its_judgement() -> None:
    """Cause, disposition, signature, reasons and the text of Azure itself."""
    failure = explained(outage(), DB_IMAGE)["failure"]

    assert failure["cause"] == "outage"
    assert failure["disposition"] == "suspect"
    assert failure["signature"] == "generic_internal"
    assert failure["reasons"] == ["the generic error text"]
    assert failure["message"] == "Internal error occurred. This is a generic error."
    assert failure["ended"] == NOON.isoformat()


def test_every_family_is_told_also_the_silent_ones() -> None:
    """Silence is shown as silence, never left out."""
    evidence = explained(outage(), WEB_IMAGE)["evidence"]

    assert [each["family"] for each in evidence] == list(Family)
    assert [each["family"] for each in evidence if each["speaks"]] == ["run", "peers"]
    assert all(each["says"].startswith("silent: ") for each in evidence if not each["speaks"])


def test_a_veto_is_told_in_words() -> None:
    """Evidence that does not count for the failure's own history says so."""
    verdict = replace(a_verdict(Family.RUN, Family.PEERS), veto=Veto.NEVER_SUCCEEDED)
    view = replace(outage().view, verdicts={WEB: verdict})

    found = explained(replace(outage(), view=view), WEB_IMAGE)

    assert found["veto"]["reason"] == "never_succeeded"
    assert "never built well" in found["veto"]["says"]
    assert found["convinces"] is False


def test_every_guard_that_holds_is_told_and_what_would_change_it() -> None:
    """Not only the first: mending one must not reveal the next."""
    holds = (Hold(Reason.PAUSED, "by ann"), Hold(Reason.COOLDOWN, "until 15:00"))
    decision = Decision(DB_IMAGE.name, Reason.PAUSED, held_by=holds)
    snapshot = replace(outage(), decisions={DB_IMAGE.name: decision})

    found = explained(snapshot, DB_IMAGE)

    assert [each["says"] for each in found["guards"]] == ["by ann", "until 15:00"]
    assert found["would_change"] == [REMEDIES[Reason.PAUSED], REMEDIES[Reason.COOLDOWN]]


def test_each_secondary_is_told_item_by_item() -> None:
    """What is red about a secondary is beside what is green."""
    readiness = {(WEB_IMAGE.name, WEB_NORTH): a_readiness(WEB_NORTH, Check.IDLE)}
    view = replace(calm().view, readiness=readiness)

    (secondary,) = explained(replace(calm(), view=view), WEB_IMAGE)["secondaries"]

    colours = {each["check"]: each["colour"] for each in secondary["items"]}
    assert colours == {each: "red" if each is Check.IDLE else "green" for each in Check}
    assert secondary["ready"] is False


def test_the_region_is_told_with_its_own_evidence() -> None:
    """What is believed of the region may rest on other failures than this one."""
    region = explained(outage(), DB_IMAGE)["region"]

    assert (region["name"], region["health"]) == ("westeurope", "outage")
    assert len(region["evidence"]) == 2


def test_a_calm_image_is_explained_too() -> None:
    """Nothing failed: that is said, with what would change it."""
    found = explained(calm(), LAB_IMAGE)

    assert found["failure"] is None
    assert found["primary_state"] == "NeverRun"
    assert {each["says"] for each in found["evidence"]} == {"silent: nothing failed"}
    assert found["would_change"] == [REMEDIES[Reason.NOTHING_FAILED]]


def test_an_image_without_a_decision_waits_to_be_seen() -> None:
    """Before the first decision there is still an explanation."""
    found = explained(replace(calm(), decisions={}), WEB_IMAGE)

    assert found["decision"] is None
    assert found["would_change"] == [REMEDIES[Reason.NOT_SEEN_YET]]


def test_every_reason_has_its_remedy() -> None:
    """No decision may leave its reader without a next step."""
    assert set(REMEDIES) == set(Reason)
    assert all(each.endswith(".") for each in REMEDIES.values())
