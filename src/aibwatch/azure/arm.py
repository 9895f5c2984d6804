"""One door to ARM: the SDK's clients over our own pipeline, and a plain read beside them.

Theory of operation. Each subscription has its clients, made when first needed; all share one
transport. Service Health is read by its SDK client. All other plain reads go through a pipeline
without a client, as `send_request` copies each request first, and over a transport of their own
(`plain`). The pipelines are ours, outermost first: gate, token, meter; who we are is said by the
session. Left out on purpose: automatic provider registration (it POSTs, and can loop for ever),
retries (the daemon has its own rhythm, and a POST must not be repeated), redirects (they would
carry the token elsewhere), decoding of bodies (done once, typed) and logging of them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from copy import copy
from http import HTTPStatus
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
from azure.core.exceptions import AzureError
from azure.core.pipeline import AsyncPipeline
from azure.core.pipeline.policies import CustomHookPolicy, RequestIdPolicy
from azure.core.rest import HttpRequest
from azure.mgmt.core.policies import AsyncARMChallengeAuthenticationPolicy
from azure.mgmt.imagebuilder.aio import ImageBuilderClient
from azure.mgmt.resourcehealth.aio import ResourceHealthMgmtClient

from aibwatch.azure.calls import Api, call
from aibwatch.azure.cloud import Cloud
from aibwatch.azure.credentials import Tokens
from aibwatch.azure.faults import FaultError, from_answer, from_exception
from aibwatch.azure.gate import Gate, GatePolicy
from aibwatch.azure.meter import MeterPolicy, RequestObserver
from aibwatch.azure.plain import Answer, PlainTransport
from aibwatch.azure.throttle import Need, Throttle
from aibwatch.azure.transport import open_transport
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import TemplateId

TENANT = "00000000-0000-0000-0000-000000000000"
"""Stands for a subscription in calls that belong to none."""

T = TypeVar("T")


class Arm:
    """The clients of all subscriptions, and how to call them without an exception getting out."""

    def __init__(
        self,
        cloud: Cloud,
        tokens: Tokens,
        session: aiohttp.ClientSession,
        gate: Gate,
        observer: RequestObserver,
        within: float,
    ) -> None:
        """Take what all clients share, and how many seconds one call may take in all.

        `close` closes tokens and session.
        """
        self.cloud = cloud
        self.session = session
        self.observer = observer
        self._tokens = tokens
        self._gate = gate
        self._within = within
        self._least = Need.ROUTINE
        self._throttles: dict[str, Throttle] = {}
        self._readers: dict[str, AsyncPipeline[HttpRequest, Answer]] = {}
        self._builders: dict[str, ImageBuilderClient] = {}
        self._healths: dict[str, ResourceHealthMgmtClient] = {}

    def permit(self, may_start: frozenset[TemplateId]) -> None:
        """Open the gate for these templates from now on, for both doors (PROMISES S36)."""
        self._gate.permit(may_start)

    def admitting(self, template: TemplateId) -> AbstractContextManager[None]:
        """Open the gate for one run request for a template, until it passed or the block ends."""
        return self._gate.admitting(template)

    def builder(self, subscription: str) -> ImageBuilderClient:
        """Return the Image Builder client of a subscription."""
        if subscription not in self._builders:
            self._builders[subscription] = self._client(ImageBuilderClient, subscription)
        return self._builders[subscription]

    def health(self, subscription: str) -> ResourceHealthMgmtClient:
        """Return the Resource Health client of a subscription."""
        if subscription not in self._healths:
            self._healths[subscription] = self._client(ResourceHealthMgmtClient, subscription)
        return self._healths[subscription]

    def _reader(self, subscription: str) -> AsyncPipeline[HttpRequest, Answer]:
        if subscription not in self._readers:
            transport, policies = PlainTransport(self.session), self._always(subscription)
            self._readers[subscription] = AsyncPipeline(transport, policies)
        return self._readers[subscription]

    def _client(self, make: Callable[..., T], subscription: str) -> T:
        """Return a client of the SDK over our own pipeline and the shared connections."""
        return make(
            self._tokens,
            subscription,
            self.cloud.endpoint,
            credential_scopes=[self.cloud.scope],
            policies=self._policies(subscription),
            transport=open_transport(self.session),
        )

    def for_acts(self) -> "Arm":
        """Return the same door, for reads for which a request waits: nothing but a 429 puts off."""
        door = copy(self)
        door._least = Need.ACT  # noqa: SLF001  it is one of us
        return door

    async def read(self, subscription: str, url: str, need: Need = Need.WATCH) -> bytes | Fault:
        """Return the body of a GET that was answered 200.

        `url` is a path with its query, or a whole URL at our own endpoint.
        """
        answer = await self.send(subscription, HttpRequest("GET", url), need)
        if isinstance(answer, Fault):
            return answer
        if answer.status_code != HTTPStatus.OK:
            return from_answer(answer.status_code, answer.headers, answer.body)
        return answer.body

    async def send(
        self, subscription: str, request: HttpRequest, need: Need = Need.WATCH
    ) -> Answer | Fault:
        """Send a read and return its answer, of whatever status.

        By the client of the API that it is for; a fault if the request budget puts it off.
        """
        made = call(request.method, request.url)
        held = self._throttle(subscription).refusal(made, max(need, self._least))
        if held:
            return held
        if made.api is Api.RESOURCEHEALTH:
            return await self._by_client(self.health(subscription), request)
        if request.url.startswith("/"):
            request.url = self.cloud.endpoint + request.url
        response = await self.attempt(self._reader(subscription).run(request))
        return response if isinstance(response, Fault) else response.http_response

    async def _by_client(
        self, client: ResourceHealthMgmtClient, request: HttpRequest
    ) -> Answer | Fault:
        found = await self.attempt(client.send_request(request))
        if isinstance(found, Fault):
            return found
        return Answer(found.status_code, found.headers, found.content, found.reason)

    async def attempt(self, calling: Awaitable[T], seconds: float | None = None) -> T | Fault:
        """Await one call in its time, `seconds` if it has less; trouble comes back as a fault."""
        within = min(self._within, seconds or self._within)
        try:
            async with asyncio.timeout(within):
                return await calling
        except TimeoutError:
            return Fault(FaultKind.TIMEOUT, f"no answer within {within:g} s")
        except (FaultError, AzureError, OSError, ValueError) as error:
            return from_exception(error)

    async def close(self) -> None:
        """Close connections and credential. The clients hold nothing besides."""
        await self.session.close()
        await self._tokens.close()

    def _throttle(self, subscription: str) -> Throttle:
        return self._throttles.setdefault(subscription, Throttle(monotonic))

    def _policies(self, subscription: str) -> list[Any]:
        """Return new policies for a client of the SDK, which may set a hook for the answer."""
        return [RequestIdPolicy(), CustomHookPolicy(), *self._always(subscription)]

    def _always(self, subscription: str) -> list[Any]:
        """Return new policies that no request may do without: two pipelines must not share one.

        A pipeline links its policies. An id of our own is not among them: it takes as long as all
        of these, and support asks for the ids of the answer. Untyped, as azure-core's types tie
        each to one kind of answer.
        """
        return [
            GatePolicy(self._gate),
            AsyncARMChallengeAuthenticationPolicy(self._tokens, self.cloud.scope),
            MeterPolicy(subscription, self.observer, self._throttle(subscription)),
        ]


def path(resource: str, version: str, query: str = "") -> str:
    """Return a resource id as path and query of a URL. `query` begins with an ampersand."""
    return f"{quote(resource)}?api-version={version}{query}"
