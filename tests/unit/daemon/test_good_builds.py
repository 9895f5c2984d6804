"""The versions of an image over a day on which nothing fails."""

from datetime import timedelta

from aibwatch.model.latest import latest
from aibwatch.model.template import RunKey
from aibwatch.sim import runs
from aibwatch.sim.jumping import play
from aibwatch.sim.truth import Cause
from unit.daemon.outage import NORTH, WEST, an_outage
from virtual import SELDOM

HOUR = timedelta(hours=1)


def test_a_day_of_good_builds_has_a_version_of_each_and_no_duplicate() -> None:
    """Of the primary and, by hand, of a secondary: each version once, with the run that made it."""
    day = an_outage(policy=SELDOM)
    day.only_due = True
    (image,) = day.images
    began = []

    async def story() -> None:
        day.boot()
        for template in (image.primary, image.secondaries[0], image.primary):
            await day.run_for(HOUR)
            runs.begin(day.world, template, Cause.HUMAN)
            run = day.world.templates[template].run
            began.append(RunKey(template, run.started))
            await day.run_for(3 * HOUR)

    play(story)
    known = day.state.editions[image.name]

    assert [each.run for each in known] == began
    assert [each.region for each in known] == [WEST, NORTH, WEST]
    assert all(each.complete and not (each.answers or each.duplicate_of) for each in known)
    assert latest(image, day.state) == known[-1]
    assert day.state.unpublished == {}
