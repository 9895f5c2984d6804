"""The doors of the core: what a shell must offer. Protocols over `model`, nothing else.

Azure's doors return answers or `Fault` values and never raise for what Azure does. Implemented by
`azure` (the real thing, over ARM) and by `sim.service` (the World in process); one contract suite
runs against both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aibwatch.model.attempt import Attempt
from aibwatch.model.body import Body
from aibwatch.model.buildlog import BuildLog
from aibwatch.model.chain import Head
from aibwatch.model.entry import Entry, Paused
from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault
from aibwatch.model.gallery import Definition, Publication, Version
from aibwatch.model.leftover import StagingGroup
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    ImageName,
    Region,
    ResourceId,
    Scope,
    TemplateId,
)
from aibwatch.model.notice import Notice
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.order import Order
from aibwatch.model.resource import Resource
from aibwatch.model.supply import Supply
from aibwatch.model.template import Run, Template
from aibwatch.model.word import Word


@dataclass(frozen=True, slots=True)
class Reply:
    """What a run or cancel request was answered."""

    event: Event
    """BEGAN (2xx), REFUSED (4xx: surely nothing began) or UNCLEAR: everything else, and a conflict,
    which says that a run goes on and may be our own (PROMISES S6)."""
    fault: Fault | None = None
    """Why not, for REFUSED and UNCLEAR."""
    operation: str = ""
    """The operation URL, opaque; its query is signed, so it is never logged."""
    request_id: str = ""


class Builds(Protocol):
    """Image templates and their runs."""

    async def templates(self, subscription: str) -> Sequence[Template] | Fault:
        """List all templates of a subscription, all pages, or say why not.

        A template whose bytes have not changed since the last call is the same object again.
        """
        ...

    async def template(self, template: TemplateId) -> Template | Fault:
        """Read one template."""
        ...

    async def start(self, template: TemplateId, *, ordered: bool = False) -> Reply:
        """Send one run request, once.

        What may be run at all is said when Azure is opened; `ordered` allows this one request
        besides, since an operator ordered it (PROMISES S36).
        """
        ...

    async def cancel(self, template: TemplateId) -> Reply:
        """Send one cancel request, once."""
        ...


class Galleries(Protocol):
    """Gallery image definitions and their versions."""

    async def definition(self, definition: DefinitionId) -> Definition | Fault:
        """Read a definition."""
        ...

    async def versions(self, definition: DefinitionId) -> Sequence[Version] | Fault:
        """List a definition's versions with their replication."""
        ...

    async def publication(self, template: Template) -> Publication | Fault:
        """Read what the last run of a template put out, and the gallery version that it made."""
        ...


class Prerequisites(Protocol):
    """What else a secondary rests on."""

    async def supply(self, base: BaseId) -> Supply | Fault:
        """Read in which regions a base can be had: a marketplace image in the region of its id.

        `latest` stands for whatever the newest is now. NOT_FOUND if there is no such thing.
        """
        ...

    async def may_run(self, scope: Scope) -> bool | Fault:
        """Read whether we may run the templates in a scope, by what is granted to us there."""
        ...

    async def bodies(self, templates: Sequence[TemplateId]) -> Mapping[TemplateId, Body | Fault]:
        """Read what the owners of templates wrote, of each that was asked for.

        Where a provider does not answer, Resource Graph is asked, and the body is `late`. Of many
        a few may stay out of the answer until the next call.
        """
        ...

    async def resources(
        self, resources: Sequence[ResourceId]
    ) -> Mapping[ResourceId, Resource | Fault]:
        """Read many resources, of each that was asked for: one request for hundreds of them.

        What Resource Graph leaves out is asked for by its own id, a few at once; the others stay
        out of the answer until the next call. NOT_FOUND and PERMISSION are told apart, the latter
        with the right that is missing. An address in a storage account stands for the account.
        """
        ...

    async def offer(self, subscription: str, region: Region, sizes: Sequence[str]) -> Offer | Fault:
        """Read what a region offers a subscription; what could not be read is named in it."""
        ...

    async def geographies(self, subscription: str) -> Sequence[Geography] | Fault:
        """Read where the regions of a subscription lie."""
        ...


class Creation(Protocol):
    """Making one image template: apart from `Azure`, so that no daemon has it."""

    async def create(self, template: TemplateId, body: Mapping[str, object]) -> Fault | None:
        """Send the request that makes a template, once. None: it was taken, and is provisioned now.

        Whether it came to be is told by reading it: an answer may be lost.
        """
        ...

    async def close(self) -> None:
        """Close connections and credential."""
        ...


class Notices(Protocol):
    """Service Health."""

    async def events(self, subscription: str) -> Sequence[Notice] | Fault:
        """List the Service Health events of a subscription, past three days included."""
        ...

    async def emerging(self) -> Sequence[Notice] | Fault:
        """List the emerging issues of the public status page."""
        ...


