"""What the API and the page of an image tell of readiness, and of what a secondary rests on."""

from dataclasses import replace

import pytest

from aibwatch.model.graph import Graph, Node
from aibwatch.model.image import Image
from aibwatch.model.names import ResourceId
from aibwatch.model.offer import Geography
from aibwatch.model.readiness import Check, Colour
from aibwatch.model.template import RunState
from aibwatch.status.explain import explain
from aibwatch.status.page import render
from aibwatch.status.plain import instant
from aibwatch.status.preparation import preparation, tree_of
from aibwatch.status.view import status
from builders import MINUTE, NOON, NORTH, WEB_NORTH, WEST, a_run, a_template, some_sightings
from unit.status.snapshots import LAB_IMAGE, WEB_IMAGE, a_readiness, calm

TEMPLATE, SUBNET, NETWORK = ResourceId(WEB_NORTH), ResourceId("/subnet"), ResourceId("/network")
GRAPH = Graph(
    (
        Node(TEMPLATE, "template web-north", NORTH, Colour.GREEN),
        Node(SUBNET, "subnet net/builds", NORTH, Colour.GREEN, "", ("template",)),
        Node(NETWORK, "network <net>", WEST, Colour.RED, "out with it", ("template", "subnet")),
    ),
    ((TEMPLATE, SUBNET), (SUBNET, NETWORK), (NETWORK, SUBNET), (SUBNET, TEMPLATE)),
)


def test_a_graph_is_told_as_a_tree_that_ends() -> None:
    """Each thing once, below what first led to it, though Azure's answer were a circle."""
    tree = tree_of(GRAPH)

    assert tree["called"] == "template web-north"
    (subnet,) = tree["rests_on"]  # type: ignore[misc]
    (network,) = subnet["rests_on"]  # type: ignore[index,misc,call-overload]
    assert network == {
        "id": NETWORK,
        "called": "network <net>",
        "region": WEST,
        "colour": "red",
        "says": "out with it",
        "rests_on": [],
        "also": [SUBNET],
    }


def test_the_page_of_an_image_shows_what_its_secondary_rests_on_without_a_script() -> None:
    """As a picture and as a list of lists; and names are text."""
    page = render("image", explain(calm(), WEB_IMAGE, None, {WEB_NORTH: GRAPH}))

    assert "What web-north rests on" in page
    assert page.count("<svg") == 1
    assert "network &lt;net&gt;" in page
    assert "out with it" in page
    assert page.count("<script") == 1


def test_the_page_links_what_is_not_green_to_what_microsoft_writes_about_it() -> None:
    """Of a green item there is nothing to read."""
    snapshot = calm()
    red = a_readiness(WEB_NORTH, Check.SUBNET)
    view = replace(
        snapshot.view, readiness={**snapshot.view.readiness, (WEB_IMAGE.name, WEB_NORTH): red}
    )

    page = render("image", explain(replace(snapshot, view=view), WEB_IMAGE))

    assert page.count("Microsoft on this") == 1
    assert "image-builder-json#vnetconfig-optional" in page


def test_who_has_one_template_is_shown_as_unprotected_with_the_next_command() -> None:
    """On the status page and on the image's own."""
    snapshot = calm()
    told = status(snapshot, "1")
    command = "aibwatch replicate lab"

    overview = render("status", {**told, "stale": False})
    own = render("image", explain(snapshot, LAB_IMAGE))

    assert "unprotected" in overview
    assert command in overview
    assert command in own


@pytest.mark.parametrize(
    ("state", "told"), [(RunState.SUCCEEDED, " (here 34 at last)"), (RunState.FAILED, "")]
)
def test_what_a_secondary_would_cost_goes_by_the_last_good_build(
    state: RunState, told: str
) -> None:
    """A build that failed tells nothing of how long one takes."""
    run = a_run(template=LAB_IMAGE.primary, state=state, ended=NOON + 4 * MINUTE)
    lab = a_template(id=LAB_IMAGE.primary, run=run)

    (image,) = preparation([LAB_IMAGE], {}, {}, some_sightings(lab), NOON)["images"]  # type: ignore[misc]

    assert f"the minutes of its VM{told}; " in image["cost"]  # type: ignore[index,call-overload,operator]


@pytest.mark.parametrize(
    ("image", "north", "told"),
    [
        (LAB_IMAGE, "Europe", "Qatar has no other region with Image Builder: accept another"),
        (LAB_IMAGE, "Qatar", ""),
        (WEB_IMAGE, "Europe", ""),
    ],
    ids=["alone", "not alone", "has a secondary"],
)
def test_who_is_alone_in_his_geography_is_told_his_choices(
    image: Image, north: str, told: str
) -> None:
    """Any secondary of it would be in another geography: its owner decides that (S28)."""
    seen = some_sightings(a_template(id=image.primary))
    seen.geographies = {WEST: Geography(WEST, "Qatar"), NORTH: Geography(NORTH, north)}

    (found,) = preparation([image], {}, {}, seen, NOON)["images"]  # type: ignore[misc]

    assert str(found["alone"] or "").startswith(told)  # type: ignore[index,call-overload]
    assert bool(found["alone"]) == bool(told)  # type: ignore[index,call-overload]


def test_each_item_says_when_it_was_read() -> None:
    """In the API, and on the page beside what it says."""
    snapshot = calm()
    seen = snapshot.view.sightings.seen[WEB_NORTH]
    told = preparation([WEB_IMAGE], snapshot.view.readiness, {}, snapshot.view.sightings, NOON)

    (image,) = told["images"]  # type: ignore[misc]
    items = image["secondaries"][0]["items"]  # type: ignore[index,call-overload]
    ages = {each["check"]: each["seen"] for each in items}  # type: ignore[index,union-attr,call-overload]
    assert ages["idle"] == instant(seen)
    assert ages["subnet"] is None
    assert 'soft small">read ' in render("image", explain(snapshot, WEB_IMAGE))


def test_each_item_says_whether_it_holds() -> None:
    """The advisory ones tell only."""
    view = calm().view
    told = preparation([WEB_IMAGE], view.readiness, {}, view.sightings, NOON)

    (image,) = told["images"]  # type: ignore[misc]
    items = image["secondaries"][0]["items"]  # type: ignore[index,call-overload]
    gates = {each["check"]: each["gates"] for each in items}  # type: ignore[index,union-attr,call-overload]
    assert (gates["subnet"], gates["quota"], gates["zones"]) == (True, False, False)
    assert told["summary"] == "1 image, 1 protected"
