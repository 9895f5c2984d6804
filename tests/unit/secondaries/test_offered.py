"""What a secondary's region offers: its VM size, Image Builder, room for a full outage, zones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from aibwatch.model.blueprint import Offered, Part
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ImageName, ResourceId
from aibwatch.model.offer import Geography, Offer, Quota
from aibwatch.model.readiness import ADVISORY, Check, Colour
from aibwatch.model.resource import AGREEMENT, Resource
from aibwatch.model.state import Sightings
from aibwatch.secondaries.agreement import agreement_of
from aibwatch.secondaries.crowd import crowd_of
from builders import (
    EAST,
    HOUR,
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
)
from unit.secondaries.prepared import (
    HUB,
    SIZE,
    a_blueprint,
    a_size,
    an_offer,
    known,
    one,
    prepared,
    readiness,
    secondary,
    told,
    without,
)

DENIED = Fault(FaultKind.PERMISSION, "may not read", 403)
BY_OFFER = (Check.VM_SIZE, Check.QUOTA, Check.REGISTERED, Check.ZONES)


def offering(offer: Offer | Fault | None = None, **fields: Any) -> Sightings:
    """Return sightings in which NORTH offers something else, or nothing could be read of it."""
    sightings = prepared()
    sightings.offers = {(SUBSCRIPTION, NORTH): offer or an_offer(**fields)}
    return sightings


@pytest.mark.parametrize("check", BY_OFFER)
@pytest.mark.parametrize("answer", [DENIED, None])
def test_what_was_not_read_of_a_region_is_unknown(check: Check, answer: Fault | None) -> None:
    """The gating one holds and names the right; the others hold nothing (S26)."""
    sightings = offering(answer or DENIED)
    if answer is None:
        sightings.offers = {}

    item = one(check, sightings)

    assert item.colour is Colour.UNKNOWN
    assert "grant Microsoft." in item.says
    assert {each.check for each in readiness(sightings).faults} == {Check.VM_SIZE}
    assert ADVISORY.issuperset(BY_OFFER[1:])


def test_what_was_read_of_a_region_too_long_ago_is_unknown() -> None:
    """A size may have been restricted since."""
    sightings = prepared()
    sightings.offers_seen = dict.fromkeys(sightings.offers, NOON - 46 * MINUTE)

    assert one(Check.VM_SIZE, sightings).colour is Colour.UNKNOWN


@pytest.mark.parametrize(
    ("check", "part"),
    [
        (Check.VM_SIZE, "sizes"),
        (Check.QUOTA, "quotas"),
        (Check.REGISTERED, "providers"),
        (Check.ZONES, "sizes"),
    ],
)
def test_a_part_that_could_not_be_read_is_unknown_with_the_reason_that_is_told(
    check: Check, part: str
) -> None:
    """The other parts are as they are."""
    item = one(check, offering(unread={part: "may not read; grant This/That/read"}))

    assert item.colour is Colour.UNKNOWN
    assert "This/That/read" in item.says


# the VM size


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ({}, "does not offer standard_d2s_v5"),
        ({SIZE: a_size(restricted="NotAvailableForSubscription")}, "NotAvailableForSubscription"),
    ],
)
def test_a_size_that_cannot_be_had_is_red(sizes: Mapping[str, Any], says: str) -> None:
    """A build would fail at its begin."""
    item = one(Check.VM_SIZE, offering(sizes=sizes))

    assert item.colour is Colour.RED
    assert says in item.says
    assert NORTH in item.says


def test_a_size_that_the_service_chooses_needs_no_answer() -> None:
    """It takes one that is there."""
    knows = known(replace(a_blueprint(), vm_size=""))

    assert one(Check.VM_SIZE, offering(DENIED), knows).colour is Colour.GREEN


# registrations


@pytest.mark.parametrize(
    ("fields", "colour", "says"),
    [
        ({"unregistered": ("Microsoft.KeyVault",)}, Colour.YELLOW, "az provider register"),
        ({"builds_images": False}, Colour.YELLOW, "does not list northeurope"),
        ({"builds_images": None}, Colour.UNKNOWN, "was not read"),
        ({}, Colour.GREEN, "Image Builder is in northeurope"),
    ],
)
def test_what_is_not_registered_is_named_and_holds_nothing(
    fields: Mapping[str, Any], colour: Colour, says: str
) -> None:
    """Advisory (S26)."""
    sightings = offering(**fields)

    item = one(Check.REGISTERED, sightings)

    assert item.colour is colour
    assert says in item.says
    assert readiness(sightings).ready


PLANNED = replace(a_blueprint(), plan=Offered("Acme", "linux", "pro"))
TERMS = ResourceId(
    f"/subscriptions/{SUBSCRIPTION}/providers/microsoft.marketplaceordering/offertypes"
    "/virtualmachine/publishers/acme/offers/linux/plans/pro/agreements/current"
)
ACCEPT = "az vm image terms accept --publisher Acme --offer linux --plan pro"


def terms(accepted: str) -> Resource:
    """Return the agreement about the plan."""
    return Resource(TERMS, AGREEMENT, told={"accepted": accepted})


def seen(answer: Resource | Fault | None, at: datetime = NOON) -> Sightings:
    """Return sightings with an answer about the agreement."""
    sightings = told(prepared(), TERMS, answer)
    sightings.resources_seen[TERMS] = at
    return sightings


@pytest.mark.parametrize(
    ("answer", "unproven", "proven"),
    [
        (terms("true"), Colour.GREEN, Colour.GREEN),
        (terms("false"), Colour.YELLOW, Colour.YELLOW),
        (Fault(FaultKind.NOT_FOUND, "none", 404), Colour.YELLOW, Colour.GREEN),
        (DENIED, Colour.UNKNOWN, Colour.GREEN),
        (None, Colour.UNKNOWN, Colour.GREEN),
    ],
)
def test_terms_of_a_plan_that_are_not_accepted_are_told_with_the_command(
    answer: Resource | Fault | None, unproven: Colour, proven: Colour
) -> None:
    """As read; where nobody can say, a good build in the subscription has proven them. Advisory."""
    sightings = seen(answer)

    without_build = one(Check.REGISTERED, sightings, known(PLANNED, successes={}))
    with_build = one(Check.REGISTERED, sightings, known(PLANNED))

    assert (without_build.colour, with_build.colour) == (unproven, proven)
    assert (ACCEPT in without_build.says) == (unproven is not Colour.GREEN)
    assert readiness(sightings, known(PLANNED, successes={})).ready


def test_terms_that_were_read_long_ago_are_unknown_with_the_right() -> None:
    """Somebody may have withdrawn his consent since."""
    item = one(Check.REGISTERED, seen(terms("true"), NOON - 9 * HOUR), known(PLANNED, successes={}))

    assert item.colour is Colour.UNKNOWN
    assert "MarketplaceOrdering/offertypes/publishers/offers/plans/agreements/read" in item.says


def test_without_a_plan_nobody_asks_for_terms() -> None:
    """Most images have none."""
    assert agreement_of(WEB_NORTH, a_blueprint()) is None
    assert agreement_of(WEB_NORTH, PLANNED) == TERMS


# quota

ROUTE = (WEST, SUBSCRIPTION, NORTH)


def crowd(count: int, size: str = SIZE) -> Any:
    """Return what is known where so many other images would be built there as well."""
    own = (ROUTE, SIZE)
    others = [(ROUTE, size)] * count
    return known(crowd=crowd_of([own, *others], a_policy()), sent={ImageName("web"): own})


@pytest.mark.parametrize(
    ("name", "free", "colour"),
    [
        ("cores", 6, Colour.GREEN),
        ("cores", 5, Colour.YELLOW),
        ("standarddsv5family", 6, Colour.GREEN),
        ("standarddsv5family", 5, Colour.YELLOW),
        ("containergroups", 3, Colour.GREEN),
        ("containergroups", 2, Colour.YELLOW),
    ],
)
def test_a_full_outage_needs_room_for_all_at_once(name: str, free: int, colour: Colour) -> None:
    """Three builds of two vCPUs each; this one is counted once."""
    quotas = {**an_offer().quotas, name: Quota(free + 1, 1)}

    item = one(Check.QUOTA, offering(quotas=quotas), crowd(2))

    assert item.colour is colour
    assert "3 builds at once" in item.says
    assert (name in item.says) is (colour is Colour.YELLOW)


def test_no_more_begin_at_once_than_per_region_lets() -> None:
    """failover.per_region is 5: the sixth waits."""
    quotas = {**an_offer().quotas, "cores": Quota(10, 0)}

    item = one(Check.QUOTA, offering(quotas=quotas), crowd(20))

    assert item.colour is Colour.GREEN
    assert "5 builds at once" in item.says
    assert one(Check.QUOTA, offering(quotas=quotas), crowd(2000)) is item


def test_the_greatest_of_many_sizes_are_those_that_are_counted() -> None:
    """Four of eight vCPUs and one of two: 34, whatever else waits."""
    big = a_size(name="standard_d8s_v5", vcpus=8)
    sizes = {SIZE: a_size(), big.name: big}
    sent = [(ROUTE, big.name)] * 4 + [(ROUTE, SIZE)] * 9
    knows = known(crowd=crowd_of(sent, a_policy()))
    colours = [
        one(
            Check.QUOTA,
            offering(sizes=sizes, quotas={**an_offer().quotas, "cores": Quota(limit, 0)}),
            knows,
        ).colour
        for limit in (33, 34)
    ]

    assert colours == [Colour.YELLOW, Colour.GREEN]


def test_one_that_would_not_be_chosen_is_counted_for_itself() -> None:
    """It asks whether it could be built besides the others."""
    quotas = {**an_offer().quotas, "cores": Quota(3, 0)}

    item = one(Check.QUOTA, offering(quotas=quotas), known(crowd={ROUTE: {SIZE: 1}}))

    assert "2 builds at once" in item.says
    assert item.colour is Colour.YELLOW


def test_public_addresses_count_for_who_has_no_subnet_of_his_own() -> None:
    """A build in the owner's subnet needs none."""
    none_left = {**an_offer().quotas, "publicipaddresses": Quota(10, 10)}

    own = one(Check.QUOTA, offering(quotas=none_left))
    services = one(Check.QUOTA, offering(quotas=none_left), known(without(Part.SUBNET)))

    assert (own.colour, services.colour) == (Colour.GREEN, Colour.YELLOW)


