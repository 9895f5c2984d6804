"""Staging accounts and the Activity Log of the World, on the wire and in timetables."""

import json
from datetime import timedelta

import pytest

from aibwatch.model.names import TemplateId
from aibwatch.sim import front, runs, scenario, staging
from aibwatch.sim.activity import PERSON, PIPELINE
from aibwatch.sim.arm_routes import answer
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.exchange import Answer, Desk, Request
from aibwatch.sim.trouble import MENU, Trouble
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import Op
from aibwatch.sim.world import World
from builders import NOON, SUBSCRIPTION, WEB, WEST

HOUR = timedelta(hours=1)
GROUP = staging.group(WEB, "web-west")
ACCOUNT = staging.account(WEB)


def get(world: World, path: str, query: dict[str, str] | None = None, span: str = "") -> Answer:
    """Ask for something with a token."""
    asked = {"api-version": "1", **(query or {})}
    request = Request("GET", path, asked, b"", "https://sim", authorized=True, span=span)
    return answer(Desk(world), request)


def a_failed_run(world: World, ending: str = "customizer") -> str:
    """Let the run of a template end so, and return the path of its log."""
    world.templates[WEB].fault = ENDINGS[ending]
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(world.now + HOUR)
    return f"/{ACCOUNT}/packerlogs/{staging.blob_of(world.templates[WEB].operation)}"


def test_a_staging_group_has_one_account_at_our_own_address(world: World) -> None:
    """In a list and alone; without a name in DNS, at one that nobody can have."""
    path = f"{GROUP}/providers/Microsoft.Storage/storageAccounts"
    (listed,) = json.loads(get(world, path).body)["value"]
    alone = json.loads(get(world, f"{path}/{ACCOUNT}").body)
    world.weather.nameless.add(WEST)
    nameless = json.loads(get(world, f"{path}/{ACCOUNT}").body)

    assert listed == alone
    assert listed["properties"]["primaryEndpoints"]["blob"] == f"https://sim/{ACCOUNT}/"
    assert nameless["properties"]["primaryEndpoints"]["blob"].endswith(".blob.invalid/")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{GROUP}2/providers/Microsoft.Storage/storageAccounts", "ResourceGroupNotFound"),
        (f"{GROUP}/providers/Microsoft.Storage/storageAccounts/other", "ResourceNotFound"),
    ],
)
def test_other_groups_and_accounts_are_not_found(world: World, path: str, code: str) -> None:
    """As ARM says it."""
    answered = get(world, path)

    assert (answered.status, json.loads(answered.body)["error"]["code"]) == (404, code)


def test_a_container_is_listed_in_pages(world: World) -> None:
    """In XML, by name, each page with the mark of the next."""
    world.page_size = 1
    names = sorted(a_failed_run(world).partition("/packerlogs/")[2] for _ in range(2))

    first = get(world, f"/{ACCOUNT}/packerlogs", {"comp": "list"}).body.decode()
    second = get(world, f"/{ACCOUNT}/packerlogs", {"comp": "list", "marker": "1"}).body.decode()

    assert f"<Name>{names[0]}</Name>" in first
    assert "<NextMarker>1</NextMarker>" in first
    assert f"<Name>{names[1]}</Name>" in second
    assert "<NextMarker></NextMarker>" in second


def test_a_blob_is_read_in_ranges(world: World) -> None:
    """With the size of all of it."""
    path = a_failed_run(world)
    whole = get(world, path)

    part = get(world, path, span="bytes=5-9")
    rest = get(world, path, span="bytes=9-999999")

    size = len(whole.body)
    assert (part.status, part.body) == (206, whole.body[5:10])
    assert part.headers["Content-Range"] == f"bytes 5-9/{size}"
    assert rest.headers["Content-Range"] == f"bytes 9-{size - 1}/{size}"
    assert get(world, path, span=f"bytes={size}-").status == 416


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"/{ACCOUNT}/packerlogs/none/customization.log", "BlobNotFound"),
        (f"/{ACCOUNT}/secrets", "ContainerNotFound"),
        ("/other1/packerlogs", "ResourceNotFound"),
    ],
)
def test_what_is_not_there_is_told_by_storages_own_code(world: World, path: str, code: str) -> None:
    """In a header and in XML."""
    answered = get(world, path)

    assert (answered.status, answered.headers["x-ms-error-code"]) == (404, code)
    assert f"<Code>{code}</Code>".encode() in answered.body


