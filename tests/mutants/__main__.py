"""`make mutants`: the kill table. Exits with 1 if a mutant survives, or its tests cannot say.

Words limit it to the promises or files that they name: `make mutants MUTANTS="S2 course.py"`.
"""

import os
import sys
from collections.abc import Sequence
from time import perf_counter

from mutants.mutant import Mutant
from mutants.run import Fate, fates, sane
from mutants.table import MUTANTS
from mutants.tally import keep


def main(words: Sequence[str]) -> int:
    """Make the mutants that are meant and print what became of them."""
    meant = [each for each in MUTANTS if not words or any(_is_meant(each, w) for w in words)]
    if not meant:
        print(f"No mutant is of {' or '.join(words)}: name promises, or files such as course.py.")
        return 1
    began, at_once = perf_counter(), os.cpu_count() or 2
    for each in meant:
        each.applied()
    wrong = sane(meant, at_once)
    if wrong:
        print(wrong, "The tests fail where nothing is changed, so they prove nothing.", sep="\n")
        return 1
    print(f"{len(meant)} mutants; their tests pass without them\n")
    found = list[Fate]()
    for fate in fates(meant, at_once):
        found.append(fate)
        print(_line(fate), flush=True)
    if not words:
        keep(found)
    killed = sum(fate.killed for fate in found)
    promises = len({fate.mutant.promise for fate in found})
    print(
        f"\n{killed} of {len(found)} mutants of {promises} promises were noticed;"
        f" {perf_counter() - began:.0f} s"
    )
    return 0 if found and killed == len(found) else 1


def _is_meant(mutant: Mutant, word: str) -> bool:
    return mutant.promise == word or mutant.file.endswith(word)


def _line(each: Fate) -> str:
    by = each.problem or each.killed_by.rpartition("/")[2] or "NOBODY: it survives"
    return f"{each.mutant.promise:4} {each.mutant.what:56} {each.seconds:5.1f} s  {by}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
