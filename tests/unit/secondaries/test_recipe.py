"""What a body builds: which bodies are one recipe, and what a blueprint tells besides."""

from copy import deepcopy
from dataclasses import replace

import pytest

from aibwatch.model.blueprint import Blueprint, Leaf, Offered, Part
from aibwatch.model.drift import differences
from aibwatch.secondaries.recipe import NONSENSE, blueprint
from builders import SUBSCRIPTION, WEB
from ten_templates import (
    CHECKSUM,
    GROUP,
    STORE,
    TEN,
    TOOLS,
    UBUNTU,
    Json,
    a_body,
    authored,
    body,
    gallery,
)


def of(**properties: object) -> Blueprint:
    """Return the blueprint of a template with these properties."""
    return blueprint(a_body(body(**properties)))


def published(**changes: object) -> dict[str, object]:
    """Return properties with one output that is changed so."""
    return {"distribute": [gallery(**changes)]}


def step(**changes: object) -> dict[str, object]:
    """Return properties with one customizer that has these fields."""
    return {"customize": [{"type": "Shell", **changes}]}


SCRIPT = f"{STORE}/x.sh"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"buildTimeoutInMinutes": 0}, {"buildTimeoutInMinutes": 240}),
        ({}, {"buildTimeoutInMinutes": None}),
        ({"vmProfile": {"osDiskSizeGB": 0, "vmSize": ""}}, {"vmProfile": None}),
        ({"optimize": {"vmBoot": {"state": "Disabled"}}}, {"optimize": {}}),
        ({"validate": {"inVMValidations": [], "sourceValidationOnly": False}}, {}),
        ({"errorHandling": {"onCustomizerError": "Cleanup"}}, {}),
        ({"source": {**UBUNTU, "exactVersion": "24.04.1"}}, {"source": UBUNTU}),
        ({"source": {**UBUNTU, "publisher": "canonical", "type": "platformimage"}}, {}),
        ({"customize": []}, {"customize": None}),
        (step(inline=["a"], runElevated=False, name=""), step(inline=["a"])),
        (step(inline=["a"], validExitCodes=[0]), step(inline=["a"])),
        (step(validExitCodes=[0, 5]), step(validExitCodes=[5, 0])),
        (step(scriptUri=f"{SCRIPT}?se=1&sig=a"), step(scriptUri=f"{SCRIPT}?se=2&sig=b")),
        (step(scriptUri="https://X.example/a"), step(scriptUri="https://x.example/a")),
        (
            step(scriptUri=SCRIPT, sha256Checksum=CHECKSUM),
            step(scriptUri="https://other.example/x.sh", sha256Checksum=CHECKSUM.upper()),
        ),
        (published(), published(excludeFromLatest=False, versioning={"scheme": "Latest"})),
        (published(), published(targetRegions=None, replicationRegions=["eastus"])),
        (published(), published(galleryImageId=f"{GROUP}/x/images/WEB/versions/1.0.0")),
        (published(artifactTags={"A": "b"}), published(artifactTags={"a": "b"})),
        (published(replicationMode="full", storageAccountType="Premium_LRS"), published()),
        (
            {"distribute": [gallery(), {"type": "VHD"}]},
            {"distribute": [{"type": "VHD"}, gallery()]},
        ),
    ],
)
def test_what_azure_means_the_same_is_the_same(one: Json, other: Json) -> None:
    """Case, defaults, order, and what is another in each region."""
    assert of(**one).recipe == of(**other).recipe


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        ({}, {"buildTimeoutInMinutes": 241}, "$.buildTimeoutInMinutes"),
        ({}, {"vmProfile": {"vmSize": "Standard_D2s_v5"}}, "$.vmProfile.vmSize"),
        ({}, {"source": {**UBUNTU, "sku": "minimal"}}, "$.source.sku"),
        (step(inline=["a", "b"]), step(inline=["b", "a"]), "$.customize[0].inline[0]"),
        (step(inline=["a"]), step(inline=["A"]), "$.customize[0].inline[0]"),
        (step(inline=["a"]), step(inline=["a", ""]), "$.customize[0].inline[1]"),
        (step(), step(scriptUri=f"{SCRIPT}?v=1"), "$.customize[0].scriptUri"),
        (
            step(scriptUri=SCRIPT, sha256Checksum=CHECKSUM),
            step(scriptUri=SCRIPT, sha256Checksum="0" * 64),
            "$.customize[0].sha256Checksum",
        ),
        ({}, {"customize": [TOOLS, {}]}, "$.customize[1]"),
        (published(), published(excludeFromLatest=True), "$.distribute[0].excludeFromLatest"),
        (published(), published(galleryImageId=f"{GROUP}/x/images/api"), "$.distribute[0].gallery"),
        (published(), published(versioning={"scheme": "Source"}), "$.distribute[0].versioning.s"),
        ({}, {"additionalDataDisks": [{"sizeGB": 4}]}, "$.additionalDataDisks[0].sizeGB"),
        ({}, {"optimize": {"vmBoot": {"state": "Enabled"}}}, "$.optimize.vmBoot.state"),
        (
            published(artifactTags={"a.b": "1"}),
            published(artifactTags={"a.b": "2"}),
            "$.distribute[0].artifactTags['a.b']",
        ),
    ],
)
def test_what_changes_the_build_is_named_by_its_path(one: Json, other: Json, path: str) -> None:
    """The first difference is where the change is."""
    found = differences(of(**one), of(**other))

    assert found
    assert found[0].path.startswith(path)


