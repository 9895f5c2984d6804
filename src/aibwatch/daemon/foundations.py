"""What the secondaries of one image rest on, as a graph each, when somebody wants to see it."""

from datetime import datetime

from aibwatch.model.graph import Graph
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId
from aibwatch.model.state import View
from aibwatch.secondaries.graph import graph
from aibwatch.secondaries.grounds import Grounds, Known, Lack, blueprint_of


def graphs(image: Image, view: View, now: datetime) -> dict[TemplateId, Graph]:
    """Return the graph of each secondary of which it is known what its owner wrote."""
    known = Known(blueprints=view.state.blueprints, copies=view.state.copies)
    found = {}
    for target in image.secondaries:
        template = view.sightings.templates.get(target)
        if template is None:
            continue
        blueprint = blueprint_of(template, view.sightings, known)
        if not isinstance(blueprint, Lack):
            grounds = Grounds(image, template, blueprint, view.sightings, known, view.policy, now)
            found[target] = graph(grounds)
    return found
