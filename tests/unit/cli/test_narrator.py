"""The narrator of stories: each entry of the history in an operator's words."""

from typing import Any

import pytest

from aibwatch.cli.narrator import SAID_MAX, Narrator, Told
from builders import WEB, WEB_NORTH, an_id

BEGAN = "2026-03-02T12:00:00+00:00"
LATER = "2026-03-02T12:00:05.250000+00:00"
EARLIER = "2026-03-01T12:00:00+00:00"
OPENED = {"event": "failover.opened", "failover": "f00d", "image": "web", "reason": "resend"}


def narrator() -> Narrator:
    """Return a narrator who knows the image `web`."""
    return Narrator({"web": (WEB, WEB_NORTH)}, BEGAN)


def told(*entries: dict[str, Any]) -> list[Told]:
    """Return what one narrator tells of the last of these entries, having heard the others."""
    teller = narrator()
    lines: list[Told] = []
    for entry in entries:
        lines = list(teller.tell(entry))
    return lines


def run(**fields: Any) -> dict[str, Any]:
    """Return the entry of a run of the primary that failed since the story began."""
    entry = {"event": "run.seen", "template": WEB, "state": "Failed", "started": LATER, "said": ""}
    return {**entry, **fields}


def failover(event: str, **fields: Any) -> dict[str, Any]:
    """Return an entry about the failover of `web`."""
    return {"event": f"failover.{event}", "failover": "f00d", **fields}


def region(health: str, *families: str) -> dict[str, Any]:
    """Return the entry of a belief about a region."""
    return {
        "event": "region.assessed",
        "region": "westeurope",
        "health": health,
        "families": list(families),
    }


def test_a_run_that_ended_is_told_with_its_role_and_words() -> None:
    """Whose template, how it ended, and what Azure said."""
    (line,) = told(run(said="Internal error occurred."))

    assert line == Told("seen", "web", "the primary web-west failed: Internal error occurred.")


def test_a_secondary_is_called_so() -> None:
    """The role is the one in the configuration."""
    (line,) = told(run(template=WEB_NORTH, state="Succeeded"))

    assert line == Told("seen", "web", "the secondary web-north succeeded")


def test_a_template_of_no_image_is_told_without_one() -> None:
    """A stranger in the subscription breaks no story."""
    (line,) = told(run(template=an_id("stranger")))

    assert (line.subject, line.says) == ("", "the template stranger failed")


@pytest.mark.parametrize("fields", [{"started": EARLIER}, {"state": "Running"}])
def test_what_ran_before_and_what_still_runs_is_untold(fields: dict[str, str]) -> None:
    """The past of the fleet and every build that begins are no news."""
    assert told(run(**fields)) == []


def test_a_run_that_began_with_the_story_is_told() -> None:
    """The very first instant belongs to it."""
    assert told(run(started=BEGAN)) != []


def test_long_words_of_azure_are_shortened() -> None:
    """A line stays a line."""
    (line,) = told(run(said="word " * 100))

    assert len(line.says) <= SAID_MAX + len("the primary web-west failed: ")


def test_a_judgement_names_cause_disposition_and_signature() -> None:
    """Whose fault, and by which row it is known."""
    (line,) = told(
        {
            "event": "failure.judged",
            "template": WEB,
            "cause": "outage",
            "disposition": "suspect",
            "signature": "generic_internal",
        }
    )

    assert line == Told("judged", "web", "cause outage (suspect), known as generic_internal")


def test_a_region_is_told_with_the_families_that_speak() -> None:
    """Health and evidence."""
    (line,) = told(region("outage", "run", "peers"))

    assert line == Told("judged", "westeurope", "outage: run, peers")


def test_a_region_that_is_as_it_was_is_untold() -> None:
    """The words of the evidence changed, the belief did not."""
    assert told(region("degraded", "run"), region("degraded", "run")) == []


def test_a_region_that_changed_again_is_told_again() -> None:
    """From healthy to outage and back are three lines."""
    (line,) = told(region("healthy"), region("outage", "run"), region("healthy"))

    assert line.says == "healthy"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (OPENED, Told("decided", "web", "build it elsewhere: resend")),
        (
            failover("intended", target=WEB_NORTH),
            Told("done", "web", "intent in the journal, then asked web-north to run, once"),
        ),
        (
            failover("unclear", says="timeout 504"),
            Told("seen", "web", "no clear answer (timeout 504); not asked again, but read back"),
        ),
        (failover("refused", says="403"), Told("seen", "web", "refused: 403")),
        (failover("adopted"), Told("seen", "web", "its run is there: adopted and watched")),
        (
            failover("closed", outcome="succeeded", says="version 1.0.2 is in northeurope"),
            Told("done", "web", "succeeded: version 1.0.2 is in northeurope"),
        ),
    ],
    ids=lambda each: each["event"] if isinstance(each, dict) else "",
)
def test_every_step_of_a_failover_has_its_words(entry: dict[str, Any], expected: Told) -> None:
    """The image is remembered from the opening on."""
    assert told(OPENED, entry) == [expected]


@pytest.mark.parametrize("event", ["began", "run_succeeded", "not_begun", "hopped"])
def test_steps_that_others_tell_are_untold(event: str) -> None:
    """What is seen next says the same."""
    assert told(OPENED, failover(event)) == []


def hold(reason: str, says: str = "", held_by: tuple[str, ...] = ("paused",)) -> dict[str, Any]:
    """Return the entry of a decision to do nothing."""
    return {
        "event": "decided.hold",
        "image": "web",
        "reason": reason,
        "says": says,
        "held_by": list(held_by),
    }


def test_a_hold_is_told_by_its_reason_and_its_words() -> None:
    """As the history has them."""
    (line,) = told(hold("paused", "all is paused by kim: maintenance"))

    assert line == Told("held", "web", "paused: all is paused by kim: maintenance")


def test_a_users_own_error_is_told_though_no_guard_holds() -> None:
    """The demo shows that it is left alone."""
    (line,) = told(hold("user_error", "a script failed", held_by=()))

    assert (line.kind, line.subject) == ("held", "web")
    assert line.says.startswith("user_error")


@pytest.mark.parametrize("reason", ["building", "replicating", "settling", "answered"])
def test_calm_decisions_are_untold(reason: str) -> None:
    """The course of the failover tells them better."""
    assert told(hold(reason)) == []


@pytest.mark.parametrize(
    "entry",
    [
        hold("nothing_failed", held_by=()),
        {"event": "decided.act", "image": "web", "reason": "resend", "says": "", "held_by": []},
        {"event": "booted", "epoch": 1, "version": "0.1.0"},
        {"event": "paused", "scope": "all", "reason": "maintenance"},
    ],
    ids=lambda entry: entry["event"],
)
def test_what_is_no_part_of_the_story_is_untold(entry: dict[str, Any]) -> None:
    """Kinds that the narrator has no words for break nothing."""
    assert told(entry) == []


def test_what_holds_an_image_is_told_once_for_as_long_as_it_is_the_same() -> None:
    """A hold is entered again when another joins it; the story says what is new."""
    hold = {
        "event": "decided.hold",
        "image": "web",
        "reason": "debouncing",
        "says": "until 12:05:00Z",
        "held_by": ["debouncing"],
    }

    later = {**hold, "says": "until 12:09:00Z"}

    assert len(told(hold)) == 1
    assert told(hold, hold) == []
    assert len(told(hold, hold, later)) == 1
