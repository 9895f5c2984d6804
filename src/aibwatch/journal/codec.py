"""Entries to bytes and back: one JSON object each, filed under the name of its class.

Both stores write this format, so it is part of what an upgrade must be able to read: a field that
is added later has a default, and a field that this version does not know is passed over.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, get_args

import msgspec

from aibwatch.errors import StoreError
from aibwatch.model.blueprint import Leaf, Recipe
from aibwatch.model.entry import Entry
from aibwatch.model.secrets import without_secrets

KINDS: Mapping[str, type[Entry]] = MappingProxyType(
    {each.__name__: each for each in get_args(Entry)}
)
"""Every kind of entry by its name in the journal."""


def _told(value: object) -> object:
    """Return what JSON has no form for: a share, as `1/2`, and a recipe, by its leaves."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Recipe):
        return value.leaves
    message = f"an entry holds a {type(value).__name__}, which no journal can hold"
    raise NotImplementedError(message)


def _read(kind: type[Any], told: Any) -> object:  # noqa: ANN401  what JSON has for it
    if kind is Fraction:
        return Fraction(told)
    if kind is Recipe:
        return Recipe(msgspec.convert(told, list[Leaf]))
    message = f"an entry holds a {kind.__name__}, which no journal can hold"
    raise NotImplementedError(message)


_DECODERS = {kind: msgspec.json.Decoder(each, dec_hook=_read) for kind, each in KINDS.items()}
_SUSPECT = (b"=", b"://", b"%3")
_encoder = msgspec.json.Encoder(enc_hook=_told)


def encode(entry: Entry) -> tuple[str, bytes]:
    """Return the kind and the JSON of an entry.

    Text from Azure may hold half a surrogate pair, which UTF-8 has no bytes for. An entry must
    never fail for that, so such a character becomes "?". Secrets are cut out where texts come in;
    should one have come by another way, it ends here (PROMISES S39).
    """
    kind = type(entry).__name__
    try:
        body = _encoder.encode(entry)
    except UnicodeEncodeError:
        plain = json.dumps(msgspec.to_builtins(entry, enc_hook=_told), ensure_ascii=False)
        body = plain.encode(errors="replace")
    # Few have any of these, and to look closely takes its time.
    if any(each in body for each in _SUSPECT) or b"bearer" in body.lower():
        body = without_secrets(body.decode()).encode()
    return kind, body


class _Timed(msgspec.Struct):
    at: str = ""


def instant_of(body: bytes) -> str:
    """Return when an entry says it was written, whatever else is wrong with it; "" if not at all.

    For telling where a journal is damaged.
    """
    try:
        return msgspec.json.decode(body, type=_Timed).at
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def decode(kind: str, body: bytes) -> Entry:
    """Return the entry. Raises StoreError if this version cannot read it, saying why."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        message = (
            f"the journal holds an entry of the unknown kind {kind!r}: a newer aibwatch wrote it;"
            " upgrade aibwatch, or start with another store"
        )
        raise StoreError(message)
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = (
            f"the journal holds an entry {kind} that cannot be read ({error}): it is damaged, or"
            " a newer aibwatch wrote it; upgrade aibwatch, or restore the store from a copy"
        )
        raise StoreError(message) from error