class Inventory(Protocol):
    """Azure Resource Graph: late, but it answers while a region's provider does not."""

    async def last_runs(self, templates: Sequence[TemplateId]) -> Sequence[Run] | Fault:
        """Return the last known run of those templates that it knows; never-run ones are left out.

        Good for finding a newer run, never for detecting a failure (its delay is unknown).
        """
        ...

    async def account_region(self, account: str) -> Region | Fault | None:
        """Return where a storage account is; None if there is none, or none that we may read."""
        ...

    async def staging_groups(self, subscription: str) -> Sequence[StagingGroup] | Fault:
        """List the groups that the service made in a subscription, of those that we may read."""
        ...


class Logs(Protocol):
    """What builds wrote about themselves, in the storage account of their staging group."""

    async def build_log(self, template: Template) -> BuildLog:
        """Read the log of the last run of a template, begin and end; say so if there is none.

        Never a fault: what could not be read is UNREADABLE, with the reason in words. The log is
        only asked for at the staging account's own address: a message must not choose where our
        token goes.
        """
        ...


class Activity(Protocol):
    """The Activity Log: who tried to run what, also where no run came of it. Late by minutes."""

    async def attempts(self, subscription: str, since: datetime) -> Sequence[Attempt] | Fault:
        """List the tries at starting a run of any template, begun at `since` or later."""
        ...


class SelfTest(Protocol):
    """Can we ourselves see?"""

    async def azure_time(self, subscription: str) -> datetime | Fault:
        """Read the subscription; any answer below 500 will do. Return the answer's `Date`."""
        ...


class Azure(
    Builds, Galleries, Prerequisites, Notices, Inventory, Logs, Activity, SelfTest, Protocol
):
    """All of Azure that aibwatch uses."""

    async def close(self) -> None:
        """Close connections and credentials."""
        ...


class Journal(Protocol):
    """Where entries last. Stores only append and read; what they mean is `journal.fold`'s.

    Several replicas may have one store open. Who appends must have read all that is there: that
    is what keeps a replica out that lost the lease and does not know it (PROMISES S4).
    """

    @property
    def head(self) -> Head:
        """The last record known here."""
        ...

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append all entries or none. With `durable` they survive a power cut on return.

        Raises FencedError if another replica appended since we last read, StoreError if it cannot
        for another reason, or cannot tell whether it did.
        """
        ...

    async def follow(self) -> Sequence[Entry]:
        """Return the entries that another replica appended since we last read or appended.

        Raises StoreError if it cannot; RewrittenError, once, if the state is to be made anew from
        `read`, as some of what came between is gone. From then on `read` has them too.
        """
        ...

    def read(self) -> Iterable[Entry]:
        """Return all entries known here, in order. Raises StoreError if it cannot."""
        ...

    def close(self) -> None:
        """Give up the store and its lock."""
        ...


class Lease(Protocol):
    """The right to act, which one replica has at a time and which lapses (PROMISES S4)."""

    @property
    def until(self) -> datetime:
        """Until when it is surely ours, by `Clock.now`; in the past if it is not."""
        ...

    async def hold(self) -> bool:
        """Take it, or renew it; return whether it is ours now.

        Raises StoreError if nobody can tell; then `until` still says what is sure.
        """
        ...

    async def release(self) -> None:
        """Give it up, so that another replica can take it at once. Never raises."""
        ...


class Clock(Protocol):
    """Time. Only `daemon.clock` reads the real one."""

    def now(self) -> datetime:
        """Return aware UTC that never jumps: the time at the start plus what passed since (S43)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        ...


class NotPausedError(KeyError):
    """Who wants to resume a scope has no pause there."""

    def __init__(self, scope: str, others: Sequence[Paused] = ()) -> None:
        """Take the pauses of others that stand there now."""
        super().__init__(scope)
        self.others = tuple(others)


class Operator(Protocol):
    """What a person may order a running daemon to do."""

    async def pause(self, scope: str, reason: str, actor: str, until: datetime | None) -> None:
        """Forbid acting in `scope`, in place of an earlier pause of the same actor there.

        Durable on return; raises StoreError if it cannot be.
        """
        ...

    async def resume(
        self, scope: str, reason: str, actor: str, *, everybodys: bool = False
    ) -> Sequence[Paused]:
        """Take away the actor's own pause of `scope`, or everybody's; return those that stand yet.

        Durable on return. Raises NotPausedError if none of those meant is in force.
        """
        ...

    async def order(self, order: Order) -> None:
        """Take an order to build. Durable on return; raises StoreError if it cannot be."""
        ...

    async def say(self, word: Word) -> None:
        """Take an operator's word on a region. Durable on return."""
        ...

    async def acknowledge(self, image: ImageName, reason: str, actor: str) -> None:
        """Note that a person saw how the image's last failover ended. Durable on return.

        Raises KeyError if it has none that a person must look at.
        """
        ...
