"""A body as a file that ARM deploys, with a parameter for each secret that was cut out of it.

ARM takes a text that begins with "[" and ends with "]" for an expression, so such a line of a
script is written with a second "[" (learn.microsoft.com, ARM template syntax).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from aibwatch.model.body import Body
from aibwatch.model.names import name_of
from aibwatch.secondaries.canonical import step
from aibwatch.secondaries.recipe import written
from aibwatch.secondaries.shape import Json

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
KIND = "Microsoft.VirtualMachineImages/imageTemplates"
API_VERSION = "2025-10-01"

_CUT_OUT = re.compile(r"\[redacted\]|(?<==)REDACTED\b")
"""What stands where a secret stood (`model.secrets`), or a value of a signed address
(`model.body`)."""
_ADDRESS = re.compile(r"https?://[^\s?]+\?\S*")


@dataclass(frozen=True, slots=True)
class Blank:
    """A secret that must be put in again."""

    name: str
    """Of the parameter."""
    path: str
    """Where it stood."""


def deployable(body: Body) -> dict[str, Json]:
    """Return the ARM template that makes this template. Raises ValueError if it is nonsense."""
    found: list[Blank] = []
    resource = _each_text(written(body), "$", lambda text, path: _expression(text, path, found))
    assert isinstance(resource, dict)
    kept = ("location", "tags", "identity", "properties")
    secrets = {
        each.name: {"type": "securestring", "metadata": {"description": f"what {each.path} hides"}}
        for each in found
    }
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": secrets,
        "resources": [
            {
                "type": KIND,
                "apiVersion": API_VERSION,
                "name": name_of(body.template),
                **{name: resource[name] for name in kept if resource.get(name) is not None},
            }
        ],
    }


def blanks(body: Body) -> list[Blank]:
    """Return the secrets that were cut out, in order of their names. Raises ValueError."""
    found: list[Blank] = []
    _each_text(written(body), "$", lambda text, path: _expression(text, path, found))
    return found


def filled(body: Body, secrets: Mapping[str, str]) -> dict[str, Json]:
    """Return a body with its secrets, by the names of their parameters. Raises ValueError."""
    found: list[Blank] = []

    def fill(text: str, path: str) -> str:
        pieces = (each if each is not None else _blank(path, found) for each in _pieces(text))
        return "".join(secrets[each.name] if isinstance(each, Blank) else each for each in pieces)

    whole = _each_text(written(body), "$", fill)
    assert isinstance(whole, dict)
    return whole


def _each_text(value: Json, path: str, change: Callable[[str, str], str]) -> Json:
    """Return a value with each text in it changed, in order of path."""
    if isinstance(value, str):
        return change(value, path)
    if isinstance(value, dict):
        return {name: _each_text(value[name], step(path, name), change) for name in sorted(value)}
    if isinstance(value, list):
        return [_each_text(each, f"{path}[{at}]", change) for at, each in enumerate(value)]
    return value


def _expression(text: str, path: str, found: list[Blank]) -> str:
    """Return a text as ARM reads it."""
    pieces = list(_pieces(text))
    if None in pieces:
        words = (
            f"parameters('{_blank(path, found).name}')" if each is None else _quoted(each)
            for each in pieces
        )
        return f"[concat({', '.join(words)})]"
    return f"[{text}" if text.startswith("[") and text.endswith("]") else text


def _blank(path: str, found: list[Blank]) -> Blank:
    found.append(Blank(f"secret{len(found) + 1}", path))
    return found[-1]


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _pieces(text: str) -> Iterator[str | None]:
    """Yield a text in pieces, None for each secret: of an address all that stands behind "?"."""
    if not _CUT_OUT.search(text):
        yield text
    elif _ADDRESS.fullmatch(text):
        yield text.partition("?")[0] + "?"
        yield None
    else:
        for at, each in enumerate(_CUT_OUT.split(text)):
            if at:
                yield None
            if each:
                yield each
