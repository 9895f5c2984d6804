"""ARM's answers about what a build needs: marketplace and managed images, and rights."""

import re

from aibwatch.model.names import BaseId, Scope
from aibwatch.model.supply import Deprecation
from aibwatch.sim import front, wire
from aibwatch.sim.exchange import Answer, Desk, Request, failed, said
from aibwatch.sim.supplies import NO_SUCH_VERSION
from aibwatch.sim.trouble import Trouble


def offered_versions(desk: Desk, request: Request, _match: re.Match[str]) -> Answer:
    """List the versions of a marketplace image in a region: here only the newest, if any."""
    base = BaseId(f"{request.path.lower()}/latest")
    found = front.offered(desk.world, base)
    if isinstance(found, Trouble):
        return failed(found)
    return said([wire.offered(base, NEWEST)] if found else [])


NEWEST = "1.0.20260301"
"""The number of the newest version of every marketplace image."""


def offered_version(desk: Desk, request: Request, _match: re.Match[str]) -> Answer:
    """Read one version of a marketplace image in a region."""
    base = BaseId(request.path.lower())
    found = front.offered(desk.world, base)
    if isinstance(found, Trouble):
        return failed(found)
    number = base.rpartition("/")[2]
    if not found:
        return failed(NO_SUCH_VERSION)
    state = desk.world.deprecations.get(base, Deprecation.NONE)
    return said(wire.offered(base, number, state))


def managed_image(desk: Desk, request: Request, _match: re.Match[str]) -> Answer:
    """Read a managed image."""
    base = BaseId(request.path.lower())
    found = front.managed(desk.world, base)
    return failed(found) if isinstance(found, Trouble) else said(wire.managed_image(base, found))


def permissions(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """List the roles that aibwatch has in a scope."""
    found = front.may_run(desk.world, Scope(match["scope"].lower()))
    if isinstance(found, Trouble):
        return failed(found)
    return said({"value": wire.roles(may_run=found)})
