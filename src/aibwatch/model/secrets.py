"""What must not be told: bearer tokens, and the signatures of signed URLs.

Azure's own texts hold them. They are cut out where texts come in, so that neither the journal nor
any page, log or metric ever has them (PROMISES S39), and once more from every log line.
"""

import re

_SECRET = re.compile(r"(?i)(bearer\s+|[?&](?:sig|t|c|s|h|se|sp|sv)=)[^\s&\"'\\\x1b]{8,}")
"""Quotes, backslashes and escapes end a secret: JSON stays JSON, colours stay colours."""


def without_secrets(text: str) -> str:
    """Cut bearer tokens and the signatures of signed URLs out of a text."""
    return _SECRET.sub(r"\1[redacted]", text)
