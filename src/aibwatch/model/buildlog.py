"""What a build wrote about itself: `customization.log` in the staging storage account.

That there is none is a sign of its own: the build never reached its VM (azvmimagebuilder #101).
"""

from dataclasses import dataclass
from enum import StrEnum

HEAD = 16 * 1024
"""Bytes that are read of a log's begin: source, size and network of the build stand there."""
TAIL = 48 * 1024
"""Bytes that are read of its end: root errors stand there, before the noise of cleaning up."""


class LogState(StrEnum):
    """Whether a build left a log, as far as we could see."""

    UNREAD = "unread"
    """Not asked for yet."""
    ABSENT = "absent"
    """The container was read, and no log of this build is in it."""
    PRESENT = "present"
    UNREADABLE = "unreadable"
    """We may not read it, or could not: that is not absent."""


@dataclass(frozen=True, slots=True)
class BuildLog:
    """One build's log: its begin and its end, where root errors stand."""

    state: LogState
    says: str = ""
    """For people: why it could not be read, or how large it is."""
    head: str = ""
    tail: str = ""
    """"" if `head` is all of it."""
    path: str = ""
    """Container and blob, without host and signature."""
