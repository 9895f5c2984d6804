"""What the API says of everything."""

import json
from dataclasses import replace
from typing import Any

import pytest

from aibwatch.model.decision import Decision, Hold, Reason
from aibwatch.model.edition import Edition
from aibwatch.model.entry import Decided
from aibwatch.model.failover import Outcome
from aibwatch.model.names import FailoverId
from aibwatch.model.readiness import Check
from aibwatch.model.region import Health
from aibwatch.model.state import Snapshot
from aibwatch.model.template import RunKey
from aibwatch.status.page import render
from aibwatch.status.view import BAD_KEPT, GOOD_KEPT, status
from builders import DAY, HOUR, MINUTE, NOON, NORTH, WEB, WEB_NORTH, WEST, a_failure, a_word
from unit.status.snapshots import (
    DB_IMAGE,
    LAB_IMAGE,
    WEB_IMAGE,
    a_closed_failover,
    a_readiness,
    blind,
    calm,
    ordered,
    outage,
    paused,
    said_out,
    unbuilt,
)


def told(snapshot: Snapshot) -> Any:
    """Return what a client reads: through JSON and back."""
    return json.loads(json.dumps(status(snapshot, "0.1.0")))


def headline(snapshot: Snapshot) -> tuple[str, str]:
    """Return the level and the words that stand above everything."""
    found = told(snapshot)["headline"]
    return found["level"], found["says"]


def test_the_contract_of_the_status_holds() -> None:
    """The keys that others build on are there, with what they promise."""
    found = told(outage())

    assert (found["leader"], found["paused"], found["blind"]) == (True, False, False)
    assert (found["version"], found["at"]) == ("0.1.0", "2026-03-02T12:14:00+00:00")
    west = found["regions"][0]
    assert (west["name"], west["health"]) == ("westeurope", "outage")
    assert west["since"] == "2026-03-02T12:04:00+00:00"
    assert [each["family"] for each in west["evidence"]] == ["run", "peers"]


def test_an_image_shows_its_templates_its_failover_and_what_holds_it() -> None:
    """Role, region, state and readiness of each template; the course of the failover."""
    web, db, lab = told(outage())["images"]

    shown = ("region", "role", "run_state", "ready")
    assert [[each[key] for key in shown] for each in web["templates"]] == [
        ["westeurope", "primary", "Failed", None],
        ["northeurope", "secondary", "Running", True],
    ]
    assert (web["failover"]["phase"], web["failover"]["target"]) == ("building", WEB_NORTH)
    assert db["failover"] is None
    assert db["held_by"][0]["reason"] == "cooldown"
    assert db["held_by"][0]["until"] == "2026-03-02T15:00:00+00:00"
    assert lab["decision"]["reason"] == "nothing_failed"


def test_an_image_shows_which_of_two_versions_counts() -> None:
    """Each with the run that made it; the one that lost names the one that won (PROMISES S31)."""
    snapshot = outage()
    old = Edition(WEB_IMAGE.name, "v1", RunKey(WEB, NOON - DAY), WEST, NOON - DAY, NOON - DAY)
    own = replace(old, version="v2", run=RunKey(WEB_NORTH, NOON), region=NORTH, published=NOON)
    own = replace(own, complete=NOON, answers=FailoverId("f"))
    again = replace(own, version="v3", run=RunKey(WEB, NOON), complete=None, duplicate_of="v2")
    snapshot.view.state.editions[WEB_IMAGE.name] = (old, own, again)

    image = told(snapshot)["images"][0]
    first, second = image["editions"]

    assert image["latest"]["version"] == "v2"
    assert (first["template"], first["region"]) == (WEB_NORTH, NORTH)
    assert (first["duplicate_of"], second["duplicate_of"]) == ("", "v2")
    assert first["complete"] == "2026-03-02T12:00:00+00:00"
    assert second["complete"] is None


def test_protected_is_auto_with_a_ready_secondary() -> None:
    """The summary counts what would really be built elsewhere."""
    snapshot = calm()
    red = {("web", WEB_NORTH): a_readiness(WEB_NORTH, Check.IDLE)}
    lacking = replace(snapshot.view, readiness={**snapshot.view.readiness, **red})

    assert told(snapshot)["summary"] == "3 images, 2 protected"
    assert told(replace(snapshot, view=lacking))["summary"] == "3 images, 1 protected"


def test_a_secondary_that_is_not_ready_says_what_it_lacks() -> None:
    """Red is never without words."""
    snapshot = calm()
    red = {(WEB_IMAGE.name, WEB_NORTH): a_readiness(WEB_NORTH, Check.IDLE)}
    view = replace(snapshot.view, readiness=red)

    secondary = told(replace(snapshot, view=view))["images"][0]["templates"][1]

    assert (secondary["ready"], secondary["lacks"]) == (False, ["idle was looked at"])


def test_a_secondary_that_was_never_checked_is_not_ready() -> None:
    """Unknown is not green."""
    view = replace(calm().view, readiness={})

    secondary = told(replace(calm(), view=view))["images"][0]["templates"][1]

    assert secondary["ready"] is False


