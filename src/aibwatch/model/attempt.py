"""One try at starting a run, by whomever, as the Activity Log tells it.

It is the only place where a request shows that was answered 5xx, so that no run came to exist.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aibwatch.model.names import TemplateId


class AttemptState(StrEnum):
    """What became of it."""

    OPEN = "open"
    """Begun, and no end is told yet."""
    ACCEPTED = "accepted"
    """A run began; its end is not told yet."""
    SUCCEEDED = "succeeded"
    """The run began and ended well."""
    RUN_FAILED = "run_failed"
    """The run began and ended badly: that is the run's failure, not the attempt's."""
    REFUSED = "refused"
    """No run began: the request itself was answered with an error."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One `run/action` with all that the Activity Log has under its correlation id."""

    template: TemplateId
    correlation: str
    began: datetime
    state: AttemptState
    ended: datetime | None = None
    """When its last event happened, None if only its begin is told."""
    status: int | None = None
    """HTTP status of the answer, None if it is not told."""
    code: str = ""
    message: str = ""
    caller: str = ""
    """Who tried: a user's name, or the object id of an identity."""
    ours: bool = False
    """Whether it is a request of ours."""
