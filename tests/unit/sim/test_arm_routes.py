"""Which request is answered by what, without a network."""

import json
from datetime import timedelta

import pytest

from aibwatch.model.names import template_id
from aibwatch.model.template import ProvisioningState
from aibwatch.sim import body, runs
from aibwatch.sim.arm_routes import answer
from aibwatch.sim.exchange import Answer, Desk, Request
from aibwatch.sim.submission import CREATING, DELETING
from aibwatch.sim.truth import Cause, RunStarted
from aibwatch.sim.world import World
from builders import HOUR, NOON, NORTH, SUBSCRIPTION, WEB, WEB_NORTH, a_definition_id, an_id

NEW = an_id("new")


def ask(
    world: World,
    method: str,
    path: str,
    content: object = None,
    *,
    authorized: bool = True,
    version: str = "2025-10-01",
) -> Answer:
    """Ask once."""
    sent = b"" if content is None else json.dumps(content).encode()
    query = {"api-version": version}
    return answer(Desk(world), Request(method, path, query, sent, "https://sim", authorized))


def authored(**properties: object) -> dict[str, object]:
    """Return a body with further properties."""
    written = body.write("new", NORTH, a_definition_id("web"), [NORTH])
    known = written["properties"]
    assert isinstance(known, dict)
    return {**written, "properties": {**known, **properties}}


def test_a_request_without_a_token_is_refused(world: World) -> None:
    """401, whatever is asked."""
    assert ask(world, "GET", WEB, authorized=False).status == 401


def test_a_version_that_there_is_none_of_is_refused(world: World) -> None:
    """400, by Image Builder alone: each provider has versions of its own."""
    assert ask(world, "GET", WEB, version="2022-07-01").status == 200
    assert ask(world, "GET", WEB, version="2025-01-10").status == 400
    permissions = f"{WEB}/providers/Microsoft.Authorization/permissions"
    assert ask(world, "GET", permissions, version="2022-04-01").status == 200


def test_every_answer_tells_what_is_left(world: World) -> None:
    """Of the principal's share, and of what the whole subscription may ask for."""
    left = ask(world, "GET", WEB).headers

    names = ("reads", "writes", "global-reads", "global-writes")
    told = [int(left[f"x-ms-ratelimit-remaining-subscription-{each}"]) for each in names]
    assert told[0] < told[2]
    assert told[1] < told[3]


def test_paths_know_no_case(world: World) -> None:
    """Azure writes one id in several spellings; the answer's group is in lower case."""
    found = ask(world, "GET", WEB.upper().replace("/WEB-WEST", "/Web-West"))

    assert json.loads(found.body)["name"] == "web-west"
    assert "/resourcegroups/" in json.loads(found.body)["id"]


def test_what_nobody_serves_is_not_found(world: World) -> None:
    """An unknown path, and a known one by another method."""
    assert ask(world, "GET", "/nothing").status == 404
    assert ask(world, "PATCH", WEB).status == 404


def test_a_submitted_template_is_creating_then_succeeded(world: World) -> None:
    """201 with an operation; with autoRun it runs as soon as it is there."""
    found = ask(world, "PUT", NEW, authored(autoRun={"state": "Enabled"}))
    creating = world.templates[NEW].look.provisioning
    world.advance(NOON + CREATING)

    assert found.status == 201
    assert "Azure-AsyncOperation" in found.headers
    assert creating is ProvisioningState.CREATING
    assert world.templates[NEW].look.provisioning is ProvisioningState.SUCCEEDED
    assert world.truth == [RunStarted(NEW, NOON + CREATING, Cause.SERVICE)]


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [(WEB, authored(), 409), (NEW, {"location": "northeurope"}, 400), (NEW, [], 400)],
)
def test_a_template_is_never_updated_and_never_half(
    world: World, path: str, content: object, status: int
) -> None:
    """The service does not support updates, and validates what it is given."""
    assert ask(world, "PUT", path, content).status == status
    assert NEW not in world.templates


