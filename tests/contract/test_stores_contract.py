"""What every store promises: one suite for memory, SQLite, and containers over http and TLS."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from aibwatch.errors import FencedError
from aibwatch.journal.blob import BlobJournal
from aibwatch.journal.chain import Chain, verify
from aibwatch.journal.codec import encode
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Booted, Entry, Paused, TemplateKnown
from aibwatch.ports import Journal
from azurite import Azurite, running
from builders import MINUTE, NOON, a_template, an_id
from contract.storing import LASTS, Place, Stopped, in_container, in_file, in_memory

FIRST = Booted(NOON, 1, "1", holder="one")
SECOND = TemplateKnown(NOON + MINUTE, a_template())
THIRD = Paused(NOON, "all", "audit")
ROLES = ["memory", "file", "container", "container over TLS"]
SHARED = [each for each in ROLES if each != "file"]
_names = count()


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """An emulator that speaks http and takes a connection string."""
    with running(tmp_path_factory.mktemp("http"), tls=False) as found:
        yield found


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """An emulator that speaks TLS and takes tokens."""
    with running(tmp_path_factory.mktemp("tls"), tls=True) as found:
        yield found


def a_place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return a new store of a kind."""
    match kind:
        case "memory":
            return in_memory()
        case "file":
            return in_file(tmp_path / "aibwatch.db")
        case "container":
            return in_container(request.getfixturevalue("azurite"), f"store-{next(_names)}")
        case _:
            return in_container(request.getfixturevalue("secure"), f"store-{next(_names)}")


