"""What is granted to us, over a real TLS connection, with answers from a script."""

import asyncio
from pathlib import Path

import pytest

from aibwatch.azure.rights import RUN, names
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Scope
from scripted_arm import SUBSCRIPTION, WEB, Said, ScriptedArm, opened, scripted
from template_bodies import written

GROUP = Scope(f"/subscriptions/{SUBSCRIPTION}/resourcegroups/images")
READER = {"actions": ["*/read"], "notActions": []}
OWNER = {"actions": ["*"], "notActions": []}
OPERATOR = {"actions": [RUN], "notActions": None}


def may_run(
    directory: Path, *answers: Said, scope: Scope = GROUP
) -> tuple[bool | Fault, ScriptedArm]:
    """Return what is made of the answers, and the script as it was played."""

    async def asking() -> tuple[bool | Fault, ScriptedArm]:
        async with scripted(directory, *answers) as arm:
            for number, each in enumerate(arm.answers):
                here = each.body.replace(b"{here}", arm.endpoint.encode())
                arm.answers[number] = Said(here, each.status)
            async with opened(arm.settings()) as azure:
                return await azure.may_run(scope), arm

    return asyncio.run(asking())


def roles(*granted: object, following: str = "") -> Said:
    """Return a page of what is granted."""
    return Said(written({"value": list(granted), "nextLink": following or None}))


@pytest.mark.parametrize("scope", [GROUP, Scope(WEB)])
def test_rights_are_read_where_they_are_asked_for(tmp_path: Path, scope: Scope) -> None:
    """A group, or one template."""
    found, arm = may_run(tmp_path, roles(READER, OPERATOR), scope=scope)

    assert found is True
    assert arm.heard[0].path == f"{scope}/providers/Microsoft.Authorization/permissions"


@pytest.mark.parametrize(
    ("granted", "allowed"),
    [
        ([OPERATOR], True),
        ([OWNER], True),
        ([READER], False),
        ([], False),
        ([None, {}, {"actions": None}], False),
        ([{"actions": ["*"], "notActions": ["Microsoft.VirtualMachineImages/*"]}], False),
        ([{"actions": ["*"], "notActions": [RUN.upper()]}], False),
        ([{"actions": ["*"], "notActions": [RUN]}, OPERATOR], True),
        ([{"actions": ["*"], "notActions": ["*/delete"]}], True),
    ],
)
def test_one_role_that_allows_it_suffices(
    tmp_path: Path, granted: list[object], *, allowed: bool
) -> None:
    """What a role leaves out is no denial: another may give it."""
    assert may_run(tmp_path, roles(*granted))[0] is allowed


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        (RUN, True),
        (RUN.lower(), True),
        ("*", True),
        ("*/action", True),
        ("Microsoft.VirtualMachineImages/*", True),
        ("Microsoft.VirtualMachineImages/imageTemplates/*/action", True),
        ("Microsoft.VirtualMachineImages/imageTemplates/run", False),
        ("Microsoft.VirtualMachineImages/imageTemplates/cancel/action", False),
        ("Microsoft.VirtualMachineImages/imageTemplates.run/action", False),
        ("MicrosoftXVirtualMachineImages/imageTemplates/run/action", False),
        ("*/read", False),
        ("", False),
    ],
)
def test_a_star_stands_for_anything_and_case_for_nothing(pattern: str, *, named: bool) -> None:
    """A point is a point."""
    assert names([pattern], RUN) is named


def test_every_page_counts(tmp_path: Path) -> None:
    """The right may be on the second."""
    link = f"{{here}}{GROUP}/providers/Microsoft.Authorization/permissions?page=2"

    found, arm = may_run(tmp_path, roles(READER, following=link), roles(OPERATOR))

    assert (found, len(arm.heard)) == (True, 2)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Said(b"{}", 403), FaultKind.PERMISSION),
        (Said(b"[]"), FaultKind.NONSENSE),
        (Said(b"<html>"), FaultKind.NONSENSE),
    ],
)
def test_what_cannot_be_read_is_no_denial(tmp_path: Path, answer: Said, kind: FaultKind) -> None:
    """Neither a refusal nor nonsense."""
    found, _ = may_run(tmp_path, answer)

    assert isinstance(found, Fault)
    assert found.kind is kind
