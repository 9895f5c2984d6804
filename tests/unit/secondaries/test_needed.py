"""What must be read of templates and of what they rest on follows from what is known of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from aibwatch.model.blueprint import Blueprint, Dependency, Offered, Part, Recipe
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, ResourceId, TemplateId
from aibwatch.model.needs import Needs
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.resource import Resource
from aibwatch.model.state import Sightings, State
from aibwatch.secondaries.agreement import agreement_of
from aibwatch.secondaries.checklist import Checklist
from builders import (
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
    some_sightings,
)

PROVIDERS = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/images/providers"
NETWORK = ResourceId(f"{PROVIDERS}/microsoft.network/virtualnetworks/v")
SUBNET = ResourceId(f"{NETWORK}/subnets/build")
GATEWAY = ResourceId(f"{PROVIDERS}/microsoft.network/natgateways/out")
STORE = ResourceId("https://scripts.blob.core.windows.net/c/x.sh")
SOURCE = f"{PROVIDERS}/microsoft.compute/galleries/g/images/base"
R1 = {WEB: ("r1", NOON), WEB_NORTH: ("r2", NOON)}
BY_DEFAULT = ("standard_d1_v2", "standard_d2ds_v4")


def a_blueprint(*names: str, size: str = "") -> Blueprint:
    """Return a blueprint that rests on these."""
    rests_on = (Dependency(Part.SUBNET, "$", ResourceId(each)) for each in names)
    return Blueprint(Recipe(), tuple(rests_on), size)


def seen() -> Sightings:
    """Return sightings of both templates of `web`."""
    west = a_template(revision="r1")
    return some_sightings(west, a_template(id=WEB_NORTH, region=NORTH, revision="r2"))


def a_state(
    blueprints: dict[TemplateId, Blueprint] | None = None,
    copies: dict[TemplateId, tuple[str, datetime]] | None = None,
) -> State:
    """Return what the journal tells of bodies."""
    return State(blueprints=blueprints or {}, copies=R1 if copies is None else copies)


def needs(
    state: State, sightings: Sightings | None = None, images: Iterable[Image] = (an_image(),)
) -> Needs:
    """Return what a new checklist needs."""
    checklist = Checklist([*images], a_policy())
    checklist.renew((), sightings or seen(), NOON, state=state)
    return checklist.needs


@pytest.mark.parametrize("mode", list(Mode))
def test_every_template_is_copied_in_every_mode(mode: Mode) -> None:
    """Primaries too, and those of images that are only observed: that is what copies are for."""
    images = (an_image(mode=mode), an_image(name=ImageName("db"), templates=(an_id("db"),)))
    sightings = seen()
    sightings.templates[an_id("db")] = a_template(id=an_id("db"), revision="r9")

    found = needs(a_state(copies={}), sightings, images).bodies

    assert found == tuple(sorted((an_id("db"), WEB, WEB_NORTH)))


def test_a_body_is_needed_until_the_copy_shows_the_revision_that_was_listed() -> None:
    """And again once the owner has changed it."""
    checklist, sightings = Checklist([an_image()], a_policy()), seen()
    told = []
    for revision, copies in (("r1", {}), ("r1", R1), ("r3", R1), ("r3", {**R1, WEB: ("r3", NOON)})):
        sightings.templates[WEB] = a_template(revision=revision)
        checklist.renew([WEB], sightings, NOON, state=a_state(copies=copies))
        told.append(checklist.needs.bodies)

    assert told == [tuple(sorted((WEB, WEB_NORTH))), (), (WEB,), ()]


def test_a_copy_that_comes_late_is_noticed_though_the_template_stays_as_it_is() -> None:
    """What makes copies is not what sees templates."""
    checklist, sightings = Checklist([an_image()], a_policy()), seen()
    checklist.renew((), sightings, NOON, state=a_state(copies={}))
    blueprints = {WEB_NORTH: a_blueprint(GATEWAY)}

    checklist.renew((), sightings, NOON + MINUTE, state=a_state(blueprints))

    assert checklist.needs.bodies == ()
    assert checklist.needs.resources == (GATEWAY,)


def test_a_template_whose_revision_nobody_knows_is_not_read() -> None:
    """A journal of an older version does not tell it; the next list does."""
    sightings = some_sightings(a_template(), a_template(id=WEB_NORTH, region=NORTH))

    assert needs(a_state(copies={}), sightings).bodies == ()


def test_resources_are_those_of_secondaries_and_what_they_rest_on_in_turn() -> None:
    """As far as that was read; what a primary rests on matters to nobody."""
    sightings = seen()
    blueprints = {WEB: a_blueprint(f"{GATEWAY}-2"), WEB_NORTH: a_blueprint(SUBNET)}
    first = needs(a_state(blueprints), sightings).resources
    subnet = Resource(SUBNET, "microsoft.network/virtualnetworks/subnets", NORTH)
    sightings.resources[SUBNET] = Resource(SUBNET, subnet.kind, NORTH, "", (NETWORK, GATEWAY))
    sightings.resources_seen[SUBNET] = NOON

    assert first == (SUBNET,)
    assert needs(a_state(blueprints), sightings).resources == tuple(
        sorted((SUBNET, NETWORK, GATEWAY))
    )


def test_what_a_resource_rests_on_is_asked_for_once_that_was_read() -> None:
    """Nothing else has changed since the last look."""
    checklist, sightings = Checklist([an_image()], a_policy()), seen()
    state = a_state({WEB_NORTH: a_blueprint(SUBNET)})
    checklist.renew((), sightings, NOON, state=state)
    first = checklist.needs.resources
    sightings.resources[SUBNET] = Resource(SUBNET, "k", NORTH, "", (NETWORK,))
    sightings.resources_seen[SUBNET] = NOON

    checklist.renew((), sightings, NOON, state=state)

    assert first == (SUBNET,)
    assert checklist.needs.resources == tuple(sorted((SUBNET, NETWORK)))


def test_the_terms_of_a_plan_are_asked_for_once_in_each_subscription() -> None:
    """However many secondaries build from it."""
    planned = replace(a_blueprint(), plan=Offered("acme", "linux", "pro"))

    (asked,) = needs(a_state({WEB: planned, WEB_NORTH: planned}), seen()).resources

    assert asked == agreement_of(WEB_NORTH, planned)


def test_circles_and_what_is_missing_are_no_trouble() -> None:
    """Two resources that name each other, and one that nobody knows."""
    sightings = seen()
    for one, other in ((GATEWAY, NETWORK), (NETWORK, GATEWAY)):
        sightings.resources[one] = Resource(one, "k", NORTH, "", (other, one, SUBNET))
        sightings.resources_seen[one] = NOON

    found = needs(a_state({WEB_NORTH: a_blueprint(GATEWAY)}), sightings).resources

    assert found == tuple(sorted((GATEWAY, NETWORK, SUBNET)))


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        (f"{SOURCE}/versions/1.0.0", f"{SOURCE}/versions/1.0.0"),
        (f"{SOURCE}/versions/latest", SOURCE),
        (STORE, STORE),
        ("https://raw.example.com/x.sh", None),
        ("[parameters('subnet')]", None),
        ("", None),
    ],
)
def test_only_what_somebody_can_be_asked_for_is_asked_for(named: str, asked: str | None) -> None:
    """The newest version is its definition's; an address of elsewhere is in nobody's account."""
    found = needs(a_state({WEB_NORTH: a_blueprint(named)})).resources

    assert found == ((asked,) if asked else ())


def test_offers_are_those_of_the_secondaries_regions_with_all_their_sizes() -> None:
    """Of a size that is not named both that the service may choose."""
    db = an_image(name=ImageName("db"), templates=(an_id("db"), an_id("db-north")))
    sightings = seen()
    sightings.templates[an_id("db-north")] = a_template(id=an_id("db-north"), region=NORTH)
    blueprints = {
        WEB: a_blueprint(size="standard_x"),
        WEB_NORTH: a_blueprint(),
        an_id("db-north"): a_blueprint(size="standard_d4ds_v5"),
    }

    found = needs(a_state(blueprints), sightings, (an_image(), db)).offers

    assert found == ((SUBSCRIPTION, NORTH, (*BY_DEFAULT, "standard_d4ds_v5")),)


def test_where_an_image_is_alone_its_own_region_is_asked_what_it_offers() -> None:
    """That tells where Image Builder is, and so where its secondary could be."""
    alone = an_image(templates=(WEB,), mode=Mode.OBSERVE)

    assert needs(a_state(), images=(alone,)).offers == ((SUBSCRIPTION, WEST, ()),)


def test_a_secondary_of_which_no_copy_is_there_needs_no_offer_yet() -> None:
    """Nobody knows what it builds on."""
    assert needs(a_state()).offers == ()


@pytest.mark.parametrize("what", ["blueprint", "resource", "below", "offer", "target", "region"])
def test_what_rests_on_something_new_is_checked_again(what: str) -> None:
    """And nothing else is."""
    checklist, sightings = Checklist([an_image()], a_policy()), seen()
    subnet = Resource(SUBNET, "k", NORTH, "", (GATEWAY,))
    sightings.resources, sightings.resources_seen = {SUBNET: subnet}, {SUBNET: NOON}
    blueprints = {WEB_NORTH: a_blueprint(SUBNET)}
    checklist.renew((), sightings, NOON, state=a_state(blueprints, copies={}))
    settled = State(blueprints=blueprints, copies=R1)
    checklist.renew((), sightings, NOON, state=settled)
    before = checklist.found["web", WEB_NORTH]
    checklist.renew((), sightings, NOON, state=settled)
    same = checklist.found["web", WEB_NORTH]
    match what:
        case "blueprint":
            sightings.templates[WEB_NORTH] = a_template(id=WEB_NORTH, region=NORTH, revision="r4")
            settled = State(blueprints={WEB_NORTH: a_blueprint(NETWORK)}, copies=R1)
            checklist.renew([WEB_NORTH], sightings, NOON, state=settled)
        case "resource":
            sightings.resources[SUBNET] = Resource(SUBNET, "k", WEST)
        case "below":
            sightings.resources[GATEWAY] = Resource(GATEWAY, "k", WEST)
            sightings.resources_seen[GATEWAY] = NOON
        case "offer":
            sightings.offers[SUBSCRIPTION, NORTH] = Offer(NORTH, SUBSCRIPTION)
            sightings.offers_seen[SUBSCRIPTION, NORTH] = NOON
        case "target":
            sightings.offers[SUBSCRIPTION, WEST] = Offer(WEST, SUBSCRIPTION)
            sightings.offers_seen[SUBSCRIPTION, WEST] = NOON
        case "region":
            sightings.geographies[NORTH] = Geography(NORTH, "Europe")

    checklist.renew((), sightings, NOON, state=settled)

    assert same is before
    assert checklist.found["web", WEB_NORTH] is not before
