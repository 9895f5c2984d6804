"""The World's storage accounts on the wire: containers listed in XML, blobs read in ranges.

Path-style, `https://localhost:PORT/<account>/<container>/<blob>`, as one listener has one name.
Shapes: learn.microsoft.com/rest/api/storageservices, list-blobs and get-blob.
"""

import re
from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from xml.sax.saxutils import escape

from aibwatch.sim import front
from aibwatch.sim.exchange import Answer, Desk, Request, failed
from aibwatch.sim.staging import CONTAINER, SimLog
from aibwatch.sim.trouble import Manner, Trouble

_PATH = re.compile(r"/(?P<account>[a-z0-9]{3,24})/(?P<container>[a-z0-9-]+)(?:/(?P<blob>.+))?")
_ARM = ("/subscriptions/", "/providers/")
_ARM = ("/subscriptions/", "/providers/")
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")

_CODES: Mapping[int, str] = {
    401: "InvalidAuthenticationInfo",
    403: "AuthorizationPermissionMismatch",
    429: "ServerBusy",
    500: "InternalError",
    503: "ServerBusy",
    504: "OperationTimedOut",
}
"""Storage's words for the troubles of the menu."""

_NO_CONTAINER = Trouble(404, "ContainerNotFound", "The specified container does not exist.")
_NO_BLOB = Trouble(404, "BlobNotFound", "The specified blob does not exist.")
_NO_RANGE = Trouble(416, "InvalidRange", "The range specified is invalid for the resource's size.")
_NO_TOKEN = Trouble(401, "NoAuthenticationInformation", "Server failed to authenticate.")


def is_for_storage(path: str) -> bool:
    """Return whether a path is of a storage account and not ARM's."""
    return not path.startswith(_ARM) and _PATH.fullmatch(path) is not None


def answer(desk: Desk, request: Request) -> Answer:
    """Answer one request to a storage account."""
    match = _PATH.fullmatch(request.path)
    if match is None or not request.authorized:
        return _refused(_NO_TOKEN)
    found = front.logs(desk.world, match["account"])
    if isinstance(found, Trouble):
        return _refused(found)
    if match["container"] != CONTAINER:
        return _refused(_NO_CONTAINER)
    if match["blob"] is None:
        return _listed(desk, request, found)
    blob = next((each for each in found if each.name == match["blob"]), None)
    return _part(blob, request.span) if blob else _refused(_NO_BLOB)


def _listed(desk: Desk, request: Request, logs: Sequence[SimLog]) -> Answer:
    ordered = sorted(logs, key=lambda each: each.name)
    start = int(request.query.get("marker") or 0)
    end = start + desk.world.page_size
    blobs = "".join(map(_entry, ordered[start:end]))
    marker = str(end) if end < len(ordered) else ""
    text = (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<EnumerationResults ServiceEndpoint="{request.base}/" ContainerName="{CONTAINER}">'
        f"<Blobs>{blobs}</Blobs><NextMarker>{marker}</NextMarker></EnumerationResults>"
    )
    return _xml(200, text)


def _entry(log: SimLog) -> str:
    created, written = (format_datetime(each, usegmt=True) for each in (log.created, log.written))
    return (
        f"<Blob><Name>{escape(log.name)}</Name><Properties><Creation-Time>{created}"
        f"</Creation-Time><Last-Modified>{written}</Last-Modified><Etag>0x8DB</Etag>"
        f"<Content-Length>{len(log.text)}</Content-Length>"
        "<Content-Type>text/plain</Content-Type><BlobType>AppendBlob</BlobType></Properties></Blob>"
    )


def _part(log: SimLog, span: str) -> Answer:
    """Answer a range of a blob, or all of it if none is asked for."""
    size = len(log.text)
    asked = _RANGE.fullmatch(span)
    headers = {
        "Content-Type": "text/plain",
        "Last-Modified": format_datetime(log.written, usegmt=True),
        "ETag": '"0x8DB"',
        "x-ms-blob-type": "AppendBlob",
    }
    if asked is None:
        return Answer(200, headers, log.text)
    start, last = int(asked[1]), min(int(asked[2] or size), size - 1)
    if start >= size:
        return _refused(_NO_RANGE)
    headers["Content-Range"] = f"bytes {start}-{last}/{size}"
    return Answer(206, headers, log.text[start : last + 1])


def _refused(trouble: Trouble) -> Answer:
    if trouble.manner is not Manner.JSON:
        return failed(trouble)
    code = _CODES.get(trouble.status, trouble.code)
    text = (
        '<?xml version="1.0" encoding="utf-8"?>'
        f"<Error><Code>{code}</Code><Message>{escape(trouble.message)}</Message></Error>"
    )
    return _xml(trouble.status, text, {"x-ms-error-code": code})


def _xml(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, {"Content-Type": "application/xml", **(headers or {})}, text.encode())
