"""What `check` makes of a fleet, in process."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from aibwatch.cli.finding import Finding, Trouble, exit_code
from aibwatch.cli.inspection import WITHOUT_ACTIVITY, WITHOUT_LOGS, Inspection
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Mode
from aibwatch.model.names import DefinitionId, ImageName, Region, TemplateId
from aibwatch.model.offer import Geography
from aibwatch.model.readiness import Colour
from aibwatch.model.template import ProvisioningState
from aibwatch.sim import body, runs
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import EVERYWHERE, Op
from aibwatch.sim.world import World
from builders import (
    NOON,
    NORTH,
    SUBSCRIPTION,
    WEB,
    WEB_NORTH,
    WEST,
    a_definition_id,
    a_policy,
    a_template,
    an_id,
    an_image,
    some_sightings,
)

WEB_IMAGE = an_image()
INSPECTION = Inspection((WEB_IMAGE,), (SUBSCRIPTION,), a_policy(), NOON)


def a_world() -> World:
    """Return the image `web` in WEST and NORTH."""
    world = World(NOON)
    definition = a_definition_id()
    world.add_definition(definition, NORTH)
    for name, place in ((WEB, WEST), (WEB_NORTH, NORTH)):
        add(world, name, place, definition)
    return world


def add(world: World, name: TemplateId, place: Region, definition: DefinitionId) -> None:
    """Add a template to the World."""
    world.add_template(name, body.write("web", place, definition, [NORTH, WEST]))


def found(world: World, inspection: Inspection = INSPECTION) -> dict[str, Finding]:
    """Inspect the World and return what was found, by what it is about."""
    findings = asyncio.run(inspection.of(SimulatedAzure(world)))
    return {each.what: each for each in findings}


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_clock_that_is_off_either_way_is_told(minutes: int) -> None:
    """Fast or slow makes no difference."""
    world = a_world()
    world.weather.skew = timedelta(minutes=minutes)

    assert found(world)["clock"].trouble is Trouble.TEMPORARY


def test_a_clock_that_is_nearly_right_is_not_mentioned() -> None:
    """What the daemon would tolerate is no finding."""
    world = a_world()
    world.weather.skew = timedelta(minutes=-1)

    assert "clock" not in found(world)


def test_a_notice_about_a_region_is_degraded() -> None:
    """One family speaks; more is for the daemon to judge."""
    world = a_world()
    world.announcements.append(Announcement("T-1", "Builds fail", (WEST,), NOON, NOON))

    findings = found(world)

    assert findings["region westeurope"].trouble is Trouble.DEGRADED
    assert "T-1 Builds fail" in findings["region westeurope"].says
    assert findings["region northeurope"].trouble is Trouble.NONE


def test_two_auto_images_with_one_definition_are_both_held() -> None:
    """Each could take the other's version for its own, so the daemon would start neither."""
    world = a_world()
    other = an_image(name=ImageName("app"), templates=(an_id("app-west"), an_id("app-north")))
    for name, place in zip(other.templates, (WEST, NORTH), strict=True):
        add(world, name, place, a_definition_id())

    findings = found(world, replace(INSPECTION, fleet=(WEB_IMAGE, other)))

    assert findings["web"].says.startswith("held: it publishes to the definition web as app does")
    assert exit_code(findings.values()) == 12


def test_an_image_without_a_secondary_is_not_protected() -> None:
    """It is allowed, and said."""
    alone = an_image(templates=(WEB,))

    findings = found(a_world(), replace(INSPECTION, fleet=(alone,)))

    assert "it has no secondary" in findings["web"].says
    assert exit_code(findings.values()) == 0


def with_canary(place: Region = WEST) -> Inspection:
    """Return the inspection of the same fleet with a canary that is named for a region."""
    return replace(INSPECTION, policy=a_policy(canaries=((place, an_id("canary")),)))


def test_canaries_are_listed_with_what_they_may_cost() -> None:
    """How often they are run, and that each run costs a build VM."""
    world = a_world()
    add(world, an_id("canary"), WEST, a_definition_id())

    listed = found(world, with_canary())["canary westeurope canary"]

    assert listed.colour is Colour.GREEN
    assert listed.says == (
        "run by aibwatch every 6 h, at most 4 times a day;"
        " each run costs one build VM for its minutes"
    )


