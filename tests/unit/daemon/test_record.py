"""The record of an outage, through the daemon's own cycle on jumping time."""

from dataclasses import replace
from datetime import timedelta

from aibwatch.journal.fold import fold
from aibwatch.model.entry import Decided, Scored
from aibwatch.model.image import Mode
from aibwatch.model.policy import Policy
from aibwatch.model.score import Deed, Truth
from aibwatch.sim.announcement import SERVICE, Announcement
from aibwatch.sim.jumping import play
from unit.daemon.outage import WEST, Outage, an_outage

MINUTE = timedelta(minutes=1)
POLICY = Policy(services=frozenset({SERVICE.lower()}))


def announced(outage: Outage, *, emerging: bool, later: timedelta = 60 * MINUTE) -> Outage:
    """Let the region fail; Microsoft speaks of it half an hour after it is believed to be out."""

    async def story() -> None:
        await outage.strike()
        await outage.until(lambda: outage.state.incidents, 60 * MINUTE)
        await outage.run_for(30 * MINUTE)
        now = outage.clock.now()
        outage.world.announcements.append(
            Announcement(
                "4LTS-9C8", "Builds fail", (WEST,), now - 40 * MINUTE, now, emerging=emerging
            )
        )
        await outage.run_for(later)

    play(story)
    return outage


def test_an_incident_is_known_here_before_microsoft_tells_it() -> None:
    """Half an hour, but for the rhythm at which notices are asked for."""
    outage = announced(an_outage(policy=POLICY), emerging=False)

    (incident,) = outage.state.incidents.values()
    (sight,) = incident.sights
    assert (incident.region, incident.first, sight.source) == (WEST, "aibwatch", "events")
    assert 30 * MINUTE <= incident.lead(sight) <= 30 * MINUTE + 2 * POLICY.health_interval


def test_an_emerging_issue_is_a_source_of_its_own() -> None:
    """It is told elsewhere, and at another time."""
    outage = announced(an_outage(policy=POLICY), emerging=True)

    (incident,) = outage.state.incidents.values()
    assert [each.source for each in incident.sights] == ["emerging"]


def test_what_was_done_is_scored_and_a_restart_has_the_same_record() -> None:
    """Both images moved, both rightly; the journal alone tells it all again."""
    outage = announced(an_outage("web", "db", policy=POLICY), emerging=False)

    again = fold(outage.journal.entries)

    scores = [each.score for each in outage.journal.entries if isinstance(each, Scored)]
    assert [(each.deed, each.truth) for each in scores] == [(Deed.ACTED, Truth.PLATFORM)] * 2
    assert all(each.decided and each.decided > each.ended for each in scores)
    assert again.incidents == outage.state.incidents
    assert (again.scores, again.tally) == (outage.state.scores, outage.state.tally)
    assert (again.notices, again.starts) == (outage.state.notices, outage.state.starts)


def test_an_image_that_is_only_observed_is_scored_as_advised() -> None:
    """Before anybody lets it act, its owner can see how it would have done."""
    brief = replace(POLICY, incident_failure_age=timedelta(hours=2))
    observed = an_outage(policy=brief, mode=Mode.OBSERVE)

    outage = announced(observed, emerging=False, later=timedelta(hours=2))

    decided = [each for each in outage.journal.entries if isinstance(each, Decided)]
    (score,) = outage.state.scores.values()
    assert any(each.key == score.key for each in decided)
    assert (score.deed, score.truth) == (Deed.ADVISED, Truth.PLATFORM)
