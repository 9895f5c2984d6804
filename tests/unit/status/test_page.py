"""The page for people: what it says, and that nothing on it can act."""

import base64
import gc
import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from aibwatch.model.decision import Decision, Hold, Reason
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName
from aibwatch.model.readiness import Check, Colour, Item
from aibwatch.model.state import Snapshot
from aibwatch.status.explain import explain
from aibwatch.status.page import CONTENT_SECURITY_POLICY, ago, clock, lead, render, share, span
from aibwatch.status.plain import Json
from aibwatch.status.view import status
from builders import NOON, WEB_NORTH
from unit.status.snapshots import (
    DB_IMAGE,
    WEB_IMAGE,
    a_readiness,
    a_view,
    blind,
    calm,
    ordered,
    outage,
    paused,
    said_out,
    unbuilt,
)

OURS = '<script src="/live.js" defer data-every="5">'
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}"


def shown(snapshot: Snapshot, *, stale: bool = False) -> str:
    """Return the status page."""
    return render("status", {**status(snapshot, "0.1.0"), "stale": stale})


def image_page(snapshot: Snapshot, image: Image) -> str:
    """Return the page of one image."""
    return render("image", explain(snapshot, image))


def words(page: str) -> str:
    """Return what a reader sees, on one line."""
    body = page.partition("<body>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_an_outage_is_understood_from_the_page_alone() -> None:
    """What is out, since when, on what evidence; what is done; what holds and why."""
    text = words(shown(outage()))

    assert "westeurope is out since 2 Mar 12:04 UTC, by run and peers" in text
    assert "peers : db-west fails the same way" in text
    assert "web-north in northeurope, building for 9 min" in text
    assert "a failover of db failed at 09:00; cooldown is 6 h (until 2 Mar 15:00 UTC)" in text


def test_an_incident_tells_who_knew_first_and_by_how_much() -> None:
    """The open one stands before those that are over; a notice is told with its lead."""
    text = words(shown(outage()))

    assert "westeurope 2 Mar 12:04 UTC open aibwatch emerging 2 Mar 12:10 UTC" in text
    assert "6 min after aibwatch AIB-1 Builds fail in West Europe" in text
    assert "northeurope 1 Mar 12:00 UTC 1 Mar 14:00 UTC aibwatch events" in text


def test_how_available_image_builder_was_is_told_region_by_region() -> None:
    """A share never without the number that it is made of, and none of too few builds."""
    few = {"days": 7, "ok": 2, "platform": 1, "user": 9, "share": None}
    many = {"days": 30, "ok": 28, "platform": 1, "user": 9, "share": 28 / 29}
    availability: list[Json] = [{"region": "westeurope", "windows": [few, many]}]
    values = {**status(calm(), "0.1.0", availability), "stale": False}

    text = words(render("status", values))

    assert "Region 7 days 30 days westeurope too few builds to tell: 3 96.6% of 29 builds" in text
    assert "as it was measured" not in words(shown(calm()))


def test_an_incident_without_a_notice_says_so() -> None:
    """Microsoft's silence is told, not left out."""
    snapshot = outage()
    incidents = snapshot.view.state.incidents
    for each in list(incidents.values()):
        incidents[each.id] = replace(each, sights=())

    assert "Microsoft has said nothing" in words(shown(snapshot))


def test_how_often_it_was_right_is_one_line() -> None:
    """Precision and recall never without the counts that they are made of."""
    text = words(shown(outage()))

    assert "Precision 75%, recall 60%: 3 answered rightly, 1 needlessly; 2 missed" in text
    assert "7 rightly left alone; decided after 4 min on average." in text
    assert "Were we right" not in words(shown(calm()))


def test_a_calm_page_says_that_nothing_is_done() -> None:
    """Calm is said, not left to be guessed."""
    text = words(shown(calm()))

    assert "All is calm" in text
    assert "Nothing: no build waits for an answer." in text
    assert "3 images, 2 protected" in text


def test_a_pause_and_blindness_stand_above_everything() -> None:
    """Whoever looks must not take a stopped watcher for a calm one."""
    assert "“gallery migration”, by ann since 2 Mar 11:00 UTC" in words(shown(paused()))
    assert "no route to Azure" in words(shown(blind()))
    assert "not readable, last read 10 min ago" in words(shown(blind()))


def test_a_cycle_that_stands_still_is_told() -> None:
    """An old green page is worse than none."""
    assert "stands still" in words(shown(calm(), stale=True))
    assert "stands still" not in words(shown(calm()))


def test_the_page_of_an_image_explains_it() -> None:
    """Failure, evidence, guards, secondaries and the remedy are all there."""
    text = words(image_page(outage(), DB_IMAGE))

    for part in (
        "db held: cooldown",
        "outage, which counts only with corroboration",
        "silent: no operator has declared the region out",
        "Enough families agree: 2 are needed",
        "The end of the cooldown after the last failed failover.",
        "db-north ready",
    ):
        assert part in text


def test_a_word_on_a_region_is_shown_on_its_card() -> None:
    """Who says what until when."""
    said = "kim says that it is out since 2 Mar 12:00 UTC, until 2 Mar 14:00 UTC"

    assert f"{said}: “we see it ourselves”" in words(shown(said_out()))


def test_a_page_says_what_a_person_must_do() -> None:
    """On the card of the image, and on its own page."""
    says = "Needs a human since 2 Mar 12:10 UTC (failed): look at the run of web-north"

    assert says in words(shown(unbuilt()))
    assert says in words(image_page(unbuilt(), WEB_IMAGE))


@pytest.mark.parametrize("snapshot", [said_out(), unbuilt(), calm(), outage(), paused(), blind()])
def test_every_image_has_a_page_in_every_weather(snapshot: Snapshot) -> None:
    """No value that may be missing breaks a page."""
    for image in snapshot.view.images.values():
        assert image.name in words(image_page(snapshot, image))


def test_a_page_leaves_nothing_that_only_a_look_for_garbage_finds() -> None:
    """What a page was made of goes with it, as that of a large fleet is megabytes."""
    snapshot = outage()
    shown(snapshot), image_page(snapshot, WEB_IMAGE)
    gc.collect()

    shown(snapshot), image_page(snapshot, WEB_IMAGE)

    assert gc.collect() == 0


def test_hostile_texts_are_shown_as_text() -> None:
    """What others wrote is never markup, nor is it evaluated."""
    hold = Hold(Reason.PAUSED, HOSTILE)
    snapshot = outage()
    image = replace(WEB_IMAGE, name=ImageName(HOSTILE))
    decision = Decision(image.name, Reason.PAUSED, HOSTILE, held_by=(hold,))
    view = replace(
        a_view(images=(image,)),
        verdicts=snapshot.view.verdicts,
        misconfigured={image.name: HOSTILE},
    )
    hostile = Snapshot(NOON, view, {image.name: decision}, blind=False)

    for page in (shown(hostile), image_page(hostile, image)):
        assert re.findall(r"<script[^>]*>", page) == [OURS]
        assert "&lt;script&gt;" in page
        assert "{{7*7}}" in page


def test_the_browser_may_load_and_run_nothing_but_what_is_ours() -> None:
    """The policy names the hash of the very style that the page carries."""
    page = shown(calm())

    style = re.search(r"<style>(.*)</style>", page, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in CONTENT_SECURITY_POLICY
    for each in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        assert f"{each} 'none'" in CONTENT_SECURITY_POLICY
    assert "style=" not in page
    assert "script-src 'self'; connect-src 'self'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert re.findall(r"<script[^>]*>[^<]*", page) == [OURS]
    assert not re.search(r"<(img|link|iframe|form|object)\b", page)


def test_before_the_first_cycle_the_page_says_so() -> None:
    """A daemon that only just started has a page too."""
    assert "the first cycle has not ended" in words(render("starting", {}))


@pytest.mark.parametrize(
    ("length", "says"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=59.4), "59 s"),
        (timedelta(minutes=14, seconds=59), "14 min"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=2, hours=7), "2 d 7 h"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_durations_are_told_in_their_greatest_units(length: timedelta, says: str) -> None:
    """A person reads two units at most."""
    assert span(length) == says


@pytest.mark.parametrize(
    ("length", "says"), [(1620.0, "27 min after aibwatch"), (-60.0, "1 min before aibwatch")]
)
def test_a_lead_says_which_way_it_went(length: float, says: str) -> None:
    """A notice that came first is told as such."""
    assert lead(length) == says


def test_a_share_of_nothing_is_not_known() -> None:
    """Neither 0 % nor 100 %."""
    assert share(None) == "not known yet"


def test_what_never_happened_is_told_as_never() -> None:
    """No instant is no time, not the beginning of all time."""
    assert clock(None) == "never"
    assert ago(None, NOON.isoformat()) == "never"


def test_an_order_that_is_not_begun_is_shown() -> None:
    """Whoever looks at the page sees that something was ordered, by whom and why."""
    found = words(shown(ordered()))

    assert "Ordered: failover of web to web-north." in found
    assert "“a move”, by ada since 2 Mar 11:00 UTC" in found


def test_what_holds_a_failover_is_told_before_what_only_advises() -> None:
    """What holds is open and linked from its image; what advises is counted and folded."""
    snapshot = calm()
    red = a_readiness(WEB_NORTH, Check.SUBNET)
    scarce = Item(Check.QUOTA, Colour.YELLOW, "it is scarce")
    readiness = {(WEB_IMAGE.name, WEB_NORTH): replace(red, items=(scarce, *red.items))}
    page = shown(replace(snapshot, view=replace(snapshot.view, readiness=readiness)))

    told, _, advice = page.partition('<details id="advice">')
    assert '<a class="small" href="#readiness">1 holds it</a>' in told
    assert "subnet was looked at" in told.partition('<h2 id="readiness">')[2]
    assert "1 more item that holds nothing" in advice
    assert "it is scarce" in advice
    assert "it is scarce" not in told


def test_a_large_fleet_has_a_page_that_can_be_read() -> None:
    """The first hundred items; a command tells all."""
    snapshot = calm()
    red = a_readiness(WEB_NORTH)
    many = (Item(Check.SUBNET, Colour.RED, "it is gone"),) * 103
    readiness = {(WEB_IMAGE.name, WEB_NORTH): replace(red, items=many)}
    page = shown(replace(snapshot, view=replace(snapshot.view, readiness=readiness)))

    assert page.count("it is gone") == 100
    assert "And 3 more: aibwatch readiness" in words(page)


UNWRITABLE = replace(calm(), view=replace(calm().view, writable=False))


@pytest.mark.parametrize("snapshot", [blind(), UNWRITABLE])
def test_who_leads_and_cannot_act_does_not_say_that_it_may(snapshot: Snapshot) -> None:
    """The first line must not contradict what stands below it."""
    top = words(shown(snapshot)).partition("as of")[0]

    assert "may not act now" in top
    assert "may act" in words(shown(calm())).partition("as of")[0]


def test_a_standby_says_so_at_the_top() -> None:
    """Who looks at the wrong replica must notice."""
    snapshot = calm()
    standby = replace(snapshot, view=replace(snapshot.view, leader=False))

    assert "Standby." in words(shown(standby)).partition("Regions")[0]
    assert "Standby." not in words(shown(snapshot))
