"""Compaction of every store that lasts, by the same tests; on containers also while others look."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from azure.storage.blob.aio import ContainerClient

from ages import HAPPENINGS, TEMPLATES, entries_of
from aibwatch.errors import FencedError, RewrittenError, StoreError
from aibwatch.journal import blob
from aibwatch.journal.blob import BlobJournal
from aibwatch.journal.blobs import MovedError
from aibwatch.journal.chain import Verification, gaps_of, verify
from aibwatch.journal.codec import decode
from aibwatch.journal.compaction import Plan, plan
from aibwatch.journal.fold import fold
from aibwatch.journal.ledger import load
from aibwatch.journal.lines import Tail
from aibwatch.journal.retention import same
from aibwatch.journal.spool import Gone
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.chain import Gap
from aibwatch.model.entry import Booted, Compacted, Entry, Paused
from azurite import Azurite, connection_string, running
from builders import DAY, NOON
from contract.storing import Place, in_container, in_file
from meddler import Meddler

RETENTION = 400 * DAY
COMMON = ("succeeds",) * 9 + HAPPENINGS
LAST = Paused(NOON + 900 * DAY, "all", "the end")
Kept = SqliteJournal | BlobJournal
_names = count()


def months(hours: int) -> list[Entry]:
    """Return the journal of so many hours, most of which went well."""
    dice = random.Random(7)  # noqa: S311  a history, no secret
    return entries_of([(dice.randrange(len(TEMPLATES)), dice.choice(COMMON)) for _ in range(hours)])


STORY = months(300)


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """An emulator that speaks http."""
    with running(tmp_path_factory.mktemp("http"), tls=False) as found:
        yield found


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """An emulator that speaks TLS and takes tokens."""
    with running(tmp_path_factory.mktemp("tls"), tls=True) as found:
        yield found


@pytest.fixture(params=["file", "container", "container over TLS"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A new store of each kind; a container has several segments."""
    monkeypatch.setattr(blob, "SEGMENT_BLOCKS", 3)
    match request.param:
        case "file":
            return in_file(tmp_path / "aibwatch.db")
        case "container":
            return in_container(request.getfixturevalue("azurite"), f"kept-{next(_names)}")
        case _:
            return in_container(request.getfixturevalue("secure"), f"kept-{next(_names)}")


class Container:
    """One that several replicas share, and the blobs in it."""

    def __init__(self, azurite: Azurite) -> None:
        """Take the emulator."""
        self.azurite, self.name = azurite, f"shared-{next(_names)}"
        self.place = in_container(azurite, self.name)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[ContainerClient]:
        """Give the SDK's own client."""
        string = connection_string(self.azurite.port)
        async with ContainerClient.from_connection_string(string, self.name) as client:
            yield client

    async def bytes_of(self, name: str) -> bytes:
        """Return what a blob holds."""
        async with self.client() as client:
            return await (await client.download_blob(name)).readall()

    async def sizes(self) -> dict[str, int]:
        """Return the size of each blob."""
        async with self.client() as client:
            return {each.name: each.size async for each in client.list_blobs()}

    @asynccontextmanager
    async def behind(self, meddler: Meddler) -> AsyncIterator[BlobJournal]:
        """Give the journal of a replica behind a network that fails."""
        async with meddler.listening(), self._reached(meddler.port).open() as (journal, _):
            assert isinstance(journal, BlobJournal)
            yield journal

    def _reached(self, port: int) -> Place:
        return in_container(self.azurite, self.name, port)


@pytest.fixture
def container(azurite: Azurite, monkeypatch: pytest.MonkeyPatch) -> Container:
    """A new container; its segments take three appends."""
    monkeypatch.setattr(blob, "SEGMENT_BLOCKS", 3)
    return Container(azurite)


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[Kept]:
    """Give the journal of one replica."""
    async with place.open() as (journal, _):
        assert isinstance(journal, SqliteJournal | BlobJournal)
        yield journal


async def fill(journal: Kept, entries: Sequence[Entry], at_once: int = 40) -> None:
    """Append entries, so many at once."""
    for n in range(0, len(entries), at_once):
        await journal.append(entries[n : n + at_once], durable=True)


def planned(journal: Kept, after: timedelta = RETENTION) -> Plan:
    """Return what may go some time after the last entry."""
    last = max(each.at for each in journal.read())
    with journal.picture() as records:
        return plan(records, last + after, RETENTION)


