"""The table itself: every row is named once, sourced, and cheap."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibwatch.diagnose.listing import listed
from aibwatch.diagnose.signature import Signature, Sure, anchor, wording
from aibwatch.diagnose.signatures import TABLE
from aibwatch.model.ownsignature import OwnSignature, costs_too_much
from aibwatch.model.verdict import Cause, Disposition

ROWS = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)


def test_every_row_has_a_name_of_its_own() -> None:
    """Peers and journals compare names, so no two rows share one."""
    names = Counter(row.signature for row in listed())

    assert [name for name, count in names.items() if count > 1] == []


@ROWS
def test_every_row_says_what_it_means_and_where_that_is_from(row: Signature) -> None:
    """A row without a meaning or a source could not be explained to anybody."""
    assert row.says
    assert row.source


@ROWS
def test_no_row_matches_nothing(row: Signature) -> None:
    """A pattern that matches the empty text would match every text."""
    assert row.wording.first("") is None


@ROWS
def test_every_pattern_costs_little(row: Signature) -> None:
    """A text is hostile input: the rule for owners' rows holds for ours."""
    dear = {p.pattern: costs_too_much(p.pattern) for _, p in row.wording.alternatives}

    assert {pattern: why for pattern, why in dear.items() if why} == {}


@ROWS
@settings(max_examples=10)
@given(data=st.data())
def test_all_that_a_row_matches_has_its_anchor(row: Signature, data: st.DataObject) -> None:
    """The word that is looked for first is in every text that the pattern matches."""
    word, pattern = data.draw(st.sampled_from(row.wording.alternatives))
    text = data.draw(st.from_regex(pattern, fullmatch=True))

    assert word in text


def test_only_outages_are_called_clear() -> None:
    """`clear` lifts a suspicion to certainty; only an outage is a suspicion."""
    assert {row.cause for row in TABLE if row.sure is Sure.CLEAR} == {Cause.OUTAGE}


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        (r"\bquota\b", "quota"),
        (r"exceed(?:s|ed)? quotas?", "exceed"),
        (r"aka\.ms/x", "aka.ms/x"),
        (r"ab[cd]efg", "efg"),
        (r"number.{0,20} of", "number"),
        (r"colou{0,1}rs", "colo"),
    ],
)
def test_the_anchor_is_the_longest_plain_run(pattern: str, word: str) -> None:
    """What is optional, a choice or a class is left out of it."""
    assert anchor(pattern) == word


def test_the_first_of_several_alternatives_is_where_a_wording_stands() -> None:
    """The leftmost of them, whatever their order."""
    assert wording("late", "early").first("early and late") == (0, 5)


def test_the_list_puts_owners_rows_first() -> None:
    """They are tried first, and are told by their prefix."""
    first, *others = listed((OwnSignature("vpn", "vpn down", Cause.USER_CONFIG, "our VPN"),))

    assert (first.signature, first.category, first.disposition) == (
        "own:vpn",
        Cause.USER_CONFIG,
        Disposition.USER,
    )
    assert {row.name for row in TABLE} < {each.signature for each in others}
