"""Asking Azure when it hangs, or when a port has a bug: bounded in time and number."""

import asyncio
import logging

import pytest

from aibwatch.collect.door import AT_ONCE
from aibwatch.collect.due import EDITIONS_AT_ONCE, due
from aibwatch.collect.round import ALONE_MAX, LIST_WITHIN, READ_WITHIN
from aibwatch.collect.sweep import COLLECT_WITHIN, Collector
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ImageName
from aibwatch.model.observation import (
    Observation,
    SourceUnseen,
    TemplatesSeen,
)
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.sim.jumping import LoopClock, play
from builders import (
    MINUTE,
    NOON,
    SUBSCRIPTION,
    WEB_NORTH,
    a_policy,
    a_run,
    a_template,
    an_id,
    an_image,
)
from unit.collect.collecting import (
    BOTH,
    ELSEWHERE,
    OTHER,
    SECOND,
    a_view,
    collect,
    many,
    of,
    unseen,
)
from unit.collect.table_azure import TableAzure


def test_a_region_that_hangs_delays_the_others_by_no_more_than_a_read() -> None:
    """Its templates are unseen after READ_WITHIN; all else was seen when it was asked for."""
    azure = TableAzure(
        {SUBSCRIPTION: BOTH[:1], OTHER: [a_template(id=ELSEWHERE)]},
        slow={"get web-north": 3600},
    )
    view = a_view(an_image(), an_image(name=ImageName("db"), templates=(ELSEWHERE,)))
    took: list[float] = []

    async def once() -> list[Observation]:
        observations = await Collector(azure, LoopClock(NOON)).collect(view, NOON)
        took.append(asyncio.get_running_loop().time())
        return observations

    observations = play(once)

    assert unseen(observations) == {
        WEB_NORTH: Fault(FaultKind.TIMEOUT, f"no answer within {READ_WITHIN.seconds}s")
    }
    assert len(of(TemplatesSeen, observations)) == 2
    assert took == [READ_WITHIN.total_seconds()]


def test_all_of_it_is_bounded_whatever_hangs() -> None:
    """A hanging list, then hanging reads: the collect ends, and every template has its word."""
    hanging = {f"get t{n:02}": 3600.0 for n in range(40)} | {"list 1": 3600.0, "emerging": 3600.0}
    azure = TableAzure(slow=hanging)
    images = many(40)
    took: list[float] = []

    async def once() -> list[Observation]:
        view = a_view(*images, seen=())
        observations = await Collector(azure, LoopClock(NOON)).collect(view, NOON)
        took.append(asyncio.get_running_loop().time())
        return observations

    observations = play(once)

    kinds = {fault.kind for fault in unseen(observations).values()}
    assert len(unseen(observations)) == 40
    assert kinds == {FaultKind.TIMEOUT, FaultKind.THROTTLED}
    assert took == [COLLECT_WITHIN.total_seconds()]
    assert of(SourceUnseen, observations)[0].fault.kind is FaultKind.TIMEOUT


def test_what_was_never_asked_is_no_evidence_about_anybody() -> None:
    """A read that found no time left is our own budget's fault, not the region's."""
    azure = TableAzure(
        slow={"list 1": LIST_WITHIN.total_seconds() - 1}
        | {f"get t{n:02}": 7.0 for n in range(ALONE_MAX)},
        lists={SUBSCRIPTION: ()},
    )

    observations = collect(azure, a_view(*many(ALONE_MAX), seen=()))

    kinds = [fault.kind for fault in unseen(observations).values()]
    assert kinds.count(FaultKind.TIMEOUT) == AT_ONCE
    assert kinds.count(FaultKind.THROTTLED) == ALONE_MAX - AT_ONCE


def test_calls_at_once_are_bounded() -> None:
    """A large fleet does not open a connection for each template."""
    images = many(ALONE_MAX)
    azure = TableAzure({SUBSCRIPTION: ()}, slow={f"get t{n:02}": 1.0 for n in range(ALONE_MAX)})

    collect(azure, a_view(*images, seen=()))

    assert azure.most_at_once == AT_ONCE


def test_a_bug_in_a_port_is_logged_once_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    """What escapes from a port becomes a fault of no region, and everything else goes on."""
    azure = TableAzure({SUBSCRIPTION: BOTH}, broken={"emerging": KeyError("title")})
    caplog.set_level(logging.ERROR)

    async def twice() -> list[Observation]:
        collector = Collector(azure, LoopClock(NOON))
        await collector.collect(a_view(), NOON)
        return await collector.collect(a_view(), NOON + MINUTE)

    observations = play(twice)

    faults = [each.fault.kind for each in of(SourceUnseen, observations)]
    assert faults == [FaultKind.NONSENSE]
    assert of(TemplatesSeen, observations) == [TemplatesSeen(NOON, BOTH)]
    assert len(caplog.records) == 1


def test_a_stop_ends_the_calls_under_way() -> None:
    """Cancelling the collect cancels what it asked, and nothing is left running."""
    azure = TableAzure({SUBSCRIPTION: BOTH}, slow={"list 1": 30.0})

    async def stopped() -> bool:
        task = asyncio.create_task(Collector(azure, LoopClock(NOON)).collect(a_view(), NOON))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    cancelled = play(stopped)

    assert cancelled
    assert azure.at_once == 0


def test_versions_of_ordinary_builds_are_read_a_few_at_a_time_with_a_rest_between() -> None:
    """Nothing waits for them, so that many good builds make no cycle follow upon the other."""
    runs = [
        a_run(template=an_id(f"t{number}"), state=RunState.SUCCEEDED)
        for number in range(EDITIONS_AT_ONCE + 1)
    ]
    azure, templates = TableAzure(), [a_template(id=each.template, run=each) for each in runs]
    image = an_image(templates=tuple(each.template for each in runs))
    state = State(unpublished={each.template: each for each in runs})
    view, later = a_view(image, state=state, seen=templates), NOON + a_policy().active_interval

    async def twice() -> list[int]:
        collector = Collector(azure, LoopClock(NOON))
        await collector.collect(view, NOON)
        return [len(due(view, collector.asked, at).editions) for at in (NOON + SECOND, later)]

    assert play(twice) == [0, 1]
    assert sum(each.startswith("publication") for each in azure.calls) == EDITIONS_AT_ONCE
