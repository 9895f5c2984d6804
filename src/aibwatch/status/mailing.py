"""Sends one notification by e-mail, over TLS in either of its two ways. Blocks: for a thread."""

import smtplib
import socket
import ssl
from email.message import EmailMessage

from aibwatch.status.addresses import addresses_of, admit
from aibwatch.status.channel import Channel, UndeliveredError, Why

TIMEOUT_SECONDS = 10.0
"""For each step of the conversation."""
PERMANENT = 500
"""From here on a reply says that to try again would change nothing (RFC 5321, 4.2.1)."""


class _Plain(smtplib.SMTP):
    """Connects to the very address that was admitted, under the name that was configured."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._host = channel.host  # smtplib checks the certificate against this name

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        found = addresses_of(host, port)
        if not self._channel.link_local:
            admit(*found)
        return socket.create_connection((found[0], port), timeout)


class _Tls(_Plain):
    """The same, with TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = super()._get_socket(host, port, timeout)
        return trust_of(self._channel).wrap_socket(line, server_hostname=self._host)


def trust_of(channel: Channel) -> ssl.SSLContext:
    """Return whose certificates are trusted."""
    return channel.trust or ssl.create_default_context()


def send(channel: Channel, message: EmailMessage) -> None:
    """Send it once. Raises UndeliveredError."""
    try:
        _send(channel, message)
    except UndeliveredError:
        raise
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _refused(min(codes, default=0)) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        says = "the server offers no STARTTLS, or no login"
        raise UndeliveredError(Why.REFUSED, says, lasting=True) from None
    except (smtplib.SMTPException, OSError) as error:
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            raise UndeliveredError(Why.TIMEOUT, "no answer in time") from None
        raise UndeliveredError(Why.UNREACHABLE, f"no mail: {type(error).__name__}") from None


def _refused(code: int) -> UndeliveredError:
    lasting = code >= PERMANENT
    why = Why.REFUSED if lasting else Why.SERVER_ERROR
    return UndeliveredError(why, f"the mail server answered {code}", lasting=lasting)


def _send(channel: Channel, message: EmailMessage) -> None:
    with _Plain(channel) if channel.starttls else _Tls(channel) as server:
        server.connect(channel.host, channel.port)
        if channel.starttls:
            server.starttls(context=trust_of(channel))
        if channel.username:
            server.login(channel.username, channel.password)
        server.send_message(message)
