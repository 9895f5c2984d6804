"""Blobs of a staging account, through the SDK's own client: listed and read, never written.

azure-storage-blob is an extra and imported only where it is needed. Its clients are made for one
reading and go through our own connections, gate and meter. What is its own and switched off:
retries, redirects (they would carry the token elsewhere), and following the scope that a 401 names
(a storage account must not choose what our token is for). Theory of the last line of defence: the
gate is made from the account's own endpoint, so a request to any other host cannot be sent.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import AsyncPipeline
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest

from aibwatch import __version__
from aibwatch.azure.arm import TENANT, Arm
from aibwatch.azure.calls import Api, Call
from aibwatch.azure.faults import from_exception, nonsense
from aibwatch.azure.gate import Gate, GatePolicy
from aibwatch.azure.instants import instant
from aibwatch.azure.meter import MeterPolicy
from aibwatch.azure.throttle import Need, Throttle
from aibwatch.azure.transport import open_transport
from aibwatch.model.buildlog import HEAD, TAIL
from aibwatch.model.fault import Fault

if TYPE_CHECKING:
    from azure.storage.blob.aio import ContainerClient

SCOPE = "https://storage.azure.com/.default"
"""The audience of Storage, in every cloud."""

MOST_PAGES = 10
"""Of 5,000 blobs each: more logs than a staging account has; a list that goes on is nonsense."""

_LISTING = Call(Api.BLOB, "list", "", read=True)
_GETTING = Call(Api.BLOB, "get", "", read=True)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Blob:
    """One blob as a list shows it."""

    name: str
    created: datetime | None
    """To the second; when it was last written, where its begin is not told."""


@dataclass(frozen=True, slots=True)
class Content:
    """Begin and end of a blob."""

    head: bytes
    tail: bytes
    size: int
    """Bytes of all of it."""


class Blobs:
    """Lists and reads blobs at endpoints that the caller vouches for."""

    def __init__(self, arm: Arm, tokens: AsyncTokenCredential) -> None:
        """Share the connections of `arm`. `tokens` stays the caller's to close."""
        self._arm = arm
        self._tokens = _StorageToken(tokens)
        self._throttle = Throttle(monotonic)

    async def list(self, endpoint: str, container: str) -> list[Blob] | Fault:
        """List a container, all pages."""

        async def listing(client: "ContainerClient") -> list[Blob]:
            found: list[Blob] = []
            pages = client.list_blobs().by_page()
            for _ in range(MOST_PAGES):
                try:
                    page = await anext(pages)
                except StopAsyncIteration:
                    return found
                _check_container(getattr(pages, "container", None), container)
                found += [
                    Blob(str(each.name), instant(each.creation_time or each.last_modified))
                    async for each in page
                ]
            message = f"the list does not end ({MOST_PAGES} pages)"
            raise ValueError(message)

        return await self._asked(_LISTING, endpoint, container, listing)

    async def read(self, endpoint: str, container: str, blob: str) -> Content | Fault:
        """Read a blob's first HEAD and last TAIL bytes."""

        async def reading(client: "ContainerClient") -> Content:
            head, size = await _range(client, blob, 0, HEAD)
            start = max(HEAD, size - TAIL)
            if start >= size:
                return Content(head, b"", size)
            tail, _ = await _range(client, blob, start, size - start)
            return Content(head, tail, size)

        found = await self._asked(_GETTING, endpoint, container, reading)
        if isinstance(found, Fault) and found.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return Content(b"", b"", 0)  # an empty blob has no first byte
        return found

    async def _asked(
        self,
        call: Call,
        endpoint: str,
        container: str,
        asking: "Callable[[ContainerClient], Awaitable[T]]",
    ) -> T | Fault:
        held = self._throttle.refusal(call, Need.ROUTINE)
        if held:
            return held
        try:
            async with self._client(endpoint, container) as client:
                return await self._arm.attempt(_told(asking(client)))
        except ValueError as error:  # an endpoint that is no URL
            return from_exception(error)

    @asynccontextmanager
    async def _client(self, endpoint: str, container: str) -> "AsyncIterator[ContainerClient]":
        from azure.storage.blob.aio import ContainerClient  # noqa: PLC0415 - see module

        parts = urlsplit(endpoint)
        gate = Gate(f"{parts.scheme}://{parts.netloc}", frozenset())
        client = ContainerClient(
            endpoint,
            container,
            credential=self._tokens,
            transport=_Guarded(self._arm, gate, self._throttle),
            retry_total=0,
            permit_redirects=False,
            user_agent=f"aibwatch/{__version__}",
            max_single_get_size=HEAD + TAIL,
        )
        try:
            yield client
        finally:
            await client.close()


def _check_container(told: object, asked: str) -> None:
    """Raise ValueError if a page is not of the container that was asked for.

    The SDK makes an empty list of any XML, and an empty list is a log that is absent.
    """
    if told != asked:
        message = "an answer that is no list of this container"
        raise ValueError(message)


async def _range(
    client: "ContainerClient", blob: str, start: int, length: int
) -> tuple[bytes, int]:
    """Return so many bytes of a blob, fewer only at its end, and the size of all of it.

    Raises ValueError if the answer does not say which bytes it is, or has fewer.
    """
    loader = await client.download_blob(blob, offset=start, length=length)
    size = int(str(loader.properties.content_range).rpartition("/")[2])
    found = (await loader.readall())[:length]
    if len(found) < min(length, size - start):
        message = f"{len(found)} bytes of a range of {length}"
        raise ValueError(message)
    return found, size


async def _told(asking: Awaitable[T]) -> T | Fault:
    """Await the SDK; of an error keep the code, which Storage tells in a header.

    On an answer of the wrong shape the SDK trips in ways of its own.
    """
    try:
        return await asking
    except HttpResponseError as error:
        answer = error.response
        headers = answer.headers if isinstance(answer, AsyncHttpResponse) else {}
        code = headers.get("x-ms-error-code", "")
        return replace(from_exception(error), code=code, message=error.reason or "")
    except (AttributeError, LookupError, TypeError) as error:
        return nonsense(f"no answer of Storage: {type(error).__name__}")


class _StorageToken(AsyncTokenCredential):
    """Our token for Storage, whatever the account's own answer asks for."""

    def __init__(self, tokens: AsyncTokenCredential) -> None:
        self._tokens = tokens

    async def get_token(
        self,
        *_scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_more: object,
    ) -> AccessToken:
        del claims, tenant_id, enable_cae
        return await self._tokens.get_token(SCOPE)

    async def close(self) -> None:
        """Leave the token's source open."""

    async def __aexit__(self, *_error: object) -> None:
        await self.close()


class _Guarded(AsyncHttpTransport[HttpRequest, AsyncHttpResponse]):
    """Our transport, with gate and meter before it and every body read within its bound."""

    def __init__(self, arm: Arm, gate: Gate, throttle: Throttle) -> None:
        meter = MeterPolicy(TENANT, arm.observer, throttle)
        transport = open_transport(arm.session)
        self._pipeline = AsyncPipeline[HttpRequest, AsyncHttpResponse](
            transport, policies=[GatePolicy(gate), meter]
        )

    async def send(self, request: HttpRequest, **options: object) -> AsyncHttpResponse:
        answer = (await self._pipeline.run(request, **options)).http_response
        if not answer.is_stream_consumed:
            await answer.read()
        return answer

    async def open(self) -> None:
        """Stay open: the connections are shared."""

    async def close(self) -> None:
        """Stay open: the connections are shared."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()
