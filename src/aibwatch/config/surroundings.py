"""The files that a configuration names, as they are on this machine."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from aibwatch.config.certificates import bundle, serving, trusted
from aibwatch.config.checks import Finding
from aibwatch.config.problems import KeyPath
from aibwatch.config.schema import Settings
from aibwatch.errors import AibwatchError, ConfigError, PermissionDeniedError

TOKEN_SIZE_MAX = 10_000


TOKEN_FILE: KeyPath = ("http", "token_file")
STORE: KeyPath = ("store", "url")


def findings(settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong with files and directories that are named."""
    directory = _directory(settings)
    if directory and not _is_there(directory):
        says = f"{directory!r} is no directory that can be seen; make it, or choose another"
        yield Finding((STORE,), says)
    yield from _file_findings(settings, ConfigError)


def denials(settings: Settings) -> list[Finding]:
    """Return what is named and there, but may not be used."""
    directory, found = _directory(settings), [*_file_findings(settings, PermissionDeniedError)]
    if _is_there(directory) and not os.access(directory, os.W_OK | os.X_OK):
        says = f"{directory!r} may not be written by this user; give it to him, or choose another"
        found.append(Finding((STORE,), says))
    return found


def _file_findings(settings: Settings, kind: type[AibwatchError]) -> Iterator[Finding]:
    yield from _bundle_findings(settings, kind)
    yield from _token_findings(settings, kind)
    yield from _tls_findings(settings, kind)


def _bundle_findings(settings: Settings, kind: type[AibwatchError]) -> Iterator[Finding]:
    for path, file in _bundles(settings):
        try:
            bundle(file)
        except kind as error:
            yield Finding((path,), str(error))
        except AibwatchError:
            continue


def _bundles(settings: Settings) -> Iterator[tuple[KeyPath, str]]:
    """Yield every bundle of CAs that what aibwatch calls is trusted by."""
    if settings.azure.ca_file is not None:
        yield ("azure", "ca_file"), settings.azure.ca_file
    for at, channel in enumerate(settings.notify):
        if channel.ca_file is not None:
            yield ("notify", at, "ca_file"), channel.ca_file


def _directory(settings: Settings) -> str:
    """Return the directory of the store, "" if it is in none of this machine."""
    return str(Path(settings.store.path).parent) if settings.store.path else ""


def _is_there(directory: str) -> bool:
    return os.path.isdir(directory)  # noqa: PTH112  Path's own raises where it may not look


def _tls_findings(settings: Settings, kind: type[AibwatchError]) -> Iterator[Finding]:
    """Yield what is wrong with the server's own certificate and key, and the clients' bundle."""
    tls = settings.http.tls
    tried = {"key_file": serving, "ca_file" if tls.ca_file else "cert_file": trusted}
    for key, read in tried.items():
        try:
            read(tls)
        except kind as error:
            yield Finding((("http", "tls", key),), str(error))
        except AibwatchError:
            continue


def _token_findings(settings: Settings, kind: type[AibwatchError]) -> Iterator[Finding]:
    for path, file in _secret_files(settings):
        try:
            read_token(file)
        except kind as error:
            yield Finding((path,), str(error))
        except AibwatchError:
            continue


def _secret_files(settings: Settings) -> Iterator[tuple[KeyPath, str]]:
    """Yield every file that holds one secret, with the key that names it."""
    if settings.http.token_file is not None:
        yield TOKEN_FILE, settings.http.token_file
    for at, channel in enumerate(settings.notify):
        for key in ("url_file", "secret_file", "password_file"):
            file = getattr(channel, key)
            if file is not None:
                yield ("notify", at, key), file


def read_token(token_file: str) -> str:
    """Return the one word in a file: the bearer token of changing calls, a secret of a channel.

    Raises:
        ConfigError: there is no such file, or no token in it.
        PermissionDeniedError: it may not be read, or anybody on this machine may read it.
    """
    path = Path(token_file)
    try:
        mode = path.stat().st_mode
        with path.open(encoding="ascii") as file:
            token = file.read(TOKEN_SIZE_MAX).strip()
    except PermissionError:
        message = f"{token_file!r} may not be read; allow it to the user that runs aibwatch"
        raise PermissionDeniedError(message) from None
    except (OSError, UnicodeDecodeError):
        message = f"{token_file!r} is no readable text file; write a token into it"
        raise ConfigError([message]) from None
    if mode & stat.S_IROTH:
        message = (
            f"{token_file!r} may be read by everybody on this machine; chmod 640 it"
            " (in Kubernetes: defaultMode: 0440)"
        )
        raise PermissionDeniedError(message)
    if not token or not token.isprintable() or " " in token:
        message = f"{token_file!r} holds no token; write one word, such as `openssl rand -hex 32`"
        raise ConfigError([message])
    return token
