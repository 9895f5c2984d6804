"""A container behind a network that loses requests and answers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count

import pytest

from aibwatch.errors import FencedError, StoreError
from aibwatch.journal import blob
from aibwatch.journal.chain import verify
from aibwatch.model.entry import Booted, Entry, Paused
from aibwatch.ports import Journal
from azurite import Azurite, running
from builders import NOON
from contract.storing import Place, in_container
from meddler import Meddler

FIRST = Booted(NOON, 1, "1")
SECOND = Paused(NOON, "all", "audit")
THIRD = Paused(NOON, "image:web", "audit")
LARGE = [Paused(NOON, f"image:{n}", "x" * 30_000) for n in range(50)]
"""More than a block holds."""
_names = count()


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """An emulator that speaks http."""
    with running(tmp_path_factory.mktemp("http"), tls=False) as found:
        yield found


class Stage:
    """One replica behind the meddler, and whoever else looks directly."""

    def __init__(self, azurite: Azurite) -> None:
        """Take the emulator."""
        self.azurite, self.name = azurite, f"lost-{next(_names)}"
        self.meddler = Meddler(azurite.port)

    @property
    def direct(self) -> Place:
        """The store as it is."""
        return in_container(self.azurite, self.name)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Journal]:
        """Give the journal of the replica, with one entry in it."""
        async with self.meddler.listening() as meddler:
            place = in_container(self.azurite, self.name, meddler.port)
            async with place.open() as (journal, _):
                await journal.append([FIRST], durable=True)
                yield journal

    async def entries(self) -> list[Entry]:
        """Return what is there."""
        async with self.direct.open() as (journal, _):
            return list(journal.read())

    def play(self, story: Callable[[Journal], Awaitable[None]]) -> list[Entry]:
        """Let a story happen to the replica; return what is there in the end."""

        async def whole() -> list[Entry]:
            async with self.open() as journal:
                await story(journal)
            return await self.entries()

        return asyncio.run(whole())


@pytest.fixture
def stage(azurite: Azurite) -> Stage:
    """A new container."""
    return Stage(azurite)


def test_an_append_whose_answer_is_lost_is_found(stage: Stage) -> None:
    """It is there, and once; the replica goes on as if it had been told."""

    async def story(journal: Journal) -> None:
        stage.meddler.plan("swallow")
        await journal.append([SECOND], durable=True)
        await journal.append([THIRD], durable=True)
        assert list(await journal.follow()) == []

    assert stage.play(story) == [FIRST, SECOND, THIRD]


def test_an_append_that_is_lost_itself_is_sent_once_more(stage: Stage) -> None:
    """Nothing is there, so it was not written."""

    async def story(journal: Journal) -> None:
        stage.meddler.plan("lose")
        await journal.append([SECOND], durable=True)

    assert stage.play(story) == [FIRST, SECOND]


def test_an_append_that_arrives_after_it_was_sent_again_adds_nothing(stage: Stage) -> None:
    """Both are for one place, which the second has taken by then."""
    answers: list[bytes] = []

    async def story(journal: Journal) -> None:
        stage.meddler.plan("late")
        await journal.append([SECOND], durable=True)
        answers.extend(await stage.meddler.deliver())
        await journal.append([THIRD], durable=True)

    assert stage.play(story) == [FIRST, SECOND, THIRD]
    assert [each.split()[1] for each in answers] == [b"412"]


def test_an_append_whose_second_answer_is_lost_is_found(stage: Stage) -> None:
    """Sent twice, arrived once."""

    async def story(journal: Journal) -> None:
        stage.meddler.plan("lose", "pass", "swallow")
        await journal.append([SECOND], durable=True)

    assert stage.play(story) == [FIRST, SECOND]


def test_an_append_that_never_arrives_is_an_error(stage: Stage) -> None:
    """It is not tried for ever, and the next one works."""

    async def story(journal: Journal) -> None:
        stage.meddler.plan("lose", "pass", "lose")
        with pytest.raises(StoreError, match="may still arrive"):
            await journal.append([SECOND], durable=True)
        await journal.append([THIRD], durable=True)

    assert stage.play(story) == [FIRST, THIRD]


def test_what_cannot_be_told_is_neither_believed_nor_written_twice(stage: Stage) -> None:
    """The answer and the look are lost, the append was not: it comes back like another's."""

    async def story(journal: Journal) -> None:
        stage.meddler.plan("swallow", "lose")
        with pytest.raises(StoreError, match="cannot be told") as raised:
            await journal.append([SECOND], durable=True)
        assert not isinstance(raised.value, FencedError)
        with pytest.raises(FencedError):
            await journal.append([THIRD], durable=True)
        assert list(await journal.follow()) == [SECOND]
        await journal.append([THIRD], durable=True)

    assert stage.play(story) == [FIRST, SECOND, THIRD]


def test_the_same_append_after_one_that_cannot_be_told_finds_it(stage: Stage) -> None:
    """It is there, and once."""

    async def story(journal: Journal) -> None:
        stage.meddler.plan("swallow", "lose")
        with pytest.raises(StoreError, match="cannot be told"):
            await journal.append([SECOND], durable=True)
        await journal.append([SECOND], durable=True)
        assert list(journal.read()) == [FIRST, SECOND]

    assert stage.play(story) == [FIRST, SECOND]


def test_whose_answer_is_lost_and_who_is_fenced_is_told_so(stage: Stage) -> None:
    """Another replica's bytes are there."""

    async def story(journal: Journal) -> None:
        async with stage.direct.open() as (other, _):
            await other.append([THIRD], durable=True)
        stage.meddler.plan("lose")
        with pytest.raises(FencedError):
            await journal.append([SECOND], durable=True)

    assert stage.play(story) == [FIRST, THIRD]


