"""Programs beside Python that tests need: without one its tests are skipped, in CI they fail."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def program(name: str, remedy: str, *places: Path) -> str:
    """Return the path of a program: below one of these places, or where the system has it."""
    found = next(filter(None, (shutil.which(each / name) for each in places)), shutil.which(name))
    if found is None:
        missing(f"there is no {name}; {remedy}")
    return found


def missing(message: str) -> NoReturn:
    """End a test that cannot be run here: a failure in CI, a visible skip elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
