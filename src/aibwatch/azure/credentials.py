"""Tokens. azure.identity is imported with the first: it costs 20 MB and 0.1 s of a start."""

import asyncio
import os
from collections.abc import Callable

from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError

from aibwatch.azure.cloud import Cloud
from aibwatch.azure.faults import FaultError
from aibwatch.azure.meter import RequestObserver, Unobserved
from aibwatch.azure.settings import AzureSettings
from aibwatch.errors import ConfigError
from aibwatch.model.access import CredentialKind
from aibwatch.model.fault import Fault, FaultKind

TOKEN_SECONDS = 8.0
"""How long a token may take. Managed identity by itself retries an HTTP 410 for 70 s."""

FAILURE_SECONDS = 5.0
"""How long a failure answers everybody who asks: a queue of requests must not wait one by one."""

FEDERATED = "AZURE_FEDERATED_TOKEN_FILE"
"""Variable that Kubernetes sets where workload identity is on offer."""

TENANT, CLIENT = "AZURE_TENANT_ID", "AZURE_CLIENT_ID"
"""Variables that it sets beside that."""

_FOREVER = 2**31
"""Expiry of a fixed token, in Unix seconds."""


class StaticToken(AsyncTokenCredential):
    """Always the same token."""

    def __init__(self, token: str) -> None:
        """Take the token."""
        self._token = token

    async def get_token(
        self,
        *_scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_more: object,
    ) -> AccessToken:
        """Return the token, whatever it is asked for."""
        del claims, tenant_id, enable_cae
        return AccessToken(self._token, _FOREVER)

    async def close(self) -> None:
        """Hold nothing."""

    async def __aexit__(self, *_error: object) -> None:
        """Close."""
        await self.close()


class AtFirstUse(AsyncTokenCredential):
    """A credential that is made when the first token is wanted, in a thread.

    So that a daemon listens before azure.identity is imported, and goes on while it is.
    """

    def __init__(self, make: Callable[[], AsyncTokenCredential]) -> None:
        """Take how it is made; what that raises, `get_token` does, and tries again next time."""
        self._make, self._making = make, asyncio.Lock()
        self._made: AsyncTokenCredential | None = None

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_more: object,
    ) -> AccessToken:
        """Return its token."""
        source = await self._source()
        return await source.get_token(
            *scopes, claims=claims, tenant_id=tenant_id, enable_cae=enable_cae
        )

    async def _source(self) -> AsyncTokenCredential:
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
        return self._made

    async def close(self) -> None:
        """Close it, if it was made."""
        if self._made:
            await self._made.close()

    async def __aexit__(self, *_error: object) -> None:
        """Close."""
        await self.close()


class Tokens(AsyncTokenCredential):
    """A credential that fails in one way only: FaultError(AUTH).

    Whatever goes wrong at the issuer, a timeout or a 500 of its own included, is our own trouble
    and must never look like an outage of a region (PROMISES S13).
    """

    def __init__(
        self,
        source: AsyncTokenCredential,
        monotonic: Callable[[], float],
        observer: RequestObserver | None = None,
        meant_for: str = "arm",
    ) -> None:
        """Take tokens from `source`; `monotonic` returns seconds.

        `observer` is told how that goes, under the name of what the tokens are `meant_for`.
        """
        self._source = source
        self._monotonic = monotonic
        self._observer = observer or Unobserved()
        self._meant_for = meant_for
        self._failure: Fault | None = None
        self._failed_until = 0.0

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_more: object,
    ) -> AccessToken:
        """Return a token within TOKEN_SECONDS or raise FaultError."""
        if self._failure and self._monotonic() < self._failed_until:
            raise FaultError(self._failure)
        try:
            async with asyncio.timeout(TOKEN_SECONDS):
                token = await self._source.get_token(
                    *scopes, claims=claims, tenant_id=tenant_id, enable_cae=enable_cae
                )
        except (AzureError, OSError, ValueError) as error:
            message = f"no token: {type(error).__name__}: {error}"[:500]
            self._failure = Fault(FaultKind.AUTH, message)
            self._failed_until = self._monotonic() + FAILURE_SECONDS
            self._observer.no_token(self._meant_for)
            raise FaultError(self._failure) from error
        self._observer.token(self._meant_for, token.expires_on)
        return token

    async def close(self) -> None:
        """Close the source."""
        await self._source.close()

    async def __aexit__(self, *_error: object) -> None:
        """Close."""
        await self.close()


def choose_kind(kind: CredentialKind) -> CredentialKind:
    """Return what `auto` means here: workload identity where it is on offer, else managed."""
    if kind is not CredentialKind.AUTO:
        return kind
    if os.environ.get(FEDERATED):
        return CredentialKind.WORKLOAD_IDENTITY
    return CredentialKind.MANAGED_IDENTITY


def open_credential(settings: AzureSettings, cloud: Cloud) -> AsyncTokenCredential:
    """Return where tokens come from. Raises ConfigError if the settings do not go together."""
    kind = choose_kind(settings.credential)
    if kind is CredentialKind.STATIC:
        return _static(settings)
    if kind is CredentialKind.WORKLOAD_IDENTITY:
        _workload_identity_known(settings)

    def make() -> AsyncTokenCredential:
        from aibwatch.azure.identity import credential_of  # noqa: PLC0415 - see module

        return credential_of(kind, settings, cloud)

    return AtFirstUse(make)


def _workload_identity_known(settings: AzureSettings) -> None:
    """Raise ConfigError without what the SDK would only miss with the first token."""
    told = {**os.environ, **({CLIENT: settings.client_id} if settings.client_id else {})}
    missing = [each for each in (TENANT, CLIENT, FEDERATED) if not told.get(each)]
    if missing:
        problem = f"azure.credential workload_identity: {', '.join(missing)} is not set"
        raise ConfigError([problem])


def _static(settings: AzureSettings) -> AsyncTokenCredential:
    if not settings.token or settings.endpoint is None:
        problem = "azure.credential static needs a token and a custom azure.endpoint"
        raise ConfigError([problem])
    return StaticToken(settings.token)