def test_fields_that_are_not_known_count_and_are_named() -> None:
    """A newer API must not let a change pass unseen."""
    found = of(vmProfile={"confidential": {"kind": "SEV"}}, hotpatch=True, nothing=None)

    assert found.unknown == ("$.hotpatch", "$.vmProfile.confidential")
    assert Leaf("$.vmProfile.confidential.kind", '"SEV"') in found.recipe.leaves


def test_a_customizer_of_unknown_type_is_named() -> None:
    """Its own fields count as they stand."""
    found = of(customize=[{"type": "Ansible", "playbook": "site.yml"}])

    assert found.unknown == ("$.customize[0].playbook", "$.customize[0].type")
    assert Leaf("$.customize[0].playbook", '"site.yml"') in found.recipe.leaves


def test_names_of_fields_are_read_in_any_case() -> None:
    """Resource Graph does not write all of them as the provider does."""
    written = deepcopy(TEN["linux"])
    properties = written.pop("properties")
    assert isinstance(properties, dict)
    shouted = {key.upper(): each for key, each in properties.items()}

    found = blueprint(a_body({**written, "Properties": shouted}))

    assert found == blueprint(a_body(TEN["linux"]))


def test_two_fields_that_differ_in_case_only_do_not_hide_one_another() -> None:
    """Azure refuses such a body; here it is another recipe."""
    found = of(customize=[{"type": "Shell", "inline": ["a"], "Inline": ["b"]}])

    assert found.unknown == ("$.customize[0].Inline",)
    assert {each.value for each in found.recipe.leaves} >= {'"a"', '"b"'}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "<html>", "[" * 100_000, '{"a":' * 100_000, '"' + "x" * 10]
)
def test_nonsense_has_a_blueprint_of_its_own(text: str) -> None:
    """It never stops the reading of others."""
    assert blueprint(replace(authored("linux"), text=text)) == NONSENSE


@pytest.mark.parametrize(
    "properties",
    [
        {"customize": {"type": "Shell"}},
        {"customize": ["x", None, 3]},
        {"distribute": "SharedImage", "source": [1]},
        {"vmProfile": 7, "optimize": {"vmBoot": "on"}, "additionalDataDisks": {}},
        {"source": {"type": {}, "imageVersionId": 5, "planInfo": [None]}},
        {"distribute": [{"galleryImageId": 1, "targetRegions": [None, {"name": 4}]}]},
        {"customize": [{"validExitCodes": "all", "scriptUri": ["http://[x"]}]},
    ],
)
def test_wrong_shapes_count_and_stop_nothing(properties: Json) -> None:
    """Whatever a provider answers."""
    found = of(**properties)

    assert found != NONSENSE
    assert found.recipe != of().recipe