def test_a_canary_of_another_region_is_told() -> None:
    """It would never be run."""
    world = a_world()
    add(world, an_id("canary"), WEST, a_definition_id())

    listed = found(world, with_canary(NORTH))["canary northeurope canary"]

    assert (listed.colour, listed.says) == (
        Colour.YELLOW,
        "it lives in westeurope; name it under that region",
    )


def test_a_canary_that_is_not_provisioned_is_told() -> None:
    """Nor would this one."""
    world = a_world()
    add(world, an_id("canary"), WEST, a_definition_id())
    looks = world.templates[an_id("canary")].looks
    looks.append(replace(looks.pop(), provisioning=ProvisioningState.FAILED))

    listed = found(world, with_canary())["canary westeurope canary"]

    assert (listed.colour, listed.says) == (Colour.YELLOW, "it is Failed; make it anew")


def test_a_canary_that_is_not_there_is_told_with_the_remedy() -> None:
    """Its id may be wrong."""
    listed = found(a_world(), with_canary())["canary westeurope canary"]

    assert listed.colour is Colour.RED
    assert "mend its id" in listed.says


def test_a_drill_template_is_looked_at_as_a_secondary_is() -> None:
    """It is run as one; and it is in an image, though its tag says so and no list does."""
    world, drilled = a_world(), replace(WEB_IMAGE, drill=an_id("web-drill"))
    inspection = replace(INSPECTION, fleet=(drilled,))
    gone = found(world, inspection)["web drill template web-drill"]
    add(world, an_id("web-drill"), NORTH, a_definition_id())
    there = found(world, inspection)

    assert (gone.colour, gone.trouble) == (Colour.RED, Trouble.NOT_READY)
    assert there["web drill template web-drill"].says.startswith("ready: northeurope")
    assert "template web-drill" not in there
    assert there["web"].says == "protected by web-north"


@dataclass
class LockedOut(SimulatedAzure):
    """An Azure that gives no token, and notes what is asked of it all the same."""

    asked: list[TemplateId] = field(default_factory=list)

    async def azure_time(self, subscription: str) -> datetime | Fault:
        """Refuse."""
        del subscription
        return Fault(FaultKind.AUTH, "no managed identity here")

    async def template(self, template: TemplateId) -> Fault:
        """Note the question."""
        self.asked.append(template)
        return Fault(FaultKind.AUTH, "no managed identity here")


def test_without_a_login_nothing_else_is_asked() -> None:
    """One problem is told once, not for every template."""
    azure = LockedOut()

    findings = asyncio.run(INSPECTION.of(azure))

    assert [each.what for each in findings] == ["login"]
    assert exit_code(findings) == 77
    assert azure.asked == []


def a_world_that_ran(ending: str = "customizer") -> World:
    """Return a World in which the primary's last run failed an hour ago."""
    world = a_world()
    world.templates[WEB].fault = ENDINGS[ending]
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + timedelta(hours=1))
    return world


LATER = replace(INSPECTION, now=NOON + timedelta(hours=1))


@pytest.mark.parametrize(("ending", "says"), [("customizer", "present"), ("generic", "absent")])
def test_a_build_log_that_can_be_read_is_green(ending: str, says: str) -> None:
    """That there is none can only be seen by who may read it."""
    finding = found(a_world_that_ran(ending), LATER)["build log web-west"]

    assert (finding.colour, finding.says.partition(":")[0]) == (Colour.GREEN, says)


def test_a_build_log_that_cannot_be_read_says_what_is_lost() -> None:
    """It is yellow and no reason not to start."""
    world = a_world_that_ran()
    world.weather.set(EVERYWHERE, MENU["403"], Op.LOGS)

    findings = found(world, LATER)

    assert findings["build log web-west"].colour is Colour.YELLOW
    assert WITHOUT_LOGS in findings["build log web-west"].says
    assert exit_code(findings.values()) == 0


