"""The transport of plain reads: a whole answer and nothing around it.

It stands below the same policies as the SDK's own transport and fails in the same words. That one
wraps each answer for whoever reads it piece by piece, which costs more CPU than the request itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

import aiohttp
from azure.core.exceptions import (
    IncompleteReadError,
    ServiceRequestError,
    ServiceRequestTimeoutError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import HttpRequest
from azure.core.utils import CaseInsensitiveDict

from aibwatch.azure.transport import CONNECT_SECONDS, READ_SECONDS

_TIMEOUT = aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, of whatever status, by the names that azure-core's policies use."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes
    reason: str | None = None

    def text(self) -> str:
        """Return the body for the exceptions of azure-core, which may tell what it says."""
        return self.body.decode(errors="replace")


class PlainTransport(AsyncHttpTransport[HttpRequest, Answer]):
    """Sends over a session that stays the caller's to close."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        """Take the session, which knows proxy, TLS and the largest body."""
        self._session = session

    async def send(self, request: HttpRequest, **_options: object) -> Answer:
        """Send once and read the whole answer; redirects would carry the token elsewhere."""
        try:
            return await self._send(request)
        except aiohttp.ClientPayloadError as error:
            raise IncompleteReadError(error, error=error) from error
        except aiohttp.ClientResponseError as error:
            raise ServiceResponseError(error, error=error) from error
        except aiohttp.ConnectionTimeoutError as error:
            raise ServiceRequestTimeoutError(error, error=error) from error
        except TimeoutError as error:
            raise ServiceResponseTimeoutError(error, error=error) from error
        except aiohttp.ClientError as error:
            raise ServiceRequestError(error, error=error) from error

    async def _send(self, request: HttpRequest) -> Answer:
        found = await self._session.request(
            request.method,
            request.url,
            headers=request.headers,
            data=request.content,
            timeout=_TIMEOUT,
            allow_redirects=False,
        )
        body = await found.read()
        return Answer(found.status, _told(found), body, found.reason)

    async def open(self) -> None:
        """Stay open: the session is shared."""

    async def close(self) -> None:
        """Stay open: the session is shared."""

    async def __aenter__(self) -> Self:
        """Stay open."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stay open."""


def _told(found: aiohttp.ClientResponse) -> Mapping[str, str]:
    """Return the headers; challenges may come one a line, and azure-core looks for all in one."""
    if found.status != HTTPStatus.UNAUTHORIZED:
        return found.headers
    names = set(found.headers)
    return CaseInsensitiveDict({name: ", ".join(found.headers.getall(name)) for name in names})
