"""docs/permissions.md names a right for every call that aibwatch makes, and no other."""

import re

from aibwatch.azure.calls import _TABLE
from aibwatch.azure.granted import RIGHTS
from aibwatch.azure.kinds import KINDS
from aibwatch.azure.offers import _LIMITS, PROVIDERS_RIGHT, SIZES_RIGHT
from aibwatch.cli.rights import TRIED
from house.tree import ROOT

PAGE = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")


def test_every_call_has_its_row() -> None:
    """The first column is the call as the metrics name it: api and operation."""
    rows = re.findall(r"^\| `(\w+) (\w+)` \|", PAGE, re.MULTILINE)

    assert rows == [(str(api), operation) for _, _, api, operation in _TABLE]


def test_what_check_names_is_a_right_of_the_table() -> None:
    """And every right to read without data is either tried or told otherwise."""
    told = set(re.findall(r"`(Microsoft\.[^`]+)`", PAGE.split("| Call |")[1].split("\n\n")[0]))
    elsewhere = {
        "Microsoft.VirtualMachineImages/imageTemplates/run/action",  # looked up, never tried
        "Microsoft.VirtualMachineImages/imageTemplates/runOutputs/read",  # only after a failover
        "Microsoft.Resources/subscriptions/read",  # a refusal is an answer too
        "Microsoft.Resources/subscriptions/locations/read",  # only while there is an event
        "Microsoft.VirtualMachineImages/imageTemplates/write",  # of who deploys a secondary
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",  # with the logs
    }
    # What readiness asks for is told where it is missing, by the item that stays unknown.
    by_items = {
        SIZES_RIGHT,
        PROVIDERS_RIGHT,
        *RIGHTS,
        *(each.right for each in (*KINDS.values(), *_LIMITS)),
    }

    assert {each.action for each in TRIED} | by_items == told - elsewhere
    assert elsewhere <= told
