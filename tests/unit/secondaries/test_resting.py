"""What is told otherwise of one thing is looked at again wherever something rests on it."""

from dataclasses import replace
from itertools import count

from aibwatch.model.blueprint import Blueprint, Offered, Part
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ImageName, TemplateId
from aibwatch.model.offer import Geography, Quota
from aibwatch.model.readiness import Check, Colour, Item
from aibwatch.model.resource import AGREEMENT, Resource
from aibwatch.model.state import Sightings, State
from aibwatch.model.template import RunState
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
    a_run,
    a_success,
    a_template,
    an_id,
    an_image,
)
from unit.secondaries.prepared import (
    HUB,
    RULES,
    STAGING,
    a_blueprint,
    an_offer,
    prepared,
    secondary,
    without,
)

API, API_NORTH = an_id("api-west"), an_id("api-north")
WEB_IMAGE = an_image(allowed_regions=frozenset({NORTH, HUB}))
API_IMAGE = an_image(
    name=ImageName("api"), templates=(API, API_NORTH), allowed_regions=frozenset({NORTH, HUB})
)
ALONE = without(Part.STAGING)

CHANGES = count()
"""A state is another one whenever something was entered."""


class Kept:
    """A checklist of two images, and what it found."""

    def __init__(self, **blueprints: Blueprint) -> None:
        """Check everything once; `web` and `api` name the blueprints of their secondaries."""
        self.sightings: Sightings = prepared(
            secondary(),
            a_template(id=API),
            secondary(id=API_NORTH),
        )
        self.blueprints: dict[TemplateId, Blueprint] = {
            WEB: ALONE,
            API: ALONE,
            WEB_NORTH: blueprints.get("web", a_blueprint()),
            API_NORTH: blueprints.get("api", ALONE),
        }
        self.successes = {WEB_NORTH: a_success(template=WEB_NORTH)}
        self.checklist = Checklist((WEB_IMAGE, API_IMAGE), a_policy())
        self.look()

    def look(self) -> None:
        """Check again what may have changed."""
        state = State(changes=next(CHANGES), blueprints=self.blueprints, successes=self.successes)
        self.checklist.renew((), self.sightings, NOON + MINUTE, state=state)

    def item(self, check: Check) -> Item:
        """Return what is kept of the secondary of `web`."""
        found = self.checklist.found[WEB_IMAGE.name, WEB_NORTH]
        return next(each for each in found.items if each.check is check)


def test_a_resource_far_down_that_moves_is_noticed() -> None:
    """The subnet's rules: nothing was told of template or subnet."""
    kept = Kept()
    before = kept.item(Check.INDEPENDENCE)

    kind = "microsoft.network/networksecuritygroups"
    kept.sightings.resources[RULES] = Resource(RULES, kind, WEST)
    kept.look()

    assert before.colour is Colour.GREEN
    assert kept.item(Check.INDEPENDENCE).colour is Colour.RED


def test_terms_that_somebody_accepts_are_noticed() -> None:
    """The agreement is named nowhere in the template: it follows from its plan."""
    planned = replace(a_blueprint(), plan=Offered("acme", "linux", "pro"))
    kept = Kept(web=planned)
    terms = agreement_of(WEB_NORTH, planned)
    assert terms is not None
    colours = []
    for accepted in ("false", "true"):
        kept.sightings.resources[terms] = Resource(terms, AGREEMENT, told={"accepted": accepted})
        kept.sightings.resources_seen[terms] = NOON
        kept.look()
        colours.append(kept.item(Check.REGISTERED).colour)

    assert colours == [Colour.YELLOW, Colour.GREEN]


def test_another_template_that_takes_the_staging_group_is_noticed_and_that_it_leaves() -> None:
    """Nothing was told of the one that had it first."""
    kept = Kept()
    colours = [kept.item(Check.STAGING).colour]
    for blueprint in (a_blueprint(), ALONE):
        kept.blueprints[API_NORTH] = blueprint
        kept.look()
        colours.append(kept.item(Check.STAGING).colour)

    assert colours == [Colour.GREEN, Colour.RED, Colour.GREEN]
    assert STAGING in {each.names for each in a_blueprint().rests_on}


def test_another_image_that_would_be_built_there_too_takes_of_the_room() -> None:
    """It became ready: then the quota is too small for both."""
    kept = Kept(api=replace(ALONE, version="1.0.0"))
    quotas = {**an_offer().quotas, "cores": Quota(3, 0)}
    kept.sightings.offers[SUBSCRIPTION, NORTH] = an_offer(quotas=quotas)
    kept.look()
    before = kept.item(Check.QUOTA)

    kept.blueprints[API_NORTH] = ALONE
    kept.look()

    assert (before.colour, kept.item(Check.QUOTA).colour) == (Colour.GREEN, Colour.YELLOW)
    assert "2 builds at once" in kept.item(Check.QUOTA).says


def test_one_that_only_is_busy_takes_of_the_room_as_well() -> None:
    """Its run ends long before an outage does."""
    kept = Kept()
    running = a_run(template=API_NORTH, state=RunState.RUNNING, ended=None, message="")
    busy = replace(kept.sightings.templates[API_NORTH], run=running)
    kept.sightings.templates[API_NORTH] = busy
    quotas = {**an_offer().quotas, "cores": Quota(3, 0)}
    kept.sightings.offers[SUBSCRIPTION, NORTH] = an_offer(quotas=quotas)
    kept.checklist = Checklist((WEB_IMAGE, API_IMAGE), a_policy())
    kept.look()

    assert "2 builds at once" in kept.item(Check.QUOTA).says


def test_what_a_region_offers_otherwise_is_noticed() -> None:
    """A size that is restricted since."""
    kept = Kept()

    kept.sightings.offers[SUBSCRIPTION, NORTH] = an_offer(sizes={})
    kept.look()

    assert kept.item(Check.VM_SIZE).colour is Colour.RED


def test_a_region_that_lies_elsewhere_is_noticed() -> None:
    """Geographies are told once a day or so."""
    image = replace(
        WEB_IMAGE, allowed_regions=frozenset(), allowed_geographies=frozenset({"Europe", "Sweden"})
    )
    kept = Kept()
    kept.checklist = Checklist((image, API_IMAGE), a_policy())
    kept.look()
    before = kept.item(Check.RESIDENCY)

    kept.sightings.geographies[NORTH] = Geography(NORTH, "Ireland")
    kept.look()

    assert (before.colour, kept.item(Check.RESIDENCY).colour) == (Colour.GREEN, Colour.RED)


def test_a_body_that_cannot_be_read_says_why_once_it_is_known() -> None:
    """Before that it only was not read yet."""
    kept = Kept()
    del kept.blueprints[WEB_NORTH]
    kept.look()
    before = kept.item(Check.SUBNET).says

    kept.sightings.bodies[WEB_NORTH] = Fault(FaultKind.PERMISSION, "may not read", 403)
    kept.look()

    assert "was not read yet" in before
    assert "may not read" in kept.item(Check.SUBNET).says


def test_a_good_build_is_noticed() -> None:
    """It proves the roles of the identities."""
    kept = Kept()
    kept.successes = {}
    kept.look()
    before = kept.item(Check.ROLES)

    kept.successes = {WEB_NORTH: a_success(template=WEB_NORTH)}
    kept.look()

    assert (before.colour, kept.item(Check.ROLES).colour) == (Colour.UNKNOWN, Colour.GREEN)
