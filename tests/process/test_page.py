"""The page in a real browser, in each state that a person may find it in.

Screenshots are kept in build/page.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from aibwatch.journal.fold import apply
from aibwatch.model.entry import Paused
from aibwatch.model.image import Mode
from aibwatch.model.names import ImageName
from aibwatch.model.readiness import Check, Colour, Item
from aibwatch.model.state import Snapshot
from builders import NOON, WEB_NORTH
from chromium import Browser, Tab, browsing, tab_of
from house.tree import ROOT
from unit.cli.running import running
from unit.status.snapshots import DB_IMAGE, WEB_IMAGE, a_readiness, blind, calm, outage, paused
from unit.status.test_drills import drilled
from unit.status.test_preparation import GRAPH

PHONE, WALL = (360, 800), (1920, 1080)
KEPT = ROOT / "build/page"


def standby() -> Snapshot:
    """Return a calm day as a replica sees it that does not lead."""
    snapshot = calm()
    return replace(snapshot, view=replace(snapshot.view, leader=False))


def unready() -> Snapshot:
    """Return a calm day on which a secondary drifted and its subnet is gone."""
    snapshot = calm()
    red = a_readiness(WEB_NORTH, Check.NO_DRIFT, Check.SUBNET)
    scarce = Item(Check.QUOTA, Colour.YELLOW, "scarce")
    red = replace(red, items=(*red.items, scarce))
    readiness = {**snapshot.view.readiness, (WEB_IMAGE.name, WEB_NORTH): red}
    return replace(snapshot, view=replace(snapshot.view, readiness=readiness))


def long_names() -> Snapshot:
    """Return a calm day on which images have names without a place to break."""
    snapshot = unready()
    view = snapshot.view
    names = [ImageName("_".join(["golden"] * count)) for count in (6, 20)]
    more = {name: replace(WEB_IMAGE, name=name) for name in names}
    return replace(snapshot, view=replace(view, images={**view.images, **more}))


def tagged() -> Snapshot:
    """Return a calm day on which one image is known by its tags alone."""
    snapshot = calm()
    images = {**snapshot.view.images, WEB_IMAGE.name: replace(WEB_IMAGE, mode=Mode.OBSERVE)}
    view = replace(snapshot.view, images=images, tagged=frozenset({WEB_IMAGE.name}))
    return replace(snapshot, view=view)


STATES: dict[str, tuple[Callable[[], Snapshot | None], str]] = {
    "calm": (calm, "All is calm"),
    "outage": (outage, "westeurope is out"),
    "paused": (paused, "Paused: all."),
    "blind": (blind, "Blind"),
    "standby": (standby, "Standby."),
    "unready": (unready, "no drift"),
    "names": (long_names, "golden_golden"),
    "tagged": (tagged, "by its tags"),
    "drilled": (drilled, "Recovery took 1 h"),
    "starting": (lambda: None, "Starting"),
}
"""Each with words that a person must find."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One process for all of this module."""
    with browsing(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """A page for each test."""
    with tab_of(browser) as found:
        yield found


def looked_at(tab: Tab, name: str) -> None:
    """Look at what is shown in both schemes and on both screens; keep pictures."""
    for scheme, size in (("light", PHONE), ("dark", WALL)):
        tab.prefer(scheme)
        tab.size(*size)
        tab.screenshot(KEPT / f"{name}-{size[0]}-{scheme}.png")
        assert tab.faults() == []
        assert tab.ask("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_told_to_everybody(tab: Tab, state: str) -> None:
    """On a phone and on a wall, by day and by night, to eyes and to a screen reader."""
    snapshot, words = STATES[state]
    with running(snapshot()) as daemon:
        tab.go(f"http://127.0.0.1:{daemon.port}/")
        looked_at(tab, state)

        assert words in tab.ask("document.body.innerText")
        assert tab.errors() == []


def test_the_page_of_an_image_is_told_to_everybody(tab: Tab) -> None:
    """It is where a person goes next; also what he must open first, such as the picture."""
    with running(outage(), graphs={DB_IMAGE.secondaries[0]: GRAPH}) as daemon:
        tab.go(f"http://127.0.0.1:{daemon.port}/images/db")
        tab.ask("document.querySelectorAll('details').forEach(each => { each.open = true })")
        looked_at(tab, "image")

        assert tab.ask("document.querySelector('svg.picture').getBoundingClientRect().width") > 400

        assert tab.errors() == []


def test_the_page_of_an_image_that_is_no_longer_there_leads_on(tab: Tab) -> None:
    """Links stand in chats and tickets for long."""
    with running(calm()) as daemon:
        tab.go(f"http://127.0.0.1:{daemon.port}/images/gone")
        looked_at(tab, "gone")

        assert "No image is called gone" in tab.ask("document.body.innerText")
        assert tab.ask("document.querySelector('main a').getAttribute('href')") == "/#images"


def test_it_renews_itself_in_place_and_says_when_nobody_answers(tab: Tab) -> None:
    """Who reads with the keyboard keeps his place; what is old is called so."""
    snapshot = calm()
    with running(snapshot) as daemon:
        tab.go(f"http://127.0.0.1:{daemon.port}/")
        tab.ask("document.querySelector('a[href=\"/images/web\"]').focus()")
        apply(snapshot.view.state, Paused(NOON, "all", "a freeze", "ann", None))
        tab.ask("renew()")

        assert "a freeze" in tab.ask("document.body.innerText")
        assert tab.ask("document.activeElement.getAttribute('href')") == "/images/web"
        assert tab.ask("silent.hidden") is True

    tab.ask("renew()")

    assert tab.ask("silent.hidden") is False
    assert "does not answer since" in tab.ask("silent.innerText")


def test_it_needs_no_script(tab: Tab) -> None:
    """Then the browser itself loads it anew."""
    with running(outage()) as daemon:
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        tab.go(f"http://127.0.0.1:{daemon.port}/")

        assert "westeurope is out" in tab.ask("document.body.innerText")
        assert tab.ask("document.querySelector('meta[http-equiv=refresh]').content") == "5"
