"""What of a fate may hold up a build, and since when which region is really ill."""

from collections.abc import Iterator
from datetime import timedelta

from aibwatch.cli.simulate.seeds.fate import Fate, Moment
from aibwatch.cli.simulate.seeds.swarm import KINDS
from aibwatch.model.names import Region
from aibwatch.sim.jumping import START
from aibwatch.sim.trace import Hindrance, Illness

SPOIL = frozenset(
    {
        "somebody runs",
        "somebody cancels",
        "somebody changes",
        "somebody publishes",
        "somebody deletes",
        "the owner breaks",
        "the owner mends",
    }
)
"""Deeds after which nobody can say any more what should become of an image."""


HOLDS_UP = frozenset(
    {
        "an operator pauses",
        "an operator fails over",
        "an operator comes home with",
        "an operator says it is out:",
        "an operator says it is well:",
    }
)
"""What operators say after which nobody may demand any build."""


def illnesses(fate: Fate) -> tuple[Illness, ...]:
    """Return which region loses all its builds, and when."""
    return tuple(
        Illness(Region(each.place), START + each.begin, START + each.end)
        for each in fate.spells
        if each.kind in KINDS and KINDS[each.kind].ill
    )


def hindrances(fate: Fate) -> tuple[Hindrance, ...]:
    """Return everything else that goes wrong, with the time that it takes to get over it."""
    return (*_troubles(fate), *_deeds(fate))


def _troubles(fate: Fate) -> Iterator[Hindrance]:
    policy = fate.policy
    tail = (2 + policy.warmup_sweeps) * policy.interval + timedelta(minutes=2)
    for each in fate.spells:
        kind = KINDS.get(each.kind)
        if kind is None or (kind.hurts and not kind.ill):
            region = None if kind is None or kind.everywhere else Region(each.place)
            begin, end = START + each.begin, START + each.end + tail
            yield Hindrance(begin, end, region=region, says=each.kind)


def _deeds(fate: Fate) -> Iterator[Hindrance]:
    """Yield what people's deeds hinder."""
    last = START + fate.faults_end + timedelta(days=2)
    for each in fate.moments:
        begin = START + each.at
        if each.kind in SPOIL:
            yield Hindrance(begin, last, image=each.image, says=each.kind)
        elif each.kind == "Microsoft reports":
            yield Hindrance(begin, last, region=Region(each.place), says=each.kind)
        elif each.kind in HOLDS_UP:
            yield Hindrance(begin, last, says=each.kind)


def proven(fate: Fate) -> frozenset[str]:
    """Return the images of whose past nothing speaks against them."""
    spoiled = {each.image for each in fate.moments if _spoils(each)}
    return frozenset(fate.fleet.images) - fate.unbuilt - spoiled


def _spoils(moment: Moment) -> bool:
    return moment.kind in ("somebody changes", "the owner breaks")
