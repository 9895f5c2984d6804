"""Draws a fate: each seed has its own mix of troubles, and of many kinds it has none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from aibwatch.cli.simulate.seeds import drilling
from aibwatch.cli.simulate.seeds.dice import CALM, Dice
from aibwatch.cli.simulate.seeds.drilling import with_drills
from aibwatch.cli.simulate.seeds.fate import QUIET, Fate, Way
from aibwatch.cli.simulate.seeds.happenings import deaths, humans, pipelines, spells, unanswered
from aibwatch.cli.simulate.seeds.machine import clocks_set
from aibwatch.cli.simulate.seeds.orders import by_hand
from aibwatch.cli.simulate.seeds.swarm import LAGS
from aibwatch.cli.simulate.stage import Own
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region
from aibwatch.model.policy import LEASE_MARGIN, Policy
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.words import duration

MINUTE = timedelta(minutes=1)
PLACES = tuple(map(Region, ("westeurope", "northeurope", "uksouth", "francecentral")))
SIZES = (1, 1, 1, 2, 2, 3, 4, 6)
LARGE = 30
REPLICAS = (*(1,) * 15, 2, 2, 2, 2, 3)
TOGETHER = 0.5
"""Lives of several daemons are so much shorter: they cost two and three times as much."""
REQUEST_BELOW = LEASE_MARGIN + timedelta(seconds=4)
"""A request's longest time is so much less than the lease: some of it is always left for one."""


def drawn(seed: int, own: Own | None = None) -> Fate:
    """Return the fate of a seed; with the user's own images and policy, if there are any."""
    dice = Dice(seed)
    places = PLACES[: dice.choice((2, 2, 3, 3, 4))]
    fleet, images = _fleet(dice, places, own)
    policy = _policy(dice, len(images)) if own is None else own.policy
    lasts = dice.choice((100, 150, 220, 300)) * MINUTE
    build_time = dice.choice((6, 10, 15, 25)) * MINUTE
    troubled = dice.random()
    replicas, lease = _replicas(seed)
    lasts *= 1.0 if replicas == 1 else TOGETHER
    fate = Fate(
        seed,
        fleet,
        images,
        policy,
        faults_end=QUIET + lasts,
        build_time=build_time,
        replicas=replicas,
        lease=lease,
        way=_way(dice, troubled),
        unbuilt=frozenset(each.name for each in images if dice.chance(0.05)),
        lag=min(max(map(duration, LAGS)), policy.settle / 2),
    )
    if replicas > 1:
        fate = replace(fate, policy=replace(policy, request_timeout=lease - REQUEST_BELOW))
    fate = replace(
        fate,
        spells=(*spells(dice, fate, troubled), *unanswered(fate)),
        moments=(
            *pipelines(dice, fate),
            *humans(dice, fate, troubled),
            *by_hand(fate),
            *clocks_set(fate),
        ),
        deaths=tuple(deaths(dice, fate, troubled)),
        offsets=_offsets(dice, troubled),
    )
    return with_drills(fate) if seed >= drilling.FROM and own is None else fate


def _replicas(seed: int) -> tuple[int, timedelta]:
    """Return how many daemons there are, and for how long each has the lease.

    By dice of their own, so that the rest of a life is the same with one and with three.
    """
    dice = Dice(f"daemons of {seed}")
    return dice.choice(REPLICAS), dice.choice((15, 20, 30, 60)) * timedelta(seconds=1)


def _fleet(dice: Dice, places: Sequence[Region], own: Own | None) -> tuple[Fleet, Sequence[Image]]:
    if own is not None:
        return _cast(dice, places, own)
    size = LARGE if dice.chance(0.01) else dice.choice(SIZES)
    regions = {f"i{number}": _homes(dice, places) for number in range(size)}
    fleet = Fleet(regions)
    return fleet, [_image(dice, name, fleet) for name in regions]


