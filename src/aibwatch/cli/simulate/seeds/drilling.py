"""Drills in drawn lives: by dice of their own, and only from a number on.

A drill template more changes what else chance brings, so that lives of smaller numbers, which were
judged before there were drills, have none.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from aibwatch.cli.simulate.seeds.dice import Dice
from aibwatch.cli.simulate.seeds.fate import QUIET, Fate, Moment
from aibwatch.sim.fleet import Fleet

FROM = 1_000_000
"""The first seed of a life with drills."""
KIND = "somebody orders a drill of"
MOST = 8
"""Orders to drill in one life."""


def with_drills(fate: Fate) -> Fate:
    """Return a fate in which most images have a drill template, and drills are ordered."""
    dice = Dice(f"drills of {fate.seed}")
    images = fate.fleet.images.items()
    drills = {name: homes[1] for name, homes in images if homes[1:] and dice.chance(0.85)}
    fleet: Fleet = replace(fate.fleet, drills=drills)
    return replace(
        fate,
        fleet=fleet,
        images=[replace(each, drill=fleet.drill(each.name)) for each in fate.images],
        moments=(*fate.moments, *_orders(dice, fate, sorted(drills))),
    )


def _orders(dice: Dice, fate: Fate, images: list[str]) -> Iterator[Moment]:
    lasts = (fate.faults_end - QUIET) / timedelta(seconds=1)
    for _ in range(dice.randint(1, MOST) if images else 0):
        at = QUIET + dice.random() * lasts * timedelta(seconds=1)
        yield Moment(at, KIND, dice.choice(images))
