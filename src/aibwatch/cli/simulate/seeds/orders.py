"""What operators say in a life: pauses, orders to build, words on a region, acknowledgements.

Orders by hand are drawn by dice of their own, so that the rest of a life is the same without them.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta

from aibwatch.cli.simulate.seeds.dice import Dice
from aibwatch.cli.simulate.seeds.fate import QUIET, Fate, Moment
from aibwatch.cli.simulate.seeds.replica import Replica
from aibwatch.model.names import ImageName, OrderId, Region
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.word import Word

OPERATED = 0.2
"""Lives in which somebody orders anything by hand."""
OUT_FOR = timedelta(hours=1)
"""So long an operator's word stands."""
BY_HAND = (
    "an operator fails over",
    "an operator comes home with",
    "an operator says it is out:",
    "an operator says it is well:",
    "an operator acknowledges",
)
Say = Callable[[Moment, Replica], Awaitable[None]]
"""Says it to one daemon; raises KeyError where there is nothing to be said."""


def by_hand(fate: Fate) -> Iterator[Moment]:
    """Yield what operators order; in most lives nobody does."""
    dice = Dice(f"orders of {fate.seed}")
    for _ in range(dice.randint(1, 5) if dice.chance(OPERATED) else 0):
        at = QUIET + dice.random() * (fate.faults_end - QUIET)
        image = dice.choice(tuple(fate.fleet.images))
        yield Moment(at, dice.choice(BY_HAND), image, dice.choice(fate.fleet.images[image]))


async def _pause(moment: Moment, replica: Replica) -> None:
    scopes = {"region": f"region:{moment.place}", "image": f"image:{moment.image}"}
    scope = scopes.get(moment.word, "all")
    await replica.orders.pause(scope, "maintenance", "kim", None)


async def _resume(_moment: Moment, replica: Replica) -> None:
    for each, _owner in tuple(replica.state.pauses):
        await replica.orders.resume(each, "", "kim", everybodys=True)


async def _fail_over(moment: Moment, replica: Replica) -> None:
    await replica.orders.order(_order(moment, replica, OrderKind.FAILOVER))


async def _come_home(moment: Moment, replica: Replica) -> None:
    await replica.orders.order(_order(moment, replica, OrderKind.FAILBACK))


def _order(moment: Moment, replica: Replica, kind: OrderKind) -> Order:
    """Return an order; said to two daemons, one after the other, it is one all the same."""
    name, now = OrderId(f"order-{moment.at.total_seconds():.0f}"), replica.clock.now()
    return Order(name, kind, ImageName(moment.image), now, "kim", "by hand")


async def _say_out(moment: Moment, replica: Replica) -> None:
    now = replica.clock.now()
    word = Word(Region(moment.place), True, now, "by hand", "kim", now + OUT_FOR)  # noqa: FBT003
    await replica.orders.say(word)


async def _say_well(moment: Moment, replica: Replica) -> None:
    word = Word(Region(moment.place), False, replica.clock.now(), "by hand", "kim")  # noqa: FBT003
    await replica.orders.say(word)


async def _acknowledge(moment: Moment, replica: Replica) -> None:
    await replica.orders.acknowledge(ImageName(moment.image), "seen", "kim")


SAID: Mapping[str, Say] = {
    "an operator pauses": _pause,
    "an operator resumes": _resume,
    "an operator fails over": _fail_over,
    "an operator comes home with": _come_home,
    "an operator says it is out:": _say_out,
    "an operator says it is well:": _say_well,
    "an operator acknowledges": _acknowledge,
}
