"""The request budget end to end: whoever drains the bucket, a request still goes out (S25)."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from aibwatch.azure.door import RealAzure, open_azure
from aibwatch.azure.settings import AzureSettings
from aibwatch.model.access import CredentialKind
from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault
from aibwatch.model.names import scope_of
from aibwatch.sim import body
from aibwatch.sim.arm import running
from aibwatch.sim.world import World
from builders import NOON, NORTH, SUBSCRIPTION, WEB, WEB_NORTH, WEST, a_definition_id

T = TypeVar("T")
Story = Callable[[RealAzure, World], Awaitable[None]]
RESERVED = 62
"""A quarter of ARM's 250 reads."""


def told(path: Path, story: Story) -> None:
    """Let the real adapters talk to a simulated ARM whose buckets are in force."""
    world = World(NOON)
    world.add_definition(a_definition_id(), NORTH)
    for name, place in ((WEB, WEST), (WEB_NORTH, NORTH)):
        world.add_template(name, body.write("web", place, a_definition_id(), [NORTH, WEST]))

    async def whole(settings: AzureSettings) -> None:
        azure = await open_azure(settings, frozenset({WEB_NORTH}))
        try:
            await story(azure, world)
        finally:
            await azure.close()

    with running(world, path, speed=0) as arm:
        static = CredentialKind.STATIC
        asyncio.run(
            whole(
                AzureSettings(
                    endpoint=arm.endpoint, ca_file=arm.ca_file, credential=static, token="any"
                )
            )
        )


async def until_put_off(reading: Callable[[], Awaitable[object]]) -> Fault:
    """Read again and again until the budget says not now."""
    for _ in range(300):
        answer = await reading()
        if isinstance(answer, Fault):
            return answer
    pytest.fail("nothing was ever put off")


READS: dict[str, Callable[[RealAzure], Awaitable[object]]] = {
    "lists": lambda azure: azure.templates(SUBSCRIPTION),
    "templates": lambda azure: azure.template(WEB),
    "definitions": lambda azure: azure.definition(a_definition_id()),
    "versions": lambda azure: azure.versions(a_definition_id()),
    "rights": lambda azure: azure.may_run(scope_of(WEB_NORTH)),
}


@pytest.mark.parametrize("name", READS)
def test_reads_of_every_kind_leave_the_reserve_alone(name: str, tmp_path: Path) -> None:
    """Time stands still, so that nothing flows back: they stop at a quarter, by themselves."""

    async def story(azure: RealAzure, world: World) -> None:
        fault = await until_put_off(lambda: READS[name](azure))

        assert fault.put_off
        assert world.remaining(SUBSCRIPTION) == RESERVED

    told(tmp_path, story)


def test_with_the_budget_drained_a_request_and_what_it_waits_for_still_go_out(
    tmp_path: Path,
) -> None:
    """What an errand reads again, and the run request, pass where all other reads wait."""

    async def story(azure: RealAzure, world: World) -> None:
        await until_put_off(lambda: azure.template(WEB))
        acting = azure.for_acts()

        read = [await acting.template(each) for each in (WEB, WEB_NORTH)]
        versions = await acting.versions(a_definition_id())
        tested = await acting.azure_time(SUBSCRIPTION)
        reply = await acting.start(WEB_NORTH)

        assert not any(isinstance(each, Fault) for each in (*read, versions, tested))
        assert reply.event is Event.BEGAN
        assert world.remaining(SUBSCRIPTION) < RESERVED

    told(tmp_path, story)


def test_a_429_puts_off_even_what_a_request_waits_for(tmp_path: Path) -> None:
    """ARM has the last word: no read is sent before its Retry-After, and none is lost on it."""

    async def story(azure: RealAzure, world: World) -> None:
        acting = azure.for_acts()
        refused = await until_put_off(lambda: acting.template(WEB))
        put_off = await acting.template(WEB)

        assert (refused.status, world.remaining(SUBSCRIPTION)) == (429, 0)
        assert isinstance(put_off, Fault)
        assert put_off.put_off

    told(tmp_path, story)
