"""The credentials of azure.identity. Only `credentials` imports this, when it wants a token."""

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import (
    AzureCliCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

from aibwatch.azure.cloud import Cloud
from aibwatch.azure.settings import AzureSettings
from aibwatch.model.access import CredentialKind


def credential_of(
    kind: CredentialKind, settings: AzureSettings, cloud: Cloud
) -> AsyncTokenCredential:
    """Return the credential of a kind that logs in. Raises ValueError if it cannot be made.

    Never the SDK's whole developer chain: which identity acts must not depend on what happens
    to be installed.
    """
    match kind:
        case CredentialKind.CLI:
            return AzureCliCredential()
        case CredentialKind.WORKLOAD_IDENTITY:
            proxies = {"https": settings.proxy} if settings.proxy else None
            return WorkloadIdentityCredential(
                client_id=settings.client_id, authority=cloud.authority, proxies=proxies
            )
        case _:
            return ManagedIdentityCredential(client_id=settings.client_id)
