"""From the section `notify` to a courier that carries, and a test of each channel by hand."""

import asyncio
import ssl
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from aibwatch.config.channels import ChannelSection, MailTls, url_problem
from aibwatch.config.schema import Settings
from aibwatch.config.surroundings import read_token
from aibwatch.daemon.clock import SteadyClock
from aibwatch.errors import ConfigError
from aibwatch.model.notification import News, Notification
from aibwatch.status.channel import Channel, UndeliveredError
from aibwatch.status.courier import Courier, opened
from aibwatch.status.metrics import Metrics
from aibwatch.status.wording import DEFAULT


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels as they are configured, with their secrets.

    Raises ConfigError or PermissionDeniedError if a file that one names cannot be used.
    """
    return tuple(map(_channel, settings.notify))


def _channel(section: ChannelSection) -> Channel:
    host, _, port = (section.server or "").rpartition(":")
    return Channel(
        name=section.name,
        kind=section.kind,
        url=_url(section),
        secret=_read(section.secret_file),
        events=section.events or frozenset(News),
        template=section.template or DEFAULT,
        trust=_trust(section.ca_file),
        link_local=section.allow_link_local,
        host=host.strip("[]"),
        port=int(port or 0),
        starttls=section.tls is MailTls.STARTTLS,
        username=section.username or "",
        password=_read(section.password_file),
        sender=section.sender or "",
        to=section.to,
    )


def _url(section: ChannelSection) -> str:
    if section.url_file is None:
        return section.url.get_secret_value() if section.url else ""
    url = _read(section.url_file)
    problem = url_problem(url)
    if problem:
        message = f"{section.url_file!r}: what it holds {problem}"
        raise ConfigError([message])
    return url


def _read(file: str | None) -> str:
    return read_token(file) if file else ""


def _trust(file: str | None) -> ssl.SSLContext | None:
    if file is None:
        return None
    try:
        return ssl.create_default_context(cafile=str(Path(file)))
    except (OSError, ssl.SSLError) as error:
        message = f"{file!r} is no CA bundle: {error}"
        raise ConfigError([message]) from None


def try_all(settings: Settings, only: str | None) -> Iterable[tuple[str, str]]:
    """Tell each channel, or one, that this is a test; return what became of it, "" if it was taken.

    Raises ConfigError if there is no such channel.
    """
    channels = [each for each in channels_of(settings) if only in (None, each.name)]
    if not channels:
        known = ", ".join(each.name for each in settings.notify) or "none"
        says = f"notify: there is no channel {only!r}" if only else "notify: there is no channel"
        raise ConfigError([f"{says}; there are: {known}"])
    return asyncio.run(_try_all(channels))


async def _try_all(channels: Iterable[Channel]) -> list[tuple[str, str]]:
    clock = SteadyClock()
    courier = Courier((), clock, Metrics())
    return [(each.name, await _try(courier, each, clock.now())) for each in channels]


async def _try(courier: Courier, channel: Channel, now: datetime) -> str:
    mark = f"test@{now.isoformat()}"
    title = "This is a test of aibwatch: nothing happened"
    notification = Notification(mark, "test", News.NEEDS_HUMAN, now, title, resolved=True)
    try:
        async with opened(channel) as session:
            await courier.deliver(channel, notification, session)
    except UndeliveredError as error:
        return f"{error.why}: {error}"
    return ""
