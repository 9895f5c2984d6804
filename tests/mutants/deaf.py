"""Every monitor and every checker made deaf in turn: what listens must be heard to be missing."""

from pathlib import Path

from aibwatch.journal.monitors.every import MONITORS
from aibwatch.sim.checkers.all import CHECKERS
from mutants.mutant import Mutant

MONITORED = "tests/unit/journal/monitors/test_monitors.py::test_a_broken_promise_is_heard"
CHECKED = "tests/simulation/test_checkers_notice.py::test_a_broken_daemon_is_caught"
ROWS = {"Answers": "S3-answers", "PerRegion": "S22-region"}
"""Which broken daemon is to be caught by a checker, if not the one of its first promise."""


def _file(module: str) -> str:
    return str(Path(*module.split(".")[1:]).with_suffix(".py"))


DEAF = (
    *(
        Mutant(
            each.promise,
            f"no monitor: {each.breaks.__name__.replace('_', ' ')}",
            _file(each.breaks.__module__),
            f", {each.breaks.__name__}),\n",
            ', lambda *_: ""),\n',
            (MONITORED,),
        )
        for each in MONITORS
    ),
    *(
        Mutant(
            each.promises[0],
            f"no checker: {type(each).__name__}",
            "sim/checkers/all.py",
            f"    {type(each).__name__}(),\n",
            "",
            (f"{CHECKED}[{ROWS.get(type(each).__name__, each.promises[0])}]",),
        )
        for each in CHECKERS
    ),
)
