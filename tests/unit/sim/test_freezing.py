"""Whoever is frozen on jumping time does nothing until he is thawed, and then all that was due."""

import asyncio
from collections.abc import Coroutine
from contextvars import copy_context
from typing import Any

from aibwatch.sim.jumping import OWNER, SimulatedLoop, play


def loop() -> SimulatedLoop:
    """Return the loop that we run on."""
    found = asyncio.get_running_loop()
    assert isinstance(found, SimulatedLoop)
    return found


def owned(work: Coroutine[Any, Any, None], owner: str) -> asyncio.Task[None]:
    """Begin what somebody does."""
    context = copy_context()
    context.run(OWNER.set, owner)
    return asyncio.create_task(work, context=context)


async def ticks(told: list[float], times: int = 3) -> None:
    """Tell the time every second."""
    for _ in range(times):
        await asyncio.sleep(1)
        told.append(loop().time())


def test_who_is_frozen_does_nothing_until_he_is_thawed() -> None:
    """His timers that passed are over at once; nobody else is late."""
    his, others = list[float](), list[float]()

    async def story() -> None:
        work = [owned(ticks(his), "kim"), owned(ticks(others), "lee")]
        await asyncio.sleep(1.5)
        loop().freeze("kim")
        await asyncio.sleep(10)
        loop().thaw("kim")
        await asyncio.gather(*work)

    play(story)

    assert others == [1, 2, 3]
    assert his == [1, 11.5, 12.5]


def test_who_freezes_himself_goes_on_to_his_next_wait() -> None:
    """Whether that is a timer or no time at all."""
    told = list[str]()

    async def stops(seconds: float) -> None:
        loop().freeze("kim")
        told.append("says it")
        await asyncio.sleep(seconds)
        told.append("goes on")

    async def story(seconds: float) -> None:
        work = owned(stops(seconds), "kim")
        await asyncio.sleep(60)
        told.append("waited for")
        loop().thaw("kim")
        await work

    for seconds in (0, 5):
        told.clear()
        play(lambda: story(seconds))  # noqa: B023  it is over before the next one

        assert told == ["says it", "waited for", "goes on"]


def test_what_others_complete_for_him_waits_too() -> None:
    """A frozen process does not hear of it."""
    told = list[float]()

    async def waits(event: asyncio.Event) -> None:
        await event.wait()
        told.append(loop().time())

    async def story() -> None:
        event = asyncio.Event()
        work = owned(waits(event), "kim")
        await asyncio.sleep(1)
        loop().freeze("kim")
        event.set()
        await asyncio.sleep(5)
        loop().thaw("kim")
        await work

    play(story)

    assert told == [6]


def test_the_turn_in_which_somebody_is_frozen_ends_well() -> None:
    """What he would have done in it is skipped; who dies while frozen ends."""
    told = list[str]()

    async def at_once(name: str) -> None:
        await asyncio.sleep(0)
        told.append(name)

    async def story() -> None:
        work = owned(at_once("kim"), "kim")
        await asyncio.sleep(0)
        loop().call_soon(lambda: None)
        loop().freeze("kim")
        await asyncio.sleep(0)
        await at_once("lee")
        loop().kill("kim")
        await asyncio.wait([work])
        assert work.cancelled()

    play(story)

    assert told == ["lee"]
