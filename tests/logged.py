"""What a module logs, whatever has configured and cached loggers before in this process."""

from types import ModuleType

import pytest
import structlog
from structlog.testing import LogCapture
from structlog.typing import EventDict


def lines_of(module: ModuleType, patch: pytest.MonkeyPatch) -> list[EventDict]:
    """Return the list to which every line that `module` logs from now on is added."""
    capture = LogCapture()
    patch.setattr(module, "log", structlog.wrap_logger(None, processors=[capture]))
    return capture.entries
