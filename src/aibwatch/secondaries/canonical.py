"""The canonical form of what a template builds, and its leaves by JSON path."""

import json
import re
from collections.abc import Iterator
from hashlib import blake2b

from aibwatch.model.blueprint import Leaf
from aibwatch.model.secrets import without_secrets
from aibwatch.secondaries.shape import PROPERTIES, TYPES, Each, Fields, Json, Plain, Shape

SHOWN = 100
"""Characters of a value that are kept; a hash stands for the rest."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Canonical:
    """Properties in the form in which equal builds are equal. `unknown` names what is not known."""

    def __init__(self, properties: Json) -> None:
        """Take the properties of a template, fields spelled as the API does."""
        self.unknown: list[str] = []
        self.tree = self._of(properties, PROPERTIES, "$")

    def _of(self, value: Json, shape: Shape, path: str) -> Json:
        """Return a value in canonical form, None for what says nothing."""
        if isinstance(shape, Plain):
            found = shape.canonical(_bare(value))
            return None if found == shape.default else found
        if isinstance(shape, Each):
            return self._list(value, shape, path)
        if value is None or isinstance(value, dict):
            return self._object(value or {}, shape, path)
        self.unknown.append(path)
        return value

    def _list(self, value: Json, shape: Each, path: str) -> Json:
        if value is not None and not isinstance(value, list):
            self.unknown.append(path)
            return value
        items = enumerate(value or ())
        found = [self._of(each, shape.item, f"{path}[{at}]") for at, each in items]
        if not isinstance(shape.item, Plain):
            found = [{} if each is None else each for each in found]
        return (sorted(found, key=_place) if path == "$.distribute" else found) or None

    def _object(self, value: dict[str, Json], shape: Fields, path: str) -> Json:
        found: dict[str, Json] = {}
        for name, each in sorted(value.items()):
            if name in shape:
                told = self._of(each, shape[name], step(path, name))
            else:
                told = _bare(each)
                if told is not None:
                    self.unknown.append(step(path, name))
            if told is not None:
                found[name] = told
        self._look_at_type(found, path)
        if found.get("sha256Checksum"):  # it says what the script is, wherever it lies
            found = {key: each for key, each in found.items() if key not in _ADDRESSES}
        return found or None

    def _look_at_type(self, found: dict[str, Json], path: str) -> None:
        place = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
        kind = found.get("type")
        if kind is not None and place in TYPES and kind not in TYPES[place]:
            self.unknown.append(f"{path}.type")


_ADDRESSES = frozenset({"scriptUri", "sourceUri"})


def _bare(value: Json) -> Json:
    """Return a value without what says nothing in it: null, empty lists and objects."""
    if isinstance(value, dict):
        told = {str(key): _bare(each) for key, each in value.items()}
        return {key: each for key, each in sorted(told.items()) if each is not None} or None
    if isinstance(value, list):
        return [_bare(each) for each in value] or None
    return value


def _place(output: Json) -> tuple[str, ...]:
    """Return where an output stands among the others: their order means nothing to Azure."""
    if not isinstance(output, dict):
        return ("", "", str(output))
    return tuple(str(output.get(each, "")) for each in ("type", "galleryImageId"))


def leaves(tree: Json, path: str = "$") -> Iterator[Leaf]:
    """Yield the leaves of a tree, by path."""
    if isinstance(tree, dict) and tree:
        for name, each in tree.items():
            yield from leaves(each, step(path, name))
    elif isinstance(tree, list) and tree:
        for at, each in enumerate(tree):
            yield from leaves(each, f"{path}[{at}]")
    elif tree is not None or path.endswith("]"):
        yield Leaf(_writable(path), shortened(tree))


def step(path: str, name: str) -> str:
    """Return the JSON path of a field of what stands at `path`."""
    if _NAME.fullmatch(name):
        return f"{path}.{name}"
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"{path}['{quoted}']"


def shortened(value: Json) -> str:
    """Return a value as JSON, of a long one its beginning and a hash of all of it."""
    text = _writable(json.dumps(value, ensure_ascii=False))
    if len(text) > SHOWN:
        name = blake2b(text.encode(), digest_size=6).hexdigest()
        text = f"{text[:SHOWN]}… ({len(text)} characters, {name})"
    # Cut where it was cut out before, a signature would be cut out once more when it is written.
    return without_secrets(text)


def _writable(text: str) -> str:
    """Return a text that a journal can hold: half a surrogate pair becomes "?"."""
    return text.encode(errors="replace").decode()
