"""Errors that end in words for a person. What Azure does wrong is a `Fault` value, never an error.

Each carries the exit code that DESIGN 4 gives it; only `__main__` exits.
"""


class AibwatchError(Exception):
    """Something a person must be told. The message names the thing, the value and the remedy."""

    exit_code = 1


class ConfigError(AibwatchError):
    """The configuration is wrong. All problems at once, one a line."""

    exit_code = 78

    def __init__(self, problems: list[str]) -> None:
        """Take one line for each problem."""
        super().__init__("\n".join(problems))
        self.problems = problems


class PermissionDeniedError(AibwatchError):
    """A credential or a file may not be used."""

    exit_code = 77


class TemporaryError(AibwatchError):
    """It may work later: the store is locked, the port is taken, no daemon answers."""

    exit_code = 75


class StoreError(AibwatchError):
    """The store cannot be read or written; nothing is done until it can (PROMISES S44)."""

    exit_code = 75


class StoreDeniedError(StoreError):
    """The store's file may not be read by this user."""

    exit_code = 77


class FencedError(StoreError):
    """Another replica wrote to the store since we last read it: it leads, we do not (S4)."""


class RewrittenError(StoreError):
    """The store was compacted since we last read it: what we know of it must be read anew.

    It is the one error after which `follow` can be asked again at once.
    """


class NotLeadingError(StoreError):
    """Another replica leads, and it alone writes: nothing was changed, ask that one (S4)."""


class StoreLockedError(TemporaryError):
    """Another process holds the store."""
