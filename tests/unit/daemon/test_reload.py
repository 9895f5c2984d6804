"""What changes in a configuration, what may not, and when another one holds."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from aibwatch.config.schema import Settings
from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.discovery import observing
from aibwatch.daemon.reload import Reloader, changed, refuse_restarts
from aibwatch.errors import ConfigError
from aibwatch.model.image import Mode
from builders import WEB


@dataclass
class Loads:
    """Counts loads as the metrics do."""

    hashes: list[str | None] = field(default_factory=list)

    def config(self, sha256: str | None, at: datetime) -> None:
        """Take one."""
        self.hashes.append(sha256)


def settings(**sections: object) -> Settings:
    """Return a configuration."""
    return Settings.model_validate(sections)


def a_reloader(path: Path, loads: Loads, applied: list[Settings]) -> Reloader:
    """Return a reloader of a file, with what it applies."""
    take: Callable[..., None] = lambda found, _channels: applied.append(found)  # noqa: E731
    url = f"sqlite:///{path.parent}/a.db"
    old, variables = settings(store={"url": url}), {"AIBWATCH_STORE__URL": url}
    return Reloader(old, path, variables, SteadyClock(), loads, take)


def test_what_differs_is_named_by_section_secrets_too() -> None:
    """A URL that is a secret is in no hash, and yet another one."""
    one = {"name": "a", "kind": "slack", "url": "https://a.b/1"}

    old, new = settings(notify=[one]), settings(notify=[{**one, "url": "https://a.b/2"}])

    assert changed(old, new) == ("notify",)
    assert changed(old, old) == ()


@pytest.mark.parametrize(
    ("sections", "key"),
    [
        ({"azure": {"cloud": "china"}}, "azure.cloud"),
        ({"poll": {"interval": "30s"}}, "poll.interval"),
        ({"store": {"retention": "30d"}}, "store.retention"),
        ({"http": {"listen": "127.0.0.1:1"}}, "http.listen"),
        ({"log": {"level": "debug"}}, "log.level"),
        ({"failover": {"request_timeout": "10s"}}, "failover.request_timeout"),
        ({"metrics": {"created": True}}, "metrics.created"),
    ],
)
def test_what_needs_a_restart_is_refused_by_its_name(sections: dict[str, object], key: str) -> None:
    """As a whole: nobody should believe that half of it holds."""
    with pytest.raises(ConfigError, match=rf"^{key}: cannot change while aibwatch runs"):
        refuse_restarts(settings(), settings(**sections))


@pytest.mark.parametrize("section", ["detection", "failover", "canary", "readiness", "metrics"])
def test_the_rest_may_change(section: str) -> None:
    """What the core decides by, and who is told."""
    values = {
        "detection": {"families": 3},
        "failover": {"total": 3},
        "canary": {"max_per_day": 1},
        "readiness": {"interval": "1m"},
        "metrics": {"max_templates": 1},
    }

    refuse_restarts(settings(), settings(**{section: values[section]}))


def test_who_only_observes_observes_what_is_read_later_too(tmp_path: Path) -> None:
    """`serve --observe` is no first configuration: a file that says `auto` does not end it."""
    path, loads, applied = tmp_path / "a.yaml", Loads(), list[Settings]()
    path.write_text("")
    template = (
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers"
        "/Microsoft.VirtualMachineImages/imageTemplates/web"
    )

    async def story() -> None:
        reloader = a_reloader(path, loads, applied)
        reloader.taken = observing
        both = f"[{template}, {template}-b]"
        path.write_text(f"images: [{{name: web, templates: {both}, mode: auto}}]")
        await reloader.reload()
        reloader.between()

    asyncio.run(story())
    assert [each.mode for found in applied for each in found.images] == [Mode.OBSERVE]


def test_another_one_holds_between_two_beats_and_not_before(tmp_path: Path) -> None:
    """Once (PROMISES S42)."""
    path, loads, applied = tmp_path / "a.yaml", Loads(), list[Settings]()
    path.write_text("")

    async def story() -> None:
        reloader = a_reloader(path, loads, applied)
        path.write_text("failover: {total: 3}")
        assert await reloader.reload() == ("failover",)
        assert (applied, loads.hashes) == ([], [])
        reloader.between()
        reloader.between()
        assert reloader.settings.failover.total == 3

    asyncio.run(story())
    assert [each.failover.total for each in applied] == [3]
    assert loads.hashes == [applied[0].sha256]


def test_a_wrong_one_changes_nothing_and_is_told(tmp_path: Path) -> None:
    """With all that is wrong (PROMISES S42)."""
    path, loads, applied = tmp_path / "a.yaml", Loads(), list[Settings]()
    path.write_text("failover: {total: 0, max_hops: -1}")

    async def story() -> None:
        reloader = a_reloader(path, loads, applied)
        with pytest.raises(ConfigError) as refusal:
            await reloader.reload()
        assert len(refusal.value.problems) == 2
        reloader.between()

    asyncio.run(story())
    assert (applied, loads.hashes) == ([], [None])


@pytest.mark.parametrize("text", ["", "images: []", "# images:\nfailover: {total: 3}"])
def test_a_file_that_is_just_being_written_takes_nothing_away(tmp_path: Path, text: str) -> None:
    """Who empties it before he fills it would leave every image unwatched for a while."""
    path, loads, applied = tmp_path / "a.yaml", Loads(), list[Settings]()
    path.write_text(text)

    async def story() -> None:
        reloader = a_reloader(path, loads, applied)
        watched = settings(
            images=[{"name": "web", "templates": [WEB]}], store=reloader.settings.store
        )
        reloader.settings = watched
        with pytest.raises(ConfigError, match="there would be nothing to watch"):
            await reloader.reload()
        reloader.between()

    asyncio.run(story())
    assert (applied, loads.hashes) == ([], [None])


def test_a_refusal_stands_until_another_one_is_taken(tmp_path: Path) -> None:
    """The probe's words follow the metric."""
    path, loads, applied = tmp_path / "a.yaml", Loads(), list[Settings]()
    path.write_text("")

    async def story() -> list[bool]:
        reloader = a_reloader(path, loads, applied)
        told = [reloader.health.reload_refused]
        for text in ("failover: {total: 0}", "failover: {total: 3}"):
            path.write_text(text)
            with suppress(ConfigError):
                await reloader.reload()
            reloader.between()
            told.append(reloader.health.reload_refused)
        return told

    assert asyncio.run(story()) == [False, True, False]


