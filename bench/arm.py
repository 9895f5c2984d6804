"""The simulated ARM in a process of its own, with a fleet of any size."""

import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from aibwatch.daemon.clock import wall
from aibwatch.model.names import DefinitionId, TemplateId, region
from aibwatch.sim import body, runs
from aibwatch.sim.arm import running
from aibwatch.sim.world import World
from bench.names import GROUP, PLACES, template

DEFINITION = DefinitionId(
    f"{GROUP}/providers/microsoft.compute/galleries/golden/images/fleet".lower()
)
CHANGED_SHARE = 100
"""One template in so many has a new run between two cycles."""


def fleet(count: int) -> World:
    """Return a World with `count` templates that all built well yesterday."""
    world = World(wall())
    world.throttled = False
    world.add_definition(DEFINITION, region("swedencentral"))
    for number in range(count):
        place = region(PLACES[number % len(PLACES)])
        written = body.write(f"image-{number // 2:05}", place, DEFINITION, [place], group=GROUP)
        added = world.add_template(template(number), written)
        runs.built_before(world, added, world.now - timedelta(days=1))
    world.galleries[DEFINITION].versions.clear()
    return world


def change(world: World, count: int, round_: int) -> None:
    """Let one template in CHANGED_SHARE have built again since the last round."""
    for number in range(round_ % CHANGED_SHARE, count, CHANGED_SHARE):
        runs.built_before(world, TemplateId(template(number).lower()), world.now)


def main(count: int) -> None:
    """Serve until stdin ends; every line read is a round of changes."""
    world = fleet(count)
    with tempfile.TemporaryDirectory() as directory, running(world, Path(directory)) as arm:
        print(json.dumps({"endpoint": arm.endpoint, "ca_file": str(arm.ca_file)}), flush=True)
        for round_, _ in enumerate(sys.stdin):
            arm.do(lambda living, round_=round_: change(living, count, round_))
            print("{}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
