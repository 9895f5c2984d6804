"""A small client of the daemon's own HTTP API, for the commands."""

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from aibwatch.errors import AibwatchError, PermissionDeniedError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aibwatch.config.sections import HttpSection

SECONDS = 10.0
"""How long the daemon may take; it answers from memory."""

TRIES = 30
"""How often an order is given to a daemon that says that there are too many; a second each."""

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared, not bound
"""Addresses that are listened on but cannot be called."""


class RefusedError(AibwatchError):
    """The daemon understood and refused: an unknown image, a bad scope."""

    exit_code = 2


def get(http: "HttpSection", path: str) -> object:
    """Return what the daemon answers at `path`.

    Raises TemporaryError if no daemon answers, RefusedError and PermissionDeniedError in its words.
    """
    return _answer(http, *_fetch(http, "GET", path))


def post(
    http: "HttpSection",
    path: str,
    order: "Mapping[str, object]",
    wait: Callable[[float], None] = time.sleep,
) -> object:
    """Give the daemon an order, with the token of `http.token_file`. Raises as `get` does.

    Where there are too many at once, as of a whole region, it waits: then nothing was done.
    """
    from aibwatch.config.surroundings import read_token

    if http.token_file is None:
        message = "orders need a token: set http.token_file, here and for the daemon"
        raise PermissionDeniedError(message)
    token = read_token(http.token_file)
    for _ in range(TRIES):
        status, text = _fetch(http, "POST", path, order, token)
        if status != HTTPStatus.TOO_MANY_REQUESTS:
            break
        wait(1.0)
    return _answer(http, status, text)


def alive(http: "HttpSection", path: str) -> bool:
    """Whether a daemon says at a health endpoint that all is well. Raises TemporaryError."""
    status, text = _fetch(http, "GET", path)
    if status == HTTPStatus.OK and not text.endswith("ok"):
        raise _stranger(http)
    return status == HTTPStatus.OK


def address(http: "HttpSection") -> str:
    """Return the base URL under which the daemon of these settings is reached."""
    host, scheme = _EVERYWHERE.get(http.host, http.host), "https" if http.tls.on else "http"
    return f"{scheme}://[{host}]:{http.port}" if ":" in host else f"{scheme}://{host}:{http.port}"


def _answer(http: "HttpSection", status: int, text: str) -> object:
    try:
        answer: object = json.loads(text)
    except ValueError:
        raise _stranger(http) from None
    if status == HTTPStatus.OK:
        return answer
    raise _refusal(status, answer)


def _stranger(http: "HttpSection") -> TemporaryError:
    return TemporaryError(f"what answers at {address(http)} is no aibwatch; look at http.listen")


def _fetch(
    http: "HttpSection",
    method: str,
    path: str,
    order: "Mapping[str, object] | None" = None,
    token: str = "",
) -> tuple[int, str]:
    # Both take a third of a second, which --help and completion need not wait for.
    import asyncio

    import aiohttp

    from aibwatch.config.certificates import trusted

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    limit = aiohttp.ClientTimeout(total=SECONDS)
    proof = trusted(http.tls) or True

    async def exchange() -> tuple[int, str]:
        async with (
            aiohttp.ClientSession(timeout=limit, headers=headers) as session,
            session.request(method, address(http) + path, json=order, ssl=proof) as response,
        ):
            return response.status, await response.text()

    try:
        return asyncio.run(exchange())
    except TimeoutError:
        message = f"the daemon at {address(http)} did not answer within {SECONDS:g} s"
        raise TemporaryError(message) from None
    except aiohttp.ClientConnectorCertificateError:
        message = (
            f"what answers at {address(http)} shows another certificate than http.tls of this"
            " configuration knows; if it was renewed, restart the daemon, which read the old one"
        )
        raise TemporaryError(message) from None
    except (aiohttp.ClientError, OSError, UnicodeDecodeError):
        message = f"no daemon answers at {address(http)}; start it with: aibwatch serve"
        raise TemporaryError(message) from None


def _refusal(status: int, answer: object) -> AibwatchError:
    error = answer.get("error") if isinstance(answer, dict) else None
    words = error.get("message") if isinstance(error, dict) else None
    message = str(words or f"the daemon answered {status}")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return PermissionDeniedError(message)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return TemporaryError(message)
    return RefusedError(message)
