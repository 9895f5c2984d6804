"""How answers go out: as JSON, a page or a probe, every error in words, and the same headers."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from aibwatch.status import page
from aibwatch.status.health import Finding, report, well
from aibwatch.status.plain import Json
from aibwatch.status.refusal import FAULT, Refusal, refusal_of

_log = logging.getLogger(__name__)

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error in words, as JSON."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return error_of(error.status, f"{request.method} {request.path}: {error.reason}")
    except Exception as error:  # noqa: BLE001  one bad request must not look like a dead daemon
        refusal = refusal_of(error)
        if refusal is None:
            _log.exception("http.failed")
            refusal = Refusal(500, FAULT)
        return error_of(refusal.status, str(refusal), refusal.wait)


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that every answer has."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "aibwatch"


def probe(request: web.Request, findings: tuple[Finding, ...]) -> web.Response:
    """Answer 200 or 503; what is not well is always said, the rest with ?verbose."""
    text = report(findings, verbose="verbose" in request.query)
    return web.Response(status=200 if well(findings) else 503, text=text)


def as_json(value: Mapping[str, Json], status: int = 200) -> web.Response:
    """Answer a JSON object."""
    return as_json_text(json.dumps(value), status)


def as_json_text(text: str, status: int = 200) -> web.Response:
    """Answer a JSON object that is written already."""
    return web.Response(text=text, status=status, content_type="application/json")


def error_of(status: int, message: str, wait: int = 0) -> web.Response:
    """Answer an error in words; with `wait` also in how many seconds to ask again."""
    response = as_json({"error": {"status": status, "message": message}}, status)
    if status == web.HTTPUnauthorized.status_code:
        response.headers["WWW-Authenticate"] = 'Bearer realm="aibwatch"'
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def as_html(text: str, status: int = 200) -> web.Response:
    """Answer a page, which may load nothing but its own styles."""
    headers = {"Content-Security-Policy": page.CONTENT_SECURITY_POLICY}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
