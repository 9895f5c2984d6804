"""What people call the resources that templates rest on, and the right that reading each takes."""

import re

from aibwatch.model.names import ResourceId

ACCOUNT = "microsoft.storage/storageaccounts"
GROUP = "microsoft.resources/subscriptions/resourcegroups"

_KINDS = {
    "microsoft.managedidentity/userassignedidentities": (
        "identity",
        "Microsoft.ManagedIdentity/userAssignedIdentities",
    ),
    "microsoft.network/virtualnetworks": ("network", "Microsoft.Network/virtualNetworks"),
    "microsoft.network/virtualnetworks/subnets": (
        "subnet",
        "Microsoft.Network/virtualNetworks/subnets",
    ),
    "microsoft.network/networksecuritygroups": (
        "security group",
        "Microsoft.Network/networkSecurityGroups",
    ),
    "microsoft.network/routetables": ("route table", "Microsoft.Network/routeTables"),
    "microsoft.network/natgateways": ("NAT gateway", "Microsoft.Network/natGateways"),
    "microsoft.compute/galleries": ("gallery", "Microsoft.Compute/galleries"),
    "microsoft.compute/galleries/images": ("definition", "Microsoft.Compute/galleries/images"),
    "microsoft.compute/galleries/images/versions": (
        "gallery version",
        "Microsoft.Compute/galleries/images/versions",
    ),
    "microsoft.compute/images": ("managed image", "Microsoft.Compute/images"),
    ACCOUNT: (
        "storage account",
        "Microsoft.Storage/storageAccounts",
    ),
    "microsoft.marketplaceordering/offertypes/publishers/offers/plans/agreements": (
        "agreement",
        "Microsoft.MarketplaceOrdering/offertypes/publishers/offers/plans/agreements",
    ),
    GROUP: ("resource group", "Microsoft.Resources/subscriptions/resourceGroups"),
}
"""By ARM type in lower case: the word for it, and how Azure spells it."""

_STORE = re.compile(
    r"https?://(?P<account>[a-z0-9]{3,24})\.(?:z\d+\.)?(?:blob|file|dfs|web)\."
    r"(?:storage\.azure\.net|core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn))(?:[:/]|$)",
    re.IGNORECASE,
)
"""The address of something in a storage account, in any of the clouds."""


def kind_of(name: ResourceId) -> str:
    """Return the ARM type of a resource in lower case; that of an account for an address in one.

    "" for an address anywhere else.
    """
    if not name.startswith("/"):
        return ACCOUNT if account_of(name) else ""
    parts = name.split("/")
    if "providers" not in parts:
        return GROUP
    tail = parts[len(parts) - parts[::-1].index("providers") :]
    return "/".join((tail[0], *tail[1::2]))


def account_of(address: str) -> str:
    """Return the name of the storage account that an address is in, "" if it is in none."""
    found = _STORE.match(address)
    return found["account"].lower() if found else ""


def host_of(address: str) -> str:
    """Return the host of an address."""
    return address.partition("://")[2].partition("/")[0].lower()


def noun(name: ResourceId) -> str:
    """Return the word for a resource's kind, such as `route table`."""
    kind = kind_of(name)
    return _KINDS[kind][0] if kind in _KINDS else kind.rpartition("/")[2] or "address"


def titled(name: ResourceId) -> str:
    """Return kind and name, as a person finds it: `subnet net-weu/builds`, `gallery golden`."""
    if not name.startswith("/"):
        return f"{noun(name)} {account_of(name) or host_of(name)}"
    parts = name.split("/")
    owned = 0 if kind_of(name) == GROUP else kind_of(name).count("/") - 1
    names = parts[-1 - 2 * owned :: 2] if owned > 0 else parts[-1:]
    return f"{noun(name)} {'/'.join(names)}"


def read_right(name: ResourceId) -> str:
    """Return the right that it takes to read a resource."""
    kind = kind_of(name)
    return f"{_KINDS[kind][1] if kind in _KINDS else kind}/read"
