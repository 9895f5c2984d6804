"""Laws of what secondaries rest on: unknown never counts, and what is kept is what is true."""

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.model.blueprint import Blueprint, Dependency, Part, Recipe
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, Region, ResourceId, TemplateId
from aibwatch.model.offer import Geography, Offer, Quota
from aibwatch.model.readiness import ADVISORY, Check, Colour
from aibwatch.model.resource import Resource
from aibwatch.model.state import Sightings, State
from aibwatch.secondaries.checklist import Checklist
from aibwatch.secondaries.crowd import crowd_of, route_of
from aibwatch.secondaries.grounds import Known
from aibwatch.secondaries.readiness import assess
from builders import (
    EAST,
    MINUTE,
    NOON,
    NORTH,
    SUBSCRIPTION,
    WEB,
    WEB_NORTH,
    WEST,
    a_policy,
    a_template,
    an_id,
    an_image,
)
from unit.secondaries.prepared import (
    HUB,
    NETWORK,
    RULES,
    SCRIPT,
    SUBNET,
    a_blueprint,
    an_offer,
    known,
    prepared,
    readiness,
    secondary,
    the_resources,
)

REGIONS = (WEST, NORTH, HUB, EAST)
THINGS = tuple(the_resources())
FAULTS = st.sampled_from(
    [Fault(FaultKind.NOT_FOUND, "none", 404), Fault(FaultKind.PERMISSION, "no", 403)]
)
PLACES = st.dictionaries(st.sampled_from(THINGS), st.sampled_from(REGIONS))

CHANGES = count()
"""A state is another one whenever something was entered."""


def placed(places: dict[ResourceId, Region]) -> Sightings:
    """Return sightings in which these resources live elsewhere."""
    sightings = prepared()
    for name, region in places.items():
        thing = sightings.resources[name]
        assert isinstance(thing, Resource)
        sightings.resources[name] = replace(thing, region=region)
    return sightings


def colour_of(check: Check, sightings: Sightings) -> Colour:
    """Return the colour of one item."""
    items = readiness(sightings, allowed_regions=frozenset(REGIONS)).items
    return next(each.colour for each in items if each.check is check)


@given(PLACES)
def test_only_what_lives_with_the_primary_makes_independence_red(
    places: dict[ResourceId, Region],
) -> None:
    """And what does is never green."""
    beside = [name for name, region in places.items() if region == WEST]

    colour = colour_of(Check.INDEPENDENCE, placed(places))

    assert (colour is Colour.GREEN) is (not beside)


@given(st.sets(st.sampled_from(THINGS), min_size=1), st.one_of(st.none(), FAULTS))
def test_what_is_unknown_of_a_gating_item_never_counts_as_ready(
    names: set[ResourceId], answer: Fault | None
) -> None:
    """Whichever link is missing, and why; but for the source, which has an item of its own."""
    sightings = prepared()
    for name in names:
        sightings.resources.pop(name)
        if answer:
            sightings.resources[name] = answer

    found = readiness(sightings)

    assert found.ready is all("/versions/" in name for name in names)
    assert not {each.check for each in found.faults} & ADVISORY


@given(PLACES, st.permutations(REGIONS))
def test_the_names_of_regions_mean_nothing(
    places: dict[ResourceId, Region], order: list[Region]
) -> None:
    """Called otherwise, all of them, every item has the same colour."""
    names = dict(zip(REGIONS, order, strict=True))
    sightings = placed(places)
    allowed = frozenset(REGIONS)
    renamed = renaming(sightings, names)
    blueprint = replace(a_blueprint(), storage=((names[NORTH], "Standard_ZRS"),))

    before = readiness(sightings, allowed_regions=allowed)
    after = readiness(renamed, known(blueprint), allowed_regions=allowed)

    assert [each.colour for each in before.items] == [each.colour for each in after.items]


def renaming(sightings: Sightings, names: dict[Region, Region]) -> Sightings:
    """Return the same sightings where each region has another one's name."""
    new = prepared()
    new.templates = {
        each.id: replace(
            each,
            region=names[each.region],
            targets=tuple(names[target] for target in each.targets),
        )
        for each in sightings.templates.values()
    }
    new.definitions = {
        name: replace(each, home=names[each.home])  # type: ignore[union-attr,type-var]
        for name, each in sightings.definitions.items()
    }
    new.resources = {
        name: replace(each, region=names[each.region])  # type: ignore[union-attr,type-var]
        for name, each in sightings.resources.items()
    }
    new.supplies = {
        name: replace(each, regions=tuple(names[region] for region in each.regions))  # type: ignore[union-attr,type-var]
        for name, each in sightings.supplies.items()
    }
    new.offers = {
        (owner, names[region]): replace(each, region=names[region])  # type: ignore[type-var]
        for (owner, region), each in sightings.offers.items()
    }
    new.offers_seen = dict.fromkeys(new.offers, NOON)
    new.geographies = {
        names[region]: replace(each, region=names[region])
        for region, each in sightings.geographies.items()
    }
    return new


# kept

