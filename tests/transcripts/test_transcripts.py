"""Stories for operators: what happens, a line of dashes, and what aibwatch makes of it.

`pytest tests/transcripts --rewrite` records them anew. Review the difference line by line and
commit only what you understand and want.
"""

import re
from pathlib import Path

import pytest

from story import Story

FOLDER = Path(__file__).parent
STORIES = sorted(FOLDER.glob("*.txt"))
BLOCK = re.compile(r"(?P<lines>.+?)\n----\n(?P<told>.*)", re.DOTALL)


def retold(text: str) -> str:
    """Return the transcript as it is told now: the same commands, with what they lead to."""
    title, *blocks = text.strip().split("\n\n")
    story = Story()
    told = [title]
    for block in blocks:
        lines = block.partition("\n----")[0]
        told.append(f"{lines}\n----\n{story.block(lines.splitlines())}")
    return "\n\n".join(told) + "\n"


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_is_told_as_recorded(path: Path, request: pytest.FixtureRequest) -> None:
    """The real core, from readings to decisions, tells exactly what the transcript says."""
    recorded = path.read_text(encoding="utf-8")

    told = retold(recorded)

    if request.config.getoption("--rewrite"):
        path.write_text(told, encoding="utf-8")
    else:
        assert told == recorded


def test_there_are_stories() -> None:
    """An empty folder would prove nothing."""
    assert len(STORIES) >= 11


def test_a_command_that_is_none_is_an_error() -> None:
    """A misspelt line is not passed over in silence."""
    with pytest.raises(ValueError, match="no such command: web-west flies"):
        Story().do("web-west flies")