def test_one_that_needs_a_restart_changes_nothing_else_either(tmp_path: Path) -> None:
    """Nobody should have to know which half of it holds."""
    path, loads, applied = tmp_path / "a.yaml", Loads(), list[Settings]()
    path.write_text("{failover: {total: 3}, log: {level: debug}}")

    async def story() -> None:
        reloader = a_reloader(path, loads, applied)
        with pytest.raises(ConfigError, match=r"log\.level"):
            await reloader.reload()
        reloader.between()

    asyncio.run(story())
    assert (applied, loads.hashes) == ([], [None])


@pytest.mark.parametrize("how", ["changed", "asked"])
def test_it_is_read_when_it_is_another_one_or_somebody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """By what is in it, whatever the links on its path; one that is the same is left alone."""
    monkeypatch.setattr("aibwatch.daemon.reload.LOOK_SECONDS", 0.01)
    path, loads, applied = tmp_path / "a.yaml", Loads(), list[Settings]()
    path.write_text("failover: {total: 3}")

    async def story() -> None:
        reloader = a_reloader(path, loads, applied)
        watching = asyncio.create_task(reloader.watch())
        await asyncio.sleep(0.05)
        reloader.between()
        assert applied == []
        if how == "asked":
            reloader.asked.set()
        else:
            path.write_text("failover: {total: 3}\n")
        async with asyncio.timeout(10):
            while not applied:
                await asyncio.sleep(0.01)
                reloader.between()
        watching.cancel()

    asyncio.run(story())
    assert [each.failover.total for each in applied] == [3]
