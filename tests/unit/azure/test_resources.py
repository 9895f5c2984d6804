"""Resources over a real TLS connection, with answers that no simulated Azure should give."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from aibwatch.azure.inventory import MOST_PAGES
from aibwatch.azure.kinds import resources_in
from aibwatch.azure.wire import WireError
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ResourceId
from aibwatch.model.resource import Resource
from scripted_arm import SUBSCRIPTION, Said, ScriptedArm, opened, scripted
from template_bodies import written

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v"
SUBNET = ResourceId(f"{NETWORK}/subnets/build".lower())
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aib"
NAMED = ResourceId(IDENTITY.lower())
ROW = {"id": IDENTITY, "location": "westeurope", "sku": None, "properties": {"principalId": "P"}}
NONE = Said(written({"data": []}))


def ask(
    directory: Path, names: list[ResourceId], *answers: Said
) -> tuple[Mapping[ResourceId, Resource | Fault], ScriptedArm]:
    """Return what is made of the answers, and the script as it was played."""

    async def asking() -> tuple[Mapping[ResourceId, Resource | Fault], ScriptedArm]:
        async with scripted(directory, *answers) as arm, opened(arm.settings()) as azure:
            return await azure.resources(names), arm

    return asyncio.run(asking())


def rows(*data: object, token: str | None = None) -> Said:
    """Return an answer of Resource Graph."""
    more = {"$skipToken": token} if token else {}
    return Said(written({"count": len(data), "data": list(data), **more}))


def subnet(**properties: object) -> Resource:
    """Return the subnet that is made of these properties."""
    network = {"id": NETWORK, "location": "West Europe"}
    within = {"subnets": [{"id": f"{NETWORK}/subnets/build", "properties": properties}]}
    (_, found) = resources_in(written({**network, "properties": within}))
    return found


def test_one_query_asks_for_all_and_for_the_network_of_a_subnet(tmp_path: Path) -> None:
    """Both tables, whatever the subscriptions; a quote in a name stays inside its text."""
    quoted = ResourceId(f"{NAMED}'s")
    _, arm = ask(tmp_path, [SUBNET, NAMED, quoted], NONE)

    asked = json.loads(arm.heard[0].body)
    assert "subscriptions" not in asked
    assert f"'{NETWORK.lower()}'" in asked["query"]
    assert SUBNET not in asked["query"]
    assert "aib\\'s'" in asked["query"]
    assert "resourcecontainers" in asked["query"]


def test_an_account_is_asked_for_by_name_in_every_subscription(tmp_path: Path) -> None:
    """An address does not tell where it is; the path of a script is nobody's business."""
    script = ResourceId("https://scripts.blob.core.windows.net/secret/x.sh")
    account = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/scripts"
    row = {"id": account, "location": "uksouth", "sku": {"name": "Standard_LRS"}}

    found, arm = ask(tmp_path, [script], rows(row))

    asked = json.loads(arm.heard[0].body)
    assert "subscriptions" not in asked
    assert "name in~ ('scripts')" in asked["query"]
    assert "secret" not in asked["query"]
    answer = found[script]
    assert isinstance(answer, Resource)
    assert (answer.id, answer.redundancy) == (account.lower(), "Standard_LRS")


def test_rows_come_page_by_page(tmp_path: Path) -> None:
    """Until no token leads on."""
    found, arm = ask(tmp_path, [NAMED], rows(token="next"), rows(ROW))

    assert isinstance(found[NAMED], Resource)
    asked = [json.loads(each.body)["options"] for each in arm.heard[:2]]
    assert [each.get("$skipToken") for each in asked] == [None, "next"]


def test_an_answer_that_does_not_end_is_nonsense(tmp_path: Path) -> None:
    """It is given up; then a few are asked for alone, and that answer is none either."""
    found, arm = ask(tmp_path, [NAMED], rows(token="again"))

    assert len(arm.heard) == MOST_PAGES + 1
    assert isinstance(found[NAMED], Fault)


@pytest.mark.parametrize(
    "junk", [None, 5, "x", [], {}, {"id": "x"}, {"id": IDENTITY, "properties": "x"}, {"id": 5}]
)
def test_a_row_that_makes_no_sense_costs_only_itself(tmp_path: Path, junk: object) -> None:
    """The next row is read; what the junk was about is asked for alone."""
    other = ResourceId(f"{NAMED}-2")
    good = {**ROW, "id": f"{IDENTITY}-2"}

    found, _ = ask(tmp_path, [NAMED, other], rows(junk, good), Said(written(ROW)))

    assert [each.id for each in found.values() if isinstance(each, Resource)] == [other, NAMED]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Said(written({"error": {"code": "ResourceNotFound"}}), 404), FaultKind.NOT_FOUND),
        (Said(written({"error": {"code": "SubscriptionNotFound"}}), 404), FaultKind.PERMISSION),
        (Said(written({"error": {"code": "AuthorizationFailed"}}), 403), FaultKind.PERMISSION),
        (Said(b"", 503), FaultKind.PLATFORM),
        (Said(b"<html>"), FaultKind.NONSENSE),
        (Said(written({**ROW, "id": NETWORK})), FaultKind.NONSENSE),
    ],
)
def test_what_is_left_out_is_what_its_own_answer_says(
    tmp_path: Path, answer: Said, kind: FaultKind
) -> None:
    """A subscription that our tenant does not show is no proof that something is not there."""
    found, arm = ask(tmp_path, [NAMED], NONE, answer)

    fault = found[NAMED]
    assert isinstance(fault, Fault)
    assert fault.kind is kind
    right = "Microsoft.ManagedIdentity/userAssignedIdentities/read"
    assert (right in fault.message) == (kind is FaultKind.PERMISSION)
    assert (arm.heard[1].path, arm.heard[1].query) == (NAMED, "api-version=2023-01-31")


