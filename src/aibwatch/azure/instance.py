"""The region of the machine that this runs on, as the Instance Metadata Service tells it.

It is at 169.254.169.254 on every Azure VM, is asked without a proxy and with the header
`Metadata: true`, and answers at once; elsewhere nobody is there. API version 2021-02-01
(https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service).
"""

import asyncio
import re
from http import HTTPStatus

import aiohttp

from aibwatch.model.names import Region, region

METADATA = "http://169.254.169.254"
SECONDS = 1.0
"""How long to wait: whoever is there answers in milliseconds."""
_PATH = "/metadata/instance/compute/location?api-version=2021-02-01&format=text"
_NAME = re.compile(r"[a-z0-9]{2,40}")


async def own_region(address: str) -> Region | None:
    """Return the region that we are in; None if nobody tells, which is no error."""
    try:
        async with (
            asyncio.timeout(SECONDS),
            aiohttp.ClientSession(trust_env=False) as session,
            session.get(
                address + _PATH, headers={"Metadata": "true"}, allow_redirects=False
            ) as answer,
        ):
            if answer.status != HTTPStatus.OK:
                return None
            told = region((await answer.content.read(100)).decode("ascii", "replace"))
    except (aiohttp.ClientError, OSError, ValueError):
        return None
    return told if _NAME.fullmatch(told) else None
