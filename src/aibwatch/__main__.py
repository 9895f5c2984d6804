"""The one place that exits."""

import sys

from aibwatch.cli.app import app
from aibwatch.errors import AibwatchError


def main() -> int:
    """Run the command line and return its exit code; what went wrong is said in words."""
    try:
        app(prog_name="aibwatch")
    except AibwatchError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