def test_failures_are_kept_longer_than_successes() -> None:
    """Old successes make room, old failures stay in sight; the newest come first."""
    snapshot = calm()
    failovers = [
        a_closed_failover(number, outcome, NOON - number * HOUR)
        for number, outcome in enumerate([Outcome.SUCCEEDED] * 30 + [Outcome.FAILED] * 60)
    ]
    for each in reversed(failovers):
        snapshot.view.state.failovers[each.id] = each

    shown = told(snapshot)["recent"]

    assert [each["outcome"] for each in shown] == ["succeeded"] * GOOD_KEPT + ["failed"] * BAD_KEPT
    assert shown[0]["closed"] == NOON.isoformat()


def test_a_pause_says_who_why_and_until_when() -> None:
    """Whoever finds a pause must know why it is there."""
    found = told(paused())

    assert found["paused"] is True
    assert found["pauses"] == [
        {
            "scope": "all",
            "reason": "gallery migration",
            "actor": "ann",
            "since": "2026-03-02T11:00:00+00:00",
            "until": "2026-03-02T14:00:00+00:00",
        }
    ]
    assert told(replace(paused(), at=NOON + DAY))["pauses"] == []


def test_the_headline_is_the_worst_that_is_true() -> None:
    """Blindness before an outage, an outage before a pause, a pause before calm."""
    assert headline(blind()) == ("bad", "Blind")
    assert headline(outage()) == ("bad", "westeurope is out")
    assert headline(paused()) == ("warn", "Paused")
    assert headline(calm()) == ("good", "All is calm")


def test_the_headline_of_an_outage_says_since_when_and_on_what_evidence() -> None:
    """In ten seconds: what is out, since when, why, and what is done about it."""
    detail = told(outage())["headline"]["detail"]

    assert (
        detail
        == "since 2 Mar 12:04 UTC, by run and peers; 1 being built elsewhere, 1 held or failed"
    )


def test_a_degraded_region_is_told_but_is_no_outage() -> None:
    """One family that speaks is worth a line."""
    snapshot = calm()
    for name, each in snapshot.view.state.regions.items():
        if name == "eastus":
            snapshot.view.state.regions[name] = replace(each, health=Health.DEGRADED)

    assert headline(snapshot) == ("warn", "eastus is degraded")


def test_many_bad_images_are_counted_beyond_the_first_three() -> None:
    """A headline stays one line however large the fleet."""
    images = {f"i{number}": replace(WEB_IMAGE, name=f"i{number}") for number in range(9)}
    view = replace(calm().view, images=images, misconfigured=dict.fromkeys(images, "twins"))

    says = headline(replace(calm(), view=view))[1]

    assert says == "i0, i1, i2 and 6 more need a look"


def test_a_paused_image_is_not_shown_as_safe() -> None:
    """What would not be built elsewhere now is not green."""
    stands = [each["standing"]["says"] for each in told(paused())["images"]]

    assert stands == ["paused", "paused", "unprotected"]


def test_an_answered_failure_stands_by_how_its_failover_ended() -> None:
    """A failure that was answered badly still needs a look; one answered well does not."""
    snapshot = outage()
    state = snapshot.view.state
    failover = state.failovers[state.open.pop(WEB_IMAGE.name)]
    answered = Decision(WEB_IMAGE.name, Reason.ANSWERED)
    later = replace(snapshot, decisions={**snapshot.decisions, WEB_IMAGE.name: answered})

    levels = []
    for outcome in (Outcome.SUCCEEDED, Outcome.FAILED):
        state.failovers[failover.id] = replace(
            a_closed_failover(0, outcome, NOON + 40 * MINUTE), id=failover.id
        )
        web = told(later)["images"][0]
        levels.append((web["standing"]["level"], web["unsettled"]))

    assert levels == [("good", False), ("bad", True)]


def test_a_users_failure_is_told_and_does_not_page() -> None:
    """What would fail anywhere is a warning on the page."""
    snapshot = outage()
    state = snapshot.view.state
    state.open.clear()
    user = Decision(WEB_IMAGE.name, Reason.USER_ERROR, "the script exits with 1")
    later = replace(snapshot, decisions={**snapshot.decisions, WEB_IMAGE.name: user})

    web = told(later)["images"][0]

    assert web["standing"] == {"level": "warn", "says": "failed: user error", "detail": ""}
    assert web["unsettled"] is True


def test_a_paused_region_stops_the_images_that_live_there() -> None:
    """Only what the pause covers is shown as paused."""
    snapshot = paused()
    (pause,) = snapshot.view.state.pauses.values()
    for scope, stopped in (("region:westeurope", "paused"), ("region:northeurope", "protected")):
        snapshot.view.state.pauses.clear()
        snapshot.view.state.pauses[scope, pause.actor] = replace(pause, scope=scope)

        assert told(snapshot)["images"][0]["standing"]["says"] == stopped


