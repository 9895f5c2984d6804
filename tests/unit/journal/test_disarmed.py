"""Since when the trigger of a template is off that was on before."""

from collections.abc import Iterable
from datetime import datetime

import pytest

from aibwatch.journal.fold import fold
from aibwatch.journal.retention import removable, same
from aibwatch.model.entry import Entry, TemplateKnown
from builders import DAY, HOUR, NOON, WEB, a_template

ON_OFF_AND_LAST = 3


def shown(automatic: Iterable[bool | None]) -> list[Entry]:
    """Return what was known of a template that is changed every hour."""
    return [
        TemplateKnown(NOON + n * HOUR, a_template(automatic=each, revision=str(n)))
        for n, each in enumerate(automatic)
    ]


@pytest.mark.parametrize(
    ("automatic", "since"),
    [
        ((True, False), NOON + HOUR),
        ((True, False, False), NOON + HOUR),
        ((True, False, None), NOON + HOUR),
        ((True, False, True), None),
        ((True, False, True, False), NOON + 3 * HOUR),
        ((False,), None),
        ((None, False), None),
        ((True, None), None),
    ],
)
def test_it_is_off_since_it_was_seen_to_go_off(
    automatic: tuple[bool | None, ...], since: datetime | None
) -> None:
    """One that was never seen on was not switched off; one that is on again is not off."""
    assert fold(shown(automatic)).disarmed.get(WEB) == since


def test_that_it_was_on_is_kept_in_the_journal() -> None:
    """As long as it is off; what says nothing new goes."""
    entries = shown([True] * 4 + [False] * 4)
    numbered, state = list(enumerate(entries)), fold(entries)

    gone = set(removable(numbered, state, NOON + 100 * DAY))

    left = [each for number, each in numbered if number not in gone]
    assert same(fold(left), state)
    assert state.disarmed == {WEB: NOON + 4 * HOUR}
    assert len(left) == ON_OFF_AND_LAST
