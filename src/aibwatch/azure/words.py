"""Azure's own words, fit to be kept: bounded, and without what must not be told."""

from aibwatch.model.secrets import without_secrets

HALF = 16 * 1024
"""Characters kept of the begin and of the end; the root error stands at one of them."""


def told(text: str | None) -> str:
    """Return a text of Azure's with its middle cut out if it is too long, and without secrets."""
    if not text:
        return ""
    bounded = text if len(text) <= 2 * HALF else f"{text[:HALF]} […] {text[-HALF:]}"
    return without_secrets(bounded)
