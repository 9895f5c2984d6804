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
RETAGGED = a_body({**body(), "tags": {"new": "tag"}}, WEB)
CHANGED = a_body(body(customize=[TOOLS, TOOLS]), WEB)
LATER = NOON + HOUR


def state_of(listed: Body = BODY, *copies: Entry) -> State:
    """Return a state to which this body was listed last, and with these copies."""
    known = TemplateKnown(NOON, a_template(revision=listed.revision))
    return fold([known, *copies])


def copied(body: Body = BODY) -> TemplateCopied:
    """Return a copy."""
    return TemplateCopied(NOON, WEB, body.revision, body.text, blueprint(body))


def noticed(state: State, answer: Body | Fault) -> list[Entry]:
    """Return what is entered upon an answer."""
    return notice_copies([BodySeen(LATER, WEB, answer)], state)


def test_the_first_body_is_copied_whole() -> None:
    """With its revision, and what it builds."""
    (found,) = noticed(state_of(), BODY)

    assert found == TemplateCopied(LATER, WEB, BODY.revision, BODY.text, blueprint(BODY))


def test_the_state_keeps_what_is_made_of_it() -> None:
    """No body: there may be thousands."""
    state = state_of(BODY, copied())

    assert state.copies == {WEB: (BODY.revision, NOON)}
    assert state.blueprints == {WEB: blueprint(BODY)}


def test_the_same_revision_is_not_copied_again() -> None:
    """However often it is read, and whoever tells it."""
    state = state_of(CHANGED, copied())

    assert noticed(state, BODY) == []
    assert noticed(state, replace(BODY, late=True)) == []


def test_a_new_revision_is_copied_though_it_builds_the_same() -> None:
    """Tags are no part of the recipe, and belong to a copy."""
    (found,) = noticed(state_of(BODY, copied()), RETAGGED)

    assert isinstance(found, TemplateCopied)
    assert found.revision == RETAGGED.revision
    assert found.blueprint == blueprint(BODY)


def test_a_late_body_is_copied_where_there_is_nothing_better() -> None:
    """And says so; once the provider answers, its own is copied."""
    state = state_of(CHANGED, copied())

    (found,) = noticed(state, replace(RETAGGED, late=True))
    apply(state, found)

    assert isinstance(found, TemplateCopied)
    assert found.late
    assert [each.at for each in noticed(state, CHANGED)] == [LATER]


def test_a_late_body_takes_no_good_copys_place() -> None:
    """Resource Graph may still show what was before."""
    assert noticed(state_of(BODY, copied()), replace(CHANGED, late=True)) == []


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
