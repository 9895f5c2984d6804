"""Which differences between two templates make another recipe."""

import pytest

from aibwatch.azure.template import read_template
from aibwatch.model.template import Template
from template_bodies import GROUP, SOURCE, Json, template, written

HERE = "/subscriptions/s/resourceGroups/here/providers/Microsoft.Compute"
THERE = "/subscriptions/s/resourceGroups/there/providers/Microsoft.Compute"


def read(**changes: object) -> Template:
    """Read a template with changed properties."""
    return read_template(written(template(**changes)))


def shared(gallery: str) -> dict[str, str]:
    """Return a source in a gallery."""
    return {"type": "SharedImageVersion", "imageVersionId": f"{gallery}/images/base/versions/1.0.0"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"vmProfile": {"osDiskSizeGB": 30, "vmSize": "Standard_D2s_v5", "vnetConfig": {}}}),
        ({}, {"source": {**SOURCE, "exactVersion": "24.04.202504290"}}),
        ({}, {"distribute": [], "lastRunStatus": None, "stagingResourceGroup": "x"}),
        ({"buildTimeoutInMinutes": 0}, {"buildTimeoutInMinutes": 240}),
        ({"vmProfile": None}, {"vmProfile": {"userAssignedIdentities": [f"{GROUP}/x"]}}),
        ({"optimize": None}, {"optimize": {}}),
        (
            {"source": shared(f"{HERE}/galleries/h")},
            {"source": shared(f"{THERE}/galleries/t")},
        ),
    ],
)
def test_what_is_bound_to_a_region_is_no_part_of_the_recipe(
    one: dict[str, object], other: dict[str, object]
) -> None:
    """A secondary differs from its primary in these, and still builds the same."""
    assert read(**one).recipe == read(**other).recipe


@pytest.mark.parametrize(
    "change",
    [
        {"source": {**SOURCE, "sku": "minimal"}},
        {"customize": [{"type": "Shell", "name": "tools", "inline": ["apt-get install -y vim"]}]},
        {"customize": None},
        {"validate": {"sourceValidationOnly": True}},
        {"optimize": {"vmBoot": {"state": "Enabled"}}},
        {"vmProfile": {"vmSize": "Standard_D4s_v5", "osDiskSizeGB": 30}},
        {"buildTimeoutInMinutes": 91},
    ],
)
def test_what_changes_the_build_changes_the_recipe(change: dict[str, object]) -> None:
    """Otherwise a changed template would pass for one that has built before."""
    assert read(**change).recipe != read().recipe


def test_another_version_of_the_source_is_another_recipe() -> None:
    """Only what stands before the definition's name is left out."""
    one = {"type": "SharedImageVersion", "imageVersionId": f"{HERE}/images/base/versions/1.0.0"}
    other = {"type": "SharedImageVersion", "imageVersionId": f"{HERE}/images/base/versions/1.0.1"}

    assert read(source=one).recipe != read(source=other).recipe


def test_identities_are_compared_without_regard_to_case_or_order() -> None:
    """ARM writes ids in several spellings."""
    one: Json = {"userAssignedIdentities": {f"{GROUP}/a": {}, f"{GROUP}/B": {}}}
    other: Json = {"userAssignedIdentities": {f"{GROUP}/b": {}, f"{GROUP.upper()}/A": {}}}

    first = read_template(written({**template(), "identity": one})).identities
    second = read_template(written({**template(), "identity": other})).identities

    assert first == second != ""


def test_the_identities_of_the_build_vm_count_too() -> None:
    """A build with another identity may fail on its own account."""
    with_vm = read(vmProfile={"userAssignedIdentities": [f"{GROUP}/vm", None]})

    assert with_vm.identities != read().identities


def test_a_template_without_identities_has_no_hash_of_them() -> None:
    """So that two such templates do not look as if they shared one."""
    assert read_template(written({**template(), "identity": None})).identities == ""


def test_the_hashes_that_stand_in_journals_stay_as_they_are() -> None:
    """Made otherwise, every template would be another one at once for whoever starts anew."""
    odd: Json = {
        "source": {**shared(f"{HERE}/galleries/h"), "exactVersion": "1.0.0", "plan": None},
        "customize": [
            {"inline": ["echo \u00fc\u2028\x7f\u0001", "a\\b"], "wait": 1e-05, "size": 1e16}
        ],
        "validate": {"inVMValidations": [], "sourceValidationOnly": False},
        "optimize": {"vmBoot": {"state": None}},
        "vmProfile": {"vnetConfig": {"subnetId": "x"}, "userAssignedIdentities": [f"{GROUP}/Vm"]},
    }

    found = [read(), read(**odd), read_template(written({"id": template()["id"]}))]

    assert [(each.recipe, each.identities, each.revision) for each in found] == [
        ("217aa85400399757923996b1496df389", "05510e288b97", "9bd67b2737e6d3bae5ff2baf"),
        ("df490c69c6a131a4f491840a9eabfdb6", "df58fdad09b8", "1ebdbccc029b2cd1e28b04ca"),
        ("11bdbf2ca961a724a91d26f048ba8472", "", "91032d0e63490481be7cf43b"),
    ]
