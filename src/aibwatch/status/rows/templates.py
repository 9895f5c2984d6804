"""The rows of templates, family by family."""

from datetime import datetime

from aibwatch.model.names import TemplateId, group_of, name_of, subscription_of
from aibwatch.model.state import View
from aibwatch.model.template import RunState
from aibwatch.status.rows.group import TRUTH, Groups, Labels, instants, one_of
from aibwatch.status.rows.scene import Scene
from aibwatch.status.watched import NEVER_RUN, Watched, readable, run_state

RUN_STATES = (NEVER_RUN, *RunState)


def info(scene: Scene) -> Groups:
    """Return one row of each template: what it is for, and the parts of its id."""
    return [(_parts(each), 1.0) for each in scene.templates]


def _parts(each: Watched) -> Labels:
    where = (each.label, each.region, each.image.name, each.role)
    return (*where, subscription_of(each.id), group_of(each.id), name_of(each.id))


def readable_now(scene: Scene) -> Groups:
    """Return whether the last read of each worked."""
    view = scene.view
    return [(where, TRUTH[readable(view, name)]) for where, name in scene.placed]


def polled(scene: Scene) -> Groups:
    """Return when each was last read with success."""
    seen = scene.view.sightings.seen
    return instants((where, seen.get(name)) for where, name in scene.placed)


def run_states(scene: Scene) -> Groups:
    """Return every state of the last run, of which one is 1."""
    view = scene.view
    return [(where, one_of(RUN_STATES, run_state(view, name))) for where, name in scene.placed]


def run_phases(scene: Scene) -> Groups:
    """Return what a run is at, where the service says so."""
    return [((*where, run.phase), 1.0) for where, run in scene.runs if run.phase]


def run_starts(scene: Scene) -> Groups:
    """Return when the last run began."""
    return instants((where, run.started) for where, run in scene.runs)


def run_ends(scene: Scene) -> Groups:
    """Return when the last run ended, if it has."""
    return instants((where, run.ended) for where, run in scene.runs)


def successes(scene: Scene) -> Groups:
    """Return when the newest good run ended."""
    return instants((where, _built(scene.view, name)) for where, name in scene.placed)


def provisioning(scene: Scene) -> Groups:
    """Return the provisioning state of what was read."""
    return [((*where, each.provisioning), 1.0) for where, each in scene.read]


def build_timeouts(scene: Scene) -> Groups:
    """Return how long a run may take."""
    return [(where, each.build_timeout.total_seconds()) for where, each in scene.read]


def automatic(scene: Scene) -> Groups:
    """Return whether the service runs it by itself, where that is known."""
    found = ((where, each.automatic) for where, each in scene.read)
    return [(where, TRUTH[runs]) for where, runs in found if runs is not None]


def _built(view: View, name: TemplateId) -> datetime | None:
    """Return when the newest good run of a template ended."""
    success = view.state.successes.get(name)
    return (success.run.ended or success.run.started) if success else None
