"""Puts what is generated into docs/failover.md; `python tests/house/failover_page.py` does it.

Passages stand between two equal marks, such as `<!-- phases -->` or `<!-- transcript outage -->`.
"""

import re
from pathlib import Path

from house.diagram import mermaid

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "failover.md"
MARKED = re.compile(r"(<!-- (?P<name>[\w ]+) -->\n).*?(<!-- (?P=name) -->)", re.DOTALL)


def passage(name: str) -> str:
    """Return what is to stand between two marks of this name. Raises OSError if there is none."""
    kind, _, of = name.partition(" ")
    if kind == "phases":
        return f"```mermaid\n{mermaid()}\n```\n"
    story = ROOT / "tests" / "transcripts" / f"{of}.txt"
    return f"```text\n{story.read_text(encoding='utf-8')}```\n"


def renewed(text: str) -> str:
    """Return the page with every passage as it is now."""
    return MARKED.sub(lambda found: f"{found[1]}{passage(found['name'])}{found[3]}", text)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
