"""ARM's JSON as typed objects: only the fields that are used, each of which may be missing.

The one module that knows msgspec. Others subclass `Wire` for a shape and ask `reader` for a
function that reads it.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

Raw = msgspec.Raw
"""A piece of JSON that was only skipped over, not decoded."""

NULL = Raw(b"null")
"""The default of a field that is left raw: msgspec has no `Raw | None`."""

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class WireError(ValueError):
    """A body is not what the API promises. The message holds no piece of the body."""


class Wire(msgspec.Struct, rename="camel"):
    """An object of ARM. Give every field a default: ARM leaves out what it does not know."""


def named(name: str) -> Any:  # noqa: ANN401  it stands for a default of any type
    """Return a field of another name on the wire than follows from its own; None if missing."""
    return msgspec.field(default=None, name=name)


def reader(kind: type[T]) -> Callable[[bytes | Raw], T]:
    """Return a function that reads a `kind`, and raises WireError for everything else.

    What can be wrong: HTML, cut JSON, bytes that are not UTF-8, a wrong type anywhere, nesting
    that is too deep.
    """
    decoder = msgspec.json.Decoder(kind)
    name = kind.__name__.strip("_").lower()

    def read(body: bytes | Raw) -> T:
        try:
            return decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            message = f"{len(bytes(body))} bytes are no {name}: {type(error).__name__}"
            raise WireError(message) from None

    return read


def shaper(kind: type[T]) -> Callable[[object], T]:
    """Return a function that takes what was read of any JSON for a `kind`.

    It raises WireError for what `reader` would not read as one.
    """
    name = kind.__name__.strip("_").lower()

    def shape(value: object) -> T:
        try:
            return msgspec.convert(value, kind)
        except (msgspec.MsgspecError, RecursionError) as error:
            message = f"no {name}: {type(error).__name__}"
            raise WireError(message) from None

    return shape


read_anything: Callable[[bytes | Raw], object] = reader(object)
"""Reads any JSON into dicts, lists and scalars."""

_CANONICAL = msgspec.json.Encoder(order="sorted")


def canonical(value: object) -> bytes:
    """Return JSON that is the same for equal values: keys sorted, no spaces."""
    return _CANONICAL.encode(value)


def members(kind: type[E]) -> Mapping[str, E]:
    """Return an enum's members by their lower-case value: ARM's spelling is not to be relied on."""
    return MappingProxyType({member.value.lower(): member for member in kind})


class _Complaint(Wire):
    code: str | None = None
    message: str | None = None


class _Refusal(_Complaint):
    error: _Complaint | None = None


_read_refusal = reader(_Refusal)


def read_error(body: bytes) -> tuple[str, str]:
    """Return code and message of an error body, "" for what it does not say.

    Both shapes: wrapped in `error`, and bare as API versions up to 2020-02-14 write it. Never
    raises: what is no error body has no code.
    """
    try:
        wire = _read_refusal(body)
    except WireError:
        return "", ""
    error = wire.error or wire
    return error.code or "", error.message or ""
