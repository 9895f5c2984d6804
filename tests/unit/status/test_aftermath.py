"""What an outage left to look at: triggers that are off, and images that were built twice."""

import json
from dataclasses import replace
from typing import Any

from aibwatch.cli.aftermath import aftermath_lines
from aibwatch.model.edition import Edition
from aibwatch.model.incident import Incident
from aibwatch.model.names import ImageName, IncidentId
from aibwatch.model.state import Snapshot
from aibwatch.model.template import RunKey
from aibwatch.status.aftermath import LISTED, SHOWN_FOR, aftermath
from aibwatch.status.page import render
from aibwatch.status.view import status
from builders import HOUR, MINUTE, NOON, NORTH, WEB, WEB_NORTH, WEST
from unit.status.snapshots import WEB_IMAGE, calm

OFF_SINCE = "(web, westeurope) is off since 2026-03-02 11:59 UTC"
OFF = "az image builder run --ids /"


def after(*, off: bool = False, twice: int = 0, closed: bool = True) -> Snapshot:
    """Return a calm picture after an outage, or without any."""
    snapshot = calm()
    state = snapshot.view.state
    if closed:
        ended = Incident(IncidentId("i"), WEST, NOON - HOUR, NOON - HOUR, closed=NOON)
        state.incidents[ended.id] = ended
    if off:
        state.disarmed[WEB] = NOON - MINUTE
    own = Edition(WEB_IMAGE.name, "/v/0", RunKey(WEB_NORTH, NOON), NORTH, NOON - 2 * HOUR)
    doubles = [
        replace(own, version=f"/v/{n + 1}", region=WEST, published=NOON, duplicate_of="/v/0")
        for n in range(twice)
    ]
    early = replace(own, version="/v/early", duplicate_of="/v/0")
    state.editions[WEB_IMAGE.name] = (own, early, *doubles)
    return snapshot


def told(snapshot: Snapshot) -> Any:
    """Return it as a client reads it."""
    return json.loads(json.dumps(aftermath(snapshot.view, NOON + HOUR)))


def lines(snapshot: Snapshot) -> list[str]:
    """Return what `aibwatch status` says of it."""
    return [*aftermath_lines(told(snapshot))]


def test_after_an_outage_all_that_is_to_be_looked_at_is_named() -> None:
    """The trigger with the one command that arms it, the duplicate with its winner."""
    assert lines(after(off=True, twice=1)) == [
        "after the outage of westeurope: see `aibwatch leftovers`",
        f"the trigger of web-west {OFF_SINCE}; a good run arms it: {OFF[:-1]}{WEB}",
        "web was built twice: 1 of westeurope is a duplicate of 0 of northeurope",
    ]


def test_without_an_outage_only_a_trigger_that_is_off_is_named() -> None:
    """What was built twice then is told with the image."""
    assert told(after(closed=False, twice=1)) is None
    assert lines(after(closed=False)) == []
    (line,) = lines(after(closed=False, off=True, twice=1))
    assert OFF in line


def test_an_outage_is_spoken_of_for_a_week() -> None:
    """Then its remains are old news."""
    view = after(twice=1).view

    assert aftermath(view, NOON + SHOWN_FOR - MINUTE) is not None
    assert aftermath(view, NOON + SHOWN_FOR) is None


def test_a_trigger_of_a_template_that_is_in_no_image_is_nobodys() -> None:
    """It was taken out of the configuration."""
    snapshot = after(closed=False, off=True)
    view = replace(snapshot.view, images={ImageName("web"): replace(WEB_IMAGE, templates=())})

    assert aftermath(view, NOON) is None


def test_many_are_counted() -> None:
    """A whole fleet's are not listed on one screen."""
    found = lines(after(twice=LISTED + 3))

    assert (len(found), found[-1]) == (LISTED + 2, "and 3 more duplicates")


def test_the_page_and_the_status_say_it() -> None:
    """Where there is something to look at."""
    snapshot = after(off=True, twice=LISTED + 3)
    page = render("status", {**status(snapshot, "0.1.0"), "stale": False})
    calm_page = render("status", {**status(after(closed=False), "0.1.0"), "stale": False})

    assert "After the outage of westeurope" in page
    assert OFF in page
    assert "was built twice: 1 of westeurope is a duplicate of 0 of northeurope." in page
    assert "And 3 more duplicates." in page
    assert "After the outage" not in calm_page
