"""ARM's answers about image templates, their runs, outputs, triggers and operations."""

import json
import re
from collections.abc import Sequence

from aibwatch.model.names import TemplateId, group_of, region, subscription_of, template_id
from aibwatch.sim import front, submission, wire
from aibwatch.sim.exchange import (
    Answer,
    Desk,
    Request,
    compact,
    failed,
    operation_url,
    relayed,
    said,
)
from aibwatch.sim.operations import Operation
from aibwatch.sim.templates import SimTemplate
from aibwatch.sim.trouble import Trouble, not_found
from aibwatch.sim.weather import Op


def _template(match: re.Match[str]) -> TemplateId:
    return template_id(match["template"])


def listing(desk: Desk, request: Request, match: re.Match[str]) -> Answer:
    """List the templates of a subscription or of one group of it: ARM's own, compact answer."""
    subscription = match["subscription"].lower()
    group = (match["group"] or "").lower()
    start = int(request.query.get("$skiptoken", "0"))
    page = front.listed(desk.world, subscription, group, start)
    if isinstance(page, Trouble):
        return failed(page)
    link = ""
    if page.following is not None:
        version = request.query["api-version"]
        token = f"api-version={version}&$skiptoken={page.following}"
        link = f"{request.base}{request.path}?{token}"
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "x-ms-original-request-ids": "00000000-0000-0000-0000-000000000000",
    }
    return Answer(200, headers, _page(desk, (subscription, group, start), page.templates, link))


def _page(
    desk: Desk, key: tuple[str, str, int], templates: Sequence[SimTemplate], link: str
) -> bytes:
    """Encode a page, or return it as encoded before if nothing on it has changed."""
    looks = tuple(desk.world.shown(each) for each in templates)
    known = desk.pages.get(key)
    whole = not desk.world.weather.distortions
    if whole and known is not None and known[0] == looks:
        return known[1]
    items = b",".join(_encoded(desk, each) for each in templates)
    tail = b',"nextLink":' + compact(link) if link else b""
    page = b'{"value":[' + items + b"]" + tail + b"}"
    if whole:
        desk.pages[key] = (looks, page)
    return page


def _encoded(desk: Desk, found: SimTemplate) -> bytes:
    look = desk.world.shown(found)
    distortion = front.distortion(desk.world, found)
    known = desk.bodies.get(found.id)
    if known is None or known[0] is not look or known[1] is not distortion:
        known = (look, distortion, compact(wire.template(found, look, distortion)))
        desk.bodies[found.id] = known
    return known[2]


def get(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """Read one template: the provider's own, pretty-printed answer."""
    found = front.read(desk.world, _template(match))
    if isinstance(found, Trouble):
        return failed(found)
    distortion = front.distortion(desk.world, found)
    return relayed(wire.template(found, desk.world.shown(found), distortion))


def put(desk: Desk, request: Request, match: re.Match[str]) -> Answer:
    """Submit a template: 201, Creating for some seconds, then Succeeded."""
    try:
        authored = json.loads(request.body)
    except ValueError:
        return failed(Trouble(400, "InvalidRequestContent", "The request content was invalid."))
    answer = submission.put(desk.world, match["template"], authored)
    if isinstance(answer, Trouble):
        return failed(answer)
    found = desk.world.templates[answer.template]
    headers = {"Azure-AsyncOperation": _operation_url(request, answer, "async")}
    return relayed(wire.template(found, found.look, None), 201, headers)


def delete(desk: Desk, request: Request, match: re.Match[str]) -> Answer:
    """Delete a template: 202, gone some seconds later."""
    answer = submission.delete(desk.world, _template(match))
    if isinstance(answer, Trouble):
        return failed(answer)
    return Answer(202, {"Location": _operation_url(request, answer, "location")})


def run(desk: Desk, request: Request, match: re.Match[str]) -> Answer:
    """Run a template: 202 with two differently signed URLs and no Retry-After (recorded)."""
    answer = front.run(desk.world, _template(match))
    if isinstance(answer, Trouble):
        return failed(answer)
    headers = {
        "Azure-AsyncOperation": _operation_url(request, answer, "async"),
        "Location": _operation_url(request, answer, "location"),
    }
    return Answer(202, headers)


def cancel(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """Cancel a run: 204 and nothing to poll (recorded)."""
    trouble = front.cancel(desk.world, _template(match))
    return Answer(204) if trouble is None else failed(trouble)


def run_outputs(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """Read one run output or list them all."""
    found = front.read(desk.world, _template(match))
    if isinstance(found, Trouble):
        return failed(found)
    name = match["output"]
    if name is None:
        return relayed({"value": [wire.run_output(found, each) for each in found.outputs]})
    known = next((each for each in found.outputs if each.lower() == name.lower()), None)
    if known is None:
        return failed(not_found(f"{front.KIND}/runOutputs", name, group_of(found.id)))
    return relayed(wire.run_output(found, known))


def triggers(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """List the triggers of a template: there are none in the World."""
    found = front.read(desk.world, _template(match))
    if isinstance(found, Trouble):
        return failed(found)
    name = match["trigger"]
    if name is not None:
        return failed(not_found(f"{front.KIND}/triggers", name, group_of(found.id)))
    return relayed({"value": []})


def operation(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """Read an operation: always 200, whatever became of it."""
    found = desk.world.operations.get(match["operation"].lower())
    subscription = match["subscription"].lower()
    places = (found.template, found.region) if found else (region(match["region"]),)
    trouble = front.admit(desk.world, Op.READ, subscription, *places)
    if trouble is not None:
        return failed(trouble)
    if found is None:
        return failed(Trouble(404, "ResourceNotFound", "The operation was not found."))
    return said(wire.operation(found, desk.world.now))


def _operation_url(request: Request, found: Operation, salt: str) -> str:
    subscription = subscription_of(found.template)
    provider = f"/subscriptions/{subscription}/providers/Microsoft.VirtualMachineImages"
    path = f"{provider}/locations/{found.region}/operations/{found.id}"
    return operation_url(request.base, path, salt)