def inline(blueprint: Blueprint) -> Leaf:
    """Return the only line of a script."""
    (found,) = (each for each in blueprint.recipe.leaves if "inline" in each.path)
    return found


def test_a_long_text_is_kept_as_its_beginning_and_a_hash() -> None:
    """The state holds thousands of recipes."""
    (found,) = (
        each for each in of(**step(inline=["x" * 5000])).recipe.leaves if "inline" in each.path
    )
    (other,) = (
        each for each in of(**step(inline=["x" * 4999 + "y"])).recipe.leaves if "inl" in each.path
    )

    assert len(found.value) < 150
    assert found.value != other.value


def test_half_a_surrogate_pair_can_be_kept() -> None:
    """No journal can hold one."""
    (found,) = (
        each for each in of(**step(inline=["\ud800"])).recipe.leaves if "inline" in each.path
    )

    assert found.value == '"?"'


def test_equal_recipes_are_one_object() -> None:
    """So that primary and secondary cost the memory of one."""
    assert of().recipe is of(buildTimeoutInMinutes=0).recipe


def test_dependencies_are_named_with_their_place() -> None:
    """Each id in canonical form, each address without its query."""
    found = blueprint(authored("private"))

    told = [(each.part, each.path, each.names) for each in found.rests_on]
    vnet = f"{GROUP}/providers/microsoft.network/virtualnetworks/vnet-west/subnets".lower()
    identity = GROUP.lower() + "/providers/microsoft.managedidentity/userassignedidentities"
    gallery = f"{GROUP}/providers/microsoft.compute/galleries/goldens/images/web".lower()
    original = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aib-west"
    assert told == [
        (Part.IDENTITY, f"$.identity.userAssignedIdentities['{original}']", f"{identity}/aib-west"),
        (Part.SCRIPT, "$.properties.customize[1].scriptUri", f"{STORE}/agent.sh"),
        (Part.DEFINITION, "$.properties.distribute[0].galleryImageId", gallery),
        (
            Part.STAGING,
            "$.properties.stagingResourceGroup",
            f"/subscriptions/{SUBSCRIPTION}/resourcegroups/staging-web",
        ),
        (
            Part.IDENTITY,
            "$.properties.vmProfile.userAssignedIdentities[0]",
            f"{identity}/vm-west",
        ),
        (
            Part.SUBNET,
            "$.properties.vmProfile.vnetConfig.containerInstanceSubnetId",
            f"{vnet}/aci",
        ),
        (Part.SUBNET, "$.properties.vmProfile.vnetConfig.subnetId", f"{vnet}/build"),
    ]


def test_a_blueprint_tells_size_plan_version_storage_and_triggers() -> None:
    """What other items of readiness look at."""
    windows, versioned = blueprint(authored("windows")), blueprint(authored("gallery-source"))
    triggered, disk = blueprint(authored("triggered")), blueprint(authored("vhd"))

    assert windows.vm_size == "standard_d4ds_v5"
    assert windows.plan == Offered("c", "b", "a")
    assert dict(windows.storage) == {"westeurope": "Standard_ZRS", "northeurope": "Standard_LRS"}
    assert versioned.version == "7.0.1"
    assert dict(versioned.storage) == dict.fromkeys(("westeurope", "northeurope"), "Standard_LRS")
    assert triggered.triggers
    assert not disk.triggers
    assert [each.names for each in disk.rests_on if each.part is Part.STORE] == [f"{STORE}/web.vhd"]


@pytest.mark.parametrize("name", TEN)
def test_this_version_knows_all_fields_of_the_ten(name: str) -> None:
    """What it does not know, a stranger would be warned of."""
    assert blueprint(authored(name)).unknown == ()


def test_who_it_is_of_is_no_part_of_it() -> None:
    """Two templates with one body are alike."""
    one = authored("linux")

    assert blueprint(one) == blueprint(replace(one, template=WEB))
