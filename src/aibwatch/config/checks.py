"""What no key can be wrong about alone: relations between keys, and what images share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from aibwatch.config.channels import problems_of
from aibwatch.config.duration import render
from aibwatch.config.problems import KeyPath, dotted
from aibwatch.config.schema import Settings
from aibwatch.model.access import CredentialKind
from aibwatch.model.image import Mode
from aibwatch.model.names import TemplateId
from aibwatch.model.policy import LEASE_MARGIN


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the keys at `paths`; it is reported at the first."""

    paths: tuple[KeyPath, ...]
    says: str


def findings(settings: Settings) -> list[Finding]:
    """Return everything that is wrong between keys that are each right by themselves."""
    return [
        *_relations(settings),
        *_credential(settings),
        *_store(settings),
        *_tls(settings),
        *_images(settings),
        *_shared_templates(settings),
        *_signatures(settings),
        *_rules(settings),
        *(Finding((path,), says) for path, says in problems_of(settings.notify)),
    ]


def _relations(settings: Settings) -> Iterator[Finding]:
    """PROMISES S42: each names both keys."""
    poll, detection, readiness = settings.poll, settings.detection, settings.readiness
    failover = settings.failover
    interval: KeyPath = ("poll", "interval")
    active: KeyPath = ("poll", "active_interval")
    max_age: KeyPath = ("poll", "max_age")
    window: KeyPath = ("detection", "window")
    debounce: KeyPath = ("detection", "debounce")
    ready: KeyPath = ("readiness", "interval")
    ready_age: KeyPath = ("readiness", "max_age")
    alone: KeyPath = ("failover", "max_failure_age")
    incident: KeyPath = ("failover", "incident_failure_age")
    yield from _at_most(active, poll.active_interval, interval, poll.interval)
    yield from _at_most(interval, poll.interval, max_age, poll.max_age, twice=True)
    yield from _at_most(max_age, poll.max_age, window, detection.window)
    yield from _at_most(debounce, detection.debounce, window, detection.window)
    yield from _at_most(ready, readiness.interval, ready_age, readiness.max_age)
    yield from _at_most(alone, failover.max_failure_age, incident, failover.incident_failure_age)


def _at_most(
    low: KeyPath, low_value: timedelta, high: KeyPath, high_value: timedelta, *, twice: bool = False
) -> Iterator[Finding]:
    if (2 if twice else 1) * low_value > high_value:
        factor = "twice " if twice else ""
        says = (
            f"{factor}{dotted(low)} ({render(low_value)}) must not be more than {dotted(high)}"
            f" ({render(high_value)}); lower the one or raise the other"
        )
        yield Finding((low, high), says)


def _credential(settings: Settings) -> Iterator[Finding]:
    azure = settings.azure
    kind, token = azure.credential.kind, azure.credential.token
    kind_at: KeyPath = ("azure", "credential", "kind")
    token_at: KeyPath = ("azure", "credential", "token")
    endpoint_at: KeyPath = ("azure", "endpoint")
    client_at: KeyPath = ("azure", "credential", "client_id")
    static = kind is CredentialKind.STATIC
    if static and token is None:
        yield Finding((kind_at, token_at), "static needs azure.credential.token")
    if static and azure.endpoint is None:
        says = "static is only for a custom endpoint; set azure.endpoint, or use kind auto"
        yield Finding((kind_at, endpoint_at), says)
    if not static and token is not None:
        says = f"is only for azure.credential.kind static, not {kind}; take it out"
        yield Finding((token_at, kind_at), says)
    if kind in (CredentialKind.STATIC, CredentialKind.CLI) and azure.credential.client_id:
        says = f"means nothing with azure.credential.kind {kind}; take it out"
        yield Finding((client_at, kind_at), says)


def _store(settings: Settings) -> Iterator[Finding]:
    store, request = settings.store, settings.failover.request_timeout
    url_at: KeyPath = ("store", "url")
    string_at: KeyPath = ("store", "connection_string")
    lease_at: KeyPath = ("store", "lease")
    request_at: KeyPath = ("failover", "request_timeout")
    if store.connection_string and not store.shared:
        yield Finding((string_at, url_at), "is only for a container in store.url; take it out")
    if store.url.startswith("http:") and not store.connection_string:
        says = "http is only with store.connection_string, for an emulator: tokens need https"
        yield Finding((url_at, string_at), says)
    if store.shared and request + LEASE_MARGIN >= store.lease:
        says = (
            f"failover.request_timeout ({render(request)}) and {render(LEASE_MARGIN)} more must be"
            f" less than store.lease ({render(store.lease)}); lower the one or raise the other"
        )
        yield Finding((request_at, lease_at), says)


def _tls(settings: Settings) -> Iterator[Finding]:
    tls = settings.http.tls
    cert_at: KeyPath = ("http", "tls", "cert_file")
    key_at: KeyPath = ("http", "tls", "key_file")
    if bool(tls.cert_file) is not bool(tls.key_file):
        at = (cert_at, key_at) if tls.cert_file else (key_at, cert_at)
        says = "http.tls.cert_file and http.tls.key_file belong together; set both, or neither"
        yield Finding(at, says)


def _images(settings: Settings) -> Iterator[Finding]:
    first_of: dict[str, int] = {}
    for at, image in enumerate(settings.images):
        if image.mode is Mode.AUTO and len(image.templates) == 1:
            says = (
                f"auto needs a secondary, and {image.name} has one template only; add a second to"
                " templates, or set mode to advise"
            )
            yield Finding((("images", at, "mode"), ("images", at, "templates")), says)
        first = first_of.setdefault(image.name, at)
        if first != at:
            says = f"{image.name!r} is also the name of images[{first}]; names must differ"
            yield Finding((("images", at, "name"), ("images", first, "name")), says)


def _shared_templates(settings: Settings) -> Iterator[Finding]:
    first_of: dict[str, KeyPath] = {}
    for here, template in _named_templates(settings):
        first = first_of.setdefault(template, here)
        if first != here:
            says = f"is the same template as {dotted(first)}; a template belongs to one place"
            yield Finding((here, first), says)


def _named_templates(settings: Settings) -> Iterator[tuple[KeyPath, TemplateId]]:
    for at, image in enumerate(settings.images):
        for position, template in enumerate(image.templates):
            yield ("images", at, "templates", position), template
        if image.drill:
            yield ("images", at, "drill"), image.drill
    for region, template in settings.canary.templates.items():
        yield ("canary", "templates", region), template


def _signatures(settings: Settings) -> Iterator[Finding]:
    first_of: dict[str, int] = {}
    for at, row in enumerate(settings.detection.signatures):
        first = first_of.setdefault(row.name, at)
        if first != at:
            here: KeyPath = ("detection", "signatures", at, "name")
            there: KeyPath = ("detection", "signatures", first, "name")
            says = f"{row.name!r} is also the name of {dotted(there[:-1])}; names must differ"
            yield Finding((here, there), says)


def _rules(settings: Settings) -> Iterator[Finding]:
    first_of: dict[str, int] = {}
    for at, rule in enumerate(settings.replicate):
        first = first_of.setdefault(rule.region, at)
        if first != at:
            says = f"{rule.region} is also the region of replicate[{first}]; keep one rule for each"
            yield Finding((("replicate", at, "region"), ("replicate", first, "region")), says)
