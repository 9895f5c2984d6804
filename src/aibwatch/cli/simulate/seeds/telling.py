"""How the lives of many seeds are told: numbers, and of every broken promise how to repeat it."""

from datetime import timedelta

from aibwatch.cli.output import Output, emit, line
from aibwatch.cli.simulate.seeds.draw import drawn
from aibwatch.cli.simulate.seeds.fate import when
from aibwatch.cli.simulate.seeds.shorter import shortest
from aibwatch.cli.simulate.seeds.tally import DOUBLE, FALSE, Found, Tally
from aibwatch.cli.simulate.stage import Own
from aibwatch.cli.simulate.telling import offset
from aibwatch.model.failover import TABLE

STORIES = 3
"""So many broken promises are told as stories; of the others how to repeat them."""


def report(tally: Tally, own: Own | None, output: Output) -> bool:
    """Tell what the seeds came to; return whether every promise held."""
    if output is Output.JSON:
        emit(summary(tally))
        return not tally.found
    for name, value in shown(tally):
        line(f"{name:<24}{value}")
    for number, each in enumerate(firsts(tally)):
        line()
        line(f"{each.promise} did not hold at {offset(each.at)}: {each.says}")
        line(f"repeat it: {again(each.seed)}")
        if number < STORIES:
            story(each, own)
    return not tally.found


def again(seed: int) -> str:
    """Return the one line that repeats a seed."""
    return f"aibwatch simulate --seeds 1 --first {seed}"


def firsts(tally: Tally) -> list[Found]:
    """Return the first breach of each promise by each seed."""
    found = sorted(tally.found, key=lambda each: (each.seed, each.at))
    return list({(each.seed, each.promise): each for each in reversed(found)}.values())[::-1]


def story(found: Found, own: Own | None) -> None:
    """Tell the least that must happen for it."""
    fate = shortest(drawn(found.seed, own), found.promise)
    line(f"the least that must happen, to {len(fate.images)} images:")
    for each in fate.happenings:
        line(f"{offset(when(each)):>11}  {each}")


def shown(tally: Tally) -> list[tuple[str, str]]:
    """Return the numbers with their names."""
    minutes = max(tally.cpu, 1e-9) / 60
    covered = len(TABLE) - len(tally.uncovered)
    missing = ", ".join(sorted(f"{phase} {event}" for phase, event in tally.uncovered))
    return [
        ("seeds", str(tally.seeds)),
        ("simulated years", f"{tally.years:.2f}"),
        ("rate", f"{tally.seeds / minutes / 60:.1f} seeds, {rate(tally)} per CPU"),
        ("run requests", f"{tally.requests}, in {tally.failovers} failovers"),
        ("crash points hit", f"{len(tally.deaths)}, {tally.deaths.total()} times"),
        ("transitions covered", f"{covered} of {len(TABLE)}{missing and f'; not {missing}'}"),
        ("false failovers", str(tally.count(*FALSE))),
        ("double runs", str(tally.count(DOUBLE))),
        ("images saved", f"{tally.saved} of {tally.demanded} that could be demanded"),
        ("worst time to trigger", f"{offset(tally.worst)}, its bound {offset(tally.bound)}"),
        ("promises broken", str(len(tally.found))),
    ]


def rate(tally: Tally) -> str:
    """Return simulated years for a minute of one processor."""
    return f"a second; {tally.years / (max(tally.cpu, 1e-9) / 60):.2f} years a minute"


def summary(tally: Tally) -> dict[str, object]:
    """Return everything, for programs."""
    return {
        "seeds": tally.seeds,
        "simulated_years": tally.years,
        "cpu_seconds": tally.cpu,
        "requests": tally.requests,
        "failovers": tally.failovers,
        "crash_points": dict(sorted(tally.deaths.items())),
        "transitions": {f"{p} {e}": n for (p, e), n in sorted(tally.moves.items())},
        "transitions_uncovered": sorted(f"{p} {e}" for p, e in tally.uncovered),
        "false_failovers": tally.count(*FALSE),
        "double_runs": tally.count(DOUBLE),
        "demanded": tally.demanded,
        "saved": tally.saved,
        "worst_seconds": tally.worst / timedelta(seconds=1),
        "worst_bound_seconds": tally.bound / timedelta(seconds=1),
        "closest_to_bound": tally.closest,
        "broken": [
            {
                "seed": each.seed,
                "promise": each.promise,
                "after_seconds": each.at.total_seconds(),
                "says": each.says,
                "repeat": again(each.seed),
            }
            for each in tally.found
        ],
    }
