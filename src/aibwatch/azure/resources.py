"""Resources that templates rest on, hundreds in one query (`ports.Prerequisites`).

Resource Graph answers only what we may read, and late. So what it leaves out is asked for by its
own id, where a 404 and a 403 are told apart; where it does not answer at all, so is everything, a
few at a time.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.faults import nonsense
from aibwatch.azure.granted import granted
from aibwatch.azure.inventory import BATCH, listed, rows
from aibwatch.azure.kinds import KINDS, resources_in
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Raw, WireError
from aibwatch.model.fault import WATCHER, Fault, FaultKind
from aibwatch.model.names import ResourceId
from aibwatch.model.resource import ACCOUNT, SUBNET, Resource, account_in, kind_in, parent_of

ALONE = 10
"""Asked for by their own id, for each query: they are many only when something is very wrong."""

HOPELESS = WATCHER | {FaultKind.THROTTLED}
"""After a query that failed so, reads by id would fail the same way, or harm."""

_BY_ID = """resources
| where id in~ ({ids}){accounts}
| union (resourcecontainers | where id in~ ({ids}))
| project id, location, sku, tags, properties"""

_BY_NAME = "\n    or (type =~ 'microsoft.storage/storageaccounts' and name in~ ({names}))"

_FOREIGN = "SubscriptionNotFound"
"""Code of the 404 for what is in a subscription that our tenant does not show us."""

Found = Mapping[ResourceId, Resource | Fault]


class Resources:
    """Looks up resources of any kind."""

    def __init__(self, arm: Arm) -> None:
        """Take the door to ARM."""
        self._arm = arm

    async def resources(self, wanted: Sequence[ResourceId]) -> Found:
        """Return each of those that were asked for, or why not; a few may be left for next time."""
        found: dict[ResourceId, Resource | Fault] = {}
        for start in range(0, len(wanted), BATCH):
            found.update(await self._batch(wanted[start : start + BATCH]))
        return found

    async def _batch(self, wanted: Sequence[ResourceId]) -> Found:
        known = await self._listed(wanted)
        if isinstance(known, Fault):
            alone = () if known.kind in HOPELESS else wanted[:ALONE]
            rest: dict[ResourceId, Resource | Fault] = dict.fromkeys(wanted, known)
            return rest | await self._each(alone)
        found: dict[ResourceId, Resource | Fault] = {
            each: known[_key(each)] for each in wanted if _key(each) in known
        }
        left = [each for each in wanted if each not in found]
        return await self._with_grants(found | await self._each(left[:ALONE]))

    async def _with_grants(self, found: dict[ResourceId, Resource | Fault]) -> Found:
        """Return what was found, of identities with what is shown of their roles."""
        principals = {
            name: each.told["principal"]
            for name, each in found.items()
            if isinstance(each, Resource) and "principal" in each.told
        }
        answer = await granted(self._arm, set(principals.values())) if principals else {}
        if isinstance(answer, Fault):
            return found
        for name, principal in principals.items():
            identity = found[name]
            if isinstance(identity, Resource) and principal in answer:
                told = {**identity.told, **answer[principal]}
                found[name] = replace(identity, told=told)
        return found

    async def _listed(self, wanted: Sequence[ResourceId]) -> Mapping[str, Resource] | Fault:
        """Return what Resource Graph tells, by id, and storage accounts by their address too."""
        names = sorted({account_in(each) for each in wanted} - {""})
        ids = sorted({_asked_as(each) for each in wanted if kind_in(_canonical(each))})
        if not ids and not names:
            return {}
        accounts = _BY_NAME.format(names=listed(names)) if names else ""
        query = _BY_ID.format(ids=listed(ids or ("",)), accounts=accounts)
        # Of all subscriptions that we may read: an address does not tell in which one its account
        # is, and one that is not ours, or no GUID, would cost the answer to all others.
        answer = await rows(self._arm, query, ())
        if isinstance(answer, Fault):
            return answer
        told = [each for row in answer for each in _told(row)]
        known: dict[str, Resource] = {each.id: each for each in told}
        known.update({each.id.rpartition("/")[2]: each for each in told if each.kind == ACCOUNT})
        return known

    async def _each(self, wanted: Sequence[ResourceId]) -> dict[ResourceId, Resource | Fault]:
        answers = await asyncio.gather(*map(self._alone, wanted))
        return dict(zip(wanted, answers, strict=True))

    async def _alone(self, wanted: ResourceId) -> Resource | Fault:
        """Ask for one resource by its own id."""
        named = _canonical(wanted)
        asking = KINDS.get(kind_in(named))
        if account_in(wanted):
            right = KINDS[ACCOUNT].right
            says = f"no storage account {account_in(wanted)} is shown to us; grant {right} on it"
            return Fault(FaultKind.PERMISSION, says)
        if asking is None:
            return Fault(FaultKind.REJECTED, "a resource of a kind that nobody can be asked for")
        body = await self._arm.read(named.split("/")[2], path(named, asking.version), Need.ROUTINE)
        if isinstance(body, Fault):
            return _with_right(body, asking.right)
        try:
            found = {each.id: each for each in resources_in(body)}
        except WireError as error:
            return nonsense(str(error))
        return found.get(named) or nonsense("an answer about another resource")


def _with_right(fault: Fault, right: str) -> Fault:
    """Return a fault that names the right which is missing, if that is what is wrong."""
    foreign = fault.kind is FaultKind.NOT_FOUND and fault.code == _FOREIGN
    if not foreign and fault.kind is not FaultKind.PERMISSION:
        return fault
    says = f"grant {right} on it ({fault.message})"
    return replace(fault, kind=FaultKind.PERMISSION, message=says)


def _told(row: Raw) -> list[Resource]:
    try:
        return resources_in(row)
    except WireError:
        return []


def _key(wanted: ResourceId) -> str:
    return account_in(wanted) or _canonical(wanted)


def _asked_as(wanted: ResourceId) -> ResourceId:
    """Return whose row tells of a resource: of a subnet that is its network's."""
    named = _canonical(wanted)
    return parent_of(named) if kind_in(named) == SUBNET else named


def _canonical(wanted: ResourceId) -> ResourceId:
    return ResourceId(wanted.strip().lower().rstrip("/"))
