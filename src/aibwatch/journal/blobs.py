"""The container in Azure Storage that a shared journal is kept in, through the SDK.

Nothing is tried again here: whether a request that went unanswered was carried out is for the
journal to find out, by reading. Every error says in words what to do about it.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from azure.core import MatchConditions
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
)
from azure.core.pipeline.transport import AsyncHttpTransport

from aibwatch.errors import ConfigError, StoreError
from aibwatch.journal.blobwords import remedy

if TYPE_CHECKING:
    from azure.storage.blob import BlobProperties
    from azure.storage.blob.aio import BlobClient, ContainerClient

SECONDS = 10.0
"""How long one request may take in all, its token included."""
CHUNK = 4 * 1024 * 1024
"""Bytes that are read at a time."""
ABRIDGED_INTO = "abridged"
"""Metadata of a blob that holds nothing any more: it names the one that has what is left."""
_UNCLEAR = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})

T = TypeVar("T")


class UnclearError(StoreError):
    """Nobody can tell whether the request was carried out."""


class MovedError(StoreError):
    """The blob is not as it was when it was last read."""


class AbsentError(StoreError):
    """There is no such blob, or no container for it."""


class AbridgedError(StoreError):
    """What the blob held stands in another one now, but for what compaction took out."""

    empty = False
    """Whether it lacks the line yet that keeps an older aibwatch from taking it for new."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a blob was read or written, by us or by whomever."""

    offset: int = 0
    etag: str | None = None
    """Of the blob that ends there; None: unknown, or it goes on."""
    blocks: int = 0
    """Appends that it is known to have had."""


class Blobs:
    """Appends to blobs and reads them. Every method raises StoreError if it cannot."""

    def __init__(self, client: "ContainerClient") -> None:
        """Take the client of the container, which stays the caller's to close."""
        self._client = client
        self.url = str(client.url)

    def blob(self, name: str) -> "BlobClient":
        """Return the client of one blob."""
        return self._client.get_blob_client(name)

    async def append(self, name: str, data: bytes, at: Place) -> Place:
        """Append a block where a blob was last seen to end, and return where it ends then.

        Raises MovedError if it ends elsewhere by now, UnclearError if nobody can tell.
        """
        if at.etag is None:
            message = f"{self.url}/{name}: goes on after what was read of it"
            raise MovedError(message)
        answer = await self.told(
            self.blob(name).append_block(data, appendpos_condition=at.offset, **_only_over(at.etag))
        )
        return Place(
            at.offset + len(data),
            str(answer["etag"]),
            int(str(answer["blob_committed_block_count"])),
        )

    async def create(self, name: str) -> Place:
        """Make an empty blob for appending, and the container if need be; one that is there stays.

        Return its beginning, to append to if it is empty. Raises AbridgedError.
        """
        missing = MatchConditions.IfMissing
        try:
            answer = await self._made(
                lambda: self.blob(name).create_append_blob(match_condition=missing)
            )
        except MovedError:
            return await self._end(name, Place())
        return Place(0, str(answer["etag"]))

    async def _made(self, making: Callable[[], Awaitable[T]]) -> T:
        """Make a blob; first its container, if that is not there."""
        try:
            return await self.told(making())
        except AbsentError:
            with suppress(MovedError):  # somebody else made it
                await self.told(self._client.create_container())
            return await self.told(making())

    async def read(self, name: str, at: Place, length: int = CHUNK) -> tuple[bytes, Place]:
        """Return what a blob has after a place, so many bytes at most, and the place after them.

        With the place's etag nothing is sent while the blob is unchanged. Raises AbsentError, and
        AbridgedError if it holds something else now.
        """
        changed: dict[str, Any] = {"etag": at.etag, "match_condition": MatchConditions.IfModified}
        try:
            loader = await self.told(
                self.blob(name).download_blob(
                    offset=at.offset, length=length, **(changed if at.etag else {})
                )
            )
            data = (await self.told(loader.readall()))[:length]
        except MovedError:  # not: it is as it was
            return b"", at
        except _EmptyError:
            return b"", await self._end(name, at)
        found, end = loader.properties, at.offset + len(data)
        self._look_if_abridged(name, found)
        size = int(str(found.content_range).rpartition("/")[2])
        return data, replace(_had(at, found), offset=end, etag=found.etag if end == size else None)

    async def read_whole(self, name: str, at: Place) -> tuple[bytes, Place]:
        """Return the next bytes of a blob that is written all at once, and the place after them.

        Raises MovedError if it is not the one any more that the place is in.
        """
        same = _only_over(at.etag) if at.etag else {}
        loader = await self.told(
            self.blob(name).download_blob(offset=at.offset, length=CHUNK, **same)
        )
        data = (await self.told(loader.readall()))[:CHUNK]
        return data, replace(at, offset=at.offset + len(data), etag=str(loader.properties.etag))

    async def _end(self, name: str, at: Place) -> Place:
        """Return the place with the etag of a blob that has nothing after it."""
        found = await self.told(self.blob(name).get_blob_properties())
        self._look_if_abridged(name, found)
        if found.size < at.offset:
            message = f"{self.url}/{name}: is shorter than it was; somebody replaced it"
            raise StoreError(message)
        return replace(_had(at, found), etag=found.etag if found.size == at.offset else None)

    def _look_if_abridged(self, name: str, found: "BlobProperties") -> None:
        if ABRIDGED_INTO in (found.metadata or {}):
            into = found.metadata[ABRIDGED_INTO]
            error = AbridgedError(f"{self.url}/{name}: was written anew as {into}")
            error.empty = not found.size
            raise error

    async def etag(self, name: str) -> str | None:
        """Return the etag of a blob; None if there is none."""
        try:
            found = await self.told(self.blob(name).get_blob_properties())
        except AbsentError:
            return None
        return str(found.etag)

    async def put(self, name: str, blocks: Iterable[bytes], known: str | None) -> None:
        """Write a blob all at once, over the one of that etag, or where there is none.

        Raises MovedError if it is another one by now. Blocks that are not committed yet are
        anybody's, so their names must be ours alone.
        """
        from azure.storage.blob import BlobBlock  # noqa: PLC0415  see open_blobs

        ours, names, blob = secrets.token_hex(8), list[str](), self.blob(name)
        for number, each in enumerate(blocks):
            names.append(f"{ours}-{number:06d}")
            await self.told(blob.stage_block(names[-1], each))
        listed = [BlobBlock(each) for each in names]
        await self.told(blob.commit_block_list(listed, **_only_over(known)))

    async def empty(self, name: str, into: str) -> Place | None:
        """Make a blob empty, and mark that `into` has what is left of it, at one stroke.

        Return its beginning, None if it has content beside the mark already. Raises MovedError if
        somebody else does it just now.
        """
        found = await self.told(self.blob(name).get_blob_properties())
        if ABRIDGED_INTO in (found.metadata or {}):
            return None if found.size else Place(0, str(found.etag))
        made = await self.told(
            self.blob(name).create_append_blob(
                metadata={ABRIDGED_INTO: into}, **_only_over(str(found.etag))
            )
        )
        return Place(0, str(made["etag"]))

    async def write(self, name: str, data: bytes, lease: str | None) -> None:
        """Write a small blob whole: with a lease over what is there, without only if none is."""
        options: dict[str, Any] = {"lease": lease} if lease else {}
        with suppress(MovedError):
            await self._made(
                lambda: self.blob(name).upload_blob(data, overwrite=lease is not None, **options)
            )

    async def acquire(self, name: str, lease: str, seconds: int) -> None:
        """Take or renew the lease on a blob.

        Raises MovedError if another has it, AbsentError if there is no such blob.
        """
        await self.told(self.blob(name).acquire_lease(lease_duration=seconds, lease_id=lease))

    async def release(self, name: str, lease: str) -> None:
        """Give up the lease on a blob."""
        from azure.storage.blob.aio import BlobLeaseClient  # noqa: PLC0415  see open_blobs

        await self.told(BlobLeaseClient(self.blob(name), lease).release())

    async def told(self, asking: Awaitable[T]) -> T:
        """Await the SDK; turn its errors into ours."""
        try:
            async with asyncio.timeout(SECONDS):
                return await asking
        except (AzureError, OSError, ValueError) as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception) -> StoreError:
        message = f"{self.url}: {remedy(error)}"
        if isinstance(error, ClientAuthenticationError | ValueError):
            return StoreError(message)  # it was not sent, or turned away
        if not isinstance(error, HttpResponseError) or error.status_code is None:
            return UnclearError(message)
        status = error.status_code
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _UNCLEAR:
            return UnclearError(message)
        return _BY_STATUS.get(status, StoreError)(message)


