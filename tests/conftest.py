"""What holds for every test: unconfigured logs tell an exception plainly."""

import structlog

# The default tells the locals of every frame in boxes: ten seconds for one exception that a test
# lets the daemon log.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)
