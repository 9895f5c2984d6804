"""`aibwatch classify`: one message, a file of them, a live template, the list of signatures."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from aibwatch.cli.app import app
from aibwatch.daemon.clock import wall
from aibwatch.errors import TemporaryError
from aibwatch.sim import body, runs
from aibwatch.sim.arm import running as arm_running
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.truth import Cause
from aibwatch.sim.world import World
from builders import HOUR, NORTH, WEB, WEB_NORTH, WEST, a_definition_id
from unit.cli.running import run

GATEWAY = "The gateway did not receive a response from 'Microsoft.VirtualMachineImages' in time."


def lines(*rows: object) -> str:
    """Return rows as JSON Lines; text as it is."""
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)


def written(folder: Path, text: str, name: str = "cases.jsonl") -> str:
    """Write a file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def answers(stdout: str) -> list[dict[str, Any]]:
    """Return what was answered, one object a line."""
    return [json.loads(line) for line in stdout.splitlines()]


def test_one_message_is_judged_without_any_configuration() -> None:
    """What a person pastes."""
    result = run("classify", GATEWAY, "--output", "json")

    (answer,) = answers(result.stdout)
    assert result.exit_code == 0
    assert answer["category"] == "outage"
    assert answer["disposition"] == "platform"
    assert answer["signature"] == "builder_gateway_timeout"
    assert set(answer) == {"id", "category", "disposition", "signature", "reasons"}


@pytest.mark.parametrize("output", ["table", "json"])
def test_the_bare_name_of_a_template_is_judged_with_a_hint(tmp_path: Path, output: str) -> None:
    """It is no message: its last run is judged by its id, told whole where it is configured."""
    image = f"images: [{{name: web, templates: ['{WEB}', '{WEB_NORTH}']}}]"
    config = written(tmp_path, image, "a.yaml")

    bare = run("classify", "web-west", "--output", output)
    known = [run("classify", each, "--config", config) for each in ("WEB-west", "web")]

    assert "aibwatch classify /subscriptions/" in bare.stderr
    assert "imageTemplates/web-west --config FILE" in bare.stderr
    assert all(f"aibwatch classify {WEB} --config {config}" in each.stderr for each in known)
    assert not any("web-north" in each.stderr for each in known)
    assert [each.exit_code for each in (bare, *known)] == [0, 0, 0]
    assert output == "table" or answers(bare.stdout)[0]["category"] == "unknown"


@pytest.mark.parametrize("message", ["nothing that is known", "SkuNotAvailable", GATEWAY])
def test_a_message_gets_no_hint(message: str) -> None:
    """Several words are none's name, and a word that is known is an error's."""
    assert run("classify", message).stderr == ""


def test_where_it_was_told_matters() -> None:
    """A name that does not resolve is the caller's trouble, or the build's."""
    here = run("classify", "getaddrinfo failed", "--where", "transport", "--output", "json")
    there = run("classify", "getaddrinfo failed", "--where", "customization_log", "--output=json")

    assert answers(here.stdout)[0]["category"] == "client_network"
    assert answers(there.stdout)[0]["category"] == "user_build"


def test_a_file_is_answered_line_by_line(tmp_path: Path) -> None:
    """In its order, each with its id; context tells of the log and the run."""
    ordinary = "During the image build a failure has occurred, please review the build log"
    rows = [
        {"id": "a", "where": "arm_http", "http_status": 504, "code": None, "message": GATEWAY},
        {
            "id": "b",
            "where": "run_status",
            "message": ordinary,
            "context": {"customization_log_present": False, "run_state": "Failed"},
        },
        {"where": "run_status", "message": ordinary, "context": {"run_state": "Canceled"}},
        {"where": "arm_http", "http_status": 403, "message": None, "context": None},
    ]

    result = run("classify", "--input", written(tmp_path, lines(*rows)), "--output", "json")

    assert result.exit_code == 0
    assert [(each["id"], each["signature"]) for each in answers(result.stdout)] == [
        ("a", "builder_gateway_timeout"),
        ("b", "no_build_log"),
        ("3", "run_canceled"),
        ("4", "http_forbidden"),
    ]


def test_the_truth_beside_an_error_is_not_read(tmp_path: Path) -> None:
    """Whatever stands in fields that are no error changes nothing."""
    row = {"id": "a", "where": "run_status", "message": "zzz"}
    lie = {**row, "label": "outage", "ambiguous": False, "rationale": "AllocationFailed"}

    told = [
        answers(run("classify", "--input", written(tmp_path, lines(each)), "--output=json").stdout)
        for each in (row, lie)
    ]

    assert told[0] == told[1]


BAD = [
    ("{", "is no JSON"),
    ("[1]", "is no JSON object"),
    ('{"message": "x"}', "where: None is no place; write one of run_status"),
    ('{"where": "moon", "message": "x"}', "where: 'moon' is no place"),
    ('{"where": "run_status", "message": 5}', "message: 5 is no text"),
    ('{"where": "run_status", "http_status": "x"}', "http_status: 'x' is no whole number"),
    (
        '{"where": "run_status", "context": {"customization_log_present": "no"}}',
        "context.customization_log_present: 'no' is neither true, false nor null",
    ),
]