def test_whose_answer_is_lost_while_another_goes_on_has_written(stage: Stage) -> None:
    """Ours came first and the other read it; only the next append is fenced."""

    async def story(journal: Journal) -> None:
        stage.meddler.plan("late")
        appending = asyncio.create_task(journal.append([SECOND], durable=True))
        await appending
        async with stage.direct.open() as (other, _):
            await other.append([THIRD], durable=True)
        with pytest.raises(FencedError):
            await journal.append([FIRST], durable=True)

    assert stage.play(story) == [FIRST, SECOND, THIRD]


def test_a_batch_that_is_cut_short_is_void(stage: Stage) -> None:
    """Its first block is there, its second is not: nobody ever sees any of it."""

    async def story(journal: Journal) -> None:
        stage.meddler.plan("pass", "lose", "pass", "lose")
        with pytest.raises(StoreError):
            await journal.append(LARGE, durable=True)
        assert list(journal.read()) == [FIRST]
        assert await stage.entries() == [FIRST]
        await journal.append([THIRD], durable=True)
        with_it = journal.head
        async with stage.direct.open() as (other, _):
            assert other.head == with_it

    assert stage.play(story) == [FIRST, THIRD]


def test_a_large_batch_survives_lost_answers(stage: Stage) -> None:
    """Each of its blocks is settled by itself."""

    async def story(journal: Journal) -> None:
        stage.meddler.plan("swallow", "pass", "swallow")
        await journal.append(LARGE, durable=True)

    assert stage.play(story) == [FIRST, *LARGE]


def test_segments_follow_one_another(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader goes from one to the next; who still writes to an old one is fenced; all is one."""
    monkeypatch.setattr(blob, "SEGMENT_BLOCKS", 3)
    entries = [Paused(NOON, f"image:{n}", "x") for n in range(10)]

    async def story(journal: Journal) -> None:
        async with stage.direct.open() as (slow, _), stage.direct.open() as (other, _):
            for n, each in enumerate(entries):
                stage.meddler.plan("swallow" if n % 2 else "pass")
                await journal.append([each], durable=True)
                assert list(await other.follow()) == [each]
            with pytest.raises(FencedError):
                await slow.append([SECOND], durable=True)
            assert list(await slow.follow()) == entries
            await slow.append([THIRD], durable=True)
            found = verify(slow.records(), ())  # type: ignore[attr-defined]  # a container has them
            assert found.broken is None
            assert found.head == slow.head

    assert stage.play(story) == [FIRST, *entries, THIRD]


def test_what_was_read_before_the_network_failed_is_not_forgotten(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read that fails half-way is told whole by the next one; until then nothing is appended."""
    monkeypatch.setattr(blob, "SEGMENT_BLOCKS", 2)

    async def story(journal: Journal) -> None:
        async with stage.direct.open() as (other, _):
            for each in (SECOND, THIRD, SECOND):
                await other.append([each], durable=True)
        stage.meddler.plan("pass", "lose")
        with pytest.raises(StoreError):
            await journal.follow()
        with pytest.raises(FencedError):
            await journal.append([THIRD], durable=True)
        assert list(await journal.follow()) == [SECOND, THIRD, SECOND]

    assert stage.play(story) == [FIRST, SECOND, THIRD, SECOND]


def test_following_asks_once_while_nothing_is_new(stage: Stage) -> None:
    """A standby asks often: one request, and no bytes."""

    async def story(journal: Journal) -> None:
        await journal.follow()
        before = stage.meddler.seen
        await journal.follow()
        assert stage.meddler.seen == before + 1

    stage.play(story)


def test_a_lease_whose_answer_is_lost_is_ours_at_the_next_try(stage: Stage) -> None:
    """Nobody can tell, so it is not believed; asked again, it is renewed."""

    async def story() -> None:
        async with stage.meddler.listening() as meddler:
            place = in_container(stage.azurite, stage.name, meddler.port)
            async with place.open() as (_, lease), stage.direct.open() as (_, other):
                assert await lease.hold()
                await lease.release()
                meddler.plan("swallow")
                with pytest.raises(StoreError):
                    await lease.hold()
                assert lease.until < NOON
                assert not await other.hold()
                assert await lease.hold()
                assert lease.until > NOON

    asyncio.run(story())


@pytest.mark.long
def test_the_lease_of_a_replica_that_is_gone_lapses(stage: Stage) -> None:
    """In real time: after the 15 s that are the least that Storage permits, another has it."""

    async def story() -> None:
        async with stage.direct.open() as (_, gone), stage.direct.open() as (_, other):
            loop, waits = asyncio.get_running_loop(), asyncio.Event()
            began = loop.time()
            assert await gone.hold()
            while not await other.hold():
                with suppress(TimeoutError):
                    await asyncio.wait_for(waits.wait(), 0.5)
            assert 14 < loop.time() - began < 20
            assert not await gone.hold()

    asyncio.run(story())


def test_a_replica_starts_while_the_store_is_away_and_finds_it_later(stage: Stage) -> None:
    """It begins with nothing, writes nothing, and reads all once it can (PROMISES S44)."""

    async def story() -> None:
        async with stage.direct.open() as (other, _):
            await other.append([FIRST], durable=True)
        async with stage.meddler.listening() as meddler:
            meddler.plan("lose")
            place = in_container(stage.azurite, stage.name, meddler.port)
            async with place.open() as (journal, _):
                assert list(journal.read()) == []
                with pytest.raises(FencedError):
                    await journal.append([SECOND], durable=True)
                assert list(await journal.follow()) == [FIRST]
                await journal.append([THIRD], durable=True)
        assert await stage.entries() == [FIRST, THIRD]

    asyncio.run(story())
