"""What must not be told: bearer tokens, signatures of signed URLs, keys and passwords in addresses.

Azure's own texts hold them, and so do scripts. They are cut out where texts come in, so that
neither the journal nor any page, log or metric ever has them (PROMISES S39), and once more from
every log line.
"""

import re

_SECRET = re.compile(
    r"(?i)(bearer\s+"
    r"|(?:[?&]|&amp;|u0026|%3f|%26)(?:sig|t|c|s|h|se|sp|sv)(?:=|%3d)"
    r"|(?:account|access)key=)[^\s&\"'\\\x1b]{8,}"
    r"|(://[^\s/:@\"'\\\x1b]*:)[^\s/@\"'\\\x1b]+(?=@)"
)
"""Quotes, backslashes and escapes end a secret: JSON stays JSON, colours stay colours. An ampersand
may be written as HTML, as JSON (`\\u0026`) or percent-encoded where one text quotes another."""


def without_secrets(text: str) -> str:
    """Cut secrets out of a text; what stands before each stays, and tells what it was."""
    return _SECRET.sub(r"\1\2[redacted]", text)