def _only_over(etag: str | None) -> dict[str, Any]:
    """Return the condition that a blob is as it was known, or not there."""
    if etag is None:
        return {"match_condition": MatchConditions.IfMissing}
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def _had(at: Place, found: "BlobProperties") -> Place:
    """Return the place with what the blob tells of the appends that it had."""
    return replace(at, blocks=max(at.blocks, found.append_blob_committed_block_count or 0))


class _EmptyError(StoreError):
    """There is nothing in the range that was asked for."""


_BY_STATUS: dict[int, type[StoreError]] = {
    HTTPStatus.NOT_MODIFIED: MovedError,
    HTTPStatus.NOT_FOUND: AbsentError,
    HTTPStatus.CONFLICT: MovedError,
    HTTPStatus.PRECONDITION_FAILED: MovedError,
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: _EmptyError,
}


@dataclass(frozen=True, slots=True)
class Access:
    """Which container, and how it is reached."""

    account: str
    """URL of the account's blob endpoint."""
    container: str
    transport: AsyncHttpTransport[Any, Any]
    """Stays the caller's to close."""
    credential: AsyncTokenCredential | None = None
    """Stays the caller's to close; None with a connection string."""
    connection_string: str | None = None


@asynccontextmanager
async def open_blobs(access: Access) -> AsyncIterator[Blobs]:
    """Give the container; nothing is sent yet.

    Raises ConfigError if the extra `blob` is not installed or the connection string is none.
    """
    try:
        from azure.storage.blob.aio import ContainerClient  # noqa: PLC0415  an extra, and 60 MB
    except ImportError:
        problem = "store.url: a container needs the extra `blob`; pip install 'aibwatch[blob]'"
        raise ConfigError([problem]) from None
    options: dict[str, Any] = {
        "transport": access.transport,
        "retry_total": 0,
        "permit_redirects": False,
        "max_single_get_size": CHUNK,
        "max_chunk_get_size": CHUNK,
    }
    if access.connection_string is None:
        client = ContainerClient(
            access.account, access.container, credential=access.credential, **options
        )
    else:
        try:
            client = ContainerClient.from_connection_string(
                access.connection_string, access.container, **options
            )
        except ValueError as error:  # its words may tell the key
            problem = "store.connection_string: is none; copy it whole from the account"
            raise ConfigError([problem]) from error
    try:
        yield Blobs(client)
    finally:
        await client.close()
