"""Takes another configuration while the daemon runs: whole, between two cycles, or not (S42).

Asked for by SIGHUP, by the API, or by the file itself, which is looked at every few seconds: by
what is in it, since a ConfigMap changes by a link further up its path. What is wrong, or needs a
restart, is refused with all that is wrong, and the old configuration stays.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from aibwatch.config.load import load
from aibwatch.config.schema import Settings
from aibwatch.daemon.log import logger
from aibwatch.daemon.notifying import channels_of
from aibwatch.errors import AibwatchError, ConfigError
from aibwatch.ports import Clock
from aibwatch.status.channel import Channel
from aibwatch.status.health import Health

log = logger(__name__)

LOOK_SECONDS = 2.0
"""Between two looks at the file."""

NEED_RESTART = ("azure", "poll", "store", "http", "log")
"""Sections that shape what lives as long as the process."""
NEED_RESTART_TOO = (("failover", "request_timeout"), ("metrics", "created"))
"""Single keys of other sections that do."""

Taken = Callable[[Settings], Settings]
"""How a configuration that is read holds: `serve --observe` lets none start anything."""


def as_written(settings: Settings) -> Settings:
    """Let a configuration hold as it is."""
    return settings


class ConfigMeter(Protocol):
    """Where loads of the configuration are counted."""

    def config(self, sha256: str | None, at: datetime) -> None:
        """Take the hash of what holds now; None: a load failed."""


@dataclass(slots=True)
class Reloader:
    """One file with its environment, and what of it holds."""

    settings: Settings
    """What holds now."""
    path: Path | None
    variables: Mapping[str, str]
    clock: Clock
    meter: ConfigMeter
    apply: Callable[[Settings, tuple[Channel, ...]], None]
    """Lets a configuration hold from now on. Called between two cycles."""
    taken: Taken = as_written
    health: Health = field(default_factory=Health)
    """What the probes are told of refusals."""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Whether SIGHUP asked for it."""
    _waiting: tuple[Settings, tuple[Channel, ...]] | None = None
    _seen: str = field(init=False)
    """Hash of the file as it was last read."""

    def __post_init__(self) -> None:
        """Take the file for read."""
        self._seen = self._content()

    async def reload(self) -> tuple[str, ...]:
        """Read the configuration anew; the next beat applies it. Return the sections that change.

        Raises ConfigError or PermissionDeniedError, with all that is wrong; then nothing changes.
        """
        self._seen = self._content()
        try:
            # That of a large fleet takes seconds to read: too long for the loop.
            found, channels = await asyncio.to_thread(self._read)
            refuse_restarts(self.settings, found)
            refuse_emptiness(self.settings, found)
        except AibwatchError as error:
            self.meter.config(None, self.clock.now())
            self.health.reload_refused = True
            log.error("config.refused", problem=str(error), therefore="the old one stays")
            raise
        self._waiting = found, channels
        return changed(self.settings, found)

    def _read(self) -> tuple[Settings, tuple[Channel, ...]]:
        found = self.taken(load(self.path, self.variables, files=True))
        return found, channels_of(found)

    def between(self) -> None:
        """Apply what waits, if anything does. No cycle may be under way."""
        if self._waiting is None:
            return
        (found, channels), self._waiting = self._waiting, None
        changes = changed(self.settings, found)
        if changes:
            self.apply(found, channels)
        self.settings = found
        self.meter.config(found.sha256, self.clock.now())
        self.health.reload_refused = False
        log.info("config.loaded", config=found.sha256[:12], changed=list(changes))

    async def watch(self) -> None:
        """Reload whenever it is asked for or the file is another one, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self.asked.wait()
            if self.asked.is_set() or self._content() not in ("", self._seen):
                self.asked.clear()
                with suppress(AibwatchError):  # it is in the log
                    await self.reload()

    def _content(self) -> str:
        """Return the hash of the file, "" if it cannot be read: in the midst of a swap."""
        try:
            return sha256(self.path.read_bytes()).hexdigest() if self.path else ""
        except OSError:
            return ""


def changed(old: Settings, new: Settings) -> tuple[str, ...]:
    """Return the names of the sections that differ, secrets in them too."""
    return tuple(each for each in Settings.model_fields if getattr(old, each) != getattr(new, each))


def refuse_restarts(old: Settings, new: Settings) -> None:
    """Raise ConfigError, naming every key, if what differs needs a restart."""
    whole = (
        (section, key)
        for section in NEED_RESTART
        for key in type(getattr(new, section)).model_fields
    )
    keys = [
        f"{section}.{key}"
        for section, key in (*whole, *NEED_RESTART_TOO)
        if getattr(getattr(old, section), key) != getattr(getattr(new, section), key)
    ]
    if keys:
        problem = (
            f"{', '.join(keys)}: cannot change while aibwatch runs; restart it, or change back"
        )
        raise ConfigError([problem])


def refuse_emptiness(old: Settings, new: Settings) -> None:
    """Raise ConfigError if nothing would be watched any more.

    Such a file is one that is just being written, or the wrong one; `serve` refuses it too.
    """
    if old.watches and not new.watches:
        problem = (
            "images: none is configured any more, so there would be nothing to watch; name one, or"
            " stop aibwatch if that is meant"
        )
        raise ConfigError([problem])
