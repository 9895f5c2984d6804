"""Over whatever happens to the real core, no monitor speaks, and each is asked."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings

from aibwatch.journal.monitors.every import HEARERS
from heard import breaches
from histories import begun, histories, lived

MANY = settings(max_examples=100, deadline=None)


@MANY
@given(histories)
def test_no_legal_history_is_called_broken(history: Sequence[str]) -> None:
    """A false alarm would stop the daemon in the middle of an outage."""
    story = lived(begun(), history)

    assert breaches(story.loop.journal) == []


def test_the_histories_give_the_monitors_something_to_hear() -> None:
    """In an outage with a lost answer and a hop every kind that is heard comes, but canaries'."""
    story = lived(
        begun(),
        [
            "next answer: unclear, nothing begins",
            "web-west fails: internal error",
            *["wait 15m"] * 2,
            "web-north fails: no room",
            *["wait 4m"] * 3,
            "web-east succeeds",
            "wait 4m",
            "the daemon restarts",
            "wait 4m",
        ],
    )

    heard = Counter(type(each) for each in story.loop.journal)
    silent = {kind.__name__ for kind in HEARERS if not heard[kind]}

    assert silent <= {"ProbeIntended", "ProbeAnswered"}
