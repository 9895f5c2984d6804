"""What is wrong with a configuration: one line each, with place, key, value, limit and remedy."""

from dataclasses import dataclass
from difflib import get_close_matches

KeyPath = tuple[str | int, ...]
"""Where a value stands: names of keys and positions in lists."""

SHOWN_MAX = 120
"""Characters of a value that a message repeats."""

_SECRETS = frozenset({"token", "connection_string", "proxy"})


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A file with a line, or an environment variable."""

    name: str
    line: int = 0
    """0: an environment variable, or the file as a whole."""

    def __str__(self) -> str:
        """Render as compilers do, so that editors can jump there."""
        return f"{self.name}:{self.line}" if self.line else self.name


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, in words."""

    where: Where
    path: KeyPath
    says: str

    def __str__(self) -> str:
        """Render as one line: place, key, what is wrong and what to do."""
        parts = (str(self.where), dotted(self.path), self.says)
        return ": ".join(each for each in parts if each)


def dotted(path: KeyPath) -> str:
    """Return a path as people write it: `images[2].templates[0]`."""
    parts = (f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    return "".join(parts).removeprefix(".")


def shown(value: object, path: KeyPath) -> str:
    """Return a value as a message repeats it: short, and never a secret."""
    if path and (path[-1] in _SECRETS or (path[0], path[-1]) == ("notify", "url")):
        return "the value"
    text = repr(value)
    return text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "…"


def nearest(word: str, known: list[str]) -> str:
    """Return the known word that `word` is most like, "" if it is like none."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), "")
