"""The option that records transcripts anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--rewrite`."""
    parser.addoption(
        "--rewrite",
        action="store_true",
        help="record the transcripts anew; commit only what you can explain",
    )
