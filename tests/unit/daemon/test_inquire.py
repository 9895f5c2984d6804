"""What the core says of an image when a person asks, on a real daemon over the World."""

from datetime import timedelta

from aibwatch.daemon.inquire import inquire
from aibwatch.failover.guards import GUARDS
from aibwatch.model.decision import Reason
from aibwatch.model.image import Image, Mode
from aibwatch.model.inquiry import Inquiry
from aibwatch.model.names import ImageName
from aibwatch.model.verdict import Family
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import START, play
from aibwatch.sim.world import World
from aibwatch.status.explain import explain
from unit.daemon.outage import NORTH, WEST, Outage

FLEET = Fleet({"db": (WEST, NORTH), "web": (WEST, NORTH)})


def watched(mode: Mode, *, struck: bool) -> tuple[Outage, Image]:
    """Return a daemon that has watched for a while, in peace or in an outage."""
    world = World(START)
    FLEET.settle(world, timedelta(days=1))
    images = [Image(ImageName(each), FLEET.templates(each), mode) for each in FLEET.images]
    outage = Outage(world, images)

    async def story() -> None:
        if struck:
            await outage.strike()
            await outage.until(lambda: outage.state.failures, timedelta(hours=2))
        else:
            outage.boot()
            await outage.run_for(timedelta(minutes=5))

    play(story)
    return outage, images[0]


def asked(outage: Outage, image: Image) -> Inquiry:
    """Ask as the server would, at the time of the last picture."""
    return inquire(image, outage.belief.view(), outage.snapshots[-1].at)


def test_in_peace_a_failure_is_supposed_and_every_guard_is_asked() -> None:
    """An owner knows beforehand what would come of an outage, and nothing is kept of it."""
    outage, image = watched(Mode.OBSERVE, struck=False)
    before = dict(outage.state.failures), dict(outage.state.regions)

    found = asked(outage, image)

    assert found.supposed
    assert [each.guard for each in found.guards] == [each.__name__ for each in GUARDS]
    assert found.decision.reason is not Reason.NOTHING_FAILED
    assert found.verdict is not None
    assert Family.RUN in found.verdict.families
    assert (dict(outage.state.failures), dict(outage.state.regions)) == before


def test_in_an_outage_the_real_failure_is_told() -> None:
    """What holds is what the decision of the cycle says too."""
    outage, image = watched(Mode.OBSERVE, struck=True)
    decision = outage.snapshots[-1].decisions[image.name]

    found = asked(outage, image)

    assert not found.supposed
    holding = [each.hold for each in found.guards if each.hold]
    assert [each.reason for each in holding] == [each.reason for each in decision.held_by]
    assert any("mode is auto" in each.facts for each in found.flips)


def test_an_explanation_carries_the_inquiry() -> None:
    """Guards as pass or hold, families that could speak, and what would make it act."""
    outage, image = watched(Mode.OBSERVE, struck=True)

    found = explain(outage.snapshots[-1], image, asked(outage, image))

    inquiry = found["inquiry"]
    assert isinstance(inquiry, dict)
    assert {each["passes"] for each in inquiry["guards"]} == {True, False}
    assert {each["family"] for each in inquiry["families"]} == set(Family)
    assert inquiry["flips"]
    operator = next(each for each in found["evidence"] if each["family"] == "operator")
    assert operator["says"].startswith("cannot speak: ")
