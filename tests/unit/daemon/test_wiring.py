"""From the configuration to the concrete things."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.config.load import load as load_settings
from aibwatch.config.schema import Settings
from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.metered import MeteredJournal
from aibwatch.daemon.wiring import (
    Observer,
    Store,
    listen_of,
    may_start,
    store_of,
    subscriptions_of,
)
from aibwatch.errors import StoreError, StoreLockedError
from aibwatch.journal.late import LateJournal
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Booted, Paused
from aibwatch.status.health import Health
from aibwatch.status.metrics import Metrics
from builders import NOON, an_id

ELSEWHERE = "99999999-2222-3333-4444-555555555555"
SPARE = "88888888-2222-3333-4444-555555555555"

PAUSE = Paused(NOON, "all", "maintenance")


class Meter:
    """Counts by operation, and whether it failed."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.uses: Counter[tuple[str, bool]] = Counter()

    def store(self, op: str, *, failed: bool = False) -> None:
        """Count one use."""
        self.uses[op, failed] += 1


def settings(folder: Path, text: str = "") -> Settings:
    """Return the settings of a file with a store in `folder`."""
    path = folder / "aibwatch.yaml"
    path.write_text(f"store: {{url: 'sqlite:///{folder / 'a.db'}'}}\n{text}")
    return load_settings(path, {})


def image(name: str, mode: str, *templates: str) -> str:
    """Return a configured image."""
    return f"  - {{name: {name}, mode: {mode}, templates: [{', '.join(templates)}]}}\n"


def test_only_secondaries_of_auto_images_may_be_started(tmp_path: Path) -> None:
    """Neither a primary nor anything of an image that is only watched or advised on."""
    text = (
        "images:\n"
        + image("web", "auto", an_id("web-1"), an_id("web-2"), an_id("web-3"))
        + image("db", "observe", an_id("db-1"), an_id("db-2"))
        + image("app", "advise", an_id("app-1"), an_id("app-2"))
    )

    allowed = may_start(settings(tmp_path, text))

    assert allowed == {an_id("web-2"), an_id("web-3")}


def test_without_an_auto_image_nothing_may_be_started(tmp_path: Path) -> None:
    """The gate before the transport lets no request through that changes anything."""
    text = "images:\n" + image("web", "observe", an_id("web-1"), an_id("web-2"))

    assert may_start(settings(tmp_path, text)) == frozenset()


CANARY = "canary: {templates: {westeurope: '" + an_id("canary", SPARE) + "'}}\n"


def test_a_canary_may_be_started_because_the_section_names_it(tmp_path: Path) -> None:
    """That, and nothing of the images that only observe (S33, S36)."""
    text = CANARY + "images:\n" + image("web", "observe", an_id("web-1"), an_id("web-2"))

    assert may_start(settings(tmp_path, text)) == {an_id("canary", SPARE)}


def test_the_subscription_of_a_canary_is_watched(tmp_path: Path) -> None:
    """Although no image lives there."""
    text = CANARY + "images:\n" + image("web", "observe", an_id("web-1"), an_id("web-2"))

    assert SPARE in subscriptions_of(settings(tmp_path, text))


def test_subscriptions_are_those_named_and_those_of_the_images(tmp_path: Path) -> None:
    """Each once, whether it is named, implied, or both."""
    text = f"subscriptions: ['{SPARE}', '{ELSEWHERE}']\nimages:\n" + image(
        "web", "observe", an_id("web-1"), an_id("web-2", ELSEWHERE)
    )

    found = subscriptions_of(settings(tmp_path, text))

    mine = an_id("web-1").split("/")[2]
    assert found == tuple(sorted({mine, ELSEWHERE, SPARE}))


def opened(config: Settings, meter: Meter) -> Store:
    """Open the store as the daemon does, and put it away again."""

    async def story() -> Store:
        async with AsyncExitStack() as stack:
            return await store_of(config, meter, SteadyClock(), stack)

    return asyncio.run(story())


def test_a_good_store_is_folded_and_counted(tmp_path: Path) -> None:
    """What was written before is believed again; the reading is counted."""
    config, meter = settings(tmp_path), Meter()
    first = SqliteJournal(tmp_path / "a.db")
    asyncio.run(first.append([Booted(NOON, 1, "x"), PAUSE], durable=True))
    first.close()

    ledger = opened(config, meter).ledger

    assert ledger.state.pauses == {("all", PAUSE.actor): PAUSE}
    assert ledger.state.epoch == 1
    assert meter.uses == {("read", False): 1}


def corrupt(path: Path) -> None:
    """Write something that is no database."""
    path.write_bytes(b"no database at all " * 500)


def contradictory(path: Path) -> None:
    """Write entries that cannot follow each other."""
    journal = SqliteJournal(path)
    asyncio.run(journal.append([Booted(NOON, 5, "x"), Booted(NOON, 2, "x")], durable=True))
    journal.close()


@pytest.mark.parametrize("spoil", [corrupt, contradictory, Path.mkdir])
def test_a_store_that_cannot_be_used_leaves_us_watching(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    """No start fails for it; what is to be durable is refused in words, so nothing is done."""
    spoil(tmp_path / "a.db")
    config, meter = settings(tmp_path), Meter()

    stored = opened(config, meter)

    journal, ledger = stored.journal, stored.ledger
    assert isinstance(journal, MeteredJournal)
    assert isinstance(journal.journal, LateJournal)
    assert stored.compactable is journal.journal
    with pytest.raises(StoreError, match=r"."):
        asyncio.run(ledger.write_ahead(PAUSE))
    assert ledger.state.pauses == {}
    assert not ledger.writable
    assert meter.uses["append", True] == 1


def test_a_store_that_makes_no_sense_is_given_up_again(tmp_path: Path) -> None:
    """Its lock is free for whoever mends it, though the daemon still watches."""
    contradictory(tmp_path / "a.db")

    async def story() -> None:
        async with AsyncExitStack() as stack:
            await store_of(settings(tmp_path), Meter(), SteadyClock(), stack)
            SqliteJournal(tmp_path / "a.db").close()

    asyncio.run(story())


def test_a_store_that_another_process_holds_is_no_reason_to_watch_beside_it(
    tmp_path: Path,
) -> None:
    """Two daemons on one store: the second one ends and says who holds it."""
    holder = SqliteJournal(tmp_path / "a.db")

    with pytest.raises(StoreLockedError, match="another aibwatch"):
        opened(settings(tmp_path), Meter())

    holder.close()


def test_the_token_for_changing_calls_is_read_from_its_file(tmp_path: Path) -> None:
    """Where to listen, and the token without its line end."""
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text("a-token-of-some-length\n")

    listen = listen_of(
        settings(tmp_path, f"http: {{listen: '127.0.0.1:9999', token_file: {token}}}")
    )

    assert (listen.host, listen.port, listen.token) == ("127.0.0.1", 9999, "a-token-of-some-length")


def test_without_a_token_file_there_is_no_token(tmp_path: Path) -> None:
    """Changing calls are off."""
    assert listen_of(settings(tmp_path)).token is None


@pytest.mark.parametrize(
    ("code", "had"), [("200", True), ("403", True), ("auth", False), ("timeout", False)]
)
def test_any_answer_shows_that_a_token_was_had(code: str, had: bool) -> None:  # noqa: FBT001
    """A status, whatever it is, was answered to a token; without an answer nobody knows."""
    health = Health(timedelta(minutes=3))
    observer = Observer(Metrics(), health)

    observer.request("imagebuilder", "list", code, 0.1)

    assert health.token_once is had
