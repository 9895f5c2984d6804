"""The face on the wire, asked by the real SDK client over TLS."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self, TypeVar

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.mgmt.imagebuilder.aio import ImageBuilderClient
from azure.mgmt.imagebuilder.models import ImageTemplate, ImageTemplateLastRunStatus

from aibwatch.model.names import DefinitionId, Region, TemplateId, subscription_of
from aibwatch.sim import body, runs
from aibwatch.sim.arm import ArmServer, running
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import Distortion, Op
from aibwatch.sim.world import World

T = TypeVar("T")

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEST = Region("westeurope")
NORTH = Region("northeurope")
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images"
GALLERY = DefinitionId(f"{GROUP}/providers/Microsoft.Compute/galleries/g/images/web".lower())


class Anyone:
    """A credential with a token that nobody checks."""

    async def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        """Return one for ever."""
        return AccessToken("any", 4102444800)

    async def close(self) -> None:
        """Nothing is held open."""

    async def __aenter__(self) -> Self:
        """Enter."""
        return self

    async def __aexit__(self, *_details: object) -> None:
        """Nothing is held open."""


def add(world: World, name: str, place: Region) -> TemplateId:
    """Add a template that publishes to the one gallery."""
    path = f"{GROUP}/providers/Microsoft.VirtualMachineImages/imageTemplates/{name}"
    return world.add_template(path, body.write(name, place, GALLERY, [WEST, NORTH]))


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[ArmServer]:
    """An ARM with one template in each of two regions; only the test advances its World."""
    world = World(START)
    world.add_definition(GALLERY, NORTH)
    add(world, "web-west", WEST)
    add(world, "web-north", NORTH)
    with running(world, tmp_path, speed=0) as server:
        yield server


def ask(arm: ArmServer, question: Callable[[ImageBuilderClient], Awaitable[T]]) -> T:
    """Ask with the real client, its retries off."""

    async def asking() -> T:
        try:
            return await client_asking()
        finally:
            arm.hang_up()
            for _ in range(20):  # a loop that ended at once would leave sockets behind
                await asyncio.sleep(0)

    async def client_asking() -> T:
        async with ImageBuilderClient(
            Anyone(),
            SUBSCRIPTION,
            base_url=arm.endpoint,
            connection_verify=str(arm.ca_file),
            retry_total=0,
            read_timeout=1,
        ) as client:
            return await question(client)

    return asyncio.run(asking())


async def names(client: ImageBuilderClient) -> list[str]:
    """List the names of all templates."""
    return [str(each.name) async for each in client.virtual_machine_image_templates.list()]


def fetch(path: str) -> Callable[[ImageBuilderClient], Awaitable[AsyncHttpResponse]]:
    """Ask for a path that the client has no method for."""
    return lambda client: client.send_request(HttpRequest("GET", path))


def test_a_list_comes_in_pages(arm: ArmServer) -> None:
    """The client follows nextLink until it has every template once."""
    arm.world.page_size = 1

    found = ask(arm, names)

    assert found == ["web-north", "web-west"]
    assert arm.count("GET", "/imageTemplates") == 2


def test_a_region_that_does_not_answer_is_missing_from_the_list(arm: ArmServer) -> None:
    """ARM composes the list from the regions, so a dark one drops out and its reads fail."""
    arm.do(lambda world: world.weather.set(WEST, MENU["503"], Op.READ))

    found = ask(arm, names)

    assert found == ["web-north"]
    with pytest.raises(HttpResponseError) as raised:
        ask(arm, lambda client: client.virtual_machine_image_templates.get("images", "web-west"))
    assert raised.value.status_code == 503


def test_a_run_shows_the_traps_of_the_real_wire(arm: ArmServer) -> None:
    """While it runs endTime is year 1 and the phase is told; the operation ends 65 s later."""

    async def run_and_read(client: ImageBuilderClient) -> tuple[str, ImageTemplateLastRunStatus]:
        urls: list[str] = []
        await client.virtual_machine_image_templates.begin_run(
            "images",
            "web-west",
            polling=False,
            raw_response_hook=lambda answer: urls.append(
                answer.http_response.headers["Azure-AsyncOperation"]
            ),
        )
        read = await client.virtual_machine_image_templates.get("images", "web-west")
        return urls[0], read.last_run_status

    url, status = ask(arm, run_and_read)
    ended = START + arm.world.build_time
    arm.do(lambda world: world.advance(ended))
    early = ask(arm, fetch(url))
    arm.do(lambda world: world.advance(ended + timedelta(seconds=65)))
    late = ask(arm, fetch(url))

    assert (status.run_state, status.run_sub_state) == ("Running", "Queued")
    assert status.end_time is not None
    assert status.end_time.year == 1
    assert 3000 < len(url) < 4000
    assert early.json()["status"] == "InProgress"
    assert late.json()["status"] == "Succeeded"
    assert late.json()["name"] == late.json()["name"].upper()


def test_a_second_run_is_a_conflict(arm: ArmServer) -> None:
    """A template runs once at a time; the client sees ResourceExistsError."""

    async def run_twice(client: ImageBuilderClient) -> None:
        for _ in range(2):
            await client.virtual_machine_image_templates.begin_run(
                "images", "web-west", polling=False
            )

    with pytest.raises(ResourceExistsError) as raised:
        ask(arm, run_twice)

    assert raised.value.error is not None
    assert raised.value.error.code == "OperationNotAllowed"
    assert arm.count("POST", "/web-west/run") == 2


def test_a_cancel_leads_to_canceling_at_once(arm: ArmServer) -> None:
    """Cancel is answered 204 and the template shows Canceling without a phase."""
    arm.do(lambda world: runs.begin(world, next(iter(world.templates)), Cause.HUMAN))

    async def cancel_and_read(client: ImageBuilderClient) -> ImageTemplateLastRunStatus:
        await client.virtual_machine_image_templates.begin_cancel(
            "images", "web-west", polling=False
        )
        read = await client.virtual_machine_image_templates.get("images", "web-west")
        return read.last_run_status

    status = ask(arm, cancel_and_read)

    assert (status.run_state, status.run_sub_state) == ("Canceling", None)
    assert status.message == "Canceling image build"


def test_a_gateway_may_time_out_though_the_run_began(arm: ArmServer) -> None:
    """A 504 to a run request proves nothing: the run is there."""
    arm.do(lambda world: world.weather.set(WEST, MENU["504"], Op.RUN, begins=True))

    with pytest.raises(HttpResponseError) as raised:
        ask(
            arm,
            lambda client: client.virtual_machine_image_templates.begin_run(
                "images", "web-west", polling=False
            ),
        )

    assert raised.value.status_code == 504
    assert arm.do(lambda world: world.roster(SUBSCRIPTION)[1].busy)


@pytest.mark.parametrize("word", ["cut", "trickle", "silence", "reset", "html", "junk"])
def test_bad_answers_break_the_client_and_not_the_server(arm: ArmServer, word: str) -> None:
    """Every manner of bad answer ends in an error at the client; the next request is served."""
    arm.do(lambda world: world.weather.set(WEST, MENU[word], Op.READ))

    async def get(client: ImageBuilderClient) -> ImageTemplate:
        async with asyncio.timeout(1):
            return await client.virtual_machine_image_templates.get("images", "web-west")

    with pytest.raises((AzureError, TimeoutError, ValueError)):
        ask(arm, get)

    arm.do(lambda world: world.weather.answer_again(WEST))
    assert ask(arm, get).name == "web-west"


def test_a_missing_template_is_not_found(arm: ArmServer) -> None:
    """404 with ARM's own code."""
    with pytest.raises(ResourceNotFoundError) as raised:
        ask(arm, lambda client: client.virtual_machine_image_templates.get("images", "nobody"))

    assert raised.value.error is not None
    assert raised.value.error.code == "ResourceNotFound"


