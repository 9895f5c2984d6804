"""The peer of a start: a watcher that is written straight on the SDK, until killed.

It imports the full SDK and the identity, makes its clients, reads its first page of templates
through them, and serves prometheus_client's exposition of that page.
"""

import asyncio
import sys

from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import AzureCliCredential
from azure.mgmt.imagebuilder.aio import ImageBuilderClient
from azure.mgmt.resourcehealth.aio import ResourceHealthMgmtClient
from prometheus_client import Gauge, start_http_server

from bench.names import SUBSCRIPTION

ENDED = Gauge("peer_template_last_run_end_seconds", "When the last run ended", ["template"])


async def main(port: int, endpoint: str, ca_file: str) -> None:
    """Read once, then be scraped."""
    credential = AzureCliCredential()
    shared = {"base_url": endpoint, "credential_scopes": [f"{endpoint}/.default"]}
    transport = AioHttpTransport(connection_verify=ca_file)
    client = ImageBuilderClient(credential, SUBSCRIPTION, transport=transport, **shared)
    _ = ResourceHealthMgmtClient(credential, SUBSCRIPTION, **shared)
    async for each in client.virtual_machine_image_templates.list():
        ENDED.labels(each.id).set(each.last_run_status.end_time.timestamp())
    start_http_server(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
