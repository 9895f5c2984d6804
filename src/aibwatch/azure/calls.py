"""Names of the calls that aibwatch makes: labels of metrics, and lanes of the request budget.

They are read from method and path, so that every request has a name from a fixed set, whichever
SDK client sent it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit


class Api(StrEnum):
    """The part of Azure that a request is for."""

    IMAGEBUILDER = "imagebuilder"
    COMPUTE = "compute"
    NETWORK = "network"
    CONTAINERS = "containers"
    IDENTITY = "identity"
    RESOURCEHEALTH = "resourcehealth"
    RESOURCEGRAPH = "resourcegraph"
    MARKETPLACE = "marketplace"
    SUBSCRIPTIONS = "subscriptions"
    ACTIVITYLOG = "activitylog"
    AUTHORIZATION = "authorization"
    STORAGE = "storage"
    """The resource provider, at ARM."""
    BLOB = "blob"
    """A storage account itself."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of request."""

    api: Api
    operation: str
    """Such as `list`, `get` or `run`."""
    path: str
    """The path it goes to, lower case, no query."""
    read: bool
    """Whether it only reads; a query of Resource Graph does."""


_TABLE = tuple(
    (method, re.compile(pattern), api, operation)
    for method, pattern, api, operation in (
        ("GET", r".*/microsoft\.virtualmachineimages/imagetemplates", Api.IMAGEBUILDER, "list"),
        ("GET", r".*/imagetemplates/[^/]+", Api.IMAGEBUILDER, "get"),
        ("PUT", r".*/imagetemplates/[^/]+", Api.IMAGEBUILDER, "create"),
        ("GET", r".*/runoutputs/[^/]+", Api.IMAGEBUILDER, "run_output"),
        ("POST", r".*/imagetemplates/[^/]+/run", Api.IMAGEBUILDER, "run"),
        ("POST", r".*/imagetemplates/[^/]+/cancel", Api.IMAGEBUILDER, "cancel"),
        ("GET", r".*/galleries/[^/]+", Api.COMPUTE, "gallery"),
        ("GET", r".*/galleries/[^/]+/images/[^/]+", Api.COMPUTE, "definition"),
        ("GET", r".*/images/[^/]+/versions", Api.COMPUTE, "versions"),
        ("GET", r".*/images/[^/]+/versions/[^/]+", Api.COMPUTE, "version"),
        ("GET", r".*/skus/[^/]+/versions", Api.COMPUTE, "offered_versions"),
        ("GET", r".*/skus/[^/]+/versions/[^/]+", Api.COMPUTE, "offered_version"),
        ("GET", r".*/microsoft\.compute/images/[^/]+", Api.COMPUTE, "managed_image"),
        ("GET", r".*/microsoft\.compute/skus", Api.COMPUTE, "sizes"),
        ("GET", r".*/microsoft\.compute/locations/[^/]+/usages", Api.COMPUTE, "usages"),
        ("GET", r".*/microsoft\.network/locations/[^/]+/usages", Api.NETWORK, "usages"),
        (
            "GET",
            r".*/microsoft\.containerinstance/locations/[^/]+/usages",
            Api.CONTAINERS,
            "usages",
        ),
        ("GET", r".*/virtualnetworks/[^/]+", Api.NETWORK, "network"),
        ("GET", r".*/virtualnetworks/[^/]+/subnets/[^/]+", Api.NETWORK, "subnet"),
        ("GET", r".*/networksecuritygroups/[^/]+", Api.NETWORK, "security_group"),
        ("GET", r".*/routetables/[^/]+", Api.NETWORK, "route_table"),
        ("GET", r".*/natgateways/[^/]+", Api.NETWORK, "nat_gateway"),
        ("GET", r".*/userassignedidentities/[^/]+", Api.IDENTITY, "get"),
        ("GET", r".*/plans/[^/]+/agreements/current", Api.MARKETPLACE, "agreement"),
        ("GET", r".*/microsoft\.authorization/permissions", Api.AUTHORIZATION, "permissions"),
        ("GET", r".*/microsoft\.resourcehealth/events", Api.RESOURCEHEALTH, "events"),
        ("GET", r".*/emergingissues/[^/]+", Api.RESOURCEHEALTH, "emerging_issues"),
        ("POST", r"/providers/microsoft\.resourcegraph/resources", Api.RESOURCEGRAPH, "query"),
        ("GET", r"/subscriptions/[^/]+", Api.SUBSCRIPTIONS, "get"),
        ("GET", r"/subscriptions/[^/]+/locations", Api.SUBSCRIPTIONS, "locations"),
        ("GET", r"/subscriptions/[^/]+/providers/[^/]+", Api.SUBSCRIPTIONS, "provider"),
        ("GET", r"/subscriptions/[^/]+/resourcegroups/[^/]+", Api.SUBSCRIPTIONS, "group"),
        ("GET", r".*/eventtypes/management/values", Api.ACTIVITYLOG, "events"),
        ("GET", r".*/microsoft\.storage/storageaccounts", Api.STORAGE, "accounts"),
        ("GET", r".*/microsoft\.storage/storageaccounts/[^/]+", Api.STORAGE, "account"),
        ("GET", r"(?:/[a-z0-9]+)?/[a-z0-9-]+", Api.BLOB, "list"),
        ("GET", r"(?:/[a-z0-9]+)?/[a-z0-9-]+/[^/]+/[a-z]+\.log", Api.BLOB, "get"),
    )
)


@lru_cache(maxsize=512)
def call(method: str, url: str) -> Call:
    """Return which call a request is; `other` if it is none that we know.

    Remembered, as each is asked for twice and comes again with every cycle.
    """
    path = urlsplit(url).path.lower()
    for known, pattern, api, operation in _TABLE:
        if method == known and pattern.fullmatch(path):
            read = method == "GET" or api is Api.RESOURCEGRAPH
            return Call(api, operation, path, read)
    return Call(Api.OTHER, "other", path, method in {"GET", "HEAD"})
