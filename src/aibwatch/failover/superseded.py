"""What answers a failure without us: a version, a build elsewhere, a run that is found again.

Asked of an image without a failover, and of every open one that still chooses, in each cycle: a
burst of reruns by the service ends all that wait at once.
"""

from collections.abc import Callable
from datetime import datetime

from aibwatch.model.decision import Reason
from aibwatch.model.image import Image
from aibwatch.model.names import name_of
from aibwatch.model.state import View
from aibwatch.model.template import RunState
from aibwatch.model.verdict import UNTOLD, Failure, KeyKind

Answer = tuple[Reason, str]
"""Why nothing is to be done any more, and in words."""


def superseded(image: Image, failure: Failure, view: View) -> Answer | None:
    """Return what answers the failure already, None if nothing does."""
    return next(filter(None, (each(image, failure, view) for each in _ANSWERS)), None)


def since(failure: Failure) -> datetime:
    """Return from when on a build elsewhere answers a failure.

    From its end; where no end is known, from its begin.
    """
    return failure.began if failure.key.kind in UNTOLD else failure.ended


def _published(_image: Image, failure: Failure, view: View) -> Answer | None:
    """Look for a version that somebody published since (S18).

    A run that fails while it distributes leaves a version behind that is no good: that is none. Nor
    is one that is no `latest`, such as a drill's, unless the primary's own are none either.
    """
    template = view.sightings.templates.get(failure.template)
    name = template.definition if template else None
    versions = view.sightings.versions.get(name) if name else None
    if not isinstance(versions, tuple):
        return None
    template_excludes = template is not None and template.excluded
    counts = [v for v in versions if v.provisioned and (template_excludes or not v.excluded)]
    newer = next((v.name for v in counts if v.published > failure.began), "")
    return (Reason.NEWER_VERSION, f"{newer} was published") if newer else None


def _built(image: Image, failure: Failure, view: View) -> Answer | None:
    """Look for a good run of a secondary since, whoever began it (S44)."""
    for secondary in image.secondaries:
        run = view.state.runs.get(secondary)
        if run and run.started > since(failure) and run.state is RunState.SUCCEEDED:
            says = f"{name_of(secondary)} built it: its run of {run.started:%H:%M:%S}Z came right"
            return Reason.BUILT_ELSEWHERE, says
    return None


def _found(_image: Image, failure: Failure, view: View) -> Answer | None:
    """See whether a run that was lost can be read again (S17)."""
    if not view.sightings.found_again(failure):
        return None
    return Reason.PRIMARY_RUNNING, "the run that was lost can be read again, and goes on"


def _came(image: Image, failure: Failure, view: View) -> Answer | None:
    """See whether a build that was overdue came after all."""
    if failure.key.kind is not KeyKind.DUE:
        return None
    built = view.state.built_last(image)
    if built is None or image.due(built, failure.began) == failure.began:
        return None
    return Reason.BUILT_ELSEWHERE, f"a good build ended {built:%Y-%m-%d %H:%M}Z"


_ANSWERS: tuple[Callable[[Image, Failure, View], Answer | None], ...] = (
    _published,
    _built,
    _found,
    _came,
)
