"""Every attempt at a request is told to an observer and to the request budget."""

from time import monotonic
from typing import Protocol

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest

from aibwatch.azure.calls import call
from aibwatch.azure.throttle import Throttle, remaining_reads


class RequestObserver(Protocol):
    """Whoever counts requests; metrics do. Labels come from a fixed set."""

    def request(self, api: str, operation: str, code: str, seconds: float) -> None:
        """Take one attempt: `code` is the HTTP status or `transport_error`."""
        ...

    def remaining(self, subscription: str, reads: int) -> None:
        """Take the reads that ARM says are left for a subscription."""
        ...

    def token(self, credential: str, expires: int) -> None:
        """Take that a token was had, and its end in Unix seconds."""
        ...

    def no_token(self, credential: str) -> None:
        """Take that none was had."""
        ...


class Unobserved:
    """An observer that looks away."""

    def request(self, api: str, operation: str, code: str, seconds: float) -> None:
        """Do nothing."""

    def remaining(self, subscription: str, reads: int) -> None:
        """Do nothing."""

    def token(self, credential: str, expires: int) -> None:
        """Do nothing."""

    def no_token(self, credential: str) -> None:
        """Do nothing."""


class MeterPolicy(AsyncHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Sits right above the transport, so that it sees each attempt with its token put on."""

    def __init__(self, subscription: str, observer: RequestObserver, throttle: Throttle) -> None:
        """Tell `observer` and `throttle` about requests made for `subscription`."""
        super().__init__()
        self._subscription = subscription
        self._observer = observer
        self._throttle = throttle

    async def send(
        self, request: PipelineRequest[HttpRequest]
    ) -> PipelineResponse[HttpRequest, AsyncHttpResponse]:
        """Send, then tell how it went; an attempt that was cut short counts as an error."""
        made = call(request.http_request.method, request.http_request.url)
        code = "transport_error"
        began = monotonic()
        try:
            response = await self.next.send(request)
            code = str(response.http_response.status_code)
        finally:
            self._observer.request(made.api, made.operation, code, monotonic() - began)
        headers = response.http_response.headers
        self._throttle.note(made, response.http_response.status_code, headers)
        reads = remaining_reads(headers)
        if reads is not None:
            self._observer.remaining(self._subscription, reads)
        return response
