"""What secondaries rest on is asked once for all, at its rhythm, and in turns."""

from dataclasses import replace
from datetime import timedelta

from aibwatch.collect.due import due, next_due
from aibwatch.collect.prerequisites import BASES_AT_ONCE, RIGHTS_AT_ONCE
from aibwatch.collect.question import Asked, Subject, hold
from aibwatch.collect.sightings import absorb
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import BaseId, Scope, scope_of
from aibwatch.model.needs import Needs
from aibwatch.model.observation import RightSeen, SupplySeen
from aibwatch.model.state import State, View
from aibwatch.model.supply import Supply, platform_base
from builders import (
    MINUTE,
    NOON,
    NORTH,
    SUBSCRIPTION,
    WEB_NORTH,
    a_supply,
    a_template,
    some_sightings,
)
from unit.collect.collecting import collect, of
from unit.collect.table_azure import TableAzure
from unit.collect.watching import NOT_FOUND, SECOND, a_view, asked_all, failing_web

GROUP = scope_of(WEB_NORTH)
DOWN = Fault(FaultKind.PLATFORM, "down", 503)


def offered(version: str) -> BaseId:
    """Return a marketplace image, which nobody but its region can be asked for."""
    return platform_base(SUBSCRIPTION, NORTH, "canonical", "ubuntu", "server", version)


A_BASE = offered("22.4.1")
LAST = offered("22.4.19")
MANY = Needs(
    tuple(offered(f"22.4.1{number}") for number in range(10)),
    tuple(Scope(f"/subscriptions/s/resourcegroups/{number}") for number in range(10)),
)


def needing(needs: Needs, state: State | None = None) -> View:
    """Return a view of `web`, whose secondary builds from LAST, and of what must be asked."""
    secondary = a_template(id=WEB_NORTH, region=NORTH, base=LAST)
    sightings = some_sightings(a_template(), secondary)
    return replace(a_view(state=state, sightings=sightings), needs=needs)


def test_each_is_asked_and_what_is_answered_is_seen() -> None:
    """Where it can be had, and whether we may."""
    azure = TableAzure(supplies={A_BASE: a_supply()}, rights={GROUP: True})

    seen = collect(azure, needing(Needs((A_BASE,), (GROUP,))))

    assert of(SupplySeen, seen) == [SupplySeen(NOON, A_BASE, a_supply())]
    assert of(RightSeen, seen) == [RightSeen(NOON, GROUP, answer=True)]


def test_it_comes_back_at_the_rhythm_of_readiness_and_sooner_after_a_fault() -> None:
    """`readiness.interval`, or `poll.interval`: what cannot be read holds an image."""
    view = needing(Needs((A_BASE,), (GROUP,)))
    asked = asked_all(view)
    asked.note(Subject.BASE, A_BASE, a_supply(), NOON)
    asked.note(Subject.RIGHT, GROUP, DOWN, NOON)

    soon = due(view, asked, NOON + MINUTE)
    late = due(view, asked, NOON + 15 * MINUTE)

    assert (soon.bases, soon.scopes) == ((), (GROUP,))
    assert (late.bases, late.scopes) == ((A_BASE,), (GROUP,))
    assert next_due(view, asked, NOON) <= NOON + MINUTE


def test_so_many_are_asked_at_once_and_the_rest_in_turn() -> None:
    """Those that were asked are not due again before the others had their turn (S25)."""
    view, asked = needing(MANY), Asked()
    bases: list[BaseId] = []
    scopes: list[Scope] = []
    for turn in range(2):
        now = NOON + turn * MINUTE
        questions = due(view, asked, now)
        assert (len(questions.bases), len(questions.scopes)) == (BASES_AT_ONCE, RIGHTS_AT_ONCE)
        assert questions.more_bases is questions.more_scopes is (turn == 0)
        bases += questions.bases
        scopes += questions.scopes
        for name in questions.bases:
            asked.note(Subject.BASE, name, a_supply(), now)
        for name in questions.scopes:
            asked.note(Subject.RIGHT, name, answer=True, now=now)

    assert sorted(bases) == sorted(MANY.bases)
    assert sorted(scopes) == sorted(MANY.scopes)


def test_what_an_image_in_doubt_rests_on_comes_first() -> None:
    """Without it its secondary could not be used when it is needed."""
    needs = replace(MANY, scopes=(*MANY.scopes, GROUP))

    questions = due(needing(needs, failing_web()), Asked(), NOON)

    assert (questions.bases[0], questions.scopes[0]) == (LAST, GROUP)
    assert due(needing(needs), Asked(), NOON).bases[0] == MANY.bases[0]


def test_a_turn_is_followed_by_a_pause() -> None:
    """The pause is what bounds their share of the request budget (S25)."""
    azure = TableAzure()
    view, asked = needing(MANY), Asked()
    collect(azure, view)
    hold(asked, Subject.BASE, NOON + 10 * SECOND)
    hold(asked, Subject.RIGHT, NOON + 10 * SECOND)

    early, late = (due(view, asked, NOON + each * SECOND) for each in (9, 10))

    assert azure.calls.count("supply") == BASES_AT_ONCE
    assert azure.calls.count("may run") == RIGHTS_AT_ONCE
    assert (early.bases, early.scopes) == ((), ())
    assert (len(late.bases), len(late.scopes)) == (BASES_AT_ONCE, RIGHTS_AT_ONCE)


def test_a_good_answer_outlives_a_fault_with_the_time_of_its_own() -> None:
    """Its age is what decides, so the fault must not make it young (S26)."""
    sightings = some_sightings()
    absorb(sightings, [SupplySeen(NOON, A_BASE, a_supply()), RightSeen(NOON, GROUP, answer=False)])

    later = NOON + MINUTE
    absorb(sightings, [SupplySeen(later, A_BASE, DOWN), RightSeen(later, GROUP, DOWN)])

    assert (sightings.supplies, sightings.supplies_seen) == ({A_BASE: a_supply()}, {A_BASE: NOON})
    assert (sightings.rights, sightings.rights_seen) == ({GROUP: False}, {GROUP: NOON})


def test_a_good_answer_does_not_outlive_its_end() -> None:
    """What is not there any more, and what was answered anew."""
    sightings = some_sightings()
    later = NOON + timedelta(minutes=1)
    first = [SupplySeen(NOON, A_BASE, a_supply()), SupplySeen(NOON, LAST, DOWN)]

    absorb(sightings, first)
    absorb(sightings, [SupplySeen(later, A_BASE, NOT_FOUND), SupplySeen(later, LAST, Supply())])

    assert sightings.supplies == {A_BASE: NOT_FOUND, LAST: Supply()}
    assert sightings.supplies_seen == {A_BASE: later, LAST: later}
