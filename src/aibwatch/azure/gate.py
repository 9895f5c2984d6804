"""What may leave the process: reads, and runs of exactly the templates that were named or ordered.

One command besides the daemon makes a template, and has a gate of its own for that one request.

The last word on PROMISES S36, so it sits in the transport's pipeline, before the token is put on,
and knows nothing of modes, pauses or decisions. Everything that is not allowed is refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest

from aibwatch.azure.faults import FaultError
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import TemplateId

GRAPH_PATH = "/providers/microsoft.resourcegraph/resources"
"""A query of Resource Graph is a POST that changes nothing."""

_READS = frozenset({"GET", "HEAD"})


class Gate:
    """Says of a method and a URL whether it may be sent."""

    def __init__(
        self,
        endpoint: str,
        may_start: frozenset[TemplateId],
        may_create: TemplateId | None = None,
    ) -> None:
        """Open for reads at `endpoint`, and for run and cancel of the templates in `may_start`.

        Once, too, for making the template `may_create`, which no daemon is ever given.
        """
        self._origin = endpoint.lower()
        self._to_create = may_create
        self.permit(may_start)
        self._admitted: set[str] = set()
        """Run requests that an operator ordered; each passes once."""

    def permit(self, may_start: frozenset[TemplateId]) -> None:
        """Open for run and cancel of these templates from now on, and of no others."""
        self._posts = {GRAPH_PATH}
        for template in may_start:
            self._posts |= {f"{template}/run", f"{template}/cancel"}

    @contextmanager
    def admitting(self, template: TemplateId) -> Iterator[None]:
        """Let one run request for a template pass besides, until the block ends (PROMISES S36)."""
        self._admitted.add(f"{template}/run")
        try:
            yield
        finally:
            self._admitted.discard(f"{template}/run")

    def allows(self, method: str, url: str) -> bool:
        """Return whether this request may be sent.

        A path must equal an allowed one, letter case and one percent-encoding aside; so a double
        slash, a dot segment or an encoded slash never matches. What was admitted is used up by it.
        """
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}".lower() != self._origin:
            return False
        if method in _READS:
            return True
        path = parts.path.lower()
        if "%2f" in path:
            return False
        if method == "PUT":
            return self._is_to_create(unquote(path))
        if method != "POST":
            return False
        return unquote(path) in self._posts or self._is_admitted(unquote(path))

    def _is_to_create(self, path: str) -> bool:
        if self._to_create is None or path != self._to_create:
            return False
        self._to_create = None
        return True

    def _is_admitted(self, path: str) -> bool:
        if path not in self._admitted:
            return False
        self._admitted.remove(path)
        return True


class GatePolicy(AsyncHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Raises FaultError(FORBIDDEN_HERE) for what the gate does not allow."""

    def __init__(self, gate: Gate) -> None:
        """Take the gate; it may be shared, a policy may not."""
        super().__init__()
        self._gate = gate

    async def send(
        self, request: PipelineRequest[HttpRequest]
    ) -> PipelineResponse[HttpRequest, AsyncHttpResponse]:
        """Let the request pass or raise."""
        method, url = request.http_request.method, request.http_request.url
        if not self._gate.allows(method, url):
            parts = urlsplit(url)
            message = f"{method} {parts.hostname}{parts.path} is not on the list of requests"
            raise FaultError(Fault(FaultKind.FORBIDDEN_HERE, message))
        return await self.next.send(request)
