"""Writes docs/reference.md from the app's own help; `python tests/house/reference.py` does it."""

import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference.md"
TYPER = ("-m", "typer", "aibwatch.cli.app", "utils", "docs", "--name", "aibwatch")
HEAD = """\
Made of what `--help` says. What each command is for, and its exit codes, are in
[commands](commands.md).
"""


def text() -> str:
    """Return what is to stand in the file."""
    command = [sys.executable, *TYPER, "--title", "Every option"]
    made = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout
    title, _, rest = made.partition("\n")
    return f"{title}\n\n{HEAD}{rest.rstrip()}\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
