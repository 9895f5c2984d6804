"""Over whatever happens to the real core, no monitor speaks, and each is asked."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings

from aibwatch.journal.monitors.every import HEARERS
from heard import breaches
from histories import FLEET, begun, histories, lived

MANY = settings(max_examples=100, deadline=None)


@MANY
@given(histories)
def test_no_legal_history_is_called_broken(history: Sequence[str]) -> None:
    """A false alarm would stop the daemon in the middle of an outage."""
    story = lived(begun(), history)

    assert breaches(story.loop.journal) == []


ADVISED = tuple(
    line if "mode" in line else line.replace(":", " in mode advise:", 1) for line in FLEET
)
FAILS = "web-west fails: internal error"
PAUSED = ["policy warmup_sweeps=9", "pause all: why", FAILS]
TEMPTATIONS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "S2": (FLEET, ["next answer: unclear, a run begins, unseen for 4m", FAILS, "wait 15m"]),
    "S6": (FLEET, ["web-north runs", "web-east runs", FAILS, "wait 15m"]),
    "S16": (FLEET, [*PAUSED, "wait 15m", "the daemon restarts", "resume all"]),
    "S35": (FLEET, ["pause all: why", FAILS, "wait 15m"]),
    "S36": (ADVISED, [FAILS, "wait 15m"]),
}
"""Stories in which the next thing to do would break a promise: fleet and history."""


@pytest.mark.parametrize("promise", TEMPTATIONS)
def test_what_tempts_to_break_a_promise_is_withstood(promise: str) -> None:
    """Where a guard is missing a monitor speaks here: `make mutants` takes them away in turn."""
    fleet, history = TEMPTATIONS[promise]

    story = lived(begun(fleet), history)

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
