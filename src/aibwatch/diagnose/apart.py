"""Templates whose failures are no image's: canaries, drill templates, and what a drill ran."""

from collections.abc import Iterable

from aibwatch.diagnose.canaries import canaries_of
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId
from aibwatch.model.policy import Policy
from aibwatch.model.state import State


def apart(images: Iterable[Image], state: State, policy: Policy) -> frozenset[TemplateId]:
    """Return the templates whose present failure says nothing as others' do.

    What a canary tells is told by `canaries`, in a family of its own; what a drill meets is
    evidence of nothing at all (PROMISES S38).
    """
    drills = {image.drill for image in images if image.drill}
    rehearsed = {
        failure.template
        for failure in state.failures.values()
        if state.is_rehearsed(failure.template, failure.began)
    }
    return canaries_of(policy) | drills | rehearsed
