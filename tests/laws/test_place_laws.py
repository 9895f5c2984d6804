"""Whoever is decided on first, the places in the regions go by priority, then by name (S22)."""

from collections import Counter
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from aibwatch.failover.target import chosen
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.entry import Decided
from aibwatch.model.failover import Failover, Phase
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, ImageName, Region, TemplateId, region
from aibwatch.model.state import View
from builders import (
    a_belief,
    a_failover,
    a_policy,
    a_state,
    a_template,
    an_id,
    an_image,
    some_sightings,
)
from views import NOW, a_readiness, with_failovers

PLACES = tuple(map(region, ("northeurope", "eastus", "uksouth")))


@dataclass(frozen=True)
class Waiting:
    """An image that waits for a place."""

    image: Image
    wants: tuple[Region, ...]

    @property
    def turn(self) -> tuple[int, ImageName]:
        """What the places go by."""
        return self.image.priority, self.image.name

    def target(self, place: Region) -> TemplateId:
        """Return its secondary in a region."""
        return an_id(f"{self.image.name}-{place}")

    def failover(self) -> Failover:
        """Return its failover, which has asked nobody yet."""
        found = a_failover(phase=Phase.CHOOSING, priority=self.image.priority)
        return replace(found, id=FailoverId(f"f-{self.image.name}"), image=self.image.name)


def one(name: str, priority: int, wants: tuple[Region, ...]) -> Waiting:
    """Return an image with a secondary in each region that it wants, in that order."""
    templates = (an_id(f"{name}-home"), *(an_id(f"{name}-{place}") for place in wants))
    return Waiting(an_image(name=ImageName(name), templates=templates, priority=priority), wants)


CROWDS = st.lists(
    st.tuples(st.integers(1, 3), st.permutations(PLACES), st.integers(1, len(PLACES))),
    min_size=1,
    max_size=9,
).map(
    lambda drawn: [
        one(f"image{number}", priority, tuple(order[:length]))
        for number, (priority, order, length) in enumerate(drawn)
    ]
)


def waiting_room(crowd: list[Waiting], per_region: int) -> View:
    """Return a view in which all of them wait for a place, and every secondary is well."""
    places = [(each, place) for each in crowd for place in each.wants]
    templates = [a_template(id=each.target(place), region=place) for each, place in places]
    state = with_failovers(
        a_state(beliefs=[a_belief(region=place) for place in PLACES]),
        [each.failover() for each in crowd],
    )
    full = (Hold(Reason.REGION_FULL, "it is full"),)
    for each in crowd:
        name = each.image.name
        decided = Decided(NOW, name, "hold", Reason.REGION_FULL, held_by=full, wants=each.wants)
        state.decisions[name] = decided
    return View(
        images={each.image.name: each.image for each in crowd},
        state=state,
        sightings=some_sightings(*templates, now=NOW),
        verdicts={},
        readiness={
            (each.image.name, each.target(place)): a_readiness(each.target(place))
            for each, place in places
        },
        policy=a_policy(per_region=per_region),
    )


def by_turn(crowd: list[Waiting], per_region: int) -> dict[ImageName, TemplateId | None]:
    """Return what each gets if they are asked in their turn, one after the other."""
    taken: Counter[Region] = Counter()
    found: dict[ImageName, TemplateId | None] = {}
    for each in sorted(crowd, key=lambda each: each.turn):
        place = next((place for place in each.wants if taken[place] < per_region), None)
        if place is not None:
            taken[place] += 1
        found[each.image.name] = each.target(place) if place else None
    return found


@settings(max_examples=150, deadline=None)
@given(CROWDS, st.integers(0, 3))
def test_each_by_itself_is_given_what_it_gets_in_its_turn(
    crowd: list[Waiting], per_region: int
) -> None:
    """All are decided on over the same picture, and nobody takes another's place."""
    view = waiting_room(crowd, per_region)

    alone = {
        name: chosen(image, view.state.open_failover(name), view, NOW)
        for name, image in view.images.items()
    }

    assert alone == by_turn(crowd, per_region)


@settings(max_examples=60, deadline=None)
@given(CROWDS, st.integers(1, 2), st.data())
def test_whoever_asks_first_the_places_go_by_turn(
    crowd: list[Waiting], per_region: int, data: st.DataObject
) -> None:
    """Each that may go does, before the next is decided on: in the end it is the same."""
    view = waiting_room(crowd, per_region)
    got: dict[ImageName, TemplateId | None] = {}
    for each in data.draw(st.permutations(crowd)):
        failover = view.state.open_failover(each.image.name)
        assert failover is not None
        got[each.image.name] = target = chosen(each.image, failover, view, NOW)
        if target is not None:
            sent = replace(failover, phase=Phase.BUILDING, target=target, first_sent=NOW)
            view.state.failovers[failover.id] = sent

    assert got == by_turn(crowd, per_region)
