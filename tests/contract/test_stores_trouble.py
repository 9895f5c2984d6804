"""A container that cannot be used: what is said, and what to do about it."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aibwatch.azure.settings import AzureSettings
from aibwatch.cli.check import _store
from aibwatch.config.load import load
from aibwatch.config.sections import StoreSection
from aibwatch.errors import ConfigError, StoreError
from aibwatch.model.entry import Booted
from aibwatch.model.readiness import Colour
from azurite import ACCOUNT, Azurite, connection_string, running
from builders import NOON
from contract.storing import Place, configured, in_container, login
from unit.cli.running import run

ENTRY = Booted(NOON, 1, "1")
OTHER_KEY = "AAAA" * 21 + "AA=="


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """An emulator that speaks TLS and takes tokens."""
    with running(tmp_path_factory.mktemp("tls"), tls=True) as found:
        yield found


def trouble(place: Place) -> str:
    """Return what is said when an entry is to be appended."""

    async def story() -> None:
        async with place.open() as (journal, _):
            await journal.append([ENTRY], durable=True)

    with pytest.raises(StoreError) as raised:
        asyncio.run(story())
    return str(raised.value)


def test_an_account_that_is_not_there() -> None:
    """No such name."""
    string = connection_string(1).replace("127.0.0.1:1", "nosuchaccount.invalid")
    url = "http://nosuchaccount.invalid/c/store"

    says = trouble(configured(StoreSection(url=url, connection_string=string), AzureSettings()))

    assert "no such account, or no DNS: mend store.url" in says
    assert "nosuchaccount.invalid" in says


def test_an_authority_that_nobody_trusts(azurite: Azurite) -> None:
    """The emulator's certificate is signed by one that is not configured."""
    section = StoreSection(url=f"{azurite.url}/store", lease="15s")

    says = trouble(configured(section, replace(login(azurite), ca_file=None)))

    assert "set azure.ca_file" in says


def test_a_token_that_is_refused(azurite: Azurite) -> None:
    """Made up, and turned away with 403."""
    section = StoreSection(url=f"{azurite.url}/store", lease="15s")

    says = trouble(configured(section, replace(login(azurite), token="e30.e30.e30")))

    assert "mend azure.credential" in says
    assert "e30.e30" not in says


def test_a_key_that_is_wrong(tmp_path: Path) -> None:
    """Of a connection string; neither key nor signature is told."""
    with running(tmp_path, tls=False) as azurite:
        string = connection_string(azurite.port, OTHER_KEY)
        section = StoreSection(url=f"{azurite.url}/store", connection_string=string)

        says = trouble(configured(section, AzureSettings()))

    assert "HTTP 403" in says
    assert "check the key of store.connection_string" in says
    assert OTHER_KEY not in says


def test_a_store_that_nobody_answers_for(azurite: Azurite) -> None:
    """The port is closed: the container's URL and the network are named."""
    closed = replace(azurite, ca_file=None)

    says = trouble(in_container(closed, "store", port=1))

    assert f"127.0.0.1:1/{ACCOUNT}/store" in says
    assert "look at the network" in says


def test_what_is_no_connection_string_is_a_mistake_of_the_configuration() -> None:
    """It is said without repeating it, as it may hold the key."""
    section = StoreSection(url="http://127.0.0.1:1/a/store", connection_string="AccountKey=hush")

    async def story() -> None:
        async with configured(section, AzureSettings()).open():
            pass

    with pytest.raises(ConfigError, match=r"store\.connection_string") as raised:
        asyncio.run(story())
    assert "hush" not in str(raised.value)


def test_commands_read_a_container(tmp_path: Path) -> None:
    """`history --verify` walks the chain there; of an empty one it is said that it is empty."""
    with running(tmp_path, tls=False) as azurite:
        config = tmp_path / "aibwatch.yaml"
        config.write_text(
            f"store:\n  url: {azurite.url}/store\n"
            f"  connection_string: '{connection_string(azurite.port)}'\n"
        )
        empty = run("history", "--verify", "--config", str(config))
        asyncio.run(_append(in_container(azurite, "store")))

        found = run("history", "--verify", "--config", str(config), "--output", "json")

        checked = _store(load(config, {}))

    assert checked.colour is Colour.GREEN
    assert "can be read, 1 records" in checked.says
    answer = json.loads(found.stdout)
    assert isinstance(empty.exception, StoreError)
    assert "holds no journal" in str(empty.exception)
    assert (found.exit_code, answer["holds"], answer["records"]) == (0, True, 1)


async def _append(place: Place) -> None:
    async with place.open() as (journal, _):
        await journal.append([ENTRY], durable=True)
