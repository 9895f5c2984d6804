"""From the bodies of templates as they were read to copies of them in the journal.

A copy is taken whenever a template's revision is new, so that what it was can be told, compared and
deployed again, also while its region is gone. The state keeps no body: thousands of templates must
not sit in memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from aibwatch.model.body import Body
from aibwatch.model.entry import Entry, TemplateCopied
from aibwatch.model.observation import BodySeen, Observation
from aibwatch.model.secrets import without_secrets
from aibwatch.model.state import State
from aibwatch.secondaries.recipe import blueprint


def notice_copies(observations: Iterable[Observation], state: State) -> list[Entry]:
    """Return an entry for each body that shows what no copy shows yet."""
    seen = (each for each in observations if isinstance(each, BodySeen))
    return [entry for each in seen for entry in _copied(each.at, each.answer, state)]


def _copied(at: datetime, answer: object, state: State) -> Iterator[Entry]:
    if not isinstance(answer, Body):
        return
    name, revision = answer.template, answer.revision
    template, known = state.templates.get(name), state.copies.get(name)
    if known and known[0] == revision:
        return
    if answer.late and known and template and known[0] == template.revision:
        return  # Resource Graph lags behind, and the copy does not
    # Cut out here too, as it would be when it is written: what is believed is what is kept.
    body = replace(answer, text=without_secrets(answer.text))
    yield TemplateCopied(at, name, revision, body.text, blueprint(body), body.late)
