"""Which request is answered by what: one row a route. Paths know no case."""

import re

from aibwatch.sim import arm_neighbours as neighbours
from aibwatch.sim import arm_prerequisites as prerequisites
from aibwatch.sim import arm_resources as resources
from aibwatch.sim import arm_templates as templates
from aibwatch.sim import blob
from aibwatch.sim.arm_graph import graph
from aibwatch.sim.arm_rights import refused
from aibwatch.sim.exchange import Answer, Desk, Handler, Received, Request, failed, usual_headers
from aibwatch.sim.trouble import MENU, Manner, Trouble

_SUBSCRIPTION = r"/subscriptions/(?P<subscription>[0-9a-f-]{36})"
_GROUP = r"/resourcegroups/(?P<group>[^/]+)"
_IMAGES = r"/providers/microsoft\.virtualmachineimages"
_TEMPLATE = (
    r"(?P<template>/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/]+"
    rf"{_IMAGES}/imagetemplates/[A-Za-z0-9_.-]{{1,64}})"
)
_DEFINITION = (
    r"(?P<definition>/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/]+"
    r"/providers/microsoft\.compute/galleries/[^/]+/images/[^/]+)"
)
_PLATFORM = (
    r"/subscriptions/[0-9a-f-]{36}/providers/microsoft\.compute/locations/\w+/publishers/[^/]+"
    r"/artifacttypes/vmimage/offers/[^/]+/skus/[^/]+/versions"
)
_MANAGED = (
    r"/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/]+/providers/microsoft\.compute/images/[^/]+"
)
_SCOPE = (
    r"(?P<scope>/subscriptions/[0-9a-f-]{36}(?:/resourcegroups/[^/]+"
    rf"(?:{_IMAGES}/imagetemplates/[A-Za-z0-9_.-]{{1,64}})?)?)"
)
_ACCOUNTS = (
    r"(?P<staging>/subscriptions/[0-9a-f-]{36}/resourcegroups/[^/]+)"
    r"/providers/microsoft\.storage/storageaccounts(?:/(?P<account>[a-z0-9]+))?"
)
_RESOURCE = (
    r"/providers/microsoft\.(?:network|managedidentity|compute)/"
    r"(?:virtualnetworks/[^/]+(?:/subnets)?|networksecuritygroups|routetables|natgateways"
    r"|userassignedidentities|galleries)(?:/[^/]+)?"
)
_AGREEMENT = (
    r"/providers/microsoft\.marketplaceordering/offertypes/virtualmachine/publishers/[^/]+"
    r"/offers/[^/]+/plans/[^/]+/agreements/current"
)
_HEALTH = r"/providers/microsoft\.resourcehealth"