def test_a_version_tells_its_replication_only_when_asked(arm: ArmServer) -> None:
    """The replication comes with $expand on one version, and never in a list."""
    arm.do(lambda world: runs.built_before(world, world.roster(SUBSCRIPTION)[0].id, START))
    path = f"{GALLERY}/versions"

    listed = ask(arm, fetch(f"{path}?api-version=2025-03-03")).json()["value"][0]
    plain = ask(arm, fetch(f"{path}/1.0.1?api-version=2025-03-03")).json()
    expanded = ask(
        arm, fetch(f"{path}/1.0.1?api-version=2025-03-03&$expand=ReplicationStatus")
    ).json()

    assert "replicationStatus" not in listed["properties"]
    assert "replicationStatus" not in plain["properties"]
    assert expanded["properties"]["replicationStatus"]["aggregatedState"] == "Completed"


def test_unknown_states_and_dates_come_through(arm: ArmServer) -> None:
    """Distorted bodies are whole JSON with values that nobody knows."""
    template = arm.do(lambda world: world.roster(SUBSCRIPTION)[1].id)
    arm.do(lambda world: runs.begin(world, template, Cause.HUMAN))
    arm.do(lambda world: world.weather.distortions.update({WEST: Distortion.DATES}))

    read = ask(arm, lambda client: client.virtual_machine_image_templates.get("images", "web-west"))

    assert read.last_run_status.start_time == "the day before yesterday"
    assert subscription_of(template) == SUBSCRIPTION


def test_a_request_without_api_version_is_refused(arm: ArmServer) -> None:
    """ARM demands api-version of every request."""
    found = ask(arm, fetch(f"/subscriptions/{SUBSCRIPTION}"))

    assert found.status_code == 400
