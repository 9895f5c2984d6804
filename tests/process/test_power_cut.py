"""The daemon dies at the worst moments; started again it goes on, and every image is built once.

What it did is known from its journal and from Azure alone: nothing else outlives it.
"""

from datetime import timedelta

import pytest

from aibwatch.model.entry import Answered, Closed, Entry, FailoverOpened, FailureJudged, Moved
from aibwatch.model.failover import Event
from aibwatch.model.names import TemplateId
from aibwatch.sim.weather import Op
from process.stage import Stage

Fleet = list[list[TemplateId]]


@pytest.fixture
def fleet(stage: Stage) -> Fleet:
    """Two images of one region, so that at each moment they need not stand alike."""
    stage.arm.do(
        lambda world: world.weather.replication.update({"swedencentral": timedelta(seconds=1)})
    )
    return [stage.image(f"image-{n}", "westeurope", "northeurope") for n in range(2)]


@pytest.mark.parametrize(
    ("kind", "events"),
    [
        (FailureJudged, []),
        (FailoverOpened, []),
        (Answered, [Event.BEGAN]),
        (Moved, [Event.ADOPTED]),
        (Moved, [Event.RUN_SUCCEEDED]),
        (Closed, []),
    ],
    ids=["judged", "opened", "answered", "building", "publishing", "closed"],
)
def test_a_power_cut_in_any_phase_costs_no_run_and_makes_no_second_one(
    stage: Stage, fleet: Fleet, kind: type[Entry], events: list[Event]
) -> None:
    """It dies once the first of two images has come so far; both end with one run each."""
    stage.serve()

    stage.fails("westeurope")
    stage.begin(*(primary for primary, _ in fleet))
    stage.until(lambda: stage.written(kind, *events), f"{kind.__name__} {events}")
    stage.kill()
    stage.serve()
    stage.until_built_elsewhere("image-0", "image-1")
    stage.cycles()

    assert [stage.began(secondary) for _, secondary in fleet] == [1, 1]
    assert set(stage.changes()) == {f"POST {target}/run" for _, target in fleet}


@pytest.mark.parametrize(("begins", "requests"), [(True, 1), (False, 2)], ids=["began", "did not"])
def test_a_power_cut_between_request_and_answer_is_settled_by_reading(
    stage: Stage, fleet: Fleet, *, begins: bool, requests: int
) -> None:
    """The intents are durable, the requests arrived, no answer came; ARM began the runs or not.

    Only where nothing began is anything asked for again.
    """
    stage.serve()

    stage.answers("northeurope", "silence", Op.RUN, begins=begins)
    stage.fails("westeurope")
    stage.begin(*(primary for primary, _ in fleet))
    stage.until(lambda: len(stage.changes()) == len(fleet), "both requests arrived")
    stage.kill()
    stage.answers_again("northeurope")
    stage.serve()
    stage.until_built_elsewhere("image-0", "image-1")
    stage.cycles()

    assert len(stage.written(Answered, Event.UNCLEAR)) == len(fleet)
    assert [stage.requests(secondary) for _, secondary in fleet] == [requests] * 2
    assert [stage.began(secondary) for _, secondary in fleet] == [1, 1]
    assert len(stage.changes()) == requests * len(fleet)


def test_power_cuts_again_and_again_end_with_one_run_each(stage: Stage, fleet: Fleet) -> None:
    """It dies after every so many requests, wherever that may be, five times over."""
    stage.serve()

    stage.fails("westeurope")
    stage.begin(*(primary for primary, _ in fleet))
    for count in (9, 13, 17, 22, 27):
        before = len(stage.arm.requests)
        stage.until(lambda n=before + count: len(stage.arm.requests) >= n, f"{count} requests")
        stage.kill()
        stage.serve()
    stage.until_built_elsewhere("image-0", "image-1")
    stage.cycles()

    assert [stage.began(secondary) for _, secondary in fleet] == [1, 1]
    assert all(stage.requests(secondary) <= 2 for _, secondary in fleet)
    assert [stage.requests(primary) for primary, _ in fleet] == [0, 0]