_TABLE: tuple[tuple[str, str, Handler], ...] = (
    ("GET", rf"{_SUBSCRIPTION}(?:{_GROUP})?{_IMAGES}/imagetemplates", templates.listing),
    ("GET", _TEMPLATE, templates.get),
    ("PUT", _TEMPLATE, templates.put),
    ("DELETE", _TEMPLATE, templates.delete),
    ("POST", rf"{_TEMPLATE}/run", templates.run),
    ("POST", rf"{_TEMPLATE}/cancel", templates.cancel),
    ("GET", rf"{_TEMPLATE}/runoutputs(?:/(?P<output>[^/]+))?", templates.run_outputs),
    ("GET", rf"{_TEMPLATE}/triggers(?:/(?P<trigger>[^/]+))?", templates.triggers),
    (
        "GET",
        rf"{_SUBSCRIPTION}{_IMAGES}/locations/(?P<region>\w+)/operations/(?P<operation>[0-9a-f-]+)",
        templates.operation,
    ),
    ("GET", _DEFINITION, neighbours.definition),
    ("GET", rf"{_DEFINITION}/versions", neighbours.versions),
    ("GET", rf"{_DEFINITION}/versions/[^/]+", neighbours.version),
    ("GET", rf"{_PLATFORM}", prerequisites.offered_versions),
    ("GET", rf"{_PLATFORM}/[^/]+", prerequisites.offered_version),
    ("GET", _MANAGED, prerequisites.managed_image),
    ("GET", rf"{_SCOPE}/providers/microsoft\.authorization/permissions", prerequisites.permissions),
    ("GET", rf"{_SUBSCRIPTION}{_HEALTH}/events", neighbours.events),
    ("GET", rf"{_HEALTH}/emergingissues/default", neighbours.emerging),
    ("POST", r"/providers/microsoft\.resourcegraph/resources", graph),
    ("GET", _SUBSCRIPTION, neighbours.subscription),
    ("GET", rf"{_SUBSCRIPTION}/locations", resources.locations),
    ("GET", _ACCOUNTS, neighbours.storage_accounts),
    (
        "GET",
        rf"{_SUBSCRIPTION}/providers/microsoft\.insights/eventtypes/management/values",
        neighbours.activity,
    ),
    ("GET", rf"{_SUBSCRIPTION}/providers/microsoft\.compute/skus", resources.sizes),
    (
        "GET",
        rf"{_SUBSCRIPTION}/providers/(?P<provider>[\w.]+)/locations/(?P<region>\w+)/usages",
        resources.usages,
    ),
    ("GET", rf"{_SUBSCRIPTION}/providers/(?P<provider>[\w.]+)", resources.provider),
    ("GET", rf"{_SUBSCRIPTION}{_AGREEMENT}", resources.resource),
    ("GET", rf"{_SUBSCRIPTION}{_GROUP}", resources.resource),
    ("GET", rf"{_SUBSCRIPTION}{_GROUP}{_RESOURCE}", resources.resource),
    ("POST", rf"{_SUBSCRIPTION}/providers/[^/]+/register", neighbours.register),
    ("GET", rf"{_IMAGES}/operations", neighbours.actions),
)

_ROUTES = tuple((method, re.compile(path, re.IGNORECASE), to) for method, path, to in _TABLE)

_NO_VERSION = Trouble(
    400,
    "MissingApiVersionParameter",
    "The api-version query parameter (?api-version=) is required for all requests.",
)
_OWN = re.compile(rf".*{_IMAGES}/(?:imagetemplates|locations)(?!.*/providers/).*", re.IGNORECASE)
"""Paths that Image Builder itself answers, and no provider behind its own."""
_VERSIONS = (
    *("2020-02-14", "2021-10-01", "2022-02-14", "2022-07-01", "2023-07-01", "2024-02-01"),
    "2025-10-01",
)
"""The stable versions of its API (azure-rest-api-specs)."""
_NO_ROUTE = Trouble(404, "InvalidResourceType", "The resource type could not be found.")


def answer(desk: Desk, request: Request) -> Answer:
    """Answer one request as of the World's present instant, and log it."""
    found = _answer(desk, request)
    silent = found.manner in (Manner.SILENCE, Manner.RESET)
    status = 0 if silent else found.status
    desk.requests.append(Received(desk.world.now, request.method, request.path, status))
    subscription = request.path.lower().partition("/subscriptions/")[2].partition("/")[0]
    usual = usual_headers(desk.world, len(desk.requests), subscription)
    return Answer(found.status, {**usual, **found.headers}, found.body, found.manner)


def _answer(desk: Desk, request: Request) -> Answer:
    if blob.is_for_storage(request.path):
        return blob.answer(desk, request)
    if not request.authorized:
        return failed(MENU["401"])
    refusal = _version_refused(request) or refused(
        desk.world.estate.denied, request.method, request.path
    )
    if refusal is not None:
        return failed(refusal)
    for method, path, handler in _ROUTES:
        match = path.fullmatch(request.path)
        if match is not None and method == request.method:
            return handler(desk, request, match)
    return failed(_NO_ROUTE)


def _version_refused(request: Request) -> Trouble | None:
    """Return what is answered where the version of the API is missing or there is none such."""
    version = request.query.get("api-version")
    if version is None:
        return _NO_VERSION
    if version in _VERSIONS or not _OWN.fullmatch(request.path):
        return None
    message = f"The api-version '{version}' is invalid. The supported versions are '{_VERSIONS}'."
    return Trouble(400, "InvalidApiVersionParameter", message)  # the text is invented
