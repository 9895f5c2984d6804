"""A secondary that lacks something is passed over by the whole daemon; the next one builds."""

from datetime import timedelta

import pytest

from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName
from aibwatch.model.readiness import Check
from aibwatch.sim.jumping import START, play
from aibwatch.sim.scenario import load
from virtual import Watch

TABLE = """# the secondary that would be asked first lacks something
fleet
  image web westeurope northeurope uksouth
  image api westeurope
  image ops westeurope

builds take 20m
at 20m     run web in westeurope
at 60m     {lack}
at 120m    westeurope builds fail with generic text
at 121m    run api in westeurope
at 122m    run ops in westeurope
at 123m    run web in westeurope
"""


@pytest.mark.parametrize(
    ("lack", "check"),
    [
        ("identity of web in northeurope is gone", Check.IDENTITY),
        ("subnet of web in northeurope is gone", Check.SUBNET),
        ("we may not see subnet of web in northeurope", Check.SUBNET),
        ("northeurope does not offer us Standard_D4ds_v5", Check.VM_SIZE),
    ],
)
def test_the_next_secondary_builds_and_what_the_first_lacks_is_named(
    lack: str, check: Check
) -> None:
    """With the remedy; nothing is asked of the first (S26)."""
    story = load(TABLE.format(lack=lack))
    world = story.world(START)
    images = [
        Image(ImageName(name), ids, mode=Mode.AUTO if ids[1:] else Mode.OBSERVE)
        for name, ids in story.images.items()
    ]
    watch = Watch(world, images, beat=20)
    _, first, second = story.images["web"]
    said: list[str] = []

    async def live() -> None:
        watch.boot()
        await watch.run_for(timedelta(hours=1, minutes=50))
        readiness = watch.belief.view().readiness[ImageName("web"), first]
        said.extend(each.says for each in readiness.faults if each.check is check)
        await watch.run_for(timedelta(minutes=70))

    play(live)

    assert said
    assert "; " in said[0]
    asked = {each.target for each in watch.ledger.state.failovers.values()}
    assert asked == {second}
