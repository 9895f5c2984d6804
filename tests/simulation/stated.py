"""`make soak`: how many cases the whole small scope has, from what its tests noted."""

import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import counts
from simulation.test_exhaustive import CASES


def main(arguments: Sequence[str]) -> int:
    """Add up what a report of pytest tells of all cases, and keep it."""
    (report,) = arguments
    cases = stated(Path(report))
    counts.keep("scope", {"cases": cases})
    return 0 if cases else 1


def stated(report: Path) -> int:
    """Return the number of cases."""
    noted = ET.parse(report).iter("property")  # noqa: S314  pytest wrote it just now
    return sum(int(each.attrib["value"]) for each in noted if each.attrib["name"] == CASES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
