"""deploy/azure: the templates are well formed, and the roles grant what is used, no more."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import jsonschema
import pytest

from aibwatch.azure.rights import RUN
from house.overlays import the
from house.tree import ROOT

FOLDER = ROOT / "deploy/azure"
SCHEMA = json.loads((ROOT / "tests/house/schemas/arm-template.json").read_text(encoding="utf-8"))
NAMES = sorted(each.stem for each in FOLDER.glob("*.json"))
TEMPLATES: dict[str, Any] = {
    name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES
}
PAGE = (ROOT / "docs/permissions.md").read_text(encoding="utf-8")
FUNCTIONS = {
    "concat",
    "empty",
    "guid",
    "not",
    "parameters",
    "reference",
    "resourceGroup",
    "resourceId",
    "subscription",
    "subscriptionResourceId",
    "variables",
}
"""What the templates may call: https://learn.microsoft.com/azure/azure-resource-manager/templates."""

each_template = pytest.mark.parametrize("name", NAMES)


def valid(template: dict[str, Any]) -> bool:
    """Whether a template fits the schema."""
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(template))


def texts(node: Any) -> Iterator[str]:
    """Return all strings in a template."""
    if isinstance(node, str):
        yield node
    else:
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        for each in inner:
            yield from texts(each)


def expressions(name: str) -> list[str]:
    """Return what Azure would evaluate."""
    return [each for each in texts(TEMPLATES[name]) if each.startswith("[")]


@each_template
def test_a_template_is_well_formed(name: str) -> None:
    """Known types with the properties that they need, and every parameter explained."""
    jsonschema.Draft202012Validator(SCHEMA).validate(TEMPLATES[name])


def test_a_store_that_is_open_or_a_role_with_a_wildcard_is_refused() -> None:
    """The check above can fail on what matters."""
    shared, plain, wild, denied = (
        deepcopy(TEMPLATES[name]) for name in ("store", "store", "roles", "roles")
    )
    shared["resources"][0]["properties"]["allowSharedKeyAccess"] = True
    plain["resources"][2]["properties"]["publicAccess"] = "Blob"
    rights = wild["resources"][0]["properties"]["permissions"][0]
    rights["actions"] = ["Microsoft.VirtualMachineImages/*/read"]
    denied["resources"][0]["properties"]["permissions"][0]["notActions"] = ["Microsoft.Compute/a"]

    assert [valid(each) for each in (shared, plain, wild, denied)] == [False] * 4


@each_template
def test_expressions_name_what_is_declared(name: str) -> None:
    """Parameters and variables that are used are declared, and the other way round."""
    template, used = TEMPLATES[name], " ".join(expressions(name))

    for kind in ("parameters", "variables"):
        assert set(re.findall(rf"\b{kind}\('(\w+)'\)", used)) == set(template.get(kind, {}))
    assert set(re.findall(r"(\w+)\(", re.sub(r"'[^']*'", "''", used))) <= FUNCTIONS
    for each in expressions(name):
        assert each.count("(") == each.count(")")
        assert each.count("'") % 2 == 0


@each_template
def test_what_is_waited_for_is_in_the_template(name: str) -> None:
    """A dependency names the type of another resource of the same deployment."""
    resources = TEMPLATES[name]["resources"]
    types = {each["type"] for each in resources}

    for each in resources:
        for needed in each.get("dependsOn", ()):
            (kind,) = re.findall(r"esourceId\('([^']+)'", needed)
            assert kind in types - {each["type"]}


def roles() -> dict[str, tuple[set[str], set[str]]]:
    """Return the actions and data actions of each role."""
    found = {}
    for each in TEMPLATES["roles"]["resources"]:
        if each["type"].endswith("/roleDefinitions"):
            (rights,) = each["properties"]["permissions"]
            name = each["properties"]["roleName"].removeprefix("aibwatch ")
            found[name] = (set(rights["actions"]), set(rights["dataActions"]))
            assert each["name"] == f"[guid(subscription().id, 'aibwatch {name}')]"
    return found


def test_the_roles_grant_what_the_calls_need_and_nothing_else() -> None:
    """Each right in the table of docs/permissions.md is in the one role for its kind of call."""
    needed: dict[str, tuple[set[str], set[str]]] = {
        each: (set(), set()) for each in ("watch", "logs", "act")
    }
    for api, operation, right in re.findall(r"^\| `(\w+) (\w+)` \| ([^|]*) \|", PAGE, re.MULTILINE):
        if operation == "create":
            continue  # the right of whoever deploys a template by `aibwatch replicate`
        changes, stored = operation in {"run", "cancel"}, api in {"storage", "blob"}
        role = "act" if changes else "logs" if stored else "watch"
        actions = set(re.findall(r"`(Microsoft\.[^`]+)`", right))
        needed[role]["data action" in right].update(actions)

    assert roles() == needed
    assert needed["act"] == ({RUN}, set())


def test_watching_reads_and_only_that() -> None:
    """No data, and no action that is not a read: the role can be given on everything."""
    actions, data = roles()["watch"]

    assert data == set()
    assert all(each.endswith("/read") for each in actions)


def test_each_role_can_be_given() -> None:
    """assign.json offers them by the names that roles.json gave them."""
    template = TEMPLATES["assign"]

    assert set(template["parameters"]["role"]["allowedValues"]) == set(roles())
    assert template["variables"]["definition"] == (
        "[guid(concat('/subscriptions/', parameters('rolesSubscription')),"
        " concat('aibwatch ', parameters('role')))]"
    )


def test_the_credential_trusts_the_account_of_the_pods() -> None:
    """Namespace and name are those of deploy/kubernetes."""
    parameters = TEMPLATES["identity"]["parameters"]
    account = the("blob", "ServiceAccount")["metadata"]

    assert parameters["namespace"]["defaultValue"] == account["namespace"]
    assert parameters["serviceAccount"]["defaultValue"] == account["name"]
