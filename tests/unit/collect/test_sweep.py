"""Asking Azure: what was seen, and what could not be."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

import pytest

from aibwatch.collect.door import AT_ONCE
from aibwatch.collect.sightings import absorb
from aibwatch.collect.sweep import ALONE_MAX, COLLECT_WITHIN, LIST_WITHIN, READ_WITHIN, Collector
from aibwatch.model.failover import Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Publication
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId
from aibwatch.model.observation import (
    DefinitionSeen,
    NoticesSeen,
    Observation,
    PublicationSeen,
    SelfTested,
    SourceUnseen,
    SweepEnded,
    TemplatesSeen,
    TemplateUnseen,
    VersionsSeen,
)
from aibwatch.model.state import Sightings, State, View
from aibwatch.model.template import Template
from builders import (
    MINUTE,
    NOON,
    SUBSCRIPTION,
    WEB,
    WEB_NORTH,
    a_definition,
    a_definition_id,
    a_failover,
    a_failure,
    a_notice,
    a_policy,
    a_state,
    a_template,
    a_version,
    an_id,
    an_image,
    some_sightings,
)
from unit.collect.table_azure import DARK, NOT_THERE, TableAzure
from virtual import LoopClock, play

BOTH = (a_template(), a_template(id=WEB_NORTH))
OTHER = "99999999-2222-3333-4444-555555555555"
ELSEWHERE = an_id("db", OTHER)
SECOND = timedelta(seconds=1)
Seen = TypeVar("Seen")


def a_view(*images: Image, state: State | None = None, seen: Iterable[Template] = BOTH) -> View:
    """Return a view of these images, by default of `web`."""
    return View(
        images={image.name: image for image in images or (an_image(),)},
        state=state or State(),
        sightings=some_sightings(*seen),
        verdicts={},
        readiness={},
        policy=a_policy(),
    )


def collect(azure: TableAzure, view: View) -> list[Observation]:
    """Collect once, at NOON."""

    async def once() -> list[Observation]:
        collector = Collector(azure, LoopClock(NOON))
        return await collector.collect(view, NOON)

    observations: list[Observation] = play(once)
    return observations


def of(kind: Callable[..., Seen], observations: list[Observation]) -> list[Seen]:
    """Return the observations of one kind."""
    return [each for each in observations if isinstance(each, kind)]  # type: ignore[arg-type]


def many(count: int) -> tuple[Image, ...]:
    """Return so many images of one template each."""
    return tuple(
        an_image(name=ImageName(f"i{n}"), templates=(an_id(f"t{n:02}"),)) for n in range(count)
    )


def unseen(observations: list[Observation]) -> dict[TemplateId, Fault]:
    """Return what could not be seen, and why."""
    return {each.template: each.fault for each in of(TemplateUnseen, observations)}


def test_a_list_shows_all_templates_and_ends_the_sweep() -> None:
    """One call for a subscription, whose answer is passed on as it is."""
    azure = TableAzure({SUBSCRIPTION: BOTH})

    observations = collect(azure, a_view())

    assert of(TemplatesSeen, observations) == [TemplatesSeen(NOON, BOTH)]
    assert observations[-1] == SweepEnded(NOON)
    assert [call for call in azure.calls if call.startswith(("list", "get"))] == ["list 1"]


def test_a_template_that_the_list_leaves_out_is_read_alone() -> None:
    """ARM composes lists from regions: one that is down drops out, and its templates with it."""
    azure = TableAzure({SUBSCRIPTION: BOTH[:1]}, alone={WEB_NORTH: BOTH[1]})

    observations = collect(azure, a_view())

    assert TemplatesSeen(NOON, (BOTH[1],)) in observations
    assert unseen(observations) == {}


def test_one_that_cannot_be_read_alone_either_is_unseen_for_its_own_reason() -> None:
    """Gone and unreadable are told apart."""
    azure = TableAzure({SUBSCRIPTION: ()}, alone={WEB: DARK})

    observations = collect(azure, a_view())

    assert unseen(observations) == {WEB: DARK, WEB_NORTH: NOT_THERE}
    assert observations[-1] == SweepEnded(NOON)


def test_after_a_failed_list_each_template_is_read_alone() -> None:
    """A list that fails as a whole does not blind us for the regions that answer."""
    azure = TableAzure({SUBSCRIPTION: DARK}, alone={WEB: BOTH[0], WEB_NORTH: DARK})

    observations = collect(azure, a_view())

    assert of(TemplatesSeen, observations) == [TemplatesSeen(NOON, (BOTH[0],))]
    assert unseen(observations) == {WEB_NORTH: DARK}
    assert observations[-1] == SweepEnded(NOON)


@pytest.mark.parametrize("listed", [DARK, ()], ids=["failed", "left out"])
def test_single_reads_are_bounded(listed: Fault | tuple[Template, ...]) -> None:
    """However many a list does not show, so many are read alone; the rest is unseen (S25)."""
    azure = TableAzure({SUBSCRIPTION: listed})

    observations = collect(azure, a_view(*many(ALONE_MAX + 7), seen=()))

    asked = [call for call in azure.calls if call.startswith("get")]
    kinds = [fault.kind for fault in unseen(observations).values()]
    assert len(asked) == ALONE_MAX
    assert kinds.count(FaultKind.NOT_FOUND) == ALONE_MAX
    assert kinds.count(FaultKind.PLATFORM) == 7


def test_images_in_doubt_are_read_first_then_each_in_turn() -> None:
    """What may lead to an act is read in every sweep; the others share what is left."""
    images = many(ALONE_MAX + 7)
    pressing = images[-1].primary
    azure = TableAzure({SUBSCRIPTION: DARK})
    view = a_view(*images, state=a_state(failures=[a_failure(template=pressing)]), seen=())

    async def twice() -> None:
        collector = Collector(azure, LoopClock(NOON))
        await collector.collect(view, NOON)
        await collector.collect(view, NOON + MINUTE)

    play(twice)

    assert azure.calls.count("get t31") == 2
    assert all(f"get t{n:02}" in azure.calls for n in range(len(images)))


@pytest.mark.parametrize(
    "kind", [FaultKind.THROTTLED, FaultKind.AUTH, FaultKind.NETWORK, FaultKind.FORBIDDEN_HERE]
)
def test_what_is_wrong_with_us_is_not_asked_again_alone(kind: FaultKind) -> None:
    """Reading one by one would fail the same way, and on 429 do harm."""
    fault = Fault(kind, "not now")
    azure = TableAzure({SUBSCRIPTION: fault}, alone={WEB: BOTH[0]})

    observations = collect(azure, a_view())

    assert not any(call.startswith("get") for call in azure.calls)
    assert unseen(observations) == {WEB: fault, WEB_NORTH: fault}


def test_the_sweep_ends_when_every_subscription_was_listed() -> None:
    """While one is held up by Retry-After the sweep goes on, and then it ends (S16)."""
    wait = Fault(FaultKind.THROTTLED, "slow", 429, retry_after=90 * SECOND)
    azure = TableAzure({SUBSCRIPTION: BOTH, OTHER: wait})
    view = a_view(an_image(), an_image(name=ImageName("db"), templates=(ELSEWHERE,)))
    ends: list[bool] = []

    async def sweeps() -> None:
        collector = Collector(azure, LoopClock(NOON))
        for n in range(3):
            observations = await collector.collect(view, NOON + n * MINUTE)
            ends.append(bool(of(SweepEnded, observations)))

    play(sweeps)

    assert ends == [True, False, True]


def test_nothing_due_is_nothing_asked() -> None:
    """A tick between two intervals costs no call and ends no sweep."""
    azure = TableAzure({SUBSCRIPTION: BOTH})

    async def twice() -> list[Observation]:
        collector = Collector(azure, LoopClock(NOON))
        await collector.collect(a_view(), NOON)
        azure.calls.clear()
        return await collector.collect(a_view(), NOON + SECOND)

    observations = play(twice)

    assert observations == []
    assert azure.calls == []


def test_configured_subscriptions_are_listed_too() -> None:
    """Templates of no image are seen: they are the peers of those that are."""
    stranger = a_template(id=ELSEWHERE)
    azure = TableAzure({SUBSCRIPTION: BOTH, OTHER: [stranger]})

    async def once() -> list[Observation]:
        return await Collector(azure, LoopClock(NOON), [OTHER]).collect(a_view(), NOON)

    observations = play(once)

    assert TemplatesSeen(NOON, [stranger]) in observations


def test_everything_else_is_passed_on_as_it_was_answered() -> None:
    """Notices, gallery and self-test become observations, faults among them."""
    name, publishing = a_definition_id(), a_failover(phase=Phase.PUBLISHING, target=WEB_NORTH)
    state = a_state(failures=[a_failure()])
    state.failovers, state.open = {publishing.id: publishing}, {publishing.image: publishing.id}
    published = Publication(a_version(), provisioned=True)
    azure = TableAzure(
        {SUBSCRIPTION: BOTH},
        notices={SUBSCRIPTION: [a_notice()], "": DARK},
        definitions={name: a_definition()},
        published={name: DARK},
        publications={WEB_NORTH: published},
        time=NOON + 3 * SECOND,
    )

    observations = collect(azure, a_view(state=state))

    expected = [
        NoticesSeen(NOON, f"events:{SUBSCRIPTION}", [a_notice()]),
        SourceUnseen(NOON, "emerging", DARK),
        DefinitionSeen(NOON, name, a_definition()),
        VersionsSeen(NOON, name, DARK),
        PublicationSeen(NOON, publishing.id, published),
        SelfTested(NOON, None, 3 * SECOND),
    ]
    assert [each for each in expected if each not in observations] == []


def test_a_failed_self_test_says_why() -> None:
    """It only subtracts: its fault is kept for the person who asks why nothing is done."""
    azure = TableAzure({SUBSCRIPTION: BOTH}, time=DARK)

    observations = collect(azure, a_view(state=a_state(failures=[a_failure()])))

    assert of(SelfTested, observations) == [SelfTested(NOON, DARK)]


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


def test_what_was_collected_can_be_absorbed() -> None:
    """Both halves fit: after one sweep everything watched was seen and asked for."""
    azure = TableAzure({SUBSCRIPTION: BOTH[:1]}, alone={WEB_NORTH: DARK})
    view = a_view(seen=())

    changed = absorb(view.sightings, collect(azure, view))

    assert changed == [BOTH[0]]
    assert view.sightings == Sightings(
        booted=view.sightings.booted,
        templates={WEB: BOTH[0]},
        seen={WEB: NOON},
        asked={WEB: NOON, WEB_NORTH: NOON},
        faults={WEB_NORTH: DARK},
        notices={"events": (), f"events:{SUBSCRIPTION}": (), "emerging": ()},
        sources={"events": NOON, f"events:{SUBSCRIPTION}": NOON, "emerging": NOON},
        sweeps=3,
    )


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
