"""The journals of the recorded stories, as a store would give them back."""

from functools import cache
from pathlib import Path

from aibwatch.journal.codec import decode, encode
from aibwatch.model.entry import Entry
from story import Story

FOLDER = Path(__file__).parent / "transcripts"
STORIES = sorted(path.stem for path in FOLDER.glob("*.txt"))


@cache
def journal_of(name: str) -> tuple[Entry, ...]:
    """Return what the story of this name leaves in its journal, through the codec."""
    _, *blocks = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").strip().split("\n\n")
    story = Story()
    for block in blocks:
        story.block(block.partition("\n----")[0].splitlines())
    return tuple(decode(*encode(each)) for each in story.loop.journal)