async def compact(journal: Kept, found: Plan | None = None) -> Plan:
    """Take out what may go."""
    found = found or planned(journal)
    for each in found.steps(NOON + 800 * DAY):
        await journal.compact(each)
    await journal.give_back()
    return found


def verified(journal: Kept) -> Verification:
    """Walk along the chain of what is there."""
    with journal.picture() as records:
        return verify(records(), gaps_of(records()))


def memory(journal: BlobJournal) -> int:
    """Return how many bytes of records are kept."""
    return sum(len(each.pressed) for each in journal._spool._chunks) + len(journal._spool._open)


def test_an_old_journal_shrinks_and_means_the_same(place: Place) -> None:
    """To who took it out and to who comes later: the state, the chain and its head."""

    async def story() -> None:
        async with opened(place) as journal:
            await fill(journal, STORY)
            state = fold(journal.read())
            gone = (await compact(journal)).records
            left, head = list(journal.read()), journal.head
            assert same(fold(left), state)
        async with opened(place) as journal:
            found = verified(journal)
            assert list(journal.read()) == left
            assert (found.broken, found.head, found.removed) == (None, head, gone)
            assert gone > found.records > 0
            await journal.append([LAST], durable=True)
        async with opened(place) as journal:
            assert list(journal.read()) == [*left, LAST]

    asyncio.run(story())


def test_gaps_come_to_lie_beside_gaps(place: Place) -> None:
    """A year later more goes, also out of what was written anew before."""

    async def story() -> None:
        half = len(STORY) // 2
        async with opened(place) as journal:
            await fill(journal, STORY[:half])
            first = await compact(journal)
            await fill(journal, STORY[half:])
            state = fold(journal.read())
        async with opened(place) as journal:
            second = await compact(journal)
            left = list(journal.read())
        async with opened(place) as journal:
            found = verified(journal)
            assert (found.broken, found.removed) == (None, first.records + second.records)
            assert list(journal.read()) == left
            assert same(fold(left), state)

    asyncio.run(story())


def test_what_is_young_stays(place: Place) -> None:
    """Nothing goes before its time, and nothing is written."""

    async def story() -> None:
        async with opened(place) as journal:
            await fill(journal, STORY)
            head = journal.head
            assert await compact(journal, planned(journal, timedelta(0))) == Plan()
            assert journal.head == head
            assert list(journal.read()) == STORY

    asyncio.run(story())


def test_the_room_is_given_back(container: Container) -> None:
    """Of the blobs and of the memory of who keeps them."""

    async def story() -> None:
        async with opened(container.place) as journal:
            assert isinstance(journal, BlobJournal)
            await fill(journal, months(2000), 400)
            before = sum((await container.sizes()).values())
            kept = memory(journal)
            await compact(journal)
            after = await container.sizes()
            assert sum(after.values()) < before / 2
            assert memory(journal) < kept / 2
            assert {each.split("/")[0] for each in after} == {"journal", "abridged"}

    asyncio.run(story())


def test_the_segment_that_is_written_to_is_ended_if_it_holds_what_is_to_go(
    container: Container,
) -> None:
    """The journal of a small fleet may be one segment for years."""

    async def story() -> None:
        async with opened(container.place) as journal:
            await fill(journal, STORY, 300)
            await compact(journal)
            await journal.append([LAST], durable=True)
        sizes = await container.sizes()
        assert {"abridged/00000001", "journal/00000002"} <= set(sizes)
        assert sizes["journal/00000001"] < 200

    asyncio.run(story())


def test_nothing_is_done_twice(container: Container) -> None:
    """Once it is done there is nothing to do, here and after a restart."""

    async def story() -> None:
        meddler = Meddler(container.azurite.port)
        async with container.behind(meddler) as journal:
            await fill(journal, STORY)
            await compact(journal)
            before = meddler.seen
            await journal.give_back()
            assert meddler.seen == before
        async with container.behind(meddler) as journal:
            before = meddler.seen
            await journal.give_back()
            assert meddler.seen == before

    asyncio.run(story())


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
def test_a_standby_that_read_a_part_reads_anew(container: Container, part: float) -> None:
    """It is told once that what it knows makes no whole; then its state is the leader's."""

    async def story() -> None:
        cut = int(len(STORY) * part)
        async with opened(container.place) as leader, opened(container.place) as standby:
            await fill(leader, STORY[:cut])
            await standby.follow()
            ledger, anew = load(standby), list[bool]()
            ledger.afresh = lambda: anew.append(True)
            await fill(leader, STORY[cut:])
            await compact(leader)
            await leader.append([LAST], durable=True)
            await ledger.follow()
            assert anew
            assert list(standby.read()) == list(leader.read())
            assert same(ledger.state, fold(leader.read()))
            assert standby.head == leader.head
            assert verified(standby).broken is None

    asyncio.run(story())


