"""Where the server listens, and who may change anything."""

from dataclasses import dataclass
from ssl import SSLContext


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen, and the token that changing calls need."""

    host: str = "127.0.0.1"
    port: int = 9877
    """0 takes any free port."""
    token: str | None = None
    """None: changing calls are off."""
    tls: SSLContext | None = None
    """None: plain HTTP."""
