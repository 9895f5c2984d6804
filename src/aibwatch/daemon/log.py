"""Logs: structlog through stdlib logging, one JSON object a line on stderr.

Azure's, aiohttp's and APScheduler's records come out in the same shape. Events are dotted verbs;
no locals of a traceback, no tokens, no signed URLs are ever rendered.
"""

import logging
import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from aibwatch.model.secrets import without_secrets


@contextmanager
def without_rich() -> Iterator[None]:
    """Let imports in this block not find rich, unless it is imported already.

    structlog loads it wherever it is installed, for tracebacks that no log of ours shows: 60
    modules and 3 MB in a process that needs them for nothing else.
    """
    if "rich" in sys.modules:
        yield
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # that is: there is none
    try:
        yield
    finally:
        del sys.modules["rich"]


with without_rich():
    import structlog


QUIET = ("azure", "aiohttp.access", "apscheduler", "msal", "urllib3", "asyncio")
"""Loggers that tell of every request or every run at INFO."""


class Redacting(structlog.stdlib.ProcessorFormatter):
    """Cuts secrets out of whole lines, tracebacks and nested values included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the rendered line without them."""
        return without_secrets(super().format(record))


def configure(level: str, form: str, count: Callable[[str], None]) -> None:
    """Send all logs to stderr as `form` (json, console, or auto: console on a terminal).

    `count` is called with the level of every line (aibwatch_log_messages_total).
    """

    def counted(
        _logger: object, _name: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        count(str(event.get("level", "info")))
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        Redacting(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                counted,
                *_renderers(form),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _renderers(form: str) -> list[structlog.typing.Processor]:
    if form == "console" or (form == "auto" and sys.stderr.isatty()):
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
    return [
        structlog.processors.ExceptionRenderer(tracebacks),
        structlog.processors.JSONRenderer(default=str),
    ]


def logger(name: str) -> Any:  # noqa: ANN401  structlog types its lazy proxies so
    """Return the logger of one module."""
    return structlog.stdlib.get_logger(name)
