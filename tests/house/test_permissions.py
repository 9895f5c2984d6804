"""docs/permissions.md names a right for every call that aibwatch makes, and no other."""

import re

from aibwatch.azure.calls import _TABLE
from house.tree import ROOT

PAGE = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")


def test_every_call_has_its_row() -> None:
    """The first column is the call as the metrics name it: api and operation."""
    rows = re.findall(r"^\| `(\w+) (\w+)` \|", PAGE, re.MULTILINE)

    assert rows == [(str(api), operation) for _, _, api, operation in _TABLE]