WRITE = "Microsoft.Compute/galleries/images/versions/write"


@pytest.mark.parametrize(
    ("role", "publishes"),
    [
        ({"actions": [WRITE]}, "/subscriptions/s"),
        ({"actions": ["Microsoft.Compute/galleries/*"], "notActions": None}, "/subscriptions/s"),
        ({"actions": ["*"], "notActions": ["Microsoft.Compute/*/write"]}, ""),
        ({"actions": ["*/read", None]}, ""),
        ({"actions": None}, ""),
        (None, ""),
    ],
)
def test_a_role_gives_what_its_actions_name_but_for_its_not_actions(
    tmp_path: Path, role: object, publishes: str
) -> None:
    """All identities of a batch are asked about in one more query; junk costs only itself."""
    shown = {"principal": "p", "scope": "/Subscriptions/S", "permissions": [role]}

    found, arm = ask(tmp_path, [NAMED], rows(ROW), rows(5, {"scope": "/"}, shown))

    identity = found[NAMED]
    assert isinstance(identity, Resource)
    assert identity.told["publishes_in"] == publishes
    assert "in~ ('p')" in json.loads(arm.heard[1].body)["query"]
    assert len(arm.heard) == 2


@pytest.mark.parametrize("answer", [Said(b"", 403), Said(b"<html>"), NONE])
def test_roles_that_are_not_shown_cost_nothing_else(tmp_path: Path, answer: Said) -> None:
    """The identity is there all the same."""
    found, _ = ask(tmp_path, [NAMED], rows(ROW), answer)

    identity = found[NAMED]
    assert isinstance(identity, Resource)
    assert identity.told == {"principal": "p"}


def test_a_storm_is_not_answered_by_more_requests(tmp_path: Path) -> None:
    """What is put off is put off as a whole."""
    found, arm = ask(tmp_path, [NAMED], Said(b"", 429))

    fault = found[NAMED]
    assert isinstance(fault, Fault)
    assert fault.kind is FaultKind.THROTTLED
    assert len(arm.heard) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_query_that_is_refused_leaves_reads_by_id(tmp_path: Path, status: int) -> None:
    """Resource Graph may be forbidden where reading is not."""
    found, arm = ask(tmp_path, [NAMED], Said(b"", status), Said(written(ROW)))

    assert isinstance(found[NAMED], Resource)
    assert [each.method for each in arm.heard] == ["POST", "GET"]


@pytest.mark.parametrize(
    ("properties", "free"),
    [
        ({"addressPrefix": "10.0.0.0/28"}, "11"),
        ({"addressPrefixes": ["10.0.0.0/28", "fd00::/64"]}, "11"),
        ({"addressPrefixes": ["10.0.0.0/28", "10.0.1.0/28"], "ipConfigurations": [{}, {}]}, "20"),
        ({"addressPrefix": "10.0.0.0/28", "addressPrefixes": ["10.0.0.0/28"]}, "11"),
        ({"addressPrefix": "10.0.0.0/31"}, "0"),
        ({"addressPrefix": "ten"}, None),
        ({"addressPrefixes": ["fd00::/64"]}, None),
        ({"addressPrefix": None, "unheardOf": [1]}, None),
    ],
)
def test_free_addresses_are_counted_or_not_told(
    properties: Mapping[str, object], free: str | None
) -> None:
    """Without Azure's own five in each range; IPv6 is no matter, and nobody guesses."""
    assert subnet(**properties).told.get("free") == free


def test_a_subnet_tells_who_has_it_for_himself() -> None:
    """In lower case, whatever else is null."""
    found = subnet(
        delegations=[None, {"properties": None}, {"properties": {"serviceName": "Microsoft.X/y"}}],
        networkSecurityGroup={"id": f"{NETWORK}/"},
        routeTable=None,
        natGateway={"id": None},
    )

    assert found.told == {"delegated_to": "microsoft.x/y"}
    assert found.rests_on == (NETWORK.lower(), NETWORK.lower())


def test_a_resource_without_a_region_is_nowhere() -> None:
    """Some are served from all of them."""
    (found,) = resources_in(written({"id": f"{GROUP}/providers/Microsoft.Network/x/y"}))

    assert (found.region, found.kind) == ("", "microsoft.network/x")


def test_what_is_no_resource_is_nonsense() -> None:
    """Its caller leaves it out."""
    with pytest.raises(WireError):
        resources_in(b'{"id": "/subscriptions/x"}')
