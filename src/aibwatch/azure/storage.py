"""How a container of Azure Storage is reached: the same login, proxy and trust as for ARM."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline.transport import AioHttpTransport

from aibwatch.azure.cloud import choose_cloud
from aibwatch.azure.credentials import open_credential
from aibwatch.azure.settings import AzureSettings
from aibwatch.azure.transport import choose_proxy, open_session, open_transport


@asynccontextmanager
async def open_storage(
    settings: AzureSettings, account: str
) -> AsyncIterator[tuple[AsyncTokenCredential, AioHttpTransport]]:
    """Give a credential and a transport to an account; nothing is sent yet.

    They are its own, so that trouble with the store is none with ARM and the other way round.
    Raises ConfigError if the settings cannot be used.
    """
    session = open_session(choose_proxy(account, settings.proxy), settings.ca_file)
    try:
        credential = open_credential(settings, choose_cloud(settings))
        try:
            yield credential, open_transport(session)
        finally:
            await credential.close()
    finally:
        await session.close()