@pytest.fixture(params=ROLES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A new store of each kind."""
    return a_place(request.param, request, tmp_path)


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A new store of each kind that replicas can share."""
    return a_place(request.param, request, tmp_path)


def head_of(*entries: Entry) -> str:
    """Return the hash that stands for these entries, whatever store they are in."""
    chain = Chain()
    for each in entries:
        chain.add(*encode(each))
    return chain.head.sha256


async def entries_in(place: Place) -> list[Entry]:
    """Return what a replica finds that opens the store now."""
    async with place.open() as (journal, _):
        return list(journal.read())


def test_entries_come_back_in_order(place: Place) -> None:
    """Here, and after a restart, which goes on where the last one ended."""

    async def story() -> None:
        async with place.open() as (journal, _):
            await journal.append([FIRST, SECOND], durable=True)
            assert list(journal.read()) == [FIRST, SECOND]
        async with place.open() as (journal, _):
            assert list(await journal.follow()) == []
            await journal.append([THIRD], durable=True)
        assert await entries_in(place) == [FIRST, SECOND, THIRD]

    asyncio.run(story())


def test_a_new_store_is_empty(place: Place) -> None:
    """And can be written to at once."""

    async def story() -> None:
        async with place.open() as (journal, _):
            assert list(journal.read()) == []
            assert journal.head.seq == 0
            await journal.append([FIRST], durable=False)
        assert await entries_in(place) == [FIRST]

    asyncio.run(story())


def test_an_append_of_nothing_adds_nothing(place: Place) -> None:
    """It only shows that the store takes what is appended."""

    async def story() -> None:
        async with place.open() as (journal, _):
            await journal.append([], durable=True)
            await journal.append([FIRST], durable=True)
            await journal.append([], durable=True)
        assert await entries_in(place) == [FIRST]

    asyncio.run(story())


def test_the_head_is_the_same_in_every_store(place: Place) -> None:
    """It depends on the entries alone, not on how they were put together; also after a restart."""

    async def story() -> None:
        async with place.open() as (journal, _):
            await journal.append([FIRST], durable=True)
            await journal.append([SECOND, THIRD], durable=True)
            heads = [journal.head]
        async with place.open() as (journal, _):
            heads.append(journal.head)
        assert {each.sha256 for each in heads} == {head_of(FIRST, SECOND, THIRD)}
        assert [each.seq for each in heads] == [3, 3]

    asyncio.run(story())


def test_a_large_batch_is_one(place: Place) -> None:
    """The first sweep of a large fleet has thousands of entries, more than a block holds."""
    many = [TemplateKnown(NOON, a_template(id=an_id(f"t{n}"))) for n in range(8_000)]

    async def story() -> None:
        async with place.open() as (journal, _):
            await journal.append([FIRST], durable=True)
            await journal.append(many, durable=True)
            await journal.append([THIRD], durable=True)
        assert await entries_in(place) == [FIRST, *many, THIRD]

    asyncio.run(story())


def test_a_replica_reads_what_another_wrote(shared: Place) -> None:
    """Once each, and from then on it is among what it knows."""

    async def story() -> None:
        async with shared.open() as (one, _), shared.open() as (other, _):
            await one.append([FIRST], durable=True)
            await one.append([SECOND], durable=True)
            assert list(await other.follow()) == [FIRST, SECOND]
            assert list(await other.follow()) == []
            assert list(other.read()) == [FIRST, SECOND]
            assert other.head == one.head
            assert list(await one.follow()) == []

    asyncio.run(story())


def test_who_has_not_read_the_newest_is_fenced(shared: Place) -> None:
    """Nothing of its append comes to be; having read, it may append (PROMISES S4)."""

    async def story() -> None:
        async with shared.open() as (one, _), shared.open() as (other, _):
            await one.append([FIRST], durable=True)
            with pytest.raises(FencedError):
                await other.append([SECOND], durable=True)
            with pytest.raises(FencedError):
                await other.append([SECOND], durable=True)
            assert list(await other.follow()) == [FIRST]
            await other.append([THIRD], durable=True)
            with pytest.raises(FencedError):
                await one.append([], durable=True)
        assert await entries_in(shared) == [FIRST, THIRD]

    asyncio.run(story())


def test_of_two_that_append_at_once_one_is_fenced(shared: Place) -> None:
    """Again and again, each reading and trying anew: all is there once, in one order."""

    async def add(journal: Journal, mine: list[Entry]) -> None:
        for entry in mine:
            while True:
                try:
                    await journal.append([entry], durable=True)
                except FencedError:
                    await journal.follow()
                else:
                    break

    async def story() -> None:
        ours = [[Paused(NOON, f"image:{who}-{n}", "x") for n in range(8)] for who in "abc"]
        async with (
            shared.open() as (a, _),
            shared.open() as (b, _),
            shared.open() as (c, _),
        ):
            await asyncio.gather(*map(add, (a, b, c), ours))
        found = await entries_in(shared)
        assert len(found) == 24
        assert all([each for each in found if each in mine] == mine for mine in ours)

    asyncio.run(story())


def test_one_replica_at_a_time_has_the_lease(shared: Place) -> None:
    """It renews it, and once it gave it up another has it at once."""

    async def story() -> None:
        clock = Stopped()
        async with shared.open(clock) as (_, one), shared.open(clock) as (_, other):
            assert one.until < clock.now()
            assert await one.hold()
            assert not await other.hold()
            assert other.until < clock.now()
            assert one.until == NOON + LASTS
            clock.at += timedelta(seconds=5)
            assert await one.hold()
            assert one.until == NOON + timedelta(seconds=20)
            await one.release()
            assert one.until < clock.now()
            assert await other.hold()
            assert not await one.hold()

    asyncio.run(story())


def test_to_give_up_what_one_has_not_takes_it_from_nobody(shared: Place) -> None:
    """Releasing never raises, and is only about one's own."""

    async def story() -> None:
        async with shared.open() as (_, one), shared.open() as (_, other):
            await other.release()
            assert await one.hold()
            await other.release()
            assert not await other.hold()

    asyncio.run(story())


@pytest.mark.parametrize("kind", [each for each in ROLES if each != "memory"])
def test_the_chain_holds(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Of the records as they are kept: this is what `history --verify` reads."""

    async def story() -> None:
        async with a_place(kind, request, tmp_path).open() as (journal, _):
            await journal.append([FIRST, SECOND], durable=True)
            await journal.append([THIRD], durable=True)
            with ExitStack() as stack:
                if isinstance(journal, SqliteJournal):
                    records = stack.enter_context(journal.picture())
                else:
                    assert isinstance(journal, BlobJournal)
                    records = journal.records
                found = verify(records(), ())
            assert found.broken is None
            assert found.records == 3
            assert found.head == journal.head

    asyncio.run(story())
