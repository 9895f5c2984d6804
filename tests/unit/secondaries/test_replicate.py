"""A secondary's template from a primary's: what moves, what stays, and what must be told."""

import json
from functools import partial
from typing import Any

import pytest

from aibwatch.model.blueprint import Part
from aibwatch.model.body import Body
from aibwatch.model.drift import differences
from aibwatch.model.names import ImageName
from aibwatch.model.relocation import Draft, Relocation
from aibwatch.secondaries.recipe import blueprint
from aibwatch.secondaries.replicate import replicate
from aibwatch.secondaries.requirements import requirements
from builders import NORTH, SUBSCRIPTION, WEST, an_id
from ten_templates import COMPUTE, GROUP, TEN, Json, a_body, authored, body, gallery

IMAGE = ImageName("web")
THERE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/north"
NETWORK = f"{THERE}/providers/Microsoft.Network/virtualNetworks/vnet-north/subnets"
IDENTITY = f"{THERE}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aib-north"

TO = Relocation(
    region=NORTH,
    resource_group="north",
    subnet=f"{NETWORK}/build",
    container_subnet=f"{NETWORK}/aci",
    identities=(IDENTITY,),
    vm_identities=(f"{IDENTITY}-vm",),
    definition=f"{THERE}/providers/Microsoft.Compute/galleries/g/images/{{definition}}",
    staging=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/staging-{{name}}",
)
BARE = Relocation(NORTH)


def moved(name: str, to: Relocation = TO, *, drill: bool = False) -> Draft:
    """Return the draft of one of the ten."""
    return replicate(authored(name), IMAGE, to, drill=drill)


def told(draft: Draft) -> dict[str, Any]:
    """Return what a draft says."""
    found: dict[str, Any] = json.loads(draft.body.text)
    return found


def output(draft: Draft, at: int = 0) -> Json:
    """Return an output of a draft."""
    found: Json = told(draft)["properties"]["distribute"][at]
    return found


@pytest.mark.parametrize("name", TEN)
def test_a_secondary_has_no_drift_against_its_primary(name: str) -> None:
    """Whatever it holds, it builds the same."""
    draft = moved(name)

    assert draft.missing == ()
    assert differences(blueprint(authored(name)), blueprint(draft.body)) == ()


@pytest.mark.parametrize("name", TEN)
def test_nothing_of_a_secondary_names_what_is_bound_to_the_primarys_region(name: str) -> None:
    """But for the replicas that others read, and the addresses of scripts and disks."""
    text = moved(name).body.text.lower()

    assert "westeurope" not in text
    assert "vnet-west" not in text
    assert "aib-west" not in text
    assert "vm-west" not in text


