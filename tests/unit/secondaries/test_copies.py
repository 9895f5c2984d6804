"""A template is copied whenever its revision is new, and only then."""

from dataclasses import replace

import pytest

from aibwatch.journal.codec import decode, encode
from aibwatch.journal.fold import apply, fold
from aibwatch.model.body import Body
from aibwatch.model.entry import Entry, TemplateCopied, TemplateKnown
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.observation import BodySeen
from aibwatch.model.state import State
from aibwatch.secondaries.copies import notice_copies
from aibwatch.secondaries.recipe import blueprint
from builders import HOUR, NOON, WEB, a_template
from ten_templates import TOOLS, a_body, body

BODY = a_body(body(), WEB)
CHANGED = a_body(body(customize=[TOOLS, TOOLS]), WEB)
LATER = NOON + HOUR


def state_of(revision: str = "r1", *copies: Entry) -> State:
    """Return a state that knows the template at a revision, and these copies of it."""
    return fold([TemplateKnown(NOON, a_template(revision=revision)), *copies])


def copied(revision: str = "r1", body: Body = BODY, *, late: bool = False) -> TemplateCopied:
    """Return a copy."""
    return TemplateCopied(NOON, WEB, revision, body.text, blueprint(body), late)


def noticed(state: State, answer: Body | Fault) -> list[Entry]:
    """Return what is entered upon an answer."""
    return notice_copies([BodySeen(LATER, WEB, answer)], state)


def test_the_first_body_is_copied_whole() -> None:
    """With the revision that the list shows, and what it builds."""
    (found,) = noticed(state_of(), BODY)

    assert found == TemplateCopied(LATER, WEB, "r1", BODY.text, blueprint(BODY))


def test_the_state_keeps_what_is_made_of_it() -> None:
    """No body: there may be thousands."""
    state = state_of("r1", copied())

    assert state.copies == {WEB: ("r1", NOON)}
    assert state.blueprints == {WEB: blueprint(BODY)}


def test_the_same_revision_is_not_copied_again() -> None:
    """However often it is read, and whoever tells it: a late answer may be an older one."""
    state = state_of("r1", copied())

    assert noticed(state, BODY) == []
    assert noticed(state, replace(CHANGED, late=True)) == []


def test_a_new_revision_is_copied_though_it_builds_the_same() -> None:
    """Tags are no part of the recipe, and belong to a copy."""
    (found,) = noticed(state_of("r2", copied()), BODY)

    assert isinstance(found, TemplateCopied)
    assert found.revision == "r2"


def test_a_late_body_shows_no_revision_for_sure() -> None:
    """So that the provider is asked as soon as it answers."""
    state = state_of("r2", copied())

    (found,) = noticed(state, replace(CHANGED, late=True))
    apply(state, found)

    assert isinstance(found, TemplateCopied)
    assert (found.revision, found.late) == ("", True)
    assert noticed(state, replace(CHANGED, late=True)) == []
    assert [each.at for each in noticed(state, CHANGED)] == [LATER]


def test_a_template_without_a_revision_is_copied_when_it_builds_another_thing() -> None:
    """A journal from before there were revisions has none."""
    state = state_of("", copied(""))

    assert noticed(state, BODY) == []
    assert len(noticed(state, CHANGED)) == 1


def test_what_could_not_be_read_is_no_copy() -> None:
    """And stops nothing."""
    assert noticed(state_of(), Fault(FaultKind.TIMEOUT, "no answer")) == []


def test_nonsense_is_copied_as_it_is() -> None:
    """It is what the owner's template tells, and it builds nothing that is known."""
    (found,) = noticed(state_of(), replace(BODY, text="{"))

    assert isinstance(found, TemplateCopied)
    assert found.blueprint.unknown == ("$",)


SECRETS = [
    "curl -H 'Authorization: Bearer abcdefgh12345' https://x.example",
    "wget 'https://x.example/a?sp=r&sig=abcdefgh12345'",
    "x" * 90 + "?sig=abcdefgh12345 and more",
    "x" * 88 + " Bearer abcdefgh12345",
    "\ud800?t=äöüäöüäöüäöü\n",
]


@pytest.mark.parametrize("line", SECRETS)
def test_no_copy_has_a_secret_and_what_is_believed_is_what_is_kept(line: str) -> None:
    """Cut out once, wherever in a text it stands (PROMISES S39)."""
    told = a_body(body(customize=[{"type": "Shell", "inline": [line]}]), WEB)

    (found,) = noticed(state_of(), told)
    kind, kept = encode(found)

    assert b"abcdefgh" not in kept
    assert decode(kind, kept) == found
