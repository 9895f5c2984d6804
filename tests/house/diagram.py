"""Draws the failover's phases from their table; `python tests/house/diagram.py` prints it."""

import sys

from aibwatch.model.failover import TABLE, Phase


def mermaid() -> str:
    """Return the table as a state diagram in Mermaid's language, one line for each move."""
    lines = [f"    {phase} --> {to}: {event}" for (phase, event), to in TABLE.items()]
    begin, end = f"    [*] --> {Phase.CHOOSING}: opened", f"    {Phase.CLOSED} --> [*]"
    return "\n".join(["stateDiagram-v2", begin, *lines, end])


if __name__ == "__main__":
    sys.stdout.write(f"{mermaid()}\n")