def test_build_logs_that_are_off_are_not_asked_for() -> None:
    """And it is said once, whatever the fleet."""
    off = replace(LATER, policy=a_policy(logs=False))

    findings = found(a_world_that_ran(), off)

    assert findings["build logs"].colour is Colour.YELLOW
    assert "build log web-west" not in findings


def test_an_activity_log_that_cannot_be_read_says_what_is_lost() -> None:
    """Each subscription has its own."""
    world = a_world()
    good = found(world)
    world.weather.set(EVERYWHERE, MENU["403"], Op.ACTIVITY)
    bad = found(world)

    what = f"Activity Log {SUBSCRIPTION}"
    assert good[what].colour is Colour.GREEN
    assert bad[what].colour is Colour.YELLOW
    assert WITHOUT_ACTIVITY in bad[what].says


# what a secondary rests on besides


def test_a_gallery_at_home_with_the_primary_is_not_ready_and_named() -> None:
    """The item, where it lives, and the way out."""
    world = a_world()
    world.galleries[a_definition_id()].home = WEST

    finding = found(world)["web secondary web-north"]

    assert finding.trouble is Trouble.NOT_READY
    assert finding.says.startswith("not ready: gallery_home: its image definition golden/web")
    assert "at home in westeurope" in finding.says


def test_a_source_that_is_not_offered_is_not_ready_and_named() -> None:
    """In the secondary's region; the primary's offers do not matter."""
    here, elsewhere = a_world(), a_world()
    here.withdrawn.add(body.base(here.templates[WEB_NORTH].look.body, NORTH, SUBSCRIPTION))
    elsewhere.withdrawn.add(body.base(elsewhere.templates[WEB].look.body, WEST, SUBSCRIPTION))

    finding = found(here)["web secondary web-north"]

    assert finding.says.startswith("not ready: source: the platform image canonical:")
    assert found(elsewhere)["web secondary web-north"].trouble is Trouble.NONE


def test_a_right_to_run_is_looked_for_with_the_group_and_with_the_template() -> None:
    """Another template of the group may be forbidden: then this one is asked for alone."""
    denied, other = a_world(), a_world()
    denied.forbidden.add(WEB_NORTH)
    other.forbidden.add(WEB)

    finding = found(denied)["web secondary web-north"]

    assert finding.says.startswith("not ready: permission: aibwatch may not run it")
    assert found(other)["web secondary web-north"].says.startswith("ready")


def test_who_only_observes_is_not_asked_for_the_right_to_run() -> None:
    """He needs none."""
    world = a_world()
    world.forbidden.add(WEB_NORTH)
    watched = replace(WEB_IMAGE, mode=Mode.OBSERVE)

    findings = found(world, replace(INSPECTION, fleet=(watched,)))

    assert findings["web secondary web-north"].trouble is Trouble.NONE


def advice(**places: Geography) -> str:
    """Return what is said of `web` without a secondary where these regions are told."""
    sightings = some_sightings(a_template())
    sightings.geographies = {each.region: each for each in places.values()}
    alone = replace(INSPECTION, fleet=(an_image(templates=(WEB,), mode=Mode.OBSERVE),))
    told = {each.what: each.says for each in alone.judged(sightings, {})}
    return told["web"]


def test_an_image_without_a_secondary_is_told_the_best_region_for_one() -> None:
    """With the reason; without a map there is only the command."""
    west = Geography(WEST, "Europe", NORTH, 52.37, 4.9)
    pair = Geography(NORTH, "Europe", WEST, 53.35, -6.26)

    assert "aibwatch replicate web --to northeurope (" in advice(west=west, pair=pair)
    assert "whose recovery Azure puts first" in advice(west=west, pair=pair)
    assert advice(west=west).endswith("aibwatch replicate web --to REGION")


def test_an_image_alone_in_its_geography_is_told_so() -> None:
    """Wherever its secondary is, that is another geography: a decision of its owner's."""
    west, far = Geography(WEST, "Qatar"), Geography(NORTH, "Europe")

    told = advice(west=west, far=far)
    assert "Qatar has no other region with Image Builder: accept another" in told
