"""docs/commands.md tells every exit code, and none that never happens."""

import re

from aibwatch import errors
from aibwatch.cli.finding import Trouble
from aibwatch.errors import AibwatchError
from house.tree import ROOT

CLICK = {0, 2, 130}
"""Success, wrong usage and Ctrl-C as the command line's library has them."""
SECOND_SIGNAL = {143}
"""128 and the number of SIGTERM."""


def test_every_exit_code_is_documented_and_none_else() -> None:
    """Those of errors, of findings, of signals, and of the command line itself."""
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    table = page.partition("## Exit codes")[2]
    raised = {
        each.exit_code
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, AibwatchError)
    }

    written = {
        int(code)
        for cell in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE)
        for code in cell.split(", ")
    }

    assert written == raised | {int(each) for each in Trouble} | CLICK | SECOND_SIGNAL
