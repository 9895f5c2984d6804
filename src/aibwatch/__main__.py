"""The one place that exits."""

import sys
from io import TextIOWrapper

from aibwatch.cli.app import app
from aibwatch.errors import AibwatchError


def main() -> int:
    """Run the command line and return its exit code; what went wrong is said in words."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal that has no … gets \u2026, as stderr does; in JSON that means the same.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="aibwatch")
    except AibwatchError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
