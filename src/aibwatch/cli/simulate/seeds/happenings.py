"""Draws what happens in a life: troubles, people's deeds, and the deaths of daemons."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from aibwatch.cli.simulate.seeds.dice import CALM, Dice
from aibwatch.cli.simulate.seeds.fate import QUIET, Death, Fate, Moment, Spell
from aibwatch.cli.simulate.seeds.swarm import KINDS
from aibwatch.model.names import Region
from aibwatch.sim.weather import EVERYWHERE

MINUTE = timedelta(minutes=1)
STEPS = (
    "request before",
    "request sent",
    "request taken",
    "request answered",
    "append Intended before",
    "append Intended after",
    "append Answered before",
    "append Answered after",
    "append Moved before",
    "append Moved after",
    "append Closed before",
    "append Closed after",
    "append FailoverOpened before",
    "append FailoverOpened after",
    "append before",
    "append after",
    "read before",
    "read after",
)
"""Where a daemon may die."""
SHARED_STEPS = ("lease before", "lease after", "follow before")
"""Where it may also die if it has the store with others."""
OUT_OF_REACH = "the store is out of reach"
UNANSWERED = "the store takes what is appended and does not answer"
DAEMONS = (OUT_OF_REACH, "daemon stands still")
"""Troubles of the daemons' own, which are spells too; their place is a daemon's number, or 0:
whoever leads then, of the store all of them."""
HUMANS = (
    "somebody runs",
    "somebody cancels",
    "somebody changes",
    "somebody publishes",
    "somebody deletes",
    "the owner breaks",
    "the owner mends",
    "Microsoft reports",
    "Microsoft resolves",
    "an operator pauses",
    "an operator resumes",
)
WORDS = {
    "the owner breaks": ("customizer", "stranger", "quota", "no-gallery"),
    "an operator pauses": ("all", "region", "image"),
}
"""How a template's own mistake ends its builds; what a pause is about."""


def _span(dice: Dice, fate: Fate) -> tuple[timedelta, timedelta]:
    begin = QUIET + dice.random() * (fate.faults_end - QUIET) * 0.9
    longest = fate.faults_end - begin
    return begin, begin + longest * dice.choice((0.1, 0.3, 0.6, 1.0))


def spells(dice: Dice, fate: Fate, troubled: float) -> Iterator[Spell]:
    """Yield the troubles: always an outage, and of every other kind as often as the seed likes."""
    regions = sorted(fate.fleet.regions)
    daemons = _daemons(fate)
    taken = [_first(dice, fate)]
    yield taken[0]
    for kind, count in _mix(dice, troubled):
        row = KINDS.get(kind)
        for _ in range(count):
            begin, end = _span(dice, fate)
            place = dice.choice(regions)
            word = dice.choice(row.words) if row else ""
            if row is None:
                place, end = Region(str(dice.choice(daemons))), min(end, begin + 15 * MINUTE)
            elif row.everywhere:
                place, end = Region(EVERYWHERE), min(end, begin + 30 * MINUTE)
            spell = Spell(kind, place, begin, end, word)
            if not any(_collide(spell, other) for other in taken):
                taken.append(spell)
                yield spell


def unanswered(fate: Fate) -> Iterator[Spell]:
    """Yield when a shared store lets nobody hear what it took: by dice of their own."""
    dice = Dice(f"unanswered appends of {fate.seed}")
    for _ in range(dice.randint(1, 3) if fate.replicas > 1 and dice.chance(0.4) else 0):
        begin, _end = _span(dice, fate)
        lasts = dice.choice((5, 20, 60, 120)) * timedelta(seconds=1)
        yield Spell(UNANSWERED, str(dice.choice(_daemons(fate))), begin, begin + lasts)


def _first(dice: Dice, fate: Fate) -> Spell:
    """Return the outage that every life has, mostly of the region with most primaries."""
    homes = [regions[0] for regions in fate.fleet.images.values()]
    place = max(homes, key=homes.count)
    kind = dice.choice([kind for kind, row in KINDS.items() if row.ill])
    begin = QUIET + dice.random() * 20 * MINUTE
    end = begin + (fate.faults_end - begin) * dice.choice((0.3, 0.6, 1.0, 1.0))
    return Spell(kind, place, begin, end, dice.choice(KINDS[kind].words))


def _daemons(fate: Fate) -> Sequence[int]:
    """Return the numbers of daemons, and often 0: whoever leads."""
    return (1,) if fate.replicas == 1 else (0, 0, *range(1, fate.replicas + 1))


def _mix(dice: Dice, troubled: float) -> Iterator[tuple[str, int]]:
    share = 0.02 if troubled < CALM else dice.choice((0.05, 0.1, 0.2, 0.35))
    for kind in (*KINDS, *DAEMONS):
        if dice.chance(share):
            yield kind, dice.choice((1, 1, 2, 3))


def _collide(one: Spell, other: Spell) -> bool:
    first, second = KINDS.get(one.kind), KINDS.get(other.kind)
    lanes = (first.lane if first else "daemon", second.lane if second else "daemon")
    apart = one.end < other.begin or other.end < one.begin
    return lanes[0] == lanes[1] and one.place == other.place and not apart


def pipelines(dice: Dice, fate: Fate) -> Iterator[Moment]:
    """Yield when the owner's pipelines run: some often, some once."""
    for image in fate.fleet.images:
        every = dice.choice((60, 120, 1000)) * MINUTE
        at = QUIET + 40 * MINUTE * dice.random()
        while at < fate.faults_end:
            yield Moment(at, "the pipeline runs", image, fate.fleet.images[image][0])
            at += every * (0.8 + 0.4 * dice.random())


def humans(dice: Dice, fate: Fate, troubled: float) -> Iterator[Moment]:
    """Yield what people do, each at a time of their own; in many seeds nobody does anything."""
    share = 0.0 if troubled < CALM else dice.choice((0.0, 0.1, 0.3))
    for kind in HUMANS:
        for _ in range(3):
            if dice.chance(share):
                at, _ = _span(dice, fate)
                image = dice.choice(tuple(fate.fleet.images))
                place = dice.choice(fate.fleet.images[image])
                yield Moment(at, kind, image, place, dice.choice(WORDS.get(kind, ("",))))


def deaths(dice: Dice, fate: Fate, troubled: float) -> Iterator[Death]:
    """Yield when the daemon dies, and where."""
    many = 0 if troubled < CALM else dice.choice((0, 1, 2, 5))
    for _ in range(many):
        at, _ = _span(dice, fate)
        steps = STEPS if fate.replicas == 1 else STEPS + SHARED_STEPS
        step = dice.choice(("", *steps))
        down = dice.choice((0, 0, 1, 5, 20)) * MINUTE
        who = dice.choice(_daemons(fate))
        yield Death(at, who, down, step, power=dice.chance(0.4))
