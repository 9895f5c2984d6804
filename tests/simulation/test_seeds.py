"""Drawn lives, each judged by every promise. One that fails says how to repeat it.

`make test` lives through SEEDS of them, `make fast` through a few, `make soak` through many.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from aibwatch.cli.simulate.seeds.drilling import FROM
from aibwatch.cli.simulate.seeds.many import one
from aibwatch.cli.simulate.seeds.tally import Tally
from aibwatch.cli.simulate.seeds.telling import again
from aibwatch.model.failover import TABLE, Event, Phase

SEEDS = 2_000
AT_ONCE = 25
"""Seeds of one test, so that all processes have some."""
QUICK = 25
"""Seeds that are lived through also while somebody works."""
KEPT = (Path(__file__).parent / "seeds.txt").read_text(encoding="utf-8").splitlines()
SLOW = ("142",)
"""Seeds of lives that take seconds; the others take tenths of one."""
LESSONS = [
    pytest.param(*told, marks=[pytest.mark.long] if told[0] in SLOW else [])
    for told in (each.split(maxsplit=1) for each in KEPT if each and not each.startswith("#"))
]
BUSY = (5, 14, 126, 296)
"""Seeds whose lives made every move when last looked at; it took 296 to find them one by one."""
UNREACHED: frozenset[tuple[Phase, Event]] = frozenset()
"""Moves of the table that no life of these makes, each with its reason."""
TESTS = [
    pytest.param(first, marks=[pytest.mark.long] if first > QUICK else [])
    for first in range(1, SEEDS, AT_ONCE)
]


def held(tally: Tally) -> None:
    """Assert that every promise held, and say how to repeat what did not."""
    said = [f"{again(e.seed)}   # {e.promise} at {e.at}: {e.says}" for e in tally.found]
    assert not said, "\n".join(said)


@pytest.mark.parametrize("first", TESTS)
def test_every_promise_holds_in_drawn_lives(
    first: int, record_property: Callable[[str, object], None]
) -> None:
    """Whatever happens: no false failover, no double run, every wait ends."""
    tally = sum((one(seed) for seed in range(first, first + AT_ONCE)), Tally())

    record_property("drawn lives", tally.seeds)
    record_property("requests to run in drawn lives", tally.requests)
    record_property("deaths of daemons in drawn lives", tally.deaths.total())
    record_property("images that could be demanded in drawn lives", tally.demanded)
    record_property("of them saved", tally.saved)
    held(tally)


@pytest.mark.parametrize("first", [FROM, FROM + AT_ONCE])
def test_every_promise_holds_in_lives_with_drills(first: int) -> None:
    """Whenever somebody orders one: it stands in nobody's way, and proves nothing."""
    tally = sum((one(seed) for seed in range(first, first + AT_ONCE)), Tally())

    assert tally.requests
    held(tally)


@pytest.mark.parametrize(("seed", "reason"), LESSONS)
def test_what_was_found_once_is_not_found_again(seed: str, reason: str) -> None:
    """Seeds that broke a promise once are lived through for ever."""
    assert reason

    held(one(int(seed)))


@pytest.mark.long
def test_lives_make_every_move_there_is() -> None:
    """A move that no life makes is one that nothing here has judged."""
    moves: set[tuple[Phase, Event]] = set()
    for seed in (*BUSY, *range(1, SEEDS)):
        moves |= one(seed).moves.keys()
        if moves | UNREACHED >= set(TABLE):
            break

    assert moves | UNREACHED == set(TABLE)
