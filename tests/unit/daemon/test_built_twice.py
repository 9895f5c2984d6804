"""One failure that was built twice: here by the failover, and at home by the service's rerun."""

from datetime import timedelta

from aibwatch.journal.fold import fold
from aibwatch.model.failover import Outcome
from aibwatch.model.template import RunKey
from aibwatch.sim import runs
from aibwatch.sim.jumping import play
from aibwatch.sim.truth import Cause
from unit.daemon.outage import NORTH, WEST, Outage, an_outage

HOUR = timedelta(hours=1)


def rerun_after_recovery() -> Outage:
    """Let the region fail and be answered, then recover, and the service rerun what it dropped."""
    outage = an_outage()

    async def story() -> None:
        await outage.strike()
        await outage.run_for(3 * HOUR)
        outage.world.weather.clear(WEST)
        runs.begin(outage.world, outage.images[0].primary, Cause.SERVICE)
        await outage.run_for(3 * HOUR)

    play(story)
    return outage


def test_the_rerun_is_told_to_be_a_duplicate_and_survives_a_restart() -> None:
    """The secondary's version was everywhere first, so it wins (PROMISES S31)."""
    outage = rerun_after_recovery()
    (image,) = outage.images

    own, again = outage.state.editions[image.name]

    assert outage.failover.outcome is Outcome.SUCCEEDED
    assert (own.region, again.region) == (NORTH, WEST)
    assert own.version == outage.failover.version
    assert own.run == outage.failover.run
    assert again.run == RunKey(image.primary, outage.state.runs[image.primary].started)
    assert (own.duplicate_of, again.duplicate_of) == ("", own.version)
    assert own.complete
    assert again.complete
    assert fold(outage.journal.entries).editions[image.name] == (own, again)
