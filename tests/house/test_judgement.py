"""docs/judgement.md says how failures are judged, no more and no less."""

import re
from enum import StrEnum

import pytest

from aibwatch.diagnose.classify import DISPOSITIONS
from aibwatch.diagnose.listing import listed
from aibwatch.model.symptom import Where
from aibwatch.model.verdict import Cause, Disposition, Family, Veto
from house.tree import ROOT

PAGE = (ROOT / "docs" / "judgement.md").read_text(encoding="utf-8")


def _section(title: str) -> list[list[str]]:
    """Return the rows of the table below a heading, without its head."""
    text = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    (found,) = (each for each in text if each.startswith(f"{title}\n"))
    rows = re.findall(r"^\| (`.*) \|$", found, re.MULTILINE)
    return [[cell.strip().strip("`") for cell in row.split(" | ")] for row in rows]


@pytest.mark.parametrize(
    ("title", "members"),
    [
        ("Causes", Cause),
        ("Dispositions", Disposition),
        ("Where errors are read", Where),
        ("Families of evidence", Family),
        ("Vetoes", Veto),
    ],
)
def test_every_member_is_explained_and_none_else(title: str, members: type[StrEnum]) -> None:
    """One row each, in the order of the enum."""
    assert [row[0] for row in _section(title)] == [str(each) for each in members]


def test_every_cause_has_its_true_disposition() -> None:
    """The second column is what the code does; a clear signature may raise it to platform."""
    written = {row[0]: row[1] for row in _section("Causes")}

    assert written == {str(cause): str(DISPOSITIONS[cause]) for cause in Cause}


def test_the_table_of_signatures_is_the_codes_own() -> None:
    """Every row, in order of precedence."""
    written = [tuple(row) for row in _section("Signatures")]

    assert written == [
        (row.signature, row.category, row.disposition, row.where, row.says) for row in listed()
    ]
