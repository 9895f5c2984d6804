"""docs/reasons.md explains every reason, and none that does not exist."""

import re
from pathlib import Path

from aibwatch.model.decision import Reason

PAGE = Path(__file__).parents[2] / "docs" / "reasons.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_every_reason_is_explained_and_none_else() -> None:
    """Each member has one row, in the order of the enum."""
    rows = [name for name, _, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))]

    assert rows == [str(reason) for reason in Reason]


def test_every_row_says_something() -> None:
    """Both what it means and what would change it are said."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))

    assert [name for name, means, changes in rows if len(means) < 9 or len(changes) < 9] == []
