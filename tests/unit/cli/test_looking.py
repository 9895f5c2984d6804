"""One look at Azure for `readiness --look`, in process."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from aibwatch.cli.client import RefusedError
from aibwatch.cli.inspection import Inspection
from aibwatch.cli.looking import look, looked
from aibwatch.config.schema import Settings
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName
from aibwatch.model.readiness import Check
from aibwatch.model.template import ProvisioningState
from aibwatch.sim import body
from aibwatch.sim.service import SimulatedAzure
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
    an_id,
    an_image,
)

LAB = an_image(name=ImageName("lab"), templates=(an_id("lab-west"),), mode=Mode.OBSERVE)
FLEET = (an_image(), LAB)


def a_world() -> World:
    """Return `web` in WEST and NORTH, and `lab` in WEST alone."""
    world = World(NOON)
    world.add_definition(a_definition_id(), NORTH)
    for name, place in ((WEB, WEST), (WEB_NORTH, NORTH), (LAB.primary, WEST)):
        world.add_template(name, body.write("web", place, a_definition_id(), [NORTH, WEST]))
    return world


def seen(world: World, *images: Image) -> Any:
    """Look once, and return what is told of these images."""
    inspection = Inspection(FLEET, (SUBSCRIPTION,), a_policy(), NOON)
    return asyncio.run(look(inspection, SimulatedAzure(world), list(images or FLEET)))


def test_one_look_says_what_is_ready_as_the_daemon_would() -> None:
    """Templates, definitions, sources and rights are asked for; nothing is changed."""
    told = seen(a_world())

    web, lab = told["images"]
    assert told["summary"] == "2 images, 1 protected"
    (secondary,) = web["secondaries"]
    assert secondary["ready"]
    assert {each["check"] for each in secondary["items"]} == set(Check)
    assert {each["colour"] for each in secondary["items"] if each["gates"]} <= {"green", "yellow"}
    assert lab["next"] == "aibwatch replicate lab"


def test_one_look_says_what_is_not_ready() -> None:
    """With the remedy, by its item."""
    world = a_world()
    looks = world.templates[WEB_NORTH].looks
    looks.append(replace(looks.pop(), provisioning=ProvisioningState.FAILED))

    (web,) = seen(world, FLEET[0])["images"]

    (secondary,) = web["secondaries"]
    red = [each["check"] for each in secondary["items"] if each["colour"] == "red"]
    assert (secondary["ready"], red) == (False, ["provisioned"])


def test_an_image_that_there_is_none_of_is_refused_before_anything_is_asked() -> None:
    """The names that there are, are told."""
    settings = Settings.model_validate({"images": [{"name": "web", "templates": [WEB, WEB_NORTH]}]})

    with pytest.raises(RefusedError, match="there are: web"):
        looked(settings, "nosuch")
