"""What the state knows of versions: the newest of each image, and of which runs none is known yet.

Versions that answer failures and those of ordinary days are bounded each for themselves, so that
many good builds never hide which of two answers counts (PROMISES S31).
"""

from collections.abc import Iterable, Iterator

from aibwatch.model.edition import Edition
from aibwatch.model.names import TemplateId
from aibwatch.model.state import State
from aibwatch.model.template import Run, RunState

EDITIONS_KEPT = 20
"""Versions of one image that answer failures: of the last ten that were built twice."""
ORDINARY_KEPT = 5
"""Others of one image; the newest of each template stays besides, however old. Each is half a
kilobyte, and there are thousands of images."""


def publish(state: State, edition: Edition) -> None:
    """Put in a version of an image, in the place of what was known of it."""
    known = state.editions.get(edition.image, ())
    others = [each for each in known if each.version != edition.version]
    ordered = sorted([*others, edition], key=lambda each: (each.published, each.version))
    answers = [each for each in ordered if each.answers][-EDITIONS_KEPT:]
    ordinary = [each for each in ordered if not each.answers]
    kept = {each.version for each in (*answers, *ordinary[-ORDINARY_KEPT:], *_newest(ordinary))}
    state.editions[edition.image] = tuple(each for each in ordered if each.version in kept)
    _settle(state, edition)


def expect(state: State, run: Run) -> None:
    """Note a run that ended well since we watch: it has put out a version, if it makes any.

    What was there before is nobody's news, and a newer run hides what an older one put out.
    """
    if state.runs.get(run.template) != run:
        return  # it is outdated
    state.unpublished.pop(run.template, None)
    template, since = state.templates.get(run.template), state.first_seen.get(run.template)
    if template is None or since is None or template.definition is None:
        return
    if run.state is RunState.SUCCEEDED and (run.ended or run.started) > since:
        state.unpublished[run.template] = run


def _newest(ordered: Iterable[Edition]) -> Iterator[Edition]:
    """Return the newest version of each template: it says that nothing more is to be asked."""
    by_template: dict[TemplateId, Edition] = {each.run.template: each for each in ordered}
    yield from by_template.values()


def _settle(state: State, edition: Edition) -> None:
    """Expect nothing more of a run whose version is wherever its template says."""
    run = state.unpublished.get(edition.run.template)
    template = state.templates.get(edition.run.template)
    if run is None or template is None or run.key != edition.run:
        return
    if edition.is_everywhere(template.targets):
        del state.unpublished[run.template]
