"""Lists that come page by page: followed to their end, but neither for ever nor to another host."""

from collections.abc import Callable
from urllib.parse import urlsplit

from aibwatch.azure.arm import Arm
from aibwatch.azure.faults import nonsense
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import WireError
from aibwatch.model.fault import Fault

MOST_PAGES = 1000
"""More pages than any list has; one that goes on is nonsense."""


async def follow(
    arm: Arm, subscription: str, first: str, take: Callable[[bytes], str]
) -> Fault | None:
    """Give every page of a list to `take`, which returns the link to the next, "" on the last.

    Only the first page may be put off by the request budget. Returns the fault that ended it
    early, a WireError that `take` raises among them; None if it was read to its end.
    """
    link, followed = first, set[str]()
    while link:
        if link in followed or len(followed) == MOST_PAGES:
            return nonsense(f"the list does not end ({len(followed)} pages)")
        body = await arm.read(subscription, link, Need.ACT if followed else Need.ROUTINE)
        followed.add(link)
        if isinstance(body, Fault):
            return body
        try:
            link = _own(take(body), arm.cloud.endpoint)
        except WireError as error:
            return nonsense(str(error))
    return None


def _own(link: str, endpoint: str) -> str:
    """Return a link that stays at our own endpoint. Raises WireError for any other.

    Another host must not get the token.
    """
    if not link:
        return ""
    parts = urlsplit(link)
    if f"{parts.scheme}://{parts.netloc}".lower() != endpoint.lower():
        message = "the list goes on at another host"
        raise WireError(message)
    return link