API, API_NORTH, WEB_EAST = an_id("api-west"), an_id("api-north"), an_id("web-east")
IMAGES = (
    an_image(templates=(WEB, WEB_NORTH, WEB_EAST), allowed_geographies=frozenset({"Europe"})),
    an_image(name=ImageName("api"), templates=(API, API_NORTH)),
)
POLICY = a_policy(readiness_max_age=3 * MINUTE)
SHARED = ResourceId(f"/subscriptions/{SUBSCRIPTION}/resourcegroups/shared")
BLUEPRINTS = st.builds(
    lambda kept, size, version: Blueprint(
        Recipe(), tuple(kept), vm_size=size, version=version, storage=((NORTH, "Standard_LRS"),)
    ),
    st.lists(
        st.sampled_from(
            [
                *a_blueprint().rests_on,
                Dependency(Part.STAGING, "$.properties.stagingResourceGroup", SHARED),
            ]
        ),
        max_size=3,
    ),
    st.sampled_from(["", "standard_d2s_v5"]),
    st.sampled_from(["", "1.0.0"]),
)
IDS = st.sampled_from([WEB_NORTH, WEB_EAST, API_NORTH])
CHANGE = st.one_of(
    st.tuples(st.just("blueprint"), IDS, BLUEPRINTS),
    st.tuples(st.just("copy"), IDS, st.sampled_from(["r1", "r2"])),
    st.tuples(
        st.just("resource"),
        st.sampled_from([SUBNET, NETWORK, RULES, SCRIPT, SHARED]),
        st.one_of(
            FAULTS,
            st.builds(
                Resource,
                st.just(NETWORK),
                st.just("microsoft.network/virtualnetworks"),
                st.sampled_from([WEST, NORTH]),
                rests_on=st.sampled_from([(), (RULES,), (SUBNET,)]),
            ),
        ),
    ),
    st.tuples(
        st.just("offer"),
        st.sampled_from([NORTH, EAST]),
        st.one_of(
            FAULTS,
            st.builds(
                an_offer,
                builds_images=st.booleans(),
                quotas=st.sampled_from([{}, {"cores": Quota(3, 0)}]),
            ),
        ),
    ),
    st.tuples(
        st.just("place"),
        st.sampled_from([WEST, NORTH, EAST]),
        st.sampled_from(["Europe", "United States", ""]),
    ),
    st.tuples(st.just("body"), IDS, FAULTS),
)


class Fleet:
    """Sightings and knowledge that change in place, as the daemon's do."""

    def __init__(self) -> None:
        """Begin with secondaries that lack nothing but a staging group each."""
        templates = (
            a_template(),
            secondary(),
            a_template(id=WEB_EAST, region=EAST, targets=(EAST, NORTH), revision="r1"),
            a_template(id=API),
            a_template(id=API_NORTH, region=NORTH, revision="r1"),
        )
        self.sightings = prepared(*templates)
        self.sightings.offers[SUBSCRIPTION, EAST] = an_offer(region=EAST)
        self.blueprints = dict.fromkeys((WEB_NORTH, WEB_EAST, API_NORTH), a_blueprint())
        self.copies: dict[TemplateId, tuple[str, datetime]] = {}

    def change(self, kind: str, key: Any, value: Any, now: datetime) -> None:
        """Let something be told otherwise."""
        seen = self.sightings
        match kind:
            case "blueprint":
                self.blueprints[key] = value
            case "copy":
                self.copies[key] = (value, now)
            case "resource":
                answer = replace(value, id=key) if isinstance(value, Resource) else value
                seen.resources[key], seen.resources_seen[key] = answer, now
            case "offer":
                seen.offers[SUBSCRIPTION, key] = value
                seen.offers_seen[SUBSCRIPTION, key] = now
            case "place":
                seen.geographies[key] = Geography(key, value)
            case "body":
                seen.bodies[key] = value

    @property
    def state(self) -> State:
        """What the journal tells of it."""
        return State(changes=next(CHANGES), blueprints=self.blueprints, copies=self.copies)

    @property
    def known(self) -> Known:
        """What is known of it, before anything is counted."""
        return Known(blueprints=self.blueprints, copies=self.copies)

    def counted(self, found: Any) -> Known:
        """Return the same with all that only the whole fleet tells, counted anew."""
        staging: dict[ResourceId, tuple[TemplateId, ...]] = {}
        for name, blueprint in sorted(self.blueprints.items()):
            for group in {e.names for e in blueprint.rests_on if e.part is Part.STAGING}:
                staging[group] = (*staging.get(group, ()), name)
        ways = {each.name: route_of(each, found, self.sightings, self.known) for each in IMAGES}
        sent = {name: way for name, way in ways.items() if way}
        crowd = crowd_of(sent.values(), POLICY)
        return replace(self.known, staging=staging, crowd=crowd, sent=sent)


@given(st.lists(st.lists(CHANGE, max_size=4), max_size=6))
def test_what_is_kept_of_resting_is_what_checking_everything_would_find(
    looks: list[list[tuple[str, Any, Any]]],
) -> None:
    """Whatever is told otherwise from minute to minute, no secondary is forgotten."""
    fleet, checklist = Fleet(), Checklist(IMAGES, POLICY)
    checklist.renew((), fleet.sightings, NOON, state=fleet.state)

    for minute, look in enumerate(looks, 1):
        now = NOON + minute * MINUTE
        fleet.sightings.seen = dict.fromkeys(fleet.sightings.seen, now)
        for kind, key, value in look:
            fleet.change(kind, key, value, now)
        checklist.renew((), fleet.sightings, now, state=fleet.state)

        anew = fleet.counted(checklist.found)
        for image, target in pairs(IMAGES):
            wanted = assess(image, target, fleet.sightings, POLICY, now, anew)
            assert checklist.found[image.name, target] == wanted


def pairs(images: tuple[Image, ...]) -> list[tuple[Image, TemplateId]]:
    """Return each image with each of its secondaries."""
    return [(image, target) for image in images for target in image.secondaries]


def test_an_offer_is_told_for_the_region_that_it_is_of() -> None:
    """So that the renaming above renames all of it."""
    offer = prepared().offers[SUBSCRIPTION, NORTH]
    assert isinstance(offer, Offer)
    assert offer.region == NORTH
