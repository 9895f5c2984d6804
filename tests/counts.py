"""What the last whole runs of `make mutants` and `make soak` counted: docs/guarantees.json.

The README's table of guarantees shows it, so it is kept with the code; it has the days and the
counts, and nothing of the machine that ran them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aibwatch.daemon.clock import wall

KEPT = Path(__file__).parents[1] / "docs" / "guarantees.json"


def counted(part: str, path: Path = KEPT) -> Mapping[str, Any]:
    """Return what the last run of a part counted; nothing if there was none."""
    if not path.exists():
        return {}
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8")).get(part, {})
    return found


def keep(part: str, counts: Mapping[str, Any], path: Path = KEPT) -> None:
    """Write down what a whole run of a part counted today, and leave the other parts."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[part] = {"on": wall().date().isoformat(), **counts}
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
