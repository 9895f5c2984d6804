"""docs/canaries.md explains every reason of a probe, and none that does not exist."""

import re

from aibwatch.model.probe import ProbeReason
from house.tree import ROOT

PAGE = (ROOT / "docs" / "canaries.md").read_text(encoding="utf-8")


def test_every_reason_of_a_probe_is_explained_and_none_else() -> None:
    """Each member has one row, in the order of the enum."""
    rows = re.findall(r"^\| `(\w+)` \| .{9,} \| .{4,} \|$", PAGE, re.MULTILINE)

    assert rows == [str(reason) for reason in ProbeReason]
