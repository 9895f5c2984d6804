"""A body as a file that ARM deploys: what it means there is what it meant here."""

import json
import re
from typing import Any

import pytest

from aibwatch.model.body import body_of
from aibwatch.secondaries.deployable import blanks, deployable, filled
from builders import an_id
from ten_templates import STORE, TEN, a_body, authored, body

SIGNED = f"{STORE}/agent.sh?sp=r&sv=2024-11-04&sig="


def read_by_arm(value: Any, parameters: dict[str, str]) -> Any:
    """Return what ARM makes of a value: texts in brackets are expressions."""
    if isinstance(value, dict):
        return {name: read_by_arm(each, parameters) for name, each in value.items()}
    if isinstance(value, list):
        return [read_by_arm(each, parameters) for each in value]
    if not isinstance(value, str) or not (value.startswith("[") and value.endswith("]")):
        return value
    if value.startswith("[["):
        return value[1:]
    inner = re.fullmatch(r"\[concat\((.*)\)\]", value, re.DOTALL)
    assert inner, value
    words = re.findall(r"'((?:[^']|'')*)'(?:, |$)|parameters\('(\w+)'\)", inner[1])
    return "".join(parameters[name] if name else text.replace("''", "'") for text, name in words)


@pytest.mark.parametrize("name", TEN)
def test_what_arm_reads_is_what_was_written(name: str) -> None:
    """Of each of the ten, with its secrets put in again."""
    told = deployable(authored(name))

    (resource,) = told["resources"]
    secrets = {each.name: f"s3cret{each.name}" for each in blanks(authored(name))}
    read = read_by_arm(resource, secrets)
    written = filled(authored(name), secrets)
    assert {key: read[key] for key in ("location", "tags", "identity", "properties")} == written
    assert (resource["type"], resource["apiVersion"], resource["name"]) == (
        "Microsoft.VirtualMachineImages/imageTemplates",
        "2025-10-01",
        name,
    )
    assert list(told["parameters"]) == list(secrets)
    assert "[redacted]" not in json.dumps(told)


def test_a_line_in_brackets_stays_a_line() -> None:
    """ARM would take it for an expression."""
    (resource,) = deployable(authored("careful"))["resources"]

    assert resource["properties"]["customize"][0]["inline"] == [
        "[[ -f /etc/golden ]",
        "[ -d /opt ] || exit 1",
    ]


def test_the_query_of_an_address_is_one_secret() -> None:
    """A signature is of no use without what it signs, which changes with it."""
    told = deployable(authored("private"))
    (resource,) = told["resources"]

    assert resource["properties"]["customize"][1]["scriptUri"] == (
        f"[concat('{STORE}/agent.sh?', parameters('secret1'))]"
    )
    assert told["parameters"] == {
        "secret1": {
            "type": "securestring",
            "metadata": {"description": "what $.properties.customize[1].scriptUri hides"},
        }
    }
    whole = filled(authored("private"), {"secret1": "sp=r&sig=abc"})
    assert whole["properties"]["customize"][1]["scriptUri"] == f"{STORE}/agent.sh?sp=r&sig=abc"


def test_what_the_door_to_azure_cut_out_is_a_secret_too() -> None:
    """It leaves the names of a signed query and takes all its values."""
    address = f"{STORE}/a.sh?sv=2024-11-04&sr=b&sig=abcdefghijklmnopqrstuvwxyz"
    lines = [f"wget '{address}'", "FLAG=REDACTED_NOT"]
    step = {"type": "Shell", "scriptUri": address, "inline": lines}
    told = body_of(an_id("web"), body(customize=[step]))

    (resource,) = deployable(told)["resources"]

    written = resource["properties"]["customize"][0]
    assert written["scriptUri"] == f"[concat('{STORE}/a.sh?', parameters('secret4'))]"
    assert written["inline"][0].count("parameters(") == 3
    assert written["inline"][0].startswith(f"[concat('wget ''{STORE}/a.sh?sv=', parameters('secre")
    assert [each.name for each in blanks(told)] == ["secret1", "secret2", "secret3", "secret4"]


def test_secrets_within_a_line_are_each_their_own() -> None:
    """What stands between them is kept, quotes and all."""
    line = "a 'b' Bearer [redacted] c ?sig=[redacted]"
    told = a_body(body(customize=[{"type": "Shell", "inline": [line]}]))

    (resource,) = deployable(told)["resources"]

    assert resource["properties"]["customize"][0]["inline"] == [
        "[concat('a ''b'' Bearer ', parameters('secret1'), ' c ?sig=', parameters('secret2'))]"
    ]
    whole = filled(told, {"secret1": "x", "secret2": "y"})
    assert whole["properties"]["customize"][0]["inline"] == ["a 'b' Bearer x c ?sig=y"]


@pytest.mark.parametrize("written", ["x", [], None])
def test_nonsense_is_not_deployable(written: object) -> None:
    """Who asks is told so."""
    with pytest.raises(ValueError, match="no object"):
        deployable(a_body(written))