def test_without_a_token_storage_tells_nothing(world: World) -> None:
    """Not even what is there."""
    request = Request("GET", f"/{ACCOUNT}/packerlogs", {}, b"", "https://sim", authorized=False)

    assert answer(Desk(world), request).status == 401


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("customizer", "Script exited with non-zero exit status: 100"),
        ("timeout", "context deadline exceeded"),
        ("distribution", "Builds finished. The artifacts"),
    ],
)
def test_a_log_says_how_the_build_ended(world: World, ending: str, words: str) -> None:
    """Where it stopped, and that it had begun."""
    text = get(world, a_failed_run(world, ending)).body.decode()

    assert "(telemetry) Starting provisioner" in text
    assert words in text


@pytest.mark.parametrize("ending", ["customization", "generic", "capacity"])
def test_what_never_reached_its_vm_has_no_log(world: World, ending: str) -> None:
    """The outage of February 2021 among them."""
    assert get(world, a_failed_run(world, ending)).status == 404


def test_the_activity_log_lags(world: World) -> None:
    """A request shows only when some minutes are over."""
    front.run(world, WEB)

    before = front.attempts(world, SUBSCRIPTION, NOON)
    world.advance(NOON + world.activity_delay)
    after = front.attempts(world, SUBSCRIPTION, NOON)

    assert not isinstance(before, Trouble)
    assert not isinstance(after, Trouble)
    assert (len(before), len(after)) == (0, 1)


@pytest.mark.parametrize("name", ["401", "429", "reset", "silence", "trickle"])
def test_what_never_reached_the_provider_leaves_no_trace(world: World, name: str) -> None:
    """ARM turned it away, or never saw it."""
    world.weather.set(WEST, MENU[name], Op.RUN)
    front.run(world, WEB)

    assert world.attempts == []


def test_without_a_time_the_activity_log_is_not_read(world: World) -> None:
    """`$filter` is required."""
    provider = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Insights"

    assert get(world, f"{provider}/eventtypes/management/values").status == 400


def told(*lines: str) -> tuple[World, TemplateId]:
    """Return the World of a story a hundred seconds later, and its primary."""
    text = "fleet\n  image web westeurope northeurope\nbuilds take 10s\nActivity Log lags 2s\n"
    story = scenario.load(text + "\n".join(lines))
    world = story.world(NOON)
    world.advance(NOON + timedelta(seconds=100))
    return world, story.images["web"][0]


def test_a_pipelines_request_meets_the_weather() -> None:
    """It is answered 500, no run comes to exist, and only the Activity Log has it."""
    world, web = told(
        "at 1s westeurope answers 500 to run", "at 2s pipeline runs web in westeurope"
    )

    (attempt,) = world.attempts
    assert (attempt.template, attempt.caller, attempt.answer) == (web, PIPELINE, MENU["500"])
    assert not [each for each in world.truth if each.template == web]


def test_whoever_runs_a_template_is_in_the_log() -> None:
    """The pipeline whose run begins whatever the weather, and a person."""
    world, _web = told("at 1s run web in westeurope", "at 2s somebody runs web in northeurope")

    assert [each.caller for each in world.attempts] == [PIPELINE, PERSON]
    assert world.activity_delay == timedelta(seconds=2)


def test_logs_may_have_no_name() -> None:
    """Until the region recovers."""
    nameless, web = told("at 1s westeurope has no names for its logs")
    named, _ = told("at 1s westeurope has no names for its logs", "at 2s westeurope recovers")

    assert not front.resolves(nameless, nameless.templates[web])
    assert front.resolves(named, named.templates[web])
