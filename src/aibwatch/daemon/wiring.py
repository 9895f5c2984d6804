"""From the configuration to the concrete things: the only place that knows them all."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from aibwatch.azure.door import RealAzure, open_azure
from aibwatch.azure.meter import RequestObserver
from aibwatch.azure.settings import AzureSettings
from aibwatch.config.certificates import serving
from aibwatch.config.schema import Settings
from aibwatch.config.surroundings import read_token
from aibwatch.daemon.log import logger
from aibwatch.daemon.metered import MeteredJournal, StoreMeter
from aibwatch.daemon.stores import open_store
from aibwatch.errors import StoreError, StoreLockedError
from aibwatch.journal.compaction import Compactable
from aibwatch.journal.late import LateJournal
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import Ledger, load
from aibwatch.journal.unreachable import UnreachableJournal
from aibwatch.model.entry import Entry
from aibwatch.model.image import Mode
from aibwatch.model.names import TemplateId, subscription_of
from aibwatch.model.state import State
from aibwatch.ports import Clock, Journal, Lease
from aibwatch.status.health import Health
from aibwatch.status.listen import Listen
from aibwatch.status.metrics import Metrics

log = logger(__name__)


def subscriptions_of(settings: Settings) -> tuple[str, ...]:
    """Return every subscription to watch: those named, of the images and of the canaries."""
    implied = {subscription_of(each) for image in settings.fleet() for each in image.watched}
    canaries = set(map(subscription_of, settings.canary.templates.values()))
    return tuple(sorted(implied | canaries | settings.subscriptions))


def may_start(settings: Settings) -> frozenset[TemplateId]:
    """Return the only templates that a run request may name (S36).

    They are the secondaries of auto images, and the canaries: to name one is to allow its runs.
    """
    auto = (image for image in settings.fleet() if image.mode is Mode.AUTO)
    secondaries = {target for image in auto for target in image.secondaries}
    return frozenset(secondaries | set(settings.canary.templates.values()))


async def azure_of(settings: Settings, observer: RequestObserver | None = None) -> RealAzure:
    """Return Azure as the section `azure` says. Raises ConfigError if it cannot be used."""
    return await open_azure(azure_settings(settings), may_start(settings), observer)


def azure_settings(settings: Settings) -> AzureSettings:
    """Return what the adapters are told of the section `azure`."""
    section = settings.azure
    token = section.credential.token
    return AzureSettings(
        cloud=section.cloud,
        endpoint=section.endpoint,
        ca_file=Path(section.ca_file) if section.ca_file else None,
        proxy=section.proxy,
        credential=section.credential.kind,
        client_id=section.credential.client_id,
        token=token.get_secret_value() if token else None,
        order_seconds=settings.failover.request_timeout.total_seconds(),
    )


@dataclass(frozen=True, slots=True)
class Store:
    """The store as it was opened: where entries last, what they tell, and the right to act."""

    journal: Journal
    ledger: Ledger
    lease: Lease
    compactable: Compactable | None = None
    """The store, if it can be used: old records can be taken out of it."""


async def store_of(
    settings: Settings,
    meter: StoreMeter,
    clock: Clock,
    stack: AsyncExitStack,
    remember: Callable[[Entry], None] | None = None,
) -> Store:
    """Open the store until the stack is unwound, and fold it.

    If it cannot be used, watch without it and do nothing (S44); a file is taken up later, once it
    can be. `remember` is shown every entry that is in it.

    Raises:
        StoreLockedError: another process holds it.
        ConfigError: it is a container, and the extra `blob` is missing.
    """
    async with AsyncExitStack() as opening:
        opened = open_store(settings, azure_settings(settings), clock)
        try:
            store, lease = await opening.enter_async_context(opened)
            journal = MeteredJournal(store, meter)
            ledger = load(journal, remember)
        except StoreLockedError:
            raise
        except StoreError as error:
            log.error("store.unusable", problem=str(error), therefore="observe only")
            problem = str(error)
        else:
            stack.push_async_exit(opening.pop_all())
            return Store(journal, ledger, lease, store)
    if settings.store.shared:
        substitute = MeteredJournal(UnreachableJournal(problem), meter)
        return Store(substitute, load(substitute), OwnLease())
    late = LateJournal(Path(settings.store.path), problem)
    stack.callback(late.close)
    later = MeteredJournal(late, meter)
    return Store(later, Ledger(later, State()), OwnLease(), late)


def listen_of(settings: Settings) -> Listen:
    """Return where to listen, with the token that changing calls need and the certificate."""
    http = settings.http
    token = read_token(str(http.token_file)) if http.token_file else None
    return Listen(http.host, http.port, token, serving(http.tls))


@dataclass(frozen=True, slots=True)
class Observer:
    """Counts requests to Azure. An answer of whatever status shows that a token was had."""

    metrics: Metrics
    health: Health

    def request(self, api: str, operation: str, code: str, seconds: float) -> None:
        """Take one attempt."""
        if code.isdigit():
            self.health.token_once = True
        self.metrics.request(api, operation, code, seconds)

    def remaining(self, subscription: str, reads: int) -> None:
        """Take the reads that ARM says are left."""
        self.metrics.remaining(subscription, reads)

    def token(self, credential: str, expires: int) -> None:
        """Take that a token was had."""
        self.metrics.token(credential, expires)

    def no_token(self, credential: str) -> None:
        """Take that none was had."""
        self.metrics.no_token(credential)