def test_what_a_standby_is_told_comes_once(container: Container) -> None:
    """What is left of what it had not read, after it was told to read anew."""

    async def story() -> None:
        async with opened(container.place) as leader, opened(container.place) as standby:
            await fill(leader, STORY[:100])
            known = list(await standby.follow())
            await fill(leader, STORY[100:])
            await compact(leader)
            with pytest.raises(RewrittenError):
                await standby.follow()
            news = list(await standby.follow())
            assert news == list(leader.read())[-len(news) :]
            assert not {id(each) for each in known} & {id(each) for each in news}
            assert list(await standby.follow()) == []

    asyncio.run(story())


def test_a_standby_that_read_everything_has_nothing_to_read_anew(container: Container) -> None:
    """It forgets what the chain tells is gone, and was told all of it before."""

    async def story() -> None:
        async with opened(container.place) as leader, opened(container.place) as standby:
            await fill(leader, STORY)
            await standby.follow()
            await compact(leader)
            news = list(await standby.follow())
            assert {type(each) for each in news} == {Compacted}
            assert list(standby.read()) == list(leader.read())

    asyncio.run(story())


@pytest.mark.parametrize("read", range(12))
def test_who_was_away_appends_nothing(container: Container, read: int) -> None:
    """Wherever it stopped, if only at the beginning of what was written anew (PROMISES S4)."""

    async def story() -> None:
        async with AsyncExitStack() as stack:
            away = await stack.enter_async_context(opened(container.place))
            leader = await stack.enter_async_context(opened(container.place))
            await fill(leader, STORY[: 40 * read])
            await away.follow()
            await fill(leader, STORY[40 * read :])
            await compact(leader)
            left = list(leader.read())
            for _ in range(2):
                with pytest.raises(FencedError):
                    await away.append([LAST], durable=True)
            late = await stack.enter_async_context(opened(container.place))
            assert list(late.read()) == left
            with pytest.raises(RewrittenError):
                await away.follow()
            await away.follow()
            await away.append([LAST], durable=True)
            await late.follow()
            assert list(late.read()) == list(away.read()) == [*left, LAST]

    asyncio.run(story())


def test_two_that_compact_at_once_leave_all_that_is_to_stay(container: Container) -> None:
    """One of them believes wrongly that it leads; of both one at least gives up, and all holds."""

    async def story() -> None:
        async with opened(container.place) as one, opened(container.place) as other:
            await fill(one, STORY)
            await other.follow()
            for each in planned(one).steps(NOON + 800 * DAY):
                await one.compact(each)
            await other.follow()
            done = await asyncio.gather(one.give_back(), other.give_back(), return_exceptions=True)
            assert all(each is None or isinstance(each, StoreError) for each in done)
        async with opened(container.place) as late:
            assert verified(late).broken is None
            assert same(fold(late.read()), fold(STORY))
            await late.give_back()
        assert sum((await container.sizes()).values()) < len(str(STORY))

    asyncio.run(story())


@pytest.mark.parametrize("deed", ["lose", "swallow"])
def test_it_may_end_at_any_request(container: Container, deed: str) -> None:
    """Whoever reads then finds everything, who was away nothing to write to; the next goes on."""

    async def story() -> None:
        meddler, reached = Meddler(container.azurite.port), 0
        while True:
            container.name = f"ends-{deed}-{reached}"
            container.place = in_container(container.azurite, container.name)
            if await ended_at(container, meddler, reached, deed):
                break
            reached += 1
        assert reached >= 2 * 5  # what there is of a segment, what is left of it, its mark

    asyncio.run(story())


