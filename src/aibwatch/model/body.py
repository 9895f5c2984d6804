"""What a template's owner wrote: the whole of it, as Azure tells it, and the hash of that."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from sys import intern

from aibwatch.model.names import TemplateId, region

_WRITTEN_BY_SERVICE = frozenset(
    {"lastRunStatus", "provisioningState", "provisioningError", "exactStagingResourceGroup"}
)
_WORD = re.compile(r"[\w.~%+/=:,&?#@-]+")
"""A longest run of what an address is made of; runs do not overlap, so that this is linear."""
_SIGNED = re.compile(r"(?i)(?:^|[?&])sig=[\w.~%+/=-]{16}")
_VALUE = re.compile(r"=[^&]*")


@dataclass(frozen=True, slots=True)
class Body:
    """A template as its owner wrote it: without its runs, and without what the service adds.

    Signatures of SAS addresses are taken out before anybody sees it (PROMISES S39).
    """

    template: TemplateId
    text: str
    """JSON: `location`, `tags`, `identity` and `properties` by their names on the wire, keys in
    order, so that equal bodies are equal texts."""
    late: bool = False
    """Told by Azure Resource Graph, which lags behind, because the provider did not answer."""

    @property
    def revision(self) -> str:
        """Hash of the text: `Template.revision` of the template that it is the body of."""
        return intern(blake2b(self.text.encode(errors="replace"), digest_size=12).hexdigest())


def body_of(template: TemplateId, told: Mapping[str, object], *, late: bool = False) -> Body:
    """Return the body of a template by its JSON as any of Azure's answers tells it.

    Whether something is null or left out differs from answer to answer, so nulls are left out. Of a
    signed address all values of the query go: they are renewed together, and it is the same script.
    Raises RecursionError for what is nested too deep to be a template.
    """
    written = {
        "location": region(str(told.get("location") or "")),
        "tags": told.get("tags") or {},
        "identity": _identity(told.get("identity")),
        "properties": _properties(told.get("properties")),
    }
    text = _encode(written)
    if ":null" in text:
        text = _encode(_without_nulls(written))
    return Body(template, _unsigned(text), late)


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def _identity(told: object) -> object:
    """Return who builds, without the ids that the directory gave."""
    if not isinstance(told, Mapping):
        return {}
    kept = {name: each for name, each in told.items() if name == "type" and each is not None}
    given = told.get("userAssignedIdentities")
    if isinstance(given, Mapping):
        kept["userAssignedIdentities"] = {name: {} for name in given}
    return kept


def _properties(told: object) -> object:
    if not isinstance(told, Mapping):
        return {}
    kept = {name: each for name, each in told.items() if name not in _WRITTEN_BY_SERVICE}
    source = kept.get("source")
    if isinstance(source, Mapping):
        kept["source"] = {name: each for name, each in source.items() if name != "exactVersion"}
    return kept


def _without_nulls(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [*map(_without_nulls, value)] if isinstance(value, list) else value


def _unsigned(text: str) -> str:
    if "sig=" not in text.lower():
        return text
    return _WORD.sub(_without_signature, text)


def _without_signature(word: re.Match[str]) -> str:
    if not _SIGNED.search(word[0]):
        return word[0]
    address, mark, query = word[0].rpartition("?")
    return address + mark + _VALUE.sub("=REDACTED", query)
