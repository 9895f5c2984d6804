"""Every incident ends as its timetable says, through the whole daemon on virtual time."""

from datetime import timedelta

import pytest

from aibwatch.cli.simulate.reckoning import reckon
from aibwatch.cli.simulate.stage import incidents, staged
from aibwatch.sim.scenario import names

DAYS = timedelta(days=1)
"""A story that lasts longer takes seconds to play."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long if each.lasts > DAYS else ())
        for name, each in incidents().items()
    ],
)
def test_the_incident_ends_as_it_should(name: str) -> None:
    """Nothing needless, missed or twice, no region blamed that was well, no promise broken."""
    performance = staged(incidents()[name], None).performance

    assert reckon(performance).differs == ()
    assert performance.watch.state.violations == ()


@pytest.mark.parametrize("name", incidents())
def test_the_incident_is_from_somewhere_and_takes_its_real_time(name: str) -> None:
    """It has a source, more than one region, and builds that last as real ones do."""
    scenario = incidents()[name]

    assert scenario.expectation.sources
    assert len(scenario.fleet.regions) >= 3
    assert scenario.times.builds is not None
    assert scenario.times.builds >= timedelta(minutes=20)


def test_only_the_demos_story_does_not_say_how_it_should_end() -> None:
    """Its builds take four seconds; all others are incidents."""
    assert set(names()) - set(incidents()) == {"regional-outage"}
