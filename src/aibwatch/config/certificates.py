"""The certificate that the daemon shows, how the commands know it again, and whom both trust."""

import os
import re
import ssl
import stat
from pathlib import Path

from aibwatch.config.sections import TlsSection
from aibwatch.errors import ConfigError, PermissionDeniedError

_FIRST = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def serving(tls: TlsSection) -> ssl.SSLContext | None:
    """Return what the server shows, None if it speaks plain HTTP.

    Raises:
        ConfigError: a file is not there, or the key is not that of the certificate.
        PermissionDeniedError: one may not be read, or everybody may read the key.
    """
    if tls.cert_file is None or tls.key_file is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _private(tls.key_file)
    try:
        # A password is never asked for: nobody sits before a daemon.
        context.load_cert_chain(tls.cert_file, tls.key_file, password="")
    except PermissionError:
        message = f"{tls.cert_file!r} or {tls.key_file!r} may not be read; allow it to this user"
        raise PermissionDeniedError(message) from None
    except (OSError, ValueError):  # SSLError is an OSError
        message = (
            f"{tls.key_file!r} is no key without a password for the certificate in"
            f" {tls.cert_file!r}; both are PEM, the certificate first in its chain"
        )
        raise ConfigError([message]) from None
    return context


def trusted(tls: TlsSection) -> ssl.SSLContext | None:
    """Return by what a command knows the daemon: by its CAs, else by exactly its certificate.

    None where the daemon speaks plain HTTP. The certificate itself is the stronger proof, and it
    holds for 127.0.0.1, which hardly any certificate names. Raises ConfigError.
    """
    file = tls.ca_file or tls.cert_file
    if file is None:
        return None
    try:
        if tls.ca_file is not None:
            return ssl.create_default_context(cafile=tls.ca_file)
        found = _FIRST.search(Path(file).read_text(encoding="ascii"))
        context = ssl.create_default_context(cadata=found[0] if found else "-")
    except (OSError, ValueError):
        message = f"{file!r} holds no certificate in PEM; mount it or take it out"
        raise ConfigError([message]) from None
    # Without the rest of its chain, as others have certificates of the same authority too.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False
    return context


def bundle(file: str) -> ssl.SSLContext:
    """Return by what others are trusted: by the CAs in a file.

    Raises:
        ConfigError: there is no such file, or no certificate in it.
        PermissionDeniedError: it may not be read.
    """
    if not os.path.isfile(file):  # noqa: PTH113  Path's own raises where it may not look
        raise ConfigError([f"{file!r} is no file that can be seen; mount it or take it out"])
    try:
        return ssl.create_default_context(cafile=file)
    except PermissionError:
        message = f"{file!r} may not be read; allow it to the user that runs aibwatch"
        raise PermissionDeniedError(message) from None
    except OSError:  # SSLError is one
        message = f"{file!r} holds no certificate in PEM; mount the right one or take it out"
        raise ConfigError([message]) from None


def _private(key_file: str) -> None:
    try:
        mode = Path(key_file).stat().st_mode
    except OSError:
        return  # told by who reads it
    if mode & stat.S_IROTH:
        message = f"{key_file!r} may be read by everybody on this machine; chmod 640 it"
        raise PermissionDeniedError(message)
