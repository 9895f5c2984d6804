"""Staging groups over a real TLS connection, with rows from a script."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aibwatch.model.fault import Fault
from aibwatch.model.leftover import StagingGroup
from scripted_arm import SUBSCRIPTION, WEB, Said, ScriptedArm
from unit.azure.test_graph import ask, rows

ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/IT_images_web_1"
INSIDE = f"{ID}/providers/Microsoft"
TOLD = {"id": ID, "name": "IT_images_web_1", "location": "West Europe"}
NAMED = TOLD | {"template": "web-west", "templateGroup": "images"}


def groups(directory: Path, *answers: Said) -> tuple[list[StagingGroup], ScriptedArm]:
    """Return what is made of the rows of groups and of what is in them."""
    found, arm = ask(directory, lambda azure: azure.staging_groups(SUBSCRIPTION), *answers)
    assert not isinstance(found, Fault)
    return [*found], arm


def test_a_group_is_told_with_its_template_its_age_and_what_a_build_needs(tmp_path: Path) -> None:
    """The oldest thing in it tells its age; only storage accounts stay after a build."""
    account = {
        "id": f"{INSIDE}.Storage/storageAccounts/a",
        "type": "Microsoft.Storage/storageAccounts",
    }
    machine = {
        "id": f"{INSIDE}.Compute/virtualMachines/b",
        "type": "microsoft.compute/virtualmachines",
    }
    nic = {"id": f"{INSIDE}.Network/networkInterfaces/c".replace("IT_", "it_"), "type": "n"}
    other = {"id": f"{ID}0/providers/Microsoft.Network/networkInterfaces/d", "type": "n"}

    (group,), arm = groups(
        tmp_path,
        rows(NAMED),
        rows(
            account | {"creationTime": "2026-03-02T12:00:00.1234567Z", "timeCreated": ""},
            machine | {"creationTime": "", "timeCreated": "2026-03-01T12:00:00Z"},
            nic | {"creationTime": "", "timeCreated": ""},
            other | {"creationTime": "2020-03-01T12:00:00Z", "timeCreated": ""},
        ),
    )

    assert (group.name, group.region, group.template) == ("IT_images_web_1", "westeurope", WEB)
    assert group.made == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert group.building == (machine["id"], nic["id"])
    assert [json.loads(each.body)["subscriptions"] for each in arm.heard] == [[SUBSCRIPTION]] * 2


@pytest.mark.parametrize(
    "tags", [{}, {"template": "", "templateGroup": ""}, {"template": "a/b", "templateGroup": "x"}]
)
def test_tags_that_name_no_template_name_none(tmp_path: Path, tags: dict[str, str]) -> None:
    """Nobody's, and of no known age."""
    (group,), _ = groups(tmp_path, rows(TOLD | tags), rows())

    assert (group.template, group.made, group.building) == (None, None, ())


def test_a_row_that_makes_no_sense_costs_only_itself(tmp_path: Path) -> None:
    """Of groups, and of what is in them."""
    junk = (None, 3, {"id": 7}, {"name": "x"}, {"id": ID})

    found, _ = groups(tmp_path, rows(*junk, NAMED), rows(*junk))

    assert [each.template for each in found] == [WEB]


def test_what_is_in_them_must_be_told_too(tmp_path: Path) -> None:
    """Without it a group would look empty."""
    refused = Said(b'{"error": {"code": "No", "message": "no"}}', status=403)

    found, _ = ask(tmp_path, lambda azure: azure.staging_groups(SUBSCRIPTION), rows(NAMED), refused)

    assert isinstance(found, Fault)
