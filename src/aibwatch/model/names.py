"""Names of things: template ids, regions, images, and the ids that are derived from them.

Azure compares resource ids without regard to case and writes them in several spellings, so a
`TemplateId` is always in one canonical form: lower case, no trailing slash.
"""

import hashlib
import re
from sys import intern
from typing import NewType

TemplateId = NewType("TemplateId", str)
"""The ARM id of one image template, in canonical form."""

DefinitionId = NewType("DefinitionId", str)
"""The ARM id of one gallery image definition, in canonical form."""

BaseId = NewType("BaseId", str)
"""The ARM id, in lower case, of what a template builds from (`model.supply`); where this version
does not know the kind, that kind as the template names it; "" if it names none."""

NO_BASE = BaseId("")

Scope = NewType("Scope", str)
"""The ARM id of what a right is asked for: a subscription, a resource group, or one template."""

ResourceId = NewType("ResourceId", str)
"""The ARM id of any resource in lower case without a trailing slash, or an address that is none."""

Region = NewType("Region", str)
"""A region by its ARM name, such as `westeurope`: lower case, no spaces."""

ImageName = NewType("ImageName", str)
FailoverId = NewType("FailoverId", str)
IncidentId = NewType("IncidentId", str)
OrderId = NewType("OrderId", str)
Token = NewType("Token", str)
"""Names one intended request: hash of the failure key, the target and the hop (PROMISES 0)."""

MONITOR = "monitor"
"""The actor of pauses that a broken promise brings; no person is called so."""

_TEMPLATE = re.compile(
    r"/subscriptions/(?P<subscription>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"/resourcegroups/(?P<group>[^/]{1,90})"
    r"/providers/microsoft\.virtualmachineimages/imagetemplates/(?P<name>[a-z0-9_.-]{1,64})"
)


def template_id(text: str) -> TemplateId:
    """Return `text` in canonical form, the same object for the same id: there may be thousands.

    Raises ValueError if it is not the id of an image template. The pattern of the name is the
    service's own (ImageTemplate.tsp).
    """
    canonical = text.strip().lower().rstrip("/")
    if not _TEMPLATE.fullmatch(canonical):
        message = (
            f"{text!r} is no image template id; it should look like /subscriptions/<guid>"
            "/resourceGroups/<group>/providers/Microsoft.VirtualMachineImages"
            "/imageTemplates/<name>"
        )
        raise ValueError(message)
    return TemplateId(intern(canonical))


def subscription_of(template: TemplateId) -> str:
    """Return the subscription's GUID, the same object for all of its templates."""
    return intern(template.split("/", 3)[2])


def group_of(template: TemplateId) -> str:
    """Return the resource group."""
    return template.split("/", 5)[4]


def scope_of(template: TemplateId) -> Scope:
    """Return the resource group as a scope of rights: they are mostly given for whole groups."""
    return Scope(intern(template.partition("/providers/")[0]))


def name_of(template: TemplateId) -> str:
    """Return the last segment: what a person calls the template."""
    return template.rpartition("/")[2]


def region(text: str) -> Region:
    """Return the ARM name of a region given as ARM name or display name ("East US 2")."""
    return Region(intern(text.replace(" ", "").lower()))


def digest(*parts: str, size: int = 6) -> str:
    """Return a short stable id (`2 * size` hex digits) derived from `parts`."""
    return intern(hashlib.blake2b("\n".join(parts).encode(), digest_size=size).hexdigest())