def test_a_quota_that_is_not_told_is_unknown() -> None:
    """And holds nothing."""
    item = one(Check.QUOTA, offering(quotas={}))

    assert item.colour is Colour.UNKNOWN
    assert "standarddsv5family" in item.says


# zones


@pytest.mark.parametrize(
    ("fields", "storage", "says"),
    [
        ({"zones": ()}, "Standard_ZRS", "northeurope has no zones"),
        ({"sizes": {SIZE: a_size(zones=())}}, "Standard_ZRS", "standard_d2s_v5 is in no zone"),
        ({}, "Standard_LRS", "in northeurope is Standard_LRS, not Standard_ZRS"),
    ],
)
def test_what_forgoes_zones_is_named_and_holds_nothing(
    fields: Mapping[str, Any], storage: str, says: str
) -> None:
    """Text, never a hold (issue of readiness, 4)."""
    sightings = offering(**fields)
    knows = known(replace(a_blueprint(), storage=((NORTH, storage),)))

    item = one(Check.ZONES, sightings, knows)

    assert item.colour is Colour.YELLOW
    assert "do not expect it to survive a zone's loss" in item.says
    assert says in item.says
    assert "protected by nothing" in item.says
    assert readiness(sightings, knows).ready


@pytest.mark.parametrize(
    ("zoned", "storage", "colour", "says"),
    [
        (True, "Standard_LRS", Colour.YELLOW, "version in swedencentral is Standard_LRS"),
        (True, "Standard_ZRS", Colour.GREEN, "nothing forgoes them"),
        (False, "Standard_LRS", Colour.GREEN, "nothing forgoes them"),
        (None, "Standard_LRS", Colour.UNKNOWN, "whether swedencentral has zones"),
        (None, "Standard_ZRS", Colour.GREEN, "nothing forgoes them"),
    ],
)
def test_a_target_where_no_secondary_lives_is_looked_up_on_the_map(
    zoned: bool | None,  # noqa: FBT001  a parameter of the test
    storage: str,
    colour: Colour,
    says: str,
) -> None:
    """What its region offers nobody asks, but the list of regions tells which have zones."""
    sightings = prepared(secondary(targets=(NORTH, HUB)))
    sightings.geographies[HUB] = Geography(HUB, "Sweden", zoned=zoned)
    stored = ((NORTH, "Standard_ZRS"), (HUB, storage))

    item = one(Check.ZONES, sightings, known(replace(a_blueprint(), storage=stored)))

    assert item.colour is colour
    assert says in item.says


def test_another_secondary_elsewhere_protects_from_the_loss_of_a_zone() -> None:
    """One in the same region does not."""
    beside, other = an_id("web-beside"), an_id("web-east")
    sightings = prepared(secondary(), a_template(id=beside, region=NORTH))
    sightings.offers[SUBSCRIPTION, NORTH] = an_offer(zones=())
    templates = (WEB, WEB_NORTH, beside)

    alone = one(Check.ZONES, sightings, templates=templates)
    sightings.templates[other] = a_template(id=other, region=EAST)
    both = one(Check.ZONES, sightings, templates=(*templates, other))

    assert "protected by nothing" in alone.says
    assert "protected by secondary web-east" in both.says


def test_storage_that_is_not_told_is_the_plain_one() -> None:
    """So Azure has it."""
    knows = known(replace(a_blueprint(), storage=()))

    assert "standard_lrs" in one(Check.ZONES, prepared(), knows).says
