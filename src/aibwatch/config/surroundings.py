"""The files that a configuration names, as they are on this machine."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from aibwatch.config.certificates import serving, trusted
from aibwatch.config.checks import Finding
from aibwatch.config.problems import KeyPath
from aibwatch.config.schema import Settings
from aibwatch.errors import AibwatchError, ConfigError, PermissionDeniedError

TOKEN_SIZE_MAX = 10_000


TOKEN_FILE: KeyPath = ("http", "token_file")


def findings(settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong with files and directories that are named."""
    ca_file = settings.azure.ca_file
    if ca_file is not None and not Path(ca_file).is_file():
        yield Finding((("azure", "ca_file"),), f"{ca_file!r} is no file; mount it or take it out")
    for at, channel in enumerate(settings.notify):
        if channel.ca_file is not None and not Path(channel.ca_file).is_file():
            says = f"{channel.ca_file!r} is no file; mount it or take it out"
            yield Finding((("notify", at, "ca_file"),), says)
    if not settings.store.shared:
        yield from _directory_findings(Path(settings.store.path).parent)
    yield from _token_findings(settings, ConfigError)
    yield from _tls_findings(settings, ConfigError)


def _directory_findings(directory: Path) -> Iterator[Finding]:
    if not directory.is_dir():
        says = f"the directory {str(directory)!r} does not exist; make it, or choose another path"
        yield Finding((("store", "url"),), says)
    elif not os.access(directory, os.W_OK | os.X_OK):
        says = f"the directory {str(directory)!r} may not be written; give it to this user"
        yield Finding((("store", "url"),), says)


def denials(settings: Settings) -> list[Finding]:
    """Return what is named and there, but may not be used."""
    kind = PermissionDeniedError
    return [*_token_findings(settings, kind), *_tls_findings(settings, kind)]


def _tls_findings(settings: Settings, kind: type[AibwatchError]) -> Iterator[Finding]:
    """Yield what is wrong with the server's own certificate and key, and the clients' bundle."""
    tls, tried = settings.http.tls, {"key_file": serving, "ca_file": trusted}
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
        token = path.read_text(encoding="ascii")[:TOKEN_SIZE_MAX].strip()
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
