"""The graphs of an image's secondaries, as the daemon draws them."""

from dataclasses import replace

from aibwatch.daemon.foundations import graphs
from aibwatch.model.names import ResourceId
from aibwatch.model.state import State, View
from builders import NOON, WEB_NORTH, a_policy, an_image
from unit.secondaries.prepared import NETWORK, a_blueprint, prepared


def a_view(state: State) -> View:
    """Return a view of one image whose secondary is in every way ready."""
    image = an_image()
    return View({image.name: image}, state, prepared(), {}, {}, a_policy())


def test_a_secondary_has_a_graph_once_it_is_known_what_it_is_made_of() -> None:
    """Before that there is none to draw, and of one never seen neither."""
    state = State(blueprints={WEB_NORTH: a_blueprint()}, copies={WEB_NORTH: ("r1", NOON)})
    view = a_view(state)
    unseen = replace(view, sightings=replace(view.sightings, templates={}))

    found = graphs(an_image(), view, NOON)

    assert NETWORK in {each.id for each in found[WEB_NORTH].nodes}
    assert found[WEB_NORTH].nodes[0].id == ResourceId(WEB_NORTH)
    assert graphs(an_image(), a_view(State()), NOON) == {}
    assert graphs(an_image(), unseen, NOON) == {}
