"""Builds over ARM: the list is the hot path, a run request is sent once and never again.

The list goes through `send_request` and our own decoding, since the SDK's list costs about 25
times more CPU a template; run and cancel go through the SDK, which knows the service's rules.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from azure.core.pipeline import PipelineResponse
from azure.core.rest import AsyncHttpResponse, HttpRequest

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.faults import REFUSALS, nonsense
from aibwatch.azure.pages import follow
from aibwatch.azure.template import Sweep, read_template
from aibwatch.azure.wire import WireError, read_anything
from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault
from aibwatch.model.names import TemplateId, group_of, name_of, subscription_of
from aibwatch.model.template import Template
from aibwatch.ports import Reply

API_VERSION = "2025-10-01"

Pipeline = PipelineResponse[HttpRequest, AsyncHttpResponse]


class ImageBuilder:
    """Image templates and their runs (`ports.Builds`)."""

    def __init__(self, arm: Arm, order_seconds: float) -> None:
        """Take the door to ARM, and how long a request that changes something may take in all."""
        self._arm, self._order_seconds = arm, order_seconds
        self._known: dict[str, Mapping[int, Template | None]] = {}

    async def templates(self, subscription: str) -> Sequence[Template] | Fault:
        """List all templates of a subscription, all pages, or say why not.

        ARM composes the list from regions, so a region that is down drops out of it: missing
        here means nothing. A template that makes no sense is left out in the same way.
        """
        collection = "providers/Microsoft.VirtualMachineImages/imageTemplates"
        link = path(f"/subscriptions/{subscription}/{collection}", API_VERSION)
        sweep = Sweep(self._known.get(subscription, {}))
        fault = await follow(self._arm, subscription, link, sweep.take)
        if fault:
            return fault
        self._known[subscription] = sweep.known
        return sweep.templates()

    def revisions(self, templates: Sequence[TemplateId]) -> Mapping[TemplateId, str]:
        """Return the revisions of templates as the last lists showed them."""
        wanted = set(templates)
        lists = (self._known.get(each, {}) for each in set(map(subscription_of, templates)))
        shown = (each for known in lists for each in known.values() if each)
        return {each.id: each.revision for each in shown if each.id in wanted}

    async def template(self, template: TemplateId) -> Template | Fault:
        """Read one template."""
        body = await self._arm.read(subscription_of(template), path(template, API_VERSION))
        if isinstance(body, Fault):
            return body
        try:
            return read_template(body)
        except WireError as error:
            return nonsense(str(error))

    async def start(self, template: TemplateId, *, ordered: bool = False) -> Reply:
        """Send one run request, once; the gate lets it pass if it is ordered."""
        if not ordered:
            return await self._run(template)
        with self._arm.admitting(template):
            return await self._run(template)

    async def _run(self, template: TemplateId) -> Reply:
        templates = self._arm.builder(subscription_of(template)).virtual_machine_image_templates
        return await self._order(
            lambda hook: templates.begin_run(
                group_of(template), name_of(template), polling=False, raw_response_hook=hook
            )
        )

    async def cancel(self, template: TemplateId) -> Reply:
        """Send one cancel request, once. A yes says nothing about the run having stopped."""
        templates = self._arm.builder(subscription_of(template)).virtual_machine_image_templates
        return await self._order(
            lambda hook: templates.begin_cancel(
                group_of(template), name_of(template), polling=False, raw_response_hook=hook
            )
        )

    async def _order(
        self, sending: Callable[[Callable[[Pipeline], None]], Awaitable[object]]
    ) -> Reply:
        """Send a changing request and say what is known of it.

        BEGAN for 200, 202 or 204 with an empty body, as ARM sends it, or JSON. REFUSED if it
        surely began nothing. UNCLEAR for everything else: a gateway's 504 or a lost connection
        may hide a run that began, and a conflict says that somebody runs it, who may be ourselves.
        """
        answers: list[Pipeline] = []
        outcome = await self._arm.attempt(sending(answers.append), self._order_seconds)
        headers = answers[-1].http_response.headers if answers else {}
        request_id = headers.get("x-ms-request-id", "")
        if isinstance(outcome, Fault):
            event = Event.REFUSED if outcome.kind in REFUSALS else Event.UNCLEAR
            return Reply(event, outcome, request_id=request_id)
        if not _is_yes(answers):
            fault = nonsense("a yes that is no answer of ARM")
            return Reply(Event.UNCLEAR, fault, request_id=request_id)
        operation = headers.get("Azure-AsyncOperation") or headers.get("Location") or ""
        return Reply(Event.BEGAN, operation=operation, request_id=request_id)


def _is_yes(answers: Sequence[Pipeline]) -> bool:
    """Return whether the last answer's body is empty or JSON: a gateway's 200 is no yes."""
    body = answers[-1].http_response.content if answers else b"-"
    try:
        return not body or read_anything(body) is not None
    except WireError:
        return False
