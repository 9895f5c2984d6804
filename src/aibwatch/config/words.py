"""Turn what pydantic says into words for a person."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic_core import ErrorDetails

from aibwatch.config.known import keys_at, sections
from aibwatch.config.problems import KeyPath, dotted, nearest, shown

_SAYS: Mapping[str, str] = MappingProxyType(
    {
        "value_error": "{value} {error}",
        "missing": "is missing; write it",
        "bool_parsing": "{value} is neither true nor false",
        "bool_type": "{value} is neither true nor false",
        "enum": "{value} is none of {expected}",
        "greater_than_equal": "{value} is too small; it must be at least {ge}",
        "less_than_equal": "{value} is too large; it must be at most {le}",
        "too_short": "is empty; name at least one",
        "tuple_type": "{value} is no list; write [a, b] or one '- item' a line",
        "frozen_set_type": "{value} is no list; write [a, b] or one '- item' a line",
        "model_type": "{value} is no section; its keys are {keys}",
        "string_type": "{value} is no text; put it in quotes",
    }
)
"""By pydantic's own name of what is wrong."""


def words(error: ErrorDetails) -> str:
    """Return what is wrong with one value: the value, the limit and the remedy."""
    path = error["loc"]
    if error["type"] == "extra_forbidden":
        return _unknown_key(path)
    says = _SAYS.get(error["type"], "{value}: {message}")
    context = {key: str(value) for key, value in error.get("ctx", {}).items()}
    if "expected" in context:
        context["expected"] = context["expected"].replace("'", "").replace(" or ", ", ")
    return says.format(
        value=shown(error["input"], path),
        message=error["msg"],
        keys=", ".join(keys_at(path)),
        **context,
    )


def _unknown_key(path: KeyPath) -> str:
    key, known = str(path[-1]), keys_at(path[:-1])
    near = nearest(key, known) or next(iter(_elsewhere(key)), "")
    if near:
        return f"is no key; did you mean {near}?"
    return f"is no key; here can be {', '.join(known)}"


def _elsewhere(key: str) -> list[str]:
    """Return where else a key of exactly this name is, as a dotted path."""
    return [dotted((*path, key)) for path in sections() if key in keys_at(path)]
