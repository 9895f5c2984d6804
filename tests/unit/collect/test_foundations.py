"""What secondaries rest on is asked for in batches, each question at its own rhythm."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from aibwatch.collect.due import due, next_due
from aibwatch.collect.foundations import BATCH, is_listed
from aibwatch.collect.prerequisites import BODIES_AT_ONCE, OFFERS_AT_ONCE, body_of, offer_of
from aibwatch.collect.question import Asked, Subject
from aibwatch.collect.sightings import absorb
from aibwatch.collect.sweep import Collector
from aibwatch.model.body import Body
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Region, ResourceId, TemplateId
from aibwatch.model.needs import Needs
from aibwatch.model.observation import (
    BodySeen,
    DefinitionSeen,
    GeographiesSeen,
    Observation,
    OfferSeen,
    ResourceSeen,
    SupplySeen,
)
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.resource import MANAGED_IMAGE, VERSION, Resource
from aibwatch.model.state import View
from aibwatch.model.supply import Supply, gallery_base, managed_base
from aibwatch.sim.jumping import LoopClock, play
from builders import (
    MINUTE,
    NOON,
    NORTH,
    SUBSCRIPTION,
    WEB,
    WEB_NORTH,
    WEST,
    a_definition,
    a_definition_id,
    a_template,
    an_id,
    some_sightings,
)
from unit.collect.collecting import collect, of
from unit.collect.table_azure import DARK, NOT_THERE, TableAzure
from unit.collect.watching import SECOND, a_view, asked_all, failing_web

PROVIDERS = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/images/providers"
NETWORK = ResourceId(f"{PROVIDERS}/microsoft.network/virtualnetworks/v")
FOUND = Resource(NETWORK, "microsoft.network/virtualnetworks", NORTH)
IMAGE = managed_base(f"{PROVIDERS}/microsoft.compute/images/base")
NUMBER = gallery_base(f"{PROVIDERS}/microsoft.compute/galleries/g/images/base/versions/1.0.0")
OFFERING = (SUBSCRIPTION, NORTH, ("standard_d1_v2",))
WHOLE = Offer(NORTH, SUBSCRIPTION, builds_images=True)
PARTLY = Offer(NORTH, SUBSCRIPTION, unread={"sizes": "down"})


def needing(needs: Needs, *, doubted: bool = False) -> View:
    """Return a view of `web` with known revisions, and of what must be asked."""
    west = a_template(revision="r1")
    north = a_template(id=WEB_NORTH, region=NORTH, definition=None, revision="r2")
    state = failing_web() if doubted else None
    return replace(a_view(state=state, sightings=some_sightings(west, north)), needs=needs)


def twice(azure: TableAzure, view: View) -> tuple[Sequence[Observation], Sequence[Observation]]:
    """Return what is seen at NOON and a second later."""

    async def both() -> None:
        collector = Collector(azure, LoopClock(NOON))
        found.append(await collector.collect(view, NOON))
        found.append(await collector.collect(view, NOON + SECOND))
        assert collector.next_due(view, NOON + SECOND) <= NOON + MINUTE

    found: list[Sequence[Observation]] = []
    play(both)
    return found[0], found[1]


def test_each_is_asked_and_what_is_answered_is_seen() -> None:
    """Bodies, resources, offers and regions."""
    needs = Needs(bodies=(WEB,), resources=(NETWORK,), offers=(OFFERING,))
    lie = [Geography(NORTH, "Europe")]
    azure = TableAzure(
        written={WEB: Body(WEB, "{}")},
        resting={NETWORK: FOUND},
        offers={(SUBSCRIPTION, NORTH): WHOLE},
        lie={SUBSCRIPTION: lie},
    )

    seen = collect(azure, needing(needs))

    assert of(BodySeen, seen) == [BodySeen(NOON, WEB, Body(WEB, "{}"))]
    assert of(ResourceSeen, seen) == [ResourceSeen(NOON, NETWORK, FOUND)]
    assert of(OfferSeen, seen) == [OfferSeen(NOON, SUBSCRIPTION, NORTH, WHOLE)]
    assert of(GeographiesSeen, seen) == [GeographiesSeen(NOON, SUBSCRIPTION, lie)]
    assert f"offer {NORTH} standard_d1_v2" in azure.calls


def test_they_come_back_at_the_rhythm_of_readiness_and_sooner_after_a_fault() -> None:
    """`readiness.interval`, or `poll.interval`."""
    view = needing(Needs(resources=(NETWORK,), offers=(OFFERING,)))
    asked = asked_all(view)
    asked.note(Subject.RESOURCE, NETWORK, FOUND, NOON)
    asked.note(Subject.OFFER, offer_of(OFFERING), DARK, NOON)
    asked.note(Subject.GEOGRAPHY, SUBSCRIPTION, (), NOON)

    soon = due(view, asked, NOON + MINUTE).below
    late = due(view, asked, NOON + 15 * MINUTE).below

    assert (soon.resources, soon.offers, soon.geographies) == ((), (OFFERING,), ())
    assert (late.resources, late.geographies) == ((NETWORK,), (SUBSCRIPTION,))
    assert next_due(view, asked, NOON) <= NOON + MINUTE


def test_a_body_of_another_revision_is_asked_for_at_once() -> None:
    """A copy of what the owner wrote before is no copy of what he wrote since."""
    view = needing(Needs(bodies=(WEB, WEB_NORTH)))
    asked = asked_all(view)
    for each in due(view, asked, NOON).below.bodies:
        asked.note(Subject.BODY, each, None, NOON)
    before = due(view, asked, NOON + MINUTE).below.bodies
    view.sightings.templates[WEB] = a_template(revision="r3")

    after = due(view, asked, NOON + MINUTE).below.bodies

    assert before == ()
    assert after == (body_of(view.sightings.templates[WEB]),)


def test_a_template_that_was_never_seen_has_no_body_to_ask_for() -> None:
    """It may not exist."""
    view = needing(Needs(bodies=(an_id("never"),)))

    assert due(view, Asked(), NOON).below.bodies == ()


def test_bodies_are_asked_for_in_turns_pressing_ones_first() -> None:
    """A fleet that was never copied takes its time; an image in doubt does not."""
    many = [an_id(f"a{number:03}") for number in range(BODIES_AT_ONCE)]
    view = needing(Needs(bodies=(*many, WEB)), doubted=True)
    view.sightings.templates.update({each: a_template(id=each) for each in many})

    asks = due(view, Asked(), NOON).below

    assert len(asks.bodies) == BODIES_AT_ONCE
    assert asks.bodies[0].startswith(WEB)
    assert asks.more == {Subject.BODY}


def test_offers_are_asked_for_in_turns() -> None:
    """Each is some requests."""
    places = [Region(f"r{number}") for number in range(OFFERS_AT_ONCE + 1)]
    view = needing(Needs(offers=tuple((SUBSCRIPTION, each, ()) for each in places)))

    asks = due(view, Asked(), NOON).below

    assert (len(asks.offers), asks.more) == (OFFERS_AT_ONCE, {Subject.OFFER})
    assert asks.geographies == (SUBSCRIPTION,)


def test_an_offer_of_another_size_is_asked_for_at_once() -> None:
    """Of the sizes that nobody asked for nothing is known."""
    view = needing(Needs(offers=(OFFERING,)))
    asked = asked_all(view)
    asked.note(Subject.OFFER, offer_of(OFFERING), WHOLE, NOON)
    other = (SUBSCRIPTION, NORTH, ("standard_d1_v2", "standard_d4ds_v5"))

    assert due(view, asked, NOON).below.offers == ()
    assert due(replace(view, needs=Needs(offers=(other,))), asked, NOON).below.offers == (other,)


def test_thousands_of_resources_are_a_handful_of_calls() -> None:
    """So many in each, and each once, however many ask for it."""
    definition = a_definition_id()
    many = tuple(ResourceId(f"{NETWORK}{number:04}") for number in range(5 * BATCH))
    azure = TableAzure(definitions={definition: a_definition()})

    seen = collect(azure, needing(Needs(resources=(ResourceId(definition), *many[1:]))))

    calls = [call for call in azure.calls if call.startswith("resources")]
    assert calls == [f"resources, {BATCH}"] * 5
    assert len(of(ResourceSeen, seen)) == 5 * BATCH
    assert of(DefinitionSeen, seen) == [DefinitionSeen(NOON, definition, a_definition())]


def test_what_was_left_out_comes_after_a_pause_and_is_no_answer() -> None:
    """Neither is it asked for again at once, nor is it taken for absent."""
    azure = TableAzure(left={NETWORK, WEB, a_definition_id()}, written={WEB_NORTH: Body(WEB, "")})
    view = needing(Needs(bodies=(WEB, WEB_NORTH), resources=(NETWORK,)))

    first, second = twice(azure, view)

    assert [each.template for each in of(BodySeen, first)] == [WEB_NORTH]
    assert of(ResourceSeen, first) == of(DefinitionSeen, first) == []
    assert of(BodySeen, second) == of(ResourceSeen, second) == []
    assert azure.calls.count("resources, 2") == azure.calls.count("bodies of 2") == 1


def test_a_call_that_fails_as_a_whole_is_a_fault_of_each() -> None:
    """A bug of ours, or no answer in time."""
    azure = TableAzure(broken={"resources, 2": ValueError("x"), "bodies of 1": ValueError("y")})

    seen = collect(azure, needing(Needs(bodies=(WEB,), resources=(NETWORK,))))

    told = [
        *(each.answer for each in of(ResourceSeen, seen)),
        *(each.answer for each in of(DefinitionSeen, seen)),
        *(each.answer for each in of(BodySeen, seen)),
    ]
    assert len(told) == 3
    assert {each.kind for each in told} == {FaultKind.NONSENSE}


@pytest.mark.parametrize(
    ("base", "found", "supply"),
    [
        (IMAGE, Resource(ResourceId(IMAGE), MANAGED_IMAGE, WEST), Supply((WEST,))),
        (
            NUMBER,
            Resource(ResourceId(NUMBER), VERSION, WEST, told={"replicated": "uksouth,eastus"}),
            Supply((Region("uksouth"), Region("eastus"))),
        ),
        (NUMBER, NOT_THERE, NOT_THERE),
    ],
)
def test_a_base_that_is_a_resource_is_read_as_one(
    base: str, found: Resource | Fault, supply: Supply | Fault
) -> None:
    """One batch in place of a request for each."""
    azure = TableAzure(resting={ResourceId(base): found})

    seen = collect(azure, needing(Needs(bases=(base,))))

    assert of(SupplySeen, seen) == [SupplySeen(NOON, base, supply)]
    assert "supply" not in azure.calls


def test_a_strangers_store_is_not_asked_for_more_often_than_all_else() -> None:
    """It stays hidden; what of ours is hidden may be shown to us soon."""
    script = ResourceId("https://strangers.blob.core.windows.net/x.sh")
    hidden = Fault(FaultKind.PERMISSION, "grant it")
    azure = TableAzure(resting={NETWORK: hidden, script: hidden})
    view = needing(Needs(resources=(NETWORK, script)))
    asked = []

    async def once() -> None:
        collector = Collector(azure, LoopClock(NOON))
        await collector.collect(view, NOON)
        asked.append(due(view, collector.asked, NOON + MINUTE).below.resources)

    play(once)

    assert asked == [(NETWORK,)]


def test_a_version_that_is_not_made_yet_is_asked_for_alone() -> None:
    """Its own answer tells which replicas are there; the row of Resource Graph does not."""
    making = Resource(ResourceId(NUMBER), VERSION, WEST, told={"provisioning": "creating"})
    azure = TableAzure(resting={ResourceId(NUMBER): making}, supplies={NUMBER: Supply((WEST,))})

    seen = collect(azure, needing(Needs(bases=(NUMBER,))))

    assert of(SupplySeen, seen) == [SupplySeen(NOON, NUMBER, Supply((WEST,)))]


def test_the_newest_version_cannot_be_read_as_a_resource() -> None:
    """Which one it is changes."""
    assert is_listed(NUMBER)
    assert not is_listed(gallery_base(NUMBER.partition("/versions/")[0]))
    assert not is_listed("anything")


def test_what_was_answered_is_kept_and_a_good_answer_outlives_a_fault() -> None:
    """Until there is no such thing."""
    sightings, later = some_sightings(), NOON + MINUTE

    absorb(sightings, [ResourceSeen(NOON, NETWORK, FOUND), ResourceSeen(later, NETWORK, DARK)])
    kept = dict(sightings.resources), dict(sightings.resources_seen)
    absorb(sightings, [ResourceSeen(later, NETWORK, NOT_THERE)])

    assert kept == ({NETWORK: FOUND}, {NETWORK: NOON})
    assert sightings.resources == {NETWORK: NOT_THERE}


def test_an_offer_that_tells_less_does_not_replace_one_for_a_while() -> None:
    """But not for ever: a right that was taken away must show."""
    sightings, key = some_sightings(), (SUBSCRIPTION, NORTH)
    absorb(sightings, [OfferSeen(NOON, *key, WHOLE), OfferSeen(NOON + MINUTE, *key, PARTLY)])
    at_first = sightings.offers[key], sightings.offers_seen[key]
    absorb(sightings, [OfferSeen(NOON + 60 * MINUTE, *key, PARTLY)])
    at_last = sightings.offers[key]
    absorb(sightings, [OfferSeen(NOON + 61 * MINUTE, *key, WHOLE)])

    assert at_first == (WHOLE, NOON)
    assert at_last == PARTLY
    assert sightings.offers[key] == WHOLE


def test_why_a_body_could_not_be_read_is_kept_until_it_could() -> None:
    """Bodies themselves are not kept among what was seen."""
    sightings, template = some_sightings(), TemplateId(WEB)

    absorb(sightings, [BodySeen(NOON, template, DARK)])
    before = dict(sightings.bodies)
    absorb(sightings, [BodySeen(NOON, template, Body(template, "{}"))])

    assert (before, sightings.bodies) == ({template: DARK}, {})


def test_where_regions_lie_is_kept_as_any_subscription_told_it_last() -> None:
    """One that cannot be asked takes nothing away."""
    sightings = some_sightings()

    absorb(sightings, [GeographiesSeen(NOON, SUBSCRIPTION, [Geography(NORTH, "Europe")])])
    absorb(sightings, [GeographiesSeen(NOON, "another", DARK)])

    assert sightings.geographies == {NORTH: Geography(NORTH, "Europe")}
