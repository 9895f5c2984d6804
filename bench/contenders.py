"""The peers: the SDK's list and get, and bare http.client with orjson.

Each is a process that does one round for every line it reads, and answers with what that cost.
"""

import http.client
import json
import ssl
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from bench.names import SUBSCRIPTION, template

GETS = 200
"""How many templates the get loop reads in a round; its cost is scaled to the fleet."""
LIST = (
    f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.VirtualMachineImages/imageTemplates"
    "?api-version=2025-10-01"
)


def floor(endpoint: str, ca_file: str, _count: int) -> Callable[[], int]:
    """Return a round of http.client and orjson.loads over the same pages."""
    import orjson

    context = ssl.create_default_context(cafile=ca_file)
    parts = urlsplit(endpoint)
    connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, context=context)
    headers = {"Authorization": "Bearer simulated", "Accept": "application/json"}

    def round_() -> int:
        seen, url = 0, LIST
        while url:
            connection.request("GET", url, headers=headers)
            page = orjson.loads(connection.getresponse().read())
            seen += len(page["value"])
            url = page.get("nextLink", "").removeprefix(endpoint)
        return seen

    return round_


def sdk_list(endpoint: str, ca_file: str, _count: int) -> Callable[[], int]:
    """Return a round of the SDK's own list, looking at what a watcher must look at."""
    client = _client(endpoint, ca_file)

    def round_() -> int:
        seen = 0
        for each in client.virtual_machine_image_templates.list():
            run = each.last_run_status
            _ = (each.id, each.location, each.provisioning_state, run.run_state, run.start_time)
            seen += 1
        return seen

    return round_


def sdk_get(endpoint: str, ca_file: str, count: int) -> Callable[[], int]:
    """Return a round of the SDK's own get, one template after the other."""
    client = _client(endpoint, ca_file)
    names = [template(number).rpartition("/")[2] for number in range(min(GETS, count))]

    def round_() -> int:
        for name in names:
            client.virtual_machine_image_templates.get("images", name).last_run_status  # noqa: B018
        return len(names)

    return round_


class _Token:
    """A credential that always has one."""

    def get_token(self, *_scopes: str, **_kwargs: object) -> object:
        """Return a token for a day."""
        from azure.core.credentials import AccessToken

        return AccessToken("simulated", int(time.monotonic()) + 10**10)


def _client(endpoint: str, ca_file: str):  # noqa: ANN202  imported where it is needed
    from azure.mgmt.imagebuilder import ImageBuilderClient

    return ImageBuilderClient(_Token(), SUBSCRIPTION, endpoint, connection_verify=ca_file)


def answer(round_: Callable[[], int], lines: Iterable[str]) -> None:
    """Do a round for every line and tell its cost."""
    for _ in lines:
        began = time.process_time()
        templates = round_()
        tell(time.process_time() - began, templates)


def tell(cpu: float, templates: int) -> None:
    """Answer one line: seconds of CPU, how many templates they were spent on, and memory."""
    print(json.dumps({"cpu": cpu, "templates": templates, "mb": resident("self")}), flush=True)


def resident(process: int | str) -> float:
    """Return the resident memory of a process, in MB."""
    told = Path(f"/proc/{process}/status").read_text()
    return int(told.partition("VmRSS:")[2].split()[0]) / 1024


def main(name: str, endpoint: str, ca_file: str, count: int) -> None:
    """Be the contender `name`."""
    make = {"floor": floor, "sdk_list": sdk_list, "sdk_get": sdk_get}[name]
    answer(make(endpoint, ca_file, count), sys.stdin)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