def _homes(dice: Dice, places: Sequence[Region]) -> tuple[Region, ...]:
    """Return where an image's templates stand; many have their primary in the same region."""
    home = places[0] if dice.chance(0.6) else dice.choice(places)
    others = [each for each in places if each != home]
    dice.shuffle(others)
    count = 0 if dice.chance(0.07) else dice.randint(1, len(others))
    return (home, *others[:count])


def _image(dice: Dice, name: str, fleet: Fleet) -> Image:
    auto = dice.chance(0.88) and len(fleet.images[name]) > 1
    mode = Mode.AUTO if auto else dice.choice((Mode.OBSERVE, Mode.ADVISE))
    found = Image(ImageName(name), fleet.templates(name), mode)
    if dice.chance(0.08):
        found = replace(found, strict=True)
    if dice.chance(0.06):
        found = replace(found, allowed_regions=frozenset(fleet.images[name][:-1]))
    if dice.chance(0.1):
        found = replace(found, required_regions=frozenset(fleet.images[name][:1]))
    return found


def _cast(dice: Dice, places: Sequence[Region], own: Own) -> tuple[Fleet, Sequence[Image]]:
    """Give the user's own templates regions, as their ids do not tell."""
    many = max((len(each.templates) for each in own.images), default=1)
    places = PLACES[: max(len(places), many)]
    short = [each for each in own.images if len(each.templates) <= len(places)]
    regions: dict[str, tuple[Region, ...]] = {
        each.name: (places[0], *dice.sample(places[1:], len(each.templates) - 1)) for each in short
    }
    ids: dict[tuple[str, str], str] = {
        (each.name, region): template
        for each in short
        for region, template in zip(regions[each.name], each.templates, strict=True)
    }
    anywhere = [
        replace(each, allowed_regions=frozenset(), required_regions=frozenset()) for each in short
    ]
    return Fleet(regions, ids=ids), anywhere


def _policy(dice: Dice, images: int) -> Policy:
    interval = dice.choice((60, 60, 120, 180)) * timedelta(seconds=1)
    settle = dice.choice((3, 5, 5, 8)) * MINUTE
    return Policy(
        interval=interval,
        active_interval=dice.choice((20, 30, 60)) * timedelta(seconds=1),
        health_interval=max(interval, 2 * MINUTE),
        max_age=2 * interval + 30 * timedelta(seconds=1),
        debounce=dice.choice((1, 3, 3, 6)) * MINUTE,
        healthy_delay=dice.choice((10, 30)) * MINUTE,
        settle=settle,
        warmup_sweeps=dice.choice((1, 2, 2, 3)),
        cooldown=dice.choice((30, 60, 360)) * MINUTE,
        max_failure_age=dice.choice((60, 120)) * MINUTE,
        lost_run=dice.choice((10, 30)) * MINUTE,
        total=dice.choice((2, 10, 40, 40)),
        per_region=dice.choice((2, 5, 40, 40)),
        per_day=dice.choice((3, max(10, 2 * images), 80, 80)),
        max_hops=dice.choice((0, 1, 2, 2)),
    )


def _way(dice: Dice, troubled: float) -> Way:
    if troubled < CALM:
        return Way(slow=0.05, latency=1.0)
    rate = dice.choice((0.0, 0.0, 0.005, 0.03))
    return Way(
        slow=dice.choice((0.0, 0.1, 0.4)),
        latency=dice.choice((0.5, 2.0, 4.0)),
        lost_there=rate * dice.random(),
        lost_back=dice.choice((0.0, 0.0, 0.2, 0.6)),
        store=dice.choice((0.0, 0.0, 0.2, 3.0)),
    )


def _offsets(dice: Dice, troubled: float) -> tuple[timedelta, ...]:
    if troubled < CALM or dice.chance(0.6):
        return (timedelta(0),)
    seconds = (0, 20, -20, 60, -60, 300, -86_400)
    return tuple(dice.choice(seconds) * timedelta(seconds=1) for _ in range(4))