@pytest.mark.parametrize(("line", "says"), BAD)
def test_a_bad_line_is_named_and_the_rest_is_answered(tmp_path: Path, line: str, says: str) -> None:
    """Exit 2 at the end; what is wrong is on stderr alone."""
    good = {"id": "good", "where": "run_status", "message": "AuthorizationFailed"}
    path = written(tmp_path, lines("", line, good))

    result = run("classify", "--input", path, "--output", "json")

    assert result.exit_code == 2
    assert [each["id"] for each in answers(result.stdout)] == ["good"]
    assert f"line 2: {says}" in result.stderr


def test_hostile_lines_are_answered_too(tmp_path: Path) -> None:
    """Half a character, an id that is none, and bytes that are no UTF-8."""
    path = tmp_path / "cases.jsonl"
    half = b'{"id": null, "where": "run_status", "message": "SkuNotAvailable \\ud800"}'
    path.write_bytes(half + b'\n{"id": 7, "where": "run_status", "message": "\xff\xfe"}\n')

    result = run("classify", "--input", str(path), "--output", "json")

    assert result.exit_code == 0
    assert [each["id"] for each in answers(result.stdout)] == ["1", "7"]


def test_stdin_is_read_for_a_dash() -> None:
    """As programs pipe it."""
    line = lines({"id": "a", "where": "run_status", "message": "AuthorizationFailed"})

    result = CliRunner().invoke(app, ["classify", "--input", "-", "--output", "json"], input=line)

    assert [each["category"] for each in answers(result.stdout)] == ["permission"]


def test_people_get_a_table(tmp_path: Path) -> None:
    """With the meaning beside the category."""
    row = {"id": "case-1", "where": "run_status", "message": "AuthorizationFailed"}

    result = run("classify", "--input", written(tmp_path, lines(row)))

    assert "case-1" in result.stdout
    assert "permission" in result.stdout


def test_the_signatures_are_listed_with_their_sources(tmp_path: Path) -> None:
    """Rows of one's own come first."""
    row = "{name: vpn, pattern: vpn down, cause: user_config, says: our VPN}"
    config = written(tmp_path, f"detection: {{signatures: [{row}]}}", "a.yaml")

    result = run("classify", "--signatures", "--config", config, "--output", "json")

    first, *others = json.loads(result.stdout)
    assert first["signature"] == "own:vpn"
    assert {"no_build_log", "generic_internal"} <= {each["signature"] for each in others}
    assert all(each["source"] for each in others)


def test_rows_of_ones_own_decide(tmp_path: Path) -> None:
    """With the configuration that has them."""
    row = "{name: vpn, pattern: vpn down, cause: user_config}"
    config = written(tmp_path, f"detection: {{signatures: [{row}]}}", "a.yaml")

    result = run("classify", "VPN down", "--config", config, "--output", "json")

    assert answers(result.stdout)[0]["signature"] == "own:vpn"


@pytest.mark.parametrize(
    "words", [[], ["text", "--signatures"], ["text", "--input", "-"], ["--input", "/nowhere/x"]]
)
def test_one_thing_at_a_time(words: list[str]) -> None:
    """Nothing, two things, or a file that is not there is wrong usage."""
    result = run("classify", *words)

    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.fixture
def world() -> World:
    """The template `web`, which never ran."""
    world = World(wall() - HOUR)
    definition = a_definition_id("web")
    world.add_definition(definition, NORTH)
    world.add_template(WEB, body.write("web", WEST, definition, [NORTH, WEST]))
    return world


@contextmanager
def serving(world: World, folder: Path) -> Iterator[str]:
    """Serve a world over TLS, and give the configuration that leads there."""
    with arm_running(world, folder) as server:
        azure = (
            f"azure: {{endpoint: '{server.endpoint}', ca_file: '{server.ca_file}',"
            " credential: {kind: static, token: t}}"
        )
        yield written(folder, azure, "a.yaml")


def test_a_live_templates_last_run_is_judged(world: World, tmp_path: Path) -> None:
    """By its id, with the credential of the configuration."""
    world.weather.endings[WEST] = ENDINGS["generic"]
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(world.now + HOUR)

    with serving(world, tmp_path) as config:
        result = run("classify", WEB, "--config", config, "--output", "json")

    (answer,) = answers(result.stdout)
    assert answer["signature"] == "no_build_log"
    assert answer["id"].startswith("web-west ")


def test_a_live_template_that_did_not_fail_is_told_so(world: World, tmp_path: Path) -> None:
    """Nothing is on stdout: there is no failure."""
    with serving(world, tmp_path) as config:
        result = run("classify", WEB, "--config", config)

    assert (result.exit_code, result.stdout) == (0, "")
    assert "web-west did not fail" in result.stderr


def test_a_template_that_is_not_there_is_named(world: World, tmp_path: Path) -> None:
    """With what to look at."""
    with serving(world, tmp_path) as config:
        result = run("classify", f"{WEB}-gone", "--config", config)

    assert isinstance(result.exception, TemporaryError)
    assert "web-west-gone cannot be read" in str(result.exception)
