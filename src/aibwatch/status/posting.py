"""Sends one notification by one POST: to all kinds but mail. No redirect is followed."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, InvalidURL, TCPConnector
from aiohttp.resolver import ThreadedResolver

from aibwatch.model.chain import Head
from aibwatch.model.notification import ChannelKind, Notification
from aibwatch.status import wording
from aibwatch.status.addresses import GuardedResolver, admit
from aibwatch.status.alerts import alerts
from aibwatch.status.channel import Channel, UndeliveredError, Why

TIMEOUT_SECONDS = 10.0
ALERTS_PATH = "/api/v2/alerts"
THROTTLED, REQUEST_TIMEOUT = 429, 408


@asynccontextmanager
async def session_of(channel: Channel) -> AsyncIterator[ClientSession]:
    """Give the session of a channel; proxies of the environment are not used."""
    resolver = ThreadedResolver() if channel.link_local else GuardedResolver()
    trust = channel.trust or True
    connector = TCPConnector(resolver=resolver, ssl=trust, use_dns_cache=False, limit=1)
    timeout = ClientTimeout(total=TIMEOUT_SECONDS)
    async with ClientSession(connector=connector, timeout=timeout) as session:
        yield session


async def post(
    session: ClientSession,
    channel: Channel,
    notification: Notification,
    body: bytes,
    now: datetime,
) -> None:
    """Send it once. Raises UndeliveredError, which never shows the URL: it can be the secret."""
    if not channel.link_local:
        admit(urlsplit(channel.url).hostname or "")
    headers = {"Content-Type": "application/json", "User-Agent": "aibwatch"}
    if channel.kind is ChannelKind.WEBHOOK:
        headers |= signed(channel.secret, body, notification.id, now)
    request = session.post(place_of(channel), data=body, headers=headers, allow_redirects=False)
    try:
        async with request as answer:
            status = answer.status
    except UndeliveredError:
        raise
    except TimeoutError:
        says = f"no answer in {TIMEOUT_SECONDS:g} s"
        raise UndeliveredError(Why.TIMEOUT, says) from None
    except InvalidURL:
        raise UndeliveredError(Why.REFUSED, "its address is none", lasting=True) from None
    except (ClientError, OSError) as error:
        says = f"no connection: {type(error).__name__}"
        raise UndeliveredError(Why.UNREACHABLE, says) from None
    judge(status)


def judge(status: int) -> None:
    """Raise UndeliveredError if a status does not say that the notification was taken."""
    if status in (THROTTLED, REQUEST_TIMEOUT):
        raise UndeliveredError(Why.THROTTLED, f"answered {status}")
    if status >= 500:  # noqa: PLR2004  the server's own errors
        raise UndeliveredError(Why.SERVER_ERROR, f"answered {status}")
    if status >= 300:  # noqa: PLR2004  a redirect, or the fault is in what was asked
        raise UndeliveredError(Why.REFUSED, f"answered {status}", lasting=True)


def place_of(channel: Channel) -> str:
    """Return where a channel is sent to: of Alertmanager its root is configured."""
    if channel.kind is not ChannelKind.ALERTMANAGER:
        return channel.url
    parts = urlsplit(channel.url)
    return parts._replace(path=parts.path.rstrip("/") + ALERTS_PATH).geturl()


def body_of(kind: ChannelKind, notification: Notification, told: str, head: Head) -> bytes:
    """Return the body that a kind of channel is sent."""
    if kind is ChannelKind.SLACK:
        return wording.slack(told)
    if kind is ChannelKind.TEAMS:
        return wording.teams(told)
    if kind is ChannelKind.ALERTMANAGER:
        return alerts(told, notification)
    return wording.webhook(told, notification, head)


def signed(secret: str, body: bytes, mark: str, at: datetime) -> dict[str, str]:
    """Return the headers by which a receiver knows that it was us, and when, and of what.

    The signature is HMAC-SHA256 of `<timestamp>.<body>`, in hex.
    """
    timestamp = str(int(at.timestamp()))
    headers = {"X-Aibwatch-Id": mark, "X-Aibwatch-Timestamp": timestamp}
    if not secret:
        return headers
    signature = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return {**headers, "X-Aibwatch-Signature": f"sha256={signature.hexdigest()}"}
