"""`aibwatch simulate --seeds N`: many drawn lives of a fleet, each judged by every promise."""

from aibwatch.cli.output import Output
from aibwatch.cli.simulate.seeds.many import each
from aibwatch.cli.simulate.seeds.tally import Tally
from aibwatch.cli.simulate.seeds.telling import report
from aibwatch.cli.simulate.stage import Own


def play(count: int, first: int, own: Own | None, output: Output) -> bool:
    """Live through `count` seeds from `first` on and tell; return whether every promise held."""
    return report(sum(each(first, count, own), Tally()), own, output)
