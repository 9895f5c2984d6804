"""What systemd is told of the daemon, as sd_notify(3) describes it.

Each message is one datagram to the socket that NOTIFY_SOCKET names. Without that variable, or where
nobody listens, nothing is said and nothing is wrong: who started us may be no systemd at all.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from logging import DEBUG, WARNING

from aibwatch.daemon.log import logger
from aibwatch.model.state import Snapshot
from aibwatch.status.standing import headline
from aibwatch.status.view import summary

log = logger(__name__)


@dataclass(slots=True)
class Systemd:
    """The line to whoever supervises the process."""

    address: str = ""
    """A path, or a name in the abstract namespace with `@` before it; "" says nothing."""
    watched: bool = False
    """A watchdog waits for signs of life."""
    told: Snapshot | None = None
    """What was last told of; only a new one is looked at, as fleets can be large."""

    heard: bool = True
    """Whether the last message could be sent; only the first that could not is told aloud."""

    def ready(self, limit: timedelta) -> None:
        """Say that we serve, and how long the watchdog should wait for a sign of life."""
        longest = [f"WATCHDOG_USEC={limit // timedelta(microseconds=1)}"] if self.watched else []
        self._say("READY=1", *longest)

    def beat(self, snapshot: Snapshot, *, leads: bool) -> None:
        """Give a sign of life, and tell how things stand if that may be new."""
        if not self.address:
            return
        news = [] if snapshot is self.told else [f"STATUS={standing(snapshot, leads=leads)}"]
        self.told = snapshot
        self._say(*["WATCHDOG=1"] * self.watched, *news)

    def stopping(self) -> None:
        """Say that we were told to stop."""
        self._say("STOPPING=1", "STATUS=stopping")

    def _say(self, *words: str) -> None:
        if not self.address or not words:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.settimeout(0)  # the loop must not wait for a full queue
            try:
                line.sendto("\n".join(words).encode(), self.address.replace("@", "\0", 1))
                self.heard = True
            except OSError as error:
                log.log(WARNING if self.heard else DEBUG, "systemd.unheard", problem=str(error))
                self.heard = False


def standing(snapshot: Snapshot, *, leads: bool) -> str:
    """Return how things stand in a line, for `systemctl status`."""
    role = "leading" if leads else "standby"
    return f"{role}: {headline(snapshot).says}; {summary(snapshot.view, snapshot.at)}"


def systemd(environ: Mapping[str, str], pid: int) -> Systemd:
    """Return the line that the environment of this process names.

    WATCHDOG_PID tells whom the watchdog means; without it, whoever reads WATCHDOG_USEC.
    """
    meant = environ.get("WATCHDOG_PID", str(pid)) == str(pid)
    return Systemd(environ.get("NOTIFY_SOCKET", ""), meant and "WATCHDOG_USEC" in environ)
