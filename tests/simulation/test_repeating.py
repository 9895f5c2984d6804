"""A seed is a life: the same in every process, whatever else that did before."""

import subprocess
import sys

import pytest

from aibwatch.cli.simulate.seeds.draw import drawn
from aibwatch.cli.simulate.seeds.life import lived
from aibwatch.cli.simulate.seeds.shorter import only

TELL = """
from aibwatch.cli.simulate.seeds.draw import drawn
from aibwatch.cli.simulate.seeds.life import lived
from aibwatch.daemon import log
from aibwatch.journal.codec import encode
from aibwatch.model.names import digest
log.configure("critical", "auto", lambda _level: None)
trace = lived(drawn({seed})).trace
told = [str(encode(each)) for each in trace.entries]
print(digest(*told, *map(str, trace.world.truth)))
"""


def told(seed: int, hash_seed: str) -> str:
    """Return the digest of all that happened in a life, as another process lives it."""
    return subprocess.run(
        [sys.executable, "-c", TELL.format(seed=seed)],
        env={"PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.mark.parametrize(
    "seed", [3, *(pytest.param(each, marks=pytest.mark.long) for each in (75, 142))]
)
def test_a_seed_is_the_same_life_in_every_process(seed: int) -> None:
    """Neither the order of sets nor anything before it plays a part."""
    assert told(seed, "1") == told(seed, "2") != told(seed + 1, "1")


def test_a_life_can_be_lived_with_some_of_it_left_out() -> None:
    """That is how the shortest story is found: what is left happens as it did."""
    fate = drawn(75)

    nothing = only(fate, ())

    assert nothing.fleet == fate.fleet
    assert lived(nothing).trace.asked == []
    assert only(fate, fate.happenings).happenings == fate.happenings