async def ended_at(container: Container, meddler: Meddler, request: int, deed: str) -> bool:
    """Let one request of the way back to room come to nothing; return whether there was none."""
    async with container.behind(meddler) as journal, opened(container.place) as away:
        await fill(journal, STORY[:40])
        await away.follow()
        await fill(journal, STORY[40:], 120)
        found = planned(journal)
        for each in found.steps(NOON + 800 * DAY):
            await journal.compact(each)
        meddler.plan(*["pass"] * request, deed)
        try:
            await journal.give_back()
        except StoreError:
            done = False
        else:
            done = bool(meddler.planned)
        meddler.planned.clear()
        with pytest.raises(FencedError):
            await away.append([LAST], durable=True)
    async with opened(container.place) as late:
        assert verified(late).broken is None
        assert same(fold(late.read()), fold(STORY))
        await late.append([LAST], durable=True)
        left = list(late.read())
        await late.give_back()
    async with opened(container.place) as last:
        assert list(last.read()) == left
        assert verified(last).broken is None
        await last.give_back()
    assert all((await container.sizes()).values()), "an older aibwatch would take it for new"
    return done


def test_a_blob_is_written_only_over_what_is_known(container: Container) -> None:
    """What two stage for one blob at a time is never mixed: each piece has a name of its own."""

    async def story() -> None:
        async with opened(container.place) as journal:
            assert isinstance(journal, BlobJournal)
            blobs = journal._blobs
            await journal.append([LAST], durable=True)
            await blobs.put("b", [b"one"], None)
            first = await blobs.etag("b")
            for stale in (None, '"0x1"'):
                with pytest.raises(MovedError):
                    await blobs.put("b", [b"two", b"three"], stale)
            async with container.client() as client:
                _, staged = await client.get_blob_client("b").get_block_list("uncommitted")
            assert len({each.id for each in staged}) == 4
            assert await blobs.etag("b") == first
            await blobs.put("b", [b"four"], first)
            assert await container.bytes_of("b") == b"four"

    asyncio.run(story())


def test_an_older_aibwatch_does_not_take_it_for_empty(container: Container) -> None:
    """It reads the first segment, and says that a newer one wrote it."""

    async def story() -> bytes:
        async with opened(container.place) as journal:
            await fill(journal, STORY)
            await compact(journal)
        return await container.bytes_of("journal/00000001")

    (record,) = Tail().feed(asyncio.run(story()))

    with pytest.raises(StoreError, match="a newer aibwatch wrote it"):
        decode(record.kind, record.body)


def test_what_does_not_hold_is_not_written_anew(container: Container) -> None:
    """Should memory have lost a record that no entry tells of, the container keeps it."""

    async def story() -> None:
        async with opened(container.place) as journal:
            assert isinstance(journal, BlobJournal)
            await fill(journal, STORY)
            for each in planned(journal).steps(NOON + 800 * DAY):
                await journal.compact(each)
            await journal._prune()
            kept = next(journal.records()).seq
            await journal._spool.drop(Gone([Gap(kept, kept, "", "")]))
            with pytest.raises(StoreError, match="nothing is given back"):
                await journal.give_back()
        assert not any(each.startswith("abridged") for each in await container.sizes())

    asyncio.run(story())


def test_a_chain_that_is_broken_is_left_as_it_is(container: Container) -> None:
    """It is evidence."""

    async def story() -> None:
        async with opened(container.place) as journal:
            await fill(journal, STORY[:20])
        data = await container.bytes_of("journal/00000001")
        async with container.client() as client:
            await client.delete_blob("journal/00000001")
            changed = data.replace(b'"holder":"one"', b'"holder":"two"', 1)
            changed = changed if changed != data else data.replace(b"12:", b"13:", 1)
            await client.get_blob_client("journal/00000001").upload_blob(
                changed, blob_type="AppendBlob"
            )
        async with opened(container.place) as journal:
            await fill(journal, STORY[20:])
            with pytest.raises(StoreError, match="nothing is removed"):
                planned(journal)

    asyncio.run(story())


def test_a_new_replica_knows_how_many_appends_a_segment_had(container: Container) -> None:
    """Storage takes 50,000 in all: one that starts again and again must not go beyond."""

    async def story() -> None:
        for n in range(1, 6):
            async with opened(container.place) as journal:
                await journal.append([Booted(NOON, n, "1")], durable=True)
        assert {"journal/00000001", "journal/00000002"} <= set(await container.sizes())
        async with opened(container.place) as journal:
            assert len(list(journal.read())) == 5

    asyncio.run(story())
