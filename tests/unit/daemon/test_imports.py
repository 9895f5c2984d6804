"""What the daemon does without."""

import subprocess
import sys

PROGRAM = """
import sys
import aibwatch.daemon.log
print("structlog" in sys.modules, "rich" in sys.modules)
import rich
"""


def test_the_log_loads_no_rich_and_lets_others_load_it() -> None:
    """Structlog would, wherever it is installed: 3 MB for tracebacks that are never shown."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    )

    assert done.stdout.split() == ["True", "False"]