def test_a_busy_template_cannot_be_deleted_and_an_idle_one_can(world: World) -> None:
    """405 OperationNotAllowed while it runs; else gone after a while."""
    runs.begin(world, WEB, Cause.HUMAN)

    busy = ask(world, "DELETE", WEB)
    idle = ask(world, "DELETE", WEB_NORTH)
    world.advance(NOON + DELETING)

    assert (busy.status, idle.status) == (405, 202)
    assert set(world.templates) == {WEB}


def test_resource_graph_projects_what_the_query_names(world: World) -> None:
    """Only the ids asked for, only the columns named, nothing as empty text."""
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + HOUR)
    query = (
        "resources | where type =~ 'microsoft.virtualmachineimages/imagetemplates' "
        f"| where id in~ ('{WEB.upper()}') | project id, name, "
        "state=tostring(properties.lastRunStatus.runState), "
        "phase=tostring(properties.lastRunStatus.runSubState)"
    )

    found = ask(
        world,
        "POST",
        "/providers/Microsoft.ResourceGraph/resources",
        {"subscriptions": [SUBSCRIPTION], "query": query},
    )

    rows = json.loads(found.body)["data"]
    assert [(each["name"], each["state"], each["phase"]) for each in rows] == [
        ("web-west", "Succeeded", "")
    ]
    assert template_id(rows[0]["id"]) == WEB


def test_resource_graph_goes_on_where_it_was_cut(world: World) -> None:
    """$top cuts, $skipToken goes on."""
    path = "/providers/Microsoft.ResourceGraph/resources"
    asked = {"subscriptions": [SUBSCRIPTION], "query": "resources", "options": {"$top": 1}}

    first = json.loads(ask(world, "POST", path, asked).body)
    more = {"$top": 1, "$skipToken": first["$skipToken"]}
    second = json.loads(ask(world, "POST", path, {**asked, "options": more}).body)

    assert [each["name"] for each in first["data"] + second["data"]] == ["web-north", "web-west"]
    assert "$skipToken" not in second


@pytest.mark.parametrize(
    "path",
    [
        "/providers/Microsoft.VirtualMachineImages/operations",
        f"/subscriptions/{SUBSCRIPTION}",
        f"/subscriptions/{SUBSCRIPTION}/locations",
        f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.VirtualMachineImages",
        f"{WEB}/triggers",
        f"{WEB}/runOutputs",
        a_definition_id("web"),
    ],
)
def test_the_neighbours_answer(world: World, path: str) -> None:
    """Every endpoint beside the templates has an answer of ARM's own headers."""
    found = ask(world, "GET", path)

    assert found.status == 200
    assert found.headers["x-ms-request-id"]
    assert json.loads(found.body)


def test_a_registration_is_on_record(world: World) -> None:
    """Nobody should ask for it, so tests count it."""
    desk = Desk(world)
    path = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.VirtualMachineImages/register"

    answer(
        desk,
        Request("POST", path, {"api-version": "2025-10-01"}, b"", "https://sim", authorized=True),
    )

    assert [(each.method, each.path, each.status) for each in desk.requests] == [
        ("POST", path, 200)
    ]


def test_dates_are_azures_and_may_be_off(world: World) -> None:
    """The Date header is the World's time and its skew."""
    world.weather.skew = timedelta(minutes=2)

    assert ask(world, "GET", WEB).headers["Date"] == "Mon, 02 Mar 2026 12:02:00 GMT"


def test_a_list_shows_what_changed_since_the_last(world: World) -> None:
    """Pages are kept encoded only as long as nothing on them changes."""
    desk = Desk(world)
    path = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.VirtualMachineImages/imageTemplates"
    request = Request(
        "GET", path, {"api-version": "2025-10-01"}, b"", "https://sim", authorized=True
    )

    before, same = answer(desk, request), answer(desk, request)
    runs.begin(world, WEB, Cause.HUMAN)
    after = answer(desk, request)

    assert before.body is same.body
    assert b"lastRunStatus" not in before.body
    assert b"lastRunStatus" in after.body
