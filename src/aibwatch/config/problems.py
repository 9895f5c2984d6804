"""What is wrong with a configuration: one line each, with place, key, value, limit and remedy."""

from dataclasses import dataclass
from difflib import get_close_matches

from aibwatch.model.secrets import without_secrets

KeyPath = tuple[str | int, ...]
"""Where a value stands: names of keys and positions in lists."""

SHOWN_MAX = 120
"""Characters of a value that a message repeats."""

_SECRETS = frozenset(
    {
        *("token", "connection_string", "proxy"),
        # What is written in the place of a section may be the secret that belongs into it,
        *("azure", "credential", "store"),
        # and in the place of a path what belongs into its file.
        *("token_file", "key_file", "url_file", "secret_file", "password_file"),
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A file with a line, or an environment variable."""

    name: str
    line: int = 0
    """0: an environment variable, or the file as a whole."""

    def __str__(self) -> str:
        """Render as compilers do, so that editors can jump there."""
        return f"{self.name}:{self.line}" if self.line else self.name


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in words."""

    where: Where
    path: KeyPath
    says: str

    @property
    def order(self) -> tuple[Where, list[tuple[bool, str | int]], str]:
        """Its place among others: names and positions, which one line may mix, kept apart."""
        return self.where, [(isinstance(each, int), each) for each in self.path], self.says

    def __str__(self) -> str:
        """Render as one line: place, key, what is wrong and what to do."""
        parts = (str(self.where), dotted(self.path), self.says)
        return ": ".join(each for each in parts if each)


def dotted(path: KeyPath) -> str:
    """Return a path as people write it: `images[2].templates[0]`."""
    parts = (f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    return "".join(parts).removeprefix(".")


def shown(value: object, path: KeyPath) -> str:
    """Return a value as a message repeats it: short, as YAML writes it, and never a secret.

    Of a list or a section only that it is one, as much can be in it, secrets too.
    """
    if path and (path[-1] in _SECRETS or _is_channel(path)):
        return "the value"
    match value:
        case str():
            return _cut(repr(without_secrets(value)))
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value]
        case dict():
            return "a section" if value else "{}"
        case list():
            return "a list" if value else "[]"
        case _:
            return _cut(str(value))


def _is_channel(path: KeyPath) -> bool:
    """Whether a channel's address may be here, or what was written in its place."""
    return path[0] == "notify" and (len(path) <= len(("notify", 0)) or path[-1] == "url")


def _cut(text: str) -> str:
    """Return the beginning and the end, which of an id says more than its middle."""
    half = SHOWN_MAX // 2
    return text if len(text) <= SHOWN_MAX else f"{text[:half]}…{text[-half:]}"


def nearest(word: str, known: list[str]) -> str:
    """Return the known word that `word` is most like, "" if it is like none."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), "")
