"""One channel as it was configured, and what can go wrong with it."""

import ssl
from dataclasses import dataclass, field
from enum import StrEnum

from aibwatch.model.notification import ChannelKind, News
from aibwatch.status.wording import DEFAULT


class Why(StrEnum):
    """Why a notification was not taken; the label `reason`."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """No connection, no name, no trust in the certificate, or it broke."""
    FORBIDDEN_ADDRESS = "forbidden_address"
    """A link-local address, such as that of the machine's own metadata."""
    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    REFUSED = "refused"
    """A redirect, a 4xx, a mail that is not accepted: to try again would change nothing."""
    TEMPLATE = "template"
    """The owner's template could not be filled in; the default one was sent."""
    DROPPED = "dropped"
    """There were too many."""
    CRASHED = "crashed"
    """A bug of ours."""


class UndeliveredError(Exception):
    """A channel did not take a notification."""

    def __init__(self, why: Why, says: str, *, lasting: bool = False) -> None:
        """Take why; `lasting`: the same would be answered again."""
        super().__init__(says)
        self.why, self.lasting = why, lasting


@dataclass(frozen=True, slots=True)
class Channel:
    """Where notifications go. What is secret in it is never shown."""

    name: str
    kind: ChannelKind
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    """By which a webhook's requests are signed; "": they are not."""
    events: frozenset[News] = frozenset(News)
    template: str = DEFAULT
    trust: ssl.SSLContext | None = field(default=None, compare=False)
    """None: what the system trusts."""
    link_local: bool = False
    """Whether it may be at a link-local address."""
    host: str = ""
    """Of the mail server."""
    port: int = 0
    starttls: bool = True
    """False: TLS from the first byte."""
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    to: tuple[str, ...] = ()
