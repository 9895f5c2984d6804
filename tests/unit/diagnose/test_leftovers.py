"""Which staging groups were left behind, and what is not to be told."""

from dataclasses import replace

import pytest

from aibwatch.diagnose.leftovers import TIDIED_WITHIN, Answers, leftovers
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.leftover import Leftover, StagingGroup
from aibwatch.model.names import ResourceId
from aibwatch.model.template import RunState
from builders import DAY, HOUR, MINUTE, NOON, SUBSCRIPTION, WEB, WEST, a_run, a_template

NAME = "IT_images_web-west_(1)"
ID = ResourceId(f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{NAME.lower()}")
MACHINE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{NAME}/providers/Microsoft.Compute"
GROUP = StagingGroup(ID, NAME, WEST, WEB, NOON - DAY)
BUSY = replace(GROUP, building=(f"{MACHINE}/disks/os", f"{MACHINE}/virtualMachines/build"))
ENDED = a_run(started=NOON - DAY, state=RunState.FAILED, ended=NOON - DAY + HOUR)
OWNER = a_template(staging=ID, run=ENDED)
GONE = Fault(FaultKind.NOT_FOUND, "not found", 404)
SILENT = Fault(FaultKind.PLATFORM, "no", 503)
DELETE = f"az group delete --name '{NAME}' --subscription {SUBSCRIPTION}"
LOOK = f"az resource list --resource-group '{NAME}' --subscription {SUBSCRIPTION} --output table"


def left(group: StagingGroup, answers: Answers) -> list[Leftover]:
    """Return what is said of one group at noon."""
    return leftovers([group], answers, NOON)


@pytest.mark.parametrize(
    ("group", "answers", "says", "remedy"),
    [
        (GROUP, {WEB: GONE}, "its template web-west is gone", DELETE),
        (GROUP, {WEB: a_template(staging="/other")}, "web-west has another one now", DELETE),
        (GROUP, {WEB: a_template(staging="")}, "it does not say which one is its own", LOOK),
        (GROUP, {WEB: SILENT}, "whether web-west needs it cannot be told: ", LOOK),
        (GROUP, {}, "whether web-west needs it cannot be told: ", LOOK),
        (replace(GROUP, template=None), {WEB: GONE}, "no tag says whose it is", LOOK),
    ],
    ids=["gone", "another", "unsaid", "unread", "never asked", "untagged"],
)
def test_a_group_without_its_template_was_left(
    group: StagingGroup, answers: Answers, says: str, remedy: str
) -> None:
    """To be removed only if Azure says so; a template that cannot be read may need it."""
    (found,) = left(group, answers)

    assert says in found.says
    assert found.remedy == remedy


def test_a_group_that_is_in_use_was_not() -> None:
    """With its storage account it stays as long as its template, tagged or not."""
    assert left(GROUP, {WEB: OWNER}) == []
    assert left(replace(GROUP, template=None), {WEB: OWNER}) == []


def test_what_a_build_left_in_it_is_named_each() -> None:
    """The group stays, as its template needs it."""
    (found,) = left(BUSY, {WEB: OWNER})

    assert found.says == (
        "in use by web-west, but its run of 2026-03-01 12:00Z is over:"
        " 1 microsoft.compute/disks, 1 microsoft.compute/virtualmachines"
    )
    assert found.remedy == "az resource delete --ids " + " ".join(f"'{e}'" for e in BUSY.building)


@pytest.mark.parametrize(
    ("run", "was_left"),
    [
        (a_run(started=NOON - DAY, state=RunState.RUNNING, ended=None), False),
        (replace(ENDED, ended=NOON - TIDIED_WITHIN), False),
        (replace(ENDED, ended=NOON - TIDIED_WITHIN - MINUTE), True),
        (None, True),
    ],
    ids=["running", "just now", "long ago", "never"],
)
def test_a_build_has_time_to_clear_up(run: object, *, was_left: bool) -> None:
    """What is needed, or may be cleared up yet, is not left."""
    assert bool(left(BUSY, {WEB: replace(OWNER, run=run)})) is was_left


def test_the_oldest_comes_first() -> None:
    """What does not say how old it is before all."""
    ages = {"new": NOON, "old": NOON - DAY, "unknown": None}
    groups = [replace(GROUP, name=name, made=made) for name, made in ages.items()]

    found = leftovers(groups, {WEB: GONE}, NOON)

    assert [each.group.name for each in found] == ["unknown", "old", "new"]
