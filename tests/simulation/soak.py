"""`make soak`: drawn lives, told as `aibwatch simulate --seeds` tells them; counts are kept."""

import sys
from collections.abc import Sequence

import counts
from aibwatch.cli.output import Output
from aibwatch.cli.simulate.seeds.many import each
from aibwatch.cli.simulate.seeds.tally import Tally
from aibwatch.cli.simulate.seeds.telling import report

FEWEST = 2_000
"""So many lives, from the first on, as `make test` has; the counts of fewer are not kept."""


def main(arguments: Sequence[str]) -> int:
    """Live through so many seeds from one on; fail if a promise was broken."""
    seeds, first = map(int, arguments)
    tally = sum(each(first, seeds), Tally())
    held = report(tally, None, Output.TABLE)
    if held and first == 1 and seeds >= FEWEST:
        counts.keep("lives", told(tally))
    return 0 if held else 1


def told(tally: Tally) -> dict[str, float]:
    """Return what is worth keeping of it."""
    return {
        "seeds": tally.seeds,
        "years": round(tally.years, 1),
        "requests": tally.requests,
        "deaths": tally.deaths.total(),
        "demanded": tally.demanded,
        "saved": tally.saved,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
