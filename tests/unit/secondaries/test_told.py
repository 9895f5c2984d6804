"""Which answers tell another thing than before, by what they say or by their age."""

from datetime import timedelta

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.secondaries.told import Told
from builders import MINUTE, NOON

AGE = 10 * MINUTE


def changed(told: Told[str], answers: dict[str, object], seen: int, now: int) -> set[str]:
    """Return what changed at a minute, all answers being of another."""
    then = dict.fromkeys(answers, NOON + seen * MINUTE)
    return told.changed(answers, then, NOON + now * MINUTE, AGE)


def test_a_new_answer_is_a_change_and_the_same_again_is_none() -> None:
    """Faults differ by their request ids alone, which tell a person nothing."""
    told = Told[str]()
    first = Fault(FaultKind.PLATFORM, "down", request_id="1")
    again = Fault(FaultKind.PLATFORM, "down", request_id="2")

    assert changed(told, {"a": first}, 0, 0) == {"a"}
    assert changed(told, {"a": again}, 1, 1) == set()
    assert changed(told, {"a": True}, 2, 2) == {"a"}


def test_an_answer_changes_when_it_becomes_too_old_and_when_it_is_new_again() -> None:
    """Each of the two once."""
    told = Told[str]()
    changed(told, {"a": True}, 0, 0)

    assert changed(told, {"a": True}, 0, 10) == set()
    assert changed(told, {"a": True}, 0, 11) == {"a"}
    assert changed(told, {"a": True}, 0, 12) == set()
    assert changed(told, {"a": True}, 13, 13) == {"a"}
    assert changed(told, {"a": True}, 13, 23) == set()
    assert changed(told, {"a": True}, 13, 24) == {"a"}


def test_the_oldest_of_many_is_not_forgotten() -> None:
    """Each grows too old at its own time."""
    told = Told[str]()
    answers = dict.fromkeys("abc", True)
    seen = {name: NOON + timedelta(minutes=at) for name, at in zip("abc", (4, 2, 7), strict=True)}
    told.changed(answers, seen, NOON + 7 * MINUTE, AGE)

    found = [told.changed(answers, seen, NOON + at * MINUTE, AGE) for at in (12, 13, 14, 15, 18)]

    assert found == [set(), {"b"}, set(), {"a"}, {"c"}]
