"""Writes docs/openapi.json as the server answers it; `python tests/house/openapi.py` does it."""

import json
from pathlib import Path

from aibwatch.status.openapi import document

PAGE = Path(__file__).parents[2] / "docs" / "openapi.json"


def text() -> str:
    """Return what is to stand in the file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
