"""The table itself: every row is named once, sourced, and cheap."""

import re
from collections import Counter

import pytest

from aibwatch.diagnose.signature import Signature
from aibwatch.diagnose.signatures import TABLE
from aibwatch.model.verdict import Cause


def test_every_row_has_a_name_of_its_own() -> None:
    """Peers and journals compare names, so no two rows share one."""
    names = Counter(row.name for row in TABLE)

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_row_says_what_it_means_and_where_that_is_from(row: Signature) -> None:
    """A row without a meaning or a source could not be explained to anybody."""
    assert row.says
    assert row.source


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_no_row_matches_nothing(row: Signature) -> None:
    """A pattern that matches the empty text would match every text."""
    assert row.pattern.search("") is None


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_row_reads_without_regard_to_case(row: Signature) -> None:
    """Azure spells its codes in several ways."""
    assert row.pattern.flags & re.IGNORECASE


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_no_row_has_an_unbounded_repetition(row: Signature) -> None:
    """A text is hostile input: only bounded gaps, so that matching is linear in it."""
    bare = row.pattern.pattern.replace(r"\+", "").replace(r"\*", "")

    assert re.search(r"[*+]|\{\d+,\}", bare) is None


def test_only_outages_are_called_clear() -> None:
    """`clear` lifts a suspicion to certainty; only an outage is a suspicion."""
    assert {row.cause for row in TABLE if row.clear} == {Cause.OUTAGE}
