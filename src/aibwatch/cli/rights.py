"""Every right that aibwatch needs to see, with the calls that take it and what is lost without it.

The table of docs/permissions.md in the same order and words. A right to read is tried by reading;
the one to run is looked up, never tried.
"""

from dataclasses import dataclass

from aibwatch.cli.finding import Trouble
from aibwatch.model.readiness import Colour


@dataclass(frozen=True, slots=True)
class Right:
    """One action of a role, and what is lost without it."""

    action: str
    calls: tuple[str, ...]
    """What takes it, as docs/permissions.md and the metrics name calls."""
    lost: str
    colour: Colour = Colour.YELLOW
    trouble: Trouble = Trouble.NONE
    """What it means for the whole: without most, aibwatch only knows less."""


ACTIVITY = Right(
    "Microsoft.Insights/eventtypes/values/read",
    ("activitylog events",),
    "a pipeline's run request that Azure refuses stays unseen",
)
TRIED = (
    Right(
        "Microsoft.VirtualMachineImages/imageTemplates/read",
        ("imagebuilder list", "imagebuilder get"),
        "templates stay unseen, but for a few read one by one, and nothing is done for them",
        Colour.RED,
        Trouble.PERMISSION,
    ),
    Right(
        "Microsoft.VirtualMachineImages/imageTemplates/runOutputs/read",
        ("imagebuilder run_output",),
        "no failover ends well: which version its run made is unknown",
    ),
    Right(
        "Microsoft.Compute/galleries/read",
        ("compute gallery",),
        "whether a secondary's gallery outlives the primary's region is unknown, which holds",
    ),
    Right(
        "Microsoft.Compute/galleries/images/read",
        ("compute definition",),
        "no residency can be checked, and what cannot be checked holds",
    ),
    Right(
        "Microsoft.Compute/galleries/images/versions/read",
        ("compute versions", "compute version"),
        "whether a secondary's source is replicated there is unknown, which holds, and whether"
        " what a run made is: no failover ends well",
    ),
    Right(
        "Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read",
        ("compute offered_versions", "compute offered_version"),
        "whether a secondary's marketplace image is offered there is unknown, which holds",
    ),
    Right(
        "Microsoft.Compute/images/read",
        ("compute managed_image",),
        "whether a secondary's managed image is there is unknown, which holds",
    ),
    Right(
        "Microsoft.Compute/skus/read",
        ("compute sizes",),
        "whether a secondary's VM size can be had there is unknown, which holds; so are its zones",
    ),
    Right(
        "Microsoft.Compute/locations/usages/read",
        ("compute usages",),
        "a secondary that has too few vCPUs for an outage shows in the outage",
    ),
    Right(
        "Microsoft.Network/locations/usages/read",
        ("network usages",),
        "a secondary that has too few public addresses for an outage shows in the outage",
    ),
    Right(
        "Microsoft.ContainerInstance/locations/usages/read",
        ("containers usages",),
        "a secondary that has too few container groups for an outage shows in the outage",
    ),
    Right(
        "Microsoft.Network/virtualNetworks/read",
        ("network network",),
        "whether a secondary's network outlives the primary's region is unknown, which holds",
    ),
    Right(
        "Microsoft.Network/virtualNetworks/subnets/read",
        ("network subnet",),
        "whether a secondary's subnet is there and fits a build is unknown, which holds",
    ),
    Right(
        "Microsoft.Network/networkSecurityGroups/read",
        ("network security_group",),
        "whether a security group outlives the primary's region is unknown, which holds",
    ),
    Right(
        "Microsoft.Network/routeTables/read",
        ("network route_table",),
        "whether a route table outlives the primary's region is unknown, which holds",
    ),
    Right(
        "Microsoft.Network/natGateways/read",
        ("network nat_gateway",),
        "whether a NAT gateway outlives the primary's region is unknown, which holds",
    ),
    Right(
        "Microsoft.ManagedIdentity/userAssignedIdentities/read",
        ("identity get",),
        "whether a secondary's identity is there is unknown, which holds",
    ),
    Right(
        "Microsoft.MarketplaceOrdering/offertypes/publishers/offers/plans/agreements/read",
        ("marketplace agreement",),
        "terms of a marketplace plan that nobody accepted show when a build there fails",
    ),
    Right(
        "Microsoft.Authorization/permissions/read",
        ("authorization permissions",),
        "a missing right to run shows when it is needed, not before",
    ),
    Right(
        "Microsoft.ResourceHealth/events/read",
        ("resourcehealth events",),
        "regions are judged without what Microsoft says of them (family notices)",
    ),
    Right(
        "Microsoft.ResourceHealth/emergingIssues/read",
        ("resourcehealth emerging_issues",),
        "regions are judged without the public status page",
    ),
    Right(
        "Microsoft.Authorization/roleAssignments/read",
        (),  # Resource Graph refuses nobody
        "whether a secondary's identity may publish and join its subnet is unknown until it built",
    ),
    Right(
        "Microsoft.Authorization/roleDefinitions/read",
        (),
        "what a secondary's identity was granted is unknown until it built",
    ),
    Right(
        "Microsoft.Resources/subscriptions/read",
        ("subscriptions get",),
        "nothing is lost: a refusal shows as well that Azure is reached, and its time",
        Colour.GREEN,
    ),
    Right(
        "Microsoft.Resources/subscriptions/locations/read",
        ("subscriptions locations",),
        "where regions lie is unknown: allowed_geographies allows none, which holds",
    ),
    Right(
        "Microsoft.Resources/subscriptions/providers/read",
        ("subscriptions provider",),
        "a provider that a secondary needs and nobody registered shows when a build there fails",
    ),
    Right(
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        ("subscriptions group",),
        "whether a secondary's staging group is there is unknown, which holds",
    ),
    ACTIVITY,
    Right(
        "Microsoft.Storage/storageAccounts/read",
        ("storage accounts", "storage account"),
        "whether a secondary's scripts outlive the primary's region is unknown, which holds, and"
        " builds' logs are not found",
    ),
)
"""All of them, in the order of docs/permissions.md; the one on blobs is told with build logs."""