def test_its_id_is_the_primarys_in_the_group_of_the_rules() -> None:
    """In the same group the region is put behind its name."""
    assert moved("linux").body.template == an_id("linux").replace("/images/", "/north/", 1)
    assert moved("linux", BARE).body.template == an_id("linux-northeurope")
    assert moved("linux", Relocation(NORTH, suffix="-b")).body.template == an_id("linux-b")
    other = Relocation(NORTH, resource_group=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/x")
    assert "/resourcegroups/x/" in moved("linux", other).body.template


def test_a_name_that_is_too_long_is_refused() -> None:
    """Azure permits 64 characters."""
    with pytest.raises(ValueError, match="no image template id"):
        moved("linux", Relocation(NORTH, suffix="-" + "x" * 64))


def test_a_subnet_must_be_told() -> None:
    """No template can build in a network of another region."""
    assert moved("vnet", BARE).missing == ("subnet",)
    assert moved("private", BARE).missing == ("subnet", "container_subnet")
    assert moved("linux", BARE).missing == ()


def test_a_managed_source_must_be_told_in_the_primarys_group() -> None:
    """Elsewhere it is the copy of the same name."""
    elsewhere = told(moved("managed"))["properties"]["source"]["imageId"]
    named = Relocation(NORTH, source=f"{COMPUTE}/images/base-north")

    assert moved("managed", BARE).missing == ("source",)
    assert elsewhere == f"{THERE}/providers/Microsoft.Compute/images/base-2404"
    assert told(moved("managed", named))["properties"]["source"]["imageId"].endswith("base-north")


def test_rules_leave_names_open() -> None:
    """So that one rule is for all images of a region."""
    draft = moved("private")

    assert output(draft)["galleryImageId"].endswith(
        "/north/providers/Microsoft.Compute/galleries/g/images/web"
    )
    assert told(draft)["properties"]["stagingResourceGroup"].endswith("/staging-private")
    assert told(draft)["properties"]["vmProfile"]["userAssignedIdentities"] == [f"{IDENTITY}-vm"]


def test_without_a_rule_a_staging_group_is_left_to_the_service() -> None:
    """None is for two templates."""
    assert "stagingResourceGroup" not in told(moved("private", Relocation(NORTH)))["properties"]


def test_without_rules_identities_and_definition_are_the_primarys() -> None:
    """One definition in a third region for all is the layout that is best; ids lose principals."""
    written = body(distribute=[gallery()])
    (identity,) = written["identity"]["userAssignedIdentities"]
    written["identity"]["userAssignedIdentities"][identity] = {"principalId": "p"}

    draft = replicate(a_body(written), IMAGE, BARE)

    assert told(draft)["identity"]["userAssignedIdentities"] == {identity: {}}
    assert output(draft)["galleryImageId"] == gallery()["galleryImageId"]


def test_the_new_region_takes_the_primarys_place_among_the_targets() -> None:
    """With its replicas and storage; what other regions have stays."""
    targets = [{"name": "West Europe", "replicaCount": 3}, {"name": "East US", "replicaCount": 2}]
    moving = partial(replicate, image=IMAGE)

    apart = moving(a_body(body(distribute=[gallery(targetRegions=targets)])), to=BARE)
    known = moving(a_body(body()), to=BARE)
    chosen = moving(a_body(body()), to=Relocation(NORTH, targets=(NORTH, WEST)))

    assert output(apart)["targetRegions"] == [
        {"name": "northeurope", "replicaCount": 3},
        {"name": "eastus", "replicaCount": 2},
    ]
    assert output(known)["targetRegions"] == [{"name": "northeurope"}]
    assert [each["name"] for each in output(chosen)["targetRegions"]] == [NORTH, WEST]
    assert output(moved("gallery-source"))["replicationRegions"] == ["northeurope"]


def test_it_does_not_ask_for_a_version_that_will_be_there() -> None:
    """Nor does it build by itself, nor keep what only the service writes."""
    versioned, triggered = moved("gallery-source", BARE), told(moved("triggered"))

    assert output(versioned)["galleryImageId"].endswith("/images/web")
    assert "autoRun" not in triggered["properties"]
    assert triggered["tags"] == {"team": "platform", "aibwatch-role": "secondary"}


def test_a_managed_image_gets_a_name_of_its_own_in_the_primarys_group() -> None:
    """Two templates must not write one image."""
    assert (
        output(moved("managed"))["imageId"]
        == f"{THERE}/providers/Microsoft.Compute/images/web-2404"
    )
    named = Relocation(NORTH, source=f"{COMPUTE}/images/base-2404")
    assert output(moved("managed", named))["imageId"].lower() == (
        f"{COMPUTE}/images/web-2404-northeurope".lower()
    )


def test_a_drill_template_publishes_nothing_that_counts() -> None:
    """Excluded from latest, under a name of its own, found by no tag, in no other's group."""
    draft = moved("private", Relocation(NORTH, **rules(staging=f"{GROUP}-staging")), drill=True)

    assert draft.body.template.endswith("/private-northeurope-drill")
    assert output(draft)["excludeFromLatest"] is True
    assert told(draft)["tags"] == {"team": "platform"}
    assert "stagingResourceGroup" not in told(draft)["properties"]
    assert output(moved("managed", drill=True))["imageId"].endswith("/web-2404-drill")
    assert "uri" not in output(moved("vhd", drill=True))
    drift = differences(blueprint(authored("private")), blueprint(draft.body))
    assert [each.path for each in drift] == ["$.distribute[0].excludeFromLatest"]


def rules(**changes: str) -> dict[str, Any]:
    """Return rules for the subnets, with changes."""
    return {"subnet": TO.subnet, "container_subnet": TO.container_subnet, **changes}


@pytest.mark.parametrize(
    ("text", "says"),
    [("[]", "no object"), ('{"properties": null}', "no properties"), ("{", "Expecting")],
)
def test_of_nonsense_no_template_is_made(text: str, says: str) -> None:
    """The error is told, and nothing else happens."""
    with pytest.raises(ValueError, match=says):
        replicate(Body(an_id("web"), text), IMAGE, TO)


def test_what_must_be_there_first_is_told_with_its_command() -> None:
    """New things only, in order; each once."""
    found = requirements(moved("private"), authored("private"))

    told = [(each.part, each.command.partition(" --")[0]) for each in found]
    assert told == [
        (Part.STAGING, "az group create"),
        (Part.IDENTITY, "az identity create"),
        (Part.SCRIPT, ""),
        (Part.DEFINITION, "az sig image-definition create"),
        (Part.STAGING, ""),
        (Part.IDENTITY, "az identity create"),
        (Part.SUBNET, "az network vnet subnet create"),
        (Part.SUBNET, "az network vnet subnet create"),
        *[(Part.IDENTITY, "az role assignment create")] * 3,
    ]
    container, machine = (each for each in found if each.part is Part.SUBNET)
    assert "--name aci --address-prefixes <prefix> --delegations" in container.command
    assert machine.command == (
        "az network vnet subnet create --resource-group north --vnet-name vnet-north --name build"
        " --address-prefixes <prefix> --private-link-service-network-policies Disabled"
    )


def test_a_new_identity_is_given_what_it_does_and_no_more() -> None:
    """To publish and to join, on these things alone; an identity that was there has its roles."""
    new = [each for each in requirements(moved("private"), authored("private")) if each.command]
    roles = [each.command for each in new if "role assignment" in each.command]
    publish, *joins = (each.partition(" --assignee")[0] for each in roles)

    assert "Compute Gallery Artifacts Publisher" in publish
    assert "/images/" in publish
    assert all("Network Contributor" in each and "/subnets/" in each for each in joins)
    assert all("userassignedidentities" in each for each in roles)
    kept = requirements(moved("windows", BARE), authored("windows"))
    assert not [each for each in kept if "role assignment" in each.command]


def test_a_source_must_be_in_the_new_region() -> None:
    """A gallery version is replicated, terms are accepted, a managed image is copied."""
    versioned = requirements(moved("gallery-source", BARE), authored("gallery-source"))
    windows = requirements(moved("windows", BARE), authored("windows"))
    managed = requirements(moved("managed"), authored("managed"))

    assert versioned[-1].command.endswith(
        "--gallery-image-version 1.2.3 --add publishingProfile.targetRegions name=northeurope"
    )
    assert windows[0].command == "az vm image terms accept --publisher c --offer b --plan a"
    assert "a copy of the managed image, in northeurope" in [each.says for each in managed]


def test_what_the_primary_uses_is_there_already() -> None:
    """But the definition must not be at home with the primary."""
    found = requirements(moved("linux", BARE), authored("linux"))

    assert [each.part for each in found] == [Part.SCRIPT, Part.SCRIPT, Part.DEFINITION]
    assert found[-1].says == "the primary's definition, at home outside westeurope"
