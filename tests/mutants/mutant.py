"""What a mutant is: one deliberate bug, the promise that it breaks, and who must notice."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "aibwatch"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bug. Keep `old` short and on one line, so that it survives what others change."""

    promise: str
    what: str
    """The bug in a few words."""
    file: str
    """Below src/aibwatch."""
    old: str
    """Stands in the file exactly once."""
    new: str
    tests: tuple[str, ...]
    """A short selection for pytest, of seconds: it passes without the bug and fails with it."""

    @property
    def name(self) -> str:
        """How one speaks of it."""
        return f"{self.promise} {self.what}"

    def applied(self) -> str:
        """Return the file with the bug in it. Raises ValueError if it has no single place there."""
        text = (SOURCE / self.file).read_text(encoding="utf-8")
        found = text.count(self.old)
        if found != 1:
            message = f"{self.name}: {self.old!r} stands {found} times in {self.file}, not once"
            raise ValueError(message)
        return text.replace(self.old, self.new)
