"""The demo's summary, counted from what Azure received and what the API says."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aibwatch.cli.demo.reckoning import Reckoning, owners_own, reckon
from aibwatch.model.names import TemplateId
from aibwatch.model.template import RunState
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.exchange import Received
from aibwatch.sim.scenario import Scenario, load
from aibwatch.sim.truth import Cause, RunEnded, RunStarted
from builders import NOON

STORY = """
fleet
  image web  westeurope northeurope uksouth
  image db   westeurope northeurope
  image rhel westeurope northeurope
at 1h  rhel in westeurope fails by customizer
at 2h  westeurope builds fail with generic text
"""
SECOND = timedelta(seconds=1)
FAILED = NOON + 10 * SECOND
"""When the region first failed a build."""


class Theatre:
    """The simulated Azure after a story; no socket is open."""

    def __init__(self, folder: Path) -> None:
        """Begin with what always happened: the owner's error, then the region's."""
        self.scenario: Scenario = load(STORY)
        self.arm = ArmServer(self.scenario.world(NOON), folder, speed=0)
        self.ended("rhel", 5 * SECOND)
        self.ended("web", 10 * SECOND)
        self.ended("db", 12 * SECOND)
        self.recent = [{"image": "web", "outcome": "succeeded"}]

    def template(self, image: str, index: int = 0) -> TemplateId:
        """Return one of an image's templates."""
        return self.scenario.images[image][index]

    def ended(self, image: str, after: timedelta) -> None:
        """Let the primary's build have failed."""
        primary = self.template(image)
        self.arm.world.truth.append(RunEnded(primary, NOON, NOON + after, RunState.FAILED))

    def asked(self, image: str, index: int, after: timedelta, method: str = "POST") -> None:
        """Let Azure have received a run request, in the spelling of an SDK."""
        path = self.template(image, index).replace("/resourcegroups/", "/resourceGroups/") + "/run"
        self.arm._desk.requests.append(Received(NOON + after, method, path, 202))

    def reckoned(self, outage_at: datetime | None = FAILED + 2 * SECOND) -> Reckoning:
        """Add up."""
        status: dict[str, Any] = {"recent": self.recent}
        return reckon(self.scenario, self.arm, status, outage_at)


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    """Give a test a story that has been played."""
    return Theatre(tmp_path)


def test_the_owners_own_errors_are_read_from_the_timetable() -> None:
    """Only the image whose build is said to fail by itself."""
    assert owners_own(load(STORY)) == {"rhel"}


def test_a_story_that_went_well_costs_nothing(theatre: Theatre) -> None:
    """One request for each image that the region failed; times run from that first failure."""
    theatre.asked("web", 1, 15 * SECOND)
    theatre.asked("db", 1, 16 * SECOND)
    theatre.recent.append({"image": "db", "outcome": "late_replicas"})

    found = theatre.reckoned()

    assert (found.duplicates, found.needless, found.reruns) == (0, 0, 0)
    assert found.saved == {"web", "db"}
    assert (found.detect, found.trigger) == (2 * SECOND, 5 * SECOND)
    assert found.as_it_should(frozenset({"web", "db"}))


def test_a_second_request_for_an_image_is_a_duplicate(theatre: Theatre) -> None:
    """To whichever secondary it went."""
    theatre.asked("web", 1, 15 * SECOND)
    theatre.asked("web", 2, 20 * SECOND)
    theatre.asked("db", 1, 20 * SECOND)

    found = theatre.reckoned()

    assert (found.duplicates, found.needless) == (1, 0)
    assert not found.as_it_should(found.saved)


def test_a_request_for_an_owners_own_error_is_needless(theatre: Theatre) -> None:
    """The build would fail anywhere."""
    theatre.asked("rhel", 1, 15 * SECOND)

    found = theatre.reckoned()

    assert (found.duplicates, found.needless) == (0, 1)
    assert not found.as_it_should(found.saved)


def test_a_request_to_a_primary_is_needless(theatre: Theatre) -> None:
    """Nobody may do that, for whatever reason."""
    theatre.asked("web", 0, 15 * SECOND)

    assert theatre.reckoned().needless == 1


def test_reads_are_no_requests_to_run(theatre: Theatre) -> None:
    """Only what is posted counts."""
    theatre.asked("web", 1, 15 * SECOND, method="GET")

    found = theatre.reckoned()

    assert (found.duplicates, found.needless, found.trigger) == (0, 0, None)


@pytest.mark.parametrize("outcome", ["failed", "timed_out", "superseded", "no_candidate"])
def test_what_ended_otherwise_is_not_saved(theatre: Theatre, outcome: str) -> None:
    """Saved means that the version exists."""
    theatre.recent = [{"image": "web", "outcome": outcome}]

    assert theatre.reckoned().saved == frozenset()


def test_reruns_are_those_of_the_service(theatre: Theatre) -> None:
    """Neither requests nor people's runs are its reruns."""
    for cause in Cause:
        started = RunStarted(theatre.template("web"), NOON, cause)
        theatre.arm.world.truth.append(started)

    assert theatre.reckoned().reruns == 1


def well(**changes: Any) -> Reckoning:
    """Return the summary of a story that went well, but for some changes."""
    values: dict[str, Any] = {
        "detect": SECOND,
        "trigger": SECOND,
        "saved": frozenset({"web"}),
        "duplicates": 0,
        "needless": 0,
        "reruns": 1,
    }
    return Reckoning(**{**values, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"detect": None},
        {"trigger": None},
        {"saved": frozenset()},
        {"saved": frozenset({"web", "rhel"})},
        {"duplicates": 1},
        {"needless": 1},
    ],
    ids=["not detected", "not answered", "none saved", "too many", "duplicate", "needless"],
)
def test_any_one_flaw_spoils_the_story(changes: dict[str, Any]) -> None:
    """The demo then exits with 1."""
    assert well().as_it_should(frozenset({"web"}))
    assert not well(**changes).as_it_should(frozenset({"web"}))
