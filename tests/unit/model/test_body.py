"""What an owner wrote is one text, whichever answer of Azure tells it, and tells no secret."""

import json

import pytest

from aibwatch.model.body import Body, body_of
from aibwatch.model.names import template_id
from aibwatch.model.resource import account_in, kind_in, parent_of
from builders import WEB

SIG = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYg%3D%3D"
ID = "/subscriptions/s/resourcegroups/g/providers/microsoft.network/virtualnetworks/v"


def written(**told: object) -> object:
    """Return what is kept of a body."""
    return json.loads(body_of(WEB, told).text)


def inline(step: str) -> Body:
    """Return the body of a template with one step."""
    return body_of(WEB, {"properties": {"customize": [{"inline": [step]}]}})


def test_what_the_service_adds_is_left_out() -> None:
    """Its own words change with every run, and are nobody's to deploy again."""
    properties = {
        "source": {"type": "PlatformImage", "version": "latest", "exactVersion": "1.2.3"},
        "lastRunStatus": {"runState": "Running"},
        "provisioningState": "Succeeded",
        "provisioningError": {"message": "x"},
        "exactStagingResourceGroup": "/x",
        "stagingResourceGroup": "",
    }
    identity = {
        "type": "UserAssigned",
        "principalId": "p",
        "tenantId": "t",
        "userAssignedIdentities": {"/A": {"clientId": "c", "principalId": "p"}},
    }

    found = written(
        location="West Europe",
        tags={"a": "b"},
        identity=identity,
        properties=properties,
        systemData={"createdBy": "me"},
        etag="1",
        id="x",
    )

    assert found == {
        "location": "westeurope",
        "tags": {"a": "b"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/A": {}}},
        "properties": {
            "source": {"type": "PlatformImage", "version": "latest"},
            "stagingResourceGroup": "",
        },
    }


def test_what_this_version_does_not_know_is_kept() -> None:
    """A copy must be the whole of it."""
    assert written(properties={"quantum": [{"entangled": True}]})["properties"] == {
        "quantum": [{"entangled": True}]
    }


def test_order_of_keys_and_nulls_make_no_difference() -> None:
    """Each answer writes them as it likes."""
    one = {"location": "a", "properties": {"x": 1, "y": [{"z": None, "w": 2}], "v": None}}
    other = {"properties": {"y": [{"w": 2}], "x": 1}, "tags": None, "identity": None}

    first, second = body_of(WEB, one), body_of(WEB, other | {"location": "a"})

    assert first.text == second.text
    assert first.revision == second.revision != body_of(WEB, {}).revision


@pytest.mark.parametrize(
    "step",
    [
        f"curl 'https://s.blob.core.windows.net/c/x?sv=2024&se=2030&sig={SIG}' | bash",
        f'Invoke-WebRequest "https://s.blob.core.windows.net/c/x?sig={SIG}&se=2030"',
        f"azcopy cp https://s/c?SV=1&SIG={SIG}",
        f'export TOKEN=\\"?sp=r&sig={SIG}\\"',
        f"sv=2024&sig={SIG}",
    ],
)
def test_signatures_are_cut_out_wherever_they_are(step: str) -> None:
    """Between quotes, in any case, with or without an address; what is around them stays."""
    found = inline(step)

    assert SIG not in found.text
    assert "sig=REDACTED" in found.text.lower().replace("redacted", "REDACTED")
    assert json.loads(found.text)["properties"]["customize"][0]["inline"][0][:3] == step[:3]


@pytest.mark.parametrize(
    "step", ["design=modern-and-quite-long-indeed", "sig=$(sign x)", "a=b&c=d"]
)
def test_what_is_no_signature_stays_as_it_is(step: str) -> None:
    """What somebody would deploy again must be what he wrote."""
    assert step in inline(step).text


def test_a_renewed_signature_is_no_new_revision() -> None:
    """It is the same script, as far as anybody can see."""
    first, second = (inline(f"https://s/x?se={year}&sig={SIG[year:]}") for year in (1, 2))

    assert first.revision == second.revision


def test_a_large_body_is_cleaned_in_good_time() -> None:
    """A signature beside a megabyte of base64, which is one long word."""
    step = "a" * 1_000_000 + f" https://s/x?sig={SIG}"

    assert SIG not in inline(step).text


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("https://scripts.blob.core.windows.net/c/x.sh?sv=1", "scripts"),
        ("HTTPS://Scripts.Blob.Core.Windows.Net", "scripts"),
        ("https://scripts.z12.blob.storage.azure.net/c/x.sh", "scripts"),
        ("https://scripts.blob.core.chinacloudapi.cn:443/c", "scripts"),
        ("https://scripts.blob.core.windows.net.example.com/", ""),
        ("https://raw.example.com/scripts.blob.core.windows.net/x", ""),
        ("/subscriptions/s", ""),
        ("", ""),
    ],
)
def test_an_address_tells_its_storage_account(address: str, account: str) -> None:
    """Of every cloud; a host that only looks like one is none."""
    assert account_in(address) == account


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (ID, "microsoft.network/virtualnetworks"),
        (f"{ID}/subnets/a", "microsoft.network/virtualnetworks/subnets"),
        ("/subscriptions/s/resourcegroups/g", "microsoft.resources/subscriptions/resourcegroups"),
        (template_id(WEB), "microsoft.virtualmachineimages/imagetemplates"),
        ("/subscriptions/s", ""),
        (f"{ID}/subnets", ""),
        ("/providers/a/b/c", ""),
        ("", ""),
    ],
)
def test_an_id_tells_its_kind(name: str, kind: str) -> None:
    """By its shape alone."""
    assert kind_in(name) == kind


def test_what_is_part_of_another_tells_it() -> None:
    """A subnet of its network."""
    assert parent_of(f"{ID}/subnets/a") == ID
