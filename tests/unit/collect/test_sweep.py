"""Asking Azure: what was seen, and what could not be."""

import pytest

from aibwatch.collect.foundations import BATCH
from aibwatch.collect.prerequisites import DEFINITIONS_AT_ONCE
from aibwatch.collect.round import ALONE_MAX
from aibwatch.collect.sightings import absorb
from aibwatch.collect.sweep import Collector
from aibwatch.model.failover import Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Publication
from aibwatch.model.names import ImageName
from aibwatch.model.observation import (
    DefinitionSeen,
    NoticesSeen,
    Observation,
    PublicationSeen,
    SelfTested,
    SourceUnseen,
    SweepEnded,
    TemplatesSeen,
    VersionsSeen,
)
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template
from aibwatch.sim.jumping import LoopClock, play
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
    a_state,
    a_template,
    a_version,
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
from unit.collect.table_azure import DARK, NOT_THERE, TableAzure


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


def test_a_self_test_that_the_budget_put_off_tells_nothing() -> None:
    """Nothing was asked, so nothing is wrong with us (S13, S25)."""
    put_off = Fault(FaultKind.THROTTLED, "put off", retry_after=MINUTE)
    azure = TableAzure({SUBSCRIPTION: BOTH}, time=put_off)

    observations = collect(azure, a_view(state=a_state(failures=[a_failure()])))

    assert azure.calls.count("time 1") == 1
    assert of(SelfTested, observations) == []


def test_a_failed_self_test_says_why() -> None:
    """It only subtracts: its fault is kept for the person who asks why nothing is done."""
    azure = TableAzure({SUBSCRIPTION: BOTH}, time=DARK)

    observations = collect(azure, a_view(state=a_state(failures=[a_failure()])))

    assert of(SelfTested, observations) == [SelfTested(NOON, DARK)]


def test_what_was_collected_can_be_absorbed() -> None:
    """Both halves fit: after one sweep everything watched was seen and asked for."""
    azure = TableAzure({SUBSCRIPTION: BOTH[:1]}, alone={WEB_NORTH: DARK})
    view = a_view(seen=())

    changed = absorb(view.sightings, collect(azure, view))

    assert changed == [BOTH[0]]
    assert view.sightings == Sightings(
        booted=view.sightings.booted,
        templates={WEB: BOTH[0]},
        latest=NOON,
        seen={WEB: NOON},
        read={BOTH[0].region: NOON},
        asked={WEB: NOON, WEB_NORTH: NOON},
        faults={WEB_NORTH: DARK},
        notices={"events": (), f"events:{SUBSCRIPTION}": (), "emerging": ()},
        sources={
            "events": NOON,
            f"events:{SUBSCRIPTION}": NOON,
            f"activity:{SUBSCRIPTION}": NOON,
            "emerging": NOON,
        },
        sweeps=3,
        swept=True,
    )


def test_definitions_are_read_in_turns() -> None:
    """After as many as may be read at once there is a pause."""
    ids = [an_id(f"t{n:04}") for n in range(DEFINITIONS_AT_ONCE + 1)]
    images = [an_image(name=ImageName(each[-5:]), templates=(each,)) for each in ids]
    templates = tuple(a_template(id=t, definition=a_definition_id(t[-5:])) for t in ids)
    azure = TableAzure({SUBSCRIPTION: templates})
    view = a_view(*images, seen=templates)

    async def twice() -> None:
        collector = Collector(azure, LoopClock(NOON))
        await collector.collect(view, NOON)
        await collector.collect(view, NOON + SECOND)

    play(twice)

    read = [int(call.split()[1]) for call in azure.calls if call.startswith("resources")]
    assert sum(read) == DEFINITIONS_AT_ONCE
    assert max(read) == BATCH


def test_who_goes_on_from_anothers_memory_asks_nothing_twice() -> None:
    """Neither of templates nor of what they rest on."""
    azure, view = TableAzure({SUBSCRIPTION: BOTH}), a_view()

    async def both() -> tuple[int, int]:
        first = Collector(azure, LoopClock(NOON))
        await first.collect(view, NOON)
        before = len(azure.calls)
        await Collector(azure, LoopClock(NOON), asked=first.asked).collect(view, NOON)
        return before, len(azure.calls)

    before, after = play(both)

    assert any(each.startswith("resources") for each in azure.calls)
    assert before == after
