"""One YAML file as plain values, with the line of every key.

PyYAML's own constructor forgets lines and lets the last of two equal keys win, so the node tree
is walked here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from aibwatch.config.problems import KeyPath, Problem, Where, shown
from aibwatch.errors import ConfigError, PermissionDeniedError

SIZE_MAX = 4_000_000
"""Bytes, twice what ten thousand templates take; beyond it the file is surely not meant."""

VALUES_MAX = 250_000
"""Twice what ten thousand templates take: aliases of aliases can make billions of a line."""

DEPTH_MAX = 50
"""Values in one another; no key is deeper than five."""

DEEP = f"holds values in one another more than {DEPTH_MAX} deep"

_MERGE = "tag:yaml.org,2002:merge"

_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "'\\t'": "indent with spaces, never tabs",
        "values are not allowed here": "see to the indentation, and put text with ': ' in quotes",
        "expected <block end>": "see to the indentation",
        "could not find expected ':'": "see to the indentation, and put ': ' behind each key",
        "another document": "keep one, without --- between",
    }
)
"""By what PyYAML says, the remedy for what is done wrong most often."""

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None
"""What a YAML file can hold; dates and the like come out as what PyYAML makes of them."""


@dataclass(slots=True)
class Document:
    """The values of a file, where each stands, and what is wrong with it as YAML."""

    name: str = ""
    values: dict[str, Plain] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreadable: set[KeyPath] = field(default_factory=set)
    """Where a value could not be made out, so that nothing more can be said of it."""

    def where(self, path: KeyPath) -> Where:
        """Return the line of a key, or of the nearest thing around it that has one."""
        if not self.name:
            return Where("defaults")
        around = (path[:length] for length in range(len(path), 0, -1))
        line = next((self.lines[each] for each in around if each in self.lines), 1)
        return Where(self.name, line)


def read(path: Path) -> Document:
    """Read a configuration file.

    Raises ConfigError if there is none, or if it is no YAML at all, and PermissionDeniedError if
    it may not be read. Duplicate keys and the like are in the document's `problems`.
    """
    document = Document(name=str(path))
    text = _text_of(path)
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        raise ConfigError([str(_syntax_problem(document.name, error))]) from None
    except RecursionError:
        raise _meant_otherwise(document.name, DEEP) from None
    if root is None:
        return document
    if not isinstance(root, MappingNode):
        problem = Problem(
            Where(document.name, 1), (), "must be sections of keys, not a list or text"
        )
        raise ConfigError([str(problem)])
    try:
        values = _Walk(loader, document).plain(root, ())
    except _BeyondError as error:
        raise _meant_otherwise(document.name, str(error)) from None
    document.values = values if isinstance(values, dict) else {}
    return document


def problems(text: str) -> list[Problem]:
    """Return what a list or section that is not in a file does wrong, keys twice and the like.

    What is no YAML at all is not told here.
    """
    document = Document()
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is not None:
            _Walk(loader, document).plain(root, ())
    except _BeyondError as error:
        return [Problem(Where(""), (), f"{error}; is that meant?")]
    except (yaml.YAMLError, RecursionError):
        return []
    return document.problems


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(SIZE_MAX + 1)  # what has no end is not read to its end
    except PermissionError:
        message = f"{path}: may not be read; allow it to the user that runs aibwatch"
        raise PermissionDeniedError(message) from None
    except OSError as error:
        remedy = "give the right path with --config or AIBWATCH_CONFIG"
        raise ConfigError([f"{path}: {error.strerror or error}; {remedy}"]) from None
    if len(raw) > SIZE_MAX:
        raise _meant_otherwise(str(path), f"holds more than {SIZE_MAX} bytes")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError([f"{path}:{line}: is not UTF-8; save it as UTF-8"]) from None


def _meant_otherwise(name: str, says: str) -> ConfigError:
    return ConfigError([f"{name}: {says}; is it the right file?"])


def _no_key(node: Node) -> str:
    if isinstance(node, ScalarNode):
        # As it is written: YAML takes `on` for true.
        return f"the key {shown(node.value, ())} is no text to YAML; put it in quotes"
    return "a list or a section is no key; write a word"


def _syntax_problem(name: str, error: yaml.YAMLError) -> Problem:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(Where(name), (), f"is no YAML: {' '.join(str(error).split())}")
    mark = error.problem_mark or error.context_mark
    words = ", ".join(each for each in (error.context, error.problem) if each)
    hint = next((f"; {hint}" for sign, hint in _HINTS.items() if sign in words), "")
    return Problem(Where(name, mark.line + 1 if mark else 1), (), f"is no YAML: {words}{hint}")


class _BeyondError(Exception):
    """It holds more than anybody can mean."""


class _Walk:
    """One walk over the node tree of one document."""

    def __init__(self, loader: yaml.SafeLoader, document: Document) -> None:
        self._loader = loader
        self._document = document
        self._above: list[Node] = []
        self._count = 0

    def plain(self, node: Node, path: KeyPath) -> Plain:
        """Return the plain value of `node`, noting lines and problems on the way."""
        self._bound()
        self._document.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if node in self._above:
            self._document.unreadable.add(path)
            self._complain(node, path, "contains itself")
            return None
        self._above.append(node)
        try:
            if isinstance(node, SequenceNode):
                return [self.plain(each, (*path, at)) for at, each in enumerate(node.value)]
            return dict(self._pairs(node, path)) if isinstance(node, MappingNode) else None
        finally:
            self._above.pop()

    def _bound(self) -> None:
        self._count += 1
        if self._count > VALUES_MAX:
            message = f"holds more than {VALUES_MAX} values, with each alias (*name) counted"
            raise _BeyondError(message)
        if len(self._above) > DEPTH_MAX:
            raise _BeyondError(DEEP)

    def _scalar(self, node: ScalarNode, path: KeyPath) -> Plain:
        try:
            value: Plain = self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            self._document.unreadable.add(path)
            words = getattr(error, "problem", None) or error
            self._complain(node, path, f"{node.value!r} cannot be read: {words}")
            return None
        return value

    def _pairs(self, node: MappingNode, path: KeyPath) -> Iterator[tuple[str, Plain]]:
        first_lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                says = "merge keys (<<) are not understood; write the keys out"
                self._complain(key_node, path, says)
                continue
            key = self.plain(key_node, ("",))
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                self._complain(key_node, path, _no_key(key_node))
                continue
            if key in first_lines:
                says = f"is here twice, first in line {first_lines[key]}; keep one"
                self._complain(key_node, (*path, key), says)
                continue
            first_lines[key] = line
            self._document.lines[*path, key] = line
            yield key, self.plain(value_node, (*path, key))

    def _complain(self, node: Node, path: KeyPath, says: str) -> None:
        where = Where(self._document.name, node.start_mark.line + 1)
        self._document.problems.append(Problem(where, path, says))
