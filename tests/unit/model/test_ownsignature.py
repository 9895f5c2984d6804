"""What a pattern may cost: the rule for owners' rows and ours."""

import pytest

from aibwatch.model.ownsignature import PATTERN_MAX, costs_too_much


@pytest.mark.parametrize(
    "pattern",
    [
        "plain words",
        r"quota.{0,200}exceeded",
        r"\bcode: \d{1,9}\b",
        r"(?:one|two)? three",
        r"[*+{]{2} literal \* and \+ and \{3,\}",
        r"(ab){3} c{2}",
        r"a{b}",
    ],
)
def test_what_is_bounded_is_cheap(pattern: str) -> None:
    """Bounded gaps, classes, choices and escaped signs."""
    assert costs_too_much(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a.*b", "repeats without a bound (*)"),
        (r"\d+", "repeats without a bound (+)"),
        ("a{3,}", "repeats without a bound ({3,})"),
        ("(a{1,9}){1,9}", "repeats what repeats already"),
        ("((a{1,9})b){1,9}", "repeats what repeats already"),
        ("(?=a)b", "looks around or names a group"),
        (r"(a)\1", "refers back to a group"),
        ("a.{0,200}b.{0,200}c", "multiply to 40000"),
        ("a" * (PATTERN_MAX + 1), f"is longer than {PATTERN_MAX}"),
    ],
)
def test_what_may_cost_much_is_named(pattern: str, says: str) -> None:
    """Each with what to write in its place."""
    assert says in costs_too_much(pattern)
