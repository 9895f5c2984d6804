"""The owner's own rows: tried before the table, by the same rules."""

import re
from dataclasses import dataclass
from functools import lru_cache

from aibwatch.diagnose.reading import Reading
from aibwatch.model.ownsignature import PREFIX, OwnSignature
from aibwatch.model.symptom import Symptom
from aibwatch.model.verdict import Cause


@dataclass(frozen=True, slots=True)
class OwnMatch:
    """What an owner's row says of an error."""

    cause: Cause
    name: str
    reasons: tuple[str, ...]


def first(own: tuple[OwnSignature, ...], symptom: Symptom, reading: Reading) -> OwnMatch | None:
    """Return what the first of these rows that matches says, in the order of the configuration."""
    for row, pattern in _compiled(own):
        if row.where in (None, symptom.where) and pattern.search(reading.plain):
            says = row.says or "an error that this configuration names"
            known = f"known from detection.signatures {row.name}"
            return OwnMatch(row.cause, f"{PREFIX}{row.name}", (says, known))
    return None


@lru_cache(maxsize=8)
def _compiled(
    own: tuple[OwnSignature, ...],
) -> tuple[tuple[OwnSignature, re.Pattern[str]], ...]:
    """Compile an owner's rows, once for each configuration."""
    return tuple((row, re.compile(row.pattern, re.IGNORECASE | re.ASCII)) for row in own)
