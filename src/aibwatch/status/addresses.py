"""Which addresses notifications may go to: not those where a machine hands out its own secrets.

On a VM, 169.254.169.254 gives tokens of its identity to whoever asks, and 168.63.129.16 its
settings (https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service). A name is
judged by every address that it resolves to, at the very look-up by which one connects.
"""

import socket
from ipaddress import IPv6Address, ip_address

from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from aibwatch.status.channel import UndeliveredError, Why

WIRE_SERVER = "168.63.129.16"


def is_forbidden(address: str) -> bool:
    """Whether a literal address is link-local or the platform's own; False for a name."""
    try:
        found = ip_address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_link_local or str(found) == WIRE_SERVER


def admit(*addresses: str) -> None:
    """Raise UndeliveredError if any of these may not be spoken to."""
    for each in addresses:
        if is_forbidden(each):
            says = f"{each} is a link-local address; notify[].allow_link_local allows it"
            raise UndeliveredError(Why.FORBIDDEN_ADDRESS, says, lasting=True)


class GuardedResolver(ThreadedResolver):
    """Resolves as the system does, and refuses names that lead to such an address."""

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        """Return the addresses. Raises UndeliveredError if one of them may not be spoken to."""
        found = await super().resolve(host, port, family)
        admit(*(each["host"] for each in found))
        return found


def addresses_of(host: str, port: int) -> list[str]:
    """Return every address of a host, asking the system; for a thread of one's own."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]