@pytest.mark.parametrize(
    ("reason", "level"), [(Reason.COOLDOWN, "bad"), (Reason.AWAITING_EVIDENCE, "warn")]
)
def test_a_hold_that_passes_by_itself_needs_nobody(reason: Reason, level: str) -> None:
    """Red is for what waits for a person."""
    held = Decision(DB_IMAGE.name, reason, held_by=(Hold(reason, "so it is"),))
    snapshot = replace(outage(), decisions={DB_IMAGE.name: held})

    db = told(snapshot)["images"][1]

    assert db["standing"]["level"] == level


@pytest.mark.parametrize(
    ("red", "held", "level"),
    [
        ((Check.SECONDARY_EXISTS,), ["no_candidate"], "bad"),
        ((Check.RESIDENCY,), ["no_candidate"], "bad"),
        ((Check.IDLE,), [], "warn"),
    ],
    ids=["missing", "forbidden", "busy"],
)
def test_what_does_not_mend_itself_holds_before_anything_fails(
    red: tuple[Check, ...], held: list[str], level: str
) -> None:
    """A secondary that is not there is told at once; one that is busy only has to end its run."""
    snapshot = calm()
    lacking = {(WEB_IMAGE.name, WEB_NORTH): a_readiness(WEB_NORTH, *red)}

    web = told(replace(snapshot, view=replace(snapshot.view, readiness=lacking)))["images"][0]

    assert [each["reason"] for each in web["held_by"]] == held
    assert web["standing"]["level"] == level


def test_a_word_on_a_region_is_told_while_it_stands() -> None:
    """Then it is None, and so is that a region is well."""
    snapshot = said_out()
    said = _word(snapshot)
    lapsed = _word(replace(snapshot, at=NOON + 2 * HOUR))
    snapshot.view.state.words[WEST] = a_word(out=False)

    assert said == {
        "reason": "we see it ourselves",
        "actor": "kim",
        "since": NOON.isoformat(),
        "until": (NOON + 2 * HOUR).isoformat(),
    }
    assert (lapsed, _word(snapshot)) == (None, None)


def _word(snapshot: Snapshot) -> object:
    (west,) = (each for each in told(snapshot)["regions"] if each["name"] == WEST)
    return west["word"]


def test_an_image_needs_a_human_until_somebody_has_seen_it() -> None:
    """Of an image of which nobody must know it is None; acknowledged, it stands as such."""
    snapshot = unbuilt()
    before = {each["name"]: each for each in told(snapshot)["images"]}
    failovers = snapshot.view.state.failovers
    (failed,) = (each for each in failovers.values() if each.needs_human)
    failovers[failed.id] = replace(failed, acknowledged=NOON + 12 * MINUTE)
    after = {each["name"]: each for each in told(snapshot)["images"]}

    assert before["web"]["needs_human"]["outcome"] == "failed"
    assert before["db"]["needs_human"] is None
    assert before["web"]["standing"]["says"] == "answered: failed"
    assert after["web"]["needs_human"] is None
    assert after["web"]["standing"] == {
        "level": "idle",
        "says": "answered: failed, acknowledged",
        "detail": "",
    }


def test_what_would_have_been_done_is_told_for_30_days() -> None:
    """When, on which failure, what, and what would have held it besides; the newest first."""
    snapshot = calm()
    mode = Hold(Reason.OBSERVE_ONLY, "mode is observe; in auto, lab-north would be started")
    known = tuple(
        Decided(
            at, LAB_IMAGE.name, "hold", mode.reason, mode.says, held_by, a_failure(ended=at).key
        )
        for at, held_by in (
            (NOON - 31 * DAY, (mode,)),
            (NOON - DAY, (mode, Hold(Reason.PAUSED, "all is paused"))),
            (NOON - HOUR, (mode,)),
        )
    )
    snapshot.view.state.would[LAB_IMAGE.name] = known

    images = {each["name"]: each["would"] for each in told(snapshot)["images"]}

    assert images["web"] == []
    assert [each["at"] for each in images["lab"]] == [e.at.isoformat() for e in known[:0:-1]]
    assert images["lab"][1] == {
        "at": (NOON - DAY).isoformat(),
        "key": str(known[1].key),
        "failure": "web-west: its run failed",
        "says": "mode is observe; in auto, lab-north would be started",
        "held_by": ["paused"],
    }
    page = render("status", {**status(snapshot, "0.1.0"), "stale": False})
    assert "in auto, lab-north would be started" in page


def test_an_order_that_is_not_begun_says_who_ordered_what_and_why() -> None:
    """It is of no failover yet, so nothing else shows it."""
    assert told(ordered())["orders"] == [
        {
            "order": "0rder",
            "kind": "failover",
            "image": "web",
            "to": "web-north",
            "reason": "a move",
            "actor": "ada",
            "since": "2026-03-02T11:00:00+00:00",
        }
    ]
    assert told(calm())["orders"] == []


def test_no_command_makes_a_secondary_for_an_image_that_is_only_tagged() -> None:
    """It would look for the image in the configuration."""
    snapshot = calm()
    tagged = replace(snapshot, view=replace(snapshot.view, tagged=frozenset({LAB_IMAGE.name})))

    before, after = (
        next(each["next"] for each in told(found)["images"] if each["name"] == "lab")
        for found in (snapshot, tagged)
    )

    assert (before, after) == ("aibwatch replicate lab", None)
