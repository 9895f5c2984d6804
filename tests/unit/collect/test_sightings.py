"""What was last seen, whatever order and quality the reads come in."""

from dataclasses import replace

import pytest

from aibwatch.collect.sightings import FORGET_AFTER, absorb
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition
from aibwatch.model.names import FailoverId
from aibwatch.model.observation import (
    DefinitionSeen,
    NoticesSeen,
    PublicationSeen,
    SelfTested,
    SourceUnseen,
    SweepEnded,
    TemplatesSeen,
    TemplateUnseen,
    VersionsSeen,
)
from aibwatch.model.state import Sightings
from aibwatch.model.template import RunState, Template
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    WEB,
    WEB_NORTH,
    a_definition,
    a_definition_id,
    a_notice,
    a_run,
    a_template,
    a_version,
    some_sightings,
)

LATER = NOON + MINUTE
DOWN = Fault(FaultKind.PLATFORM, "the provider is down", 503)
GONE = Fault(FaultKind.NOT_FOUND, "gone", 404)
FAILED = a_template(run=a_run())
RERUN = a_template(run=a_run(started=NOON, state=RunState.RUNNING, ended=None))


def seen(*templates: Template, minute: int = 1) -> TemplatesSeen:
    """Return the sighting of templates, a minute after noon."""
    return TemplatesSeen(NOON + minute * MINUTE, templates)


def test_a_new_template_is_a_change() -> None:
    """The first sight of a template is told, and it is fresh from then on."""
    sightings = Sightings(NOON)

    changed = absorb(sightings, [seen(FAILED)])

    assert changed == [FAILED]
    assert sightings.templates == {WEB: FAILED}
    assert sightings.seen == sightings.asked == {WEB: LATER}
    assert sightings.read == {FAILED.region: LATER}


def test_an_unchanged_template_is_only_fresher() -> None:
    """Neither the same object nor an equal one is a change."""
    sightings = some_sightings(FAILED)
    equal = replace(FAILED)

    changed = absorb(sightings, [seen(FAILED), seen(equal, minute=2)])

    assert changed == []
    assert sightings.seen == {WEB: NOON + 2 * MINUTE}


@pytest.mark.parametrize(
    "after", [RERUN, replace(FAILED, recipe="another"), a_template(run=a_run(message="more"))]
)
def test_a_template_that_differs_is_a_change(after: Template) -> None:
    """A newer run, another recipe, another message: each is told."""
    sightings = some_sightings(FAILED)

    changed = absorb(sightings, [seen(after)])

    assert changed == [after]
    assert sightings.templates == {WEB: after}


def test_a_failed_read_is_not_a_failed_build() -> None:
    """It changes freshness and nothing else, however often it fails (PROMISES S11)."""
    sightings = some_sightings(RERUN)

    changed = absorb(sightings, [TemplateUnseen(NOON + n * MINUTE, WEB, DOWN) for n in (1, 2)])

    assert changed == []
    assert sightings.templates == {WEB: RERUN}
    assert sightings.seen == {WEB: NOON}
    assert sightings.asked == {WEB: NOON + 2 * MINUTE}
    assert sightings.faults == {WEB: DOWN}


def test_a_good_read_ends_the_fault() -> None:
    """What can be read again has no fault any more."""
    sightings = some_sightings(FAILED)
    absorb(sightings, [TemplateUnseen(LATER, WEB, DOWN)])

    absorb(sightings, [seen(FAILED, minute=2)])

    assert sightings.faults == {}


def test_an_earlier_fault_does_not_undo_a_later_read() -> None:
    """Answers come in any order: what counts is when they were asked for."""
    sightings = some_sightings(FAILED)

    absorb(sightings, [seen(FAILED, minute=2), TemplateUnseen(LATER, WEB, DOWN)])

    assert sightings.faults == {}
    assert sightings.asked == {WEB: NOON + 2 * MINUTE}


@pytest.mark.parametrize(
    "lagging",
    [FAILED, a_template(run=None), replace(FAILED, modified=None)],
    ids=["older run", "no run", "no date"],
)
def test_a_read_that_lags_behind_is_no_read(lagging: Template) -> None:
    """A stale replica neither brings an old run back nor makes anything fresher."""
    sightings = some_sightings(RERUN)

    changed = absorb(sightings, [seen(lagging)])

    assert changed == []
    assert sightings.templates == {WEB: RERUN}
    assert sightings.seen == {WEB: NOON}
    assert sightings.asked == {WEB: LATER}


def test_a_read_that_lags_behind_ends_no_fault() -> None:
    """It says nothing about now, so what could not be read still cannot."""
    sightings = some_sightings(RERUN)

    absorb(sightings, [TemplateUnseen(LATER, WEB, DOWN), seen(FAILED, minute=2)])

    assert sightings.faults == {WEB: DOWN}


def test_an_answer_that_comes_late_makes_nothing_older() -> None:
    """The same template, asked for earlier, is no reason to believe it less fresh."""
    sightings = some_sightings(FAILED)

    absorb(sightings, [seen(FAILED, minute=2), seen(FAILED, minute=1)])

    assert sightings.seen == sightings.asked == {WEB: NOON + 2 * MINUTE}


def test_a_run_that_ended_is_not_seen_running_again() -> None:
    """The same run in an earlier state is a read that lags behind."""
    running = replace(FAILED, run=a_run(state=RunState.RUNNING, ended=None))
    sightings = some_sightings(FAILED)

    changed = absorb(sightings, [seen(running)])

    assert changed == []
    assert sightings.templates == {WEB: FAILED}


@pytest.mark.parametrize("run", [None, a_run(started=NOON - DAY)], ids=["never ran", "older"])
def test_a_template_made_anew_is_believed(run: None) -> None:
    """One that was modified since has lost its runs: it was deleted and made again."""
    sightings = some_sightings(RERUN)
    anew = a_template(run=run, modified=NOON)

    changed = absorb(sightings, [seen(anew)])

    assert changed == [anew]
    assert sightings.seen == {WEB: LATER}


def test_a_template_that_was_not_found_may_come_back_with_nothing() -> None:
    """Also where the API does not say when it was modified."""
    sightings = some_sightings(RERUN)
    anew = a_template(run=None, modified=None)

    changed = absorb(sightings, [TemplateUnseen(LATER, WEB, GONE), seen(anew, minute=2)])

    assert changed == [anew]
    assert sightings.faults == {}


def test_each_source_s_notices_are_replaced() -> None:
    """A notice that a source holds no more is gone; other sources keep theirs."""
    old, new = a_notice(id="old"), a_notice(id="new")
    sightings = Sightings(NOON, notices={"events": (old,), "emerging": (old,)})

    absorb(sightings, [NoticesSeen(LATER, "events", [new])])

    assert sightings.notices == {"events": (new,), "emerging": (old,)}
    assert sightings.sources == {"events": LATER}


def test_a_silent_source_keeps_its_notices() -> None:
    """That a source does not answer ends no notice; its age and fault say how much it is worth."""
    sightings = some_sightings(notices=[a_notice()])

    absorb(sightings, [SourceUnseen(LATER, "events", DOWN)])
    failing = dict(sightings.source_faults)
    absorb(sightings, [NoticesSeen(LATER + MINUTE, "events", [])])

    assert failing == {"events": DOWN}
    assert sightings.source_faults == {}
    assert sightings.notices == {"events": ()}


def test_a_source_heard_since_is_not_undone() -> None:
    """Answers of one source in the wrong order leave the later one."""
    sightings = Sightings(NOON)

    absorb(
        sightings,
        [
            NoticesSeen(LATER, "events", [a_notice()]),
            NoticesSeen(NOON, "events", []),
            SourceUnseen(NOON, "events", DOWN),
        ],
    )

    assert sightings.notices == {"events": (a_notice(),)}
    assert sightings.source_faults == {}


def test_a_definition_outlives_a_fault_but_not_its_end() -> None:
    """Its home cannot change, and is needed when it cannot be read; not found is an answer."""
    sightings = Sightings(NOON)
    name = a_definition_id()
    known: Definition = a_definition()

    absorb(sightings, [DefinitionSeen(NOON, name, DOWN)])
    first = sightings.definitions[name]
    absorb(sightings, [DefinitionSeen(LATER, name, known), DefinitionSeen(NOON + HOUR, name, DOWN)])
    second, at = sightings.definitions[name], sightings.definitions_seen[name]
    absorb(sightings, [DefinitionSeen(NOON + HOUR, name, GONE)])

    assert (first, second, at) == (DOWN, known, LATER)
    assert sightings.definitions[name] == GONE


def test_versions_and_publications_are_as_last_answered() -> None:
    """For them a fault is the answer: a stale list of versions must not pass for a new one."""
    sightings = Sightings(NOON)
    name, failover = a_definition_id(), FailoverId("f")

    absorb(sightings, [VersionsSeen(NOON, name, [a_version()])])
    first = sightings.versions[name]
    absorb(sightings, [VersionsSeen(LATER, name, DOWN), PublicationSeen(LATER, failover, DOWN)])

    assert first == (a_version(),)
    assert sightings.versions == {name: DOWN}
    assert sightings.publications == {failover: DOWN}
    assert sightings.versions_seen == {name: LATER}
    assert sightings.publications_seen == {failover: LATER}


def test_the_latest_self_test_counts() -> None:
    """An earlier one that comes late changes nothing."""
    sightings = Sightings(NOON)

    absorb(sightings, [SelfTested(LATER, DOWN), SelfTested(NOON, None)])

    assert sightings.self_test == SelfTested(LATER, DOWN)


def test_a_failed_self_test_leaves_what_was_known_of_the_clock() -> None:
    """Else an order would go by a clock that is known to be wrong (PROMISES S2)."""
    sightings = Sightings(NOON)

    absorb(sightings, [SelfTested(NOON, None, FORGET_AFTER), SelfTested(LATER, DOWN)])
    assert sightings.self_test == SelfTested(LATER, DOWN, FORGET_AFTER)

    absorb(sightings, [SelfTested(LATER, None, MINUTE)])
    assert sightings.self_test == SelfTested(LATER, None, MINUTE)


def test_full_sweeps_are_counted() -> None:
    """The warm-up waits for so many (PROMISES S16)."""
    sightings = Sightings(NOON)

    absorb(sightings, [SweepEnded(NOON), SweepEnded(LATER)])

    assert sightings.sweeps == 2


def test_a_template_nobody_asks_for_is_forgotten() -> None:
    """One that left every list goes after a day; one that cannot be read but is asked for stays."""
    sightings = some_sightings(FAILED, a_template(id=WEB_NORTH))
    end = NOON + FORGET_AFTER + MINUTE

    absorb(sightings, [TemplateUnseen(end, WEB_NORTH, DOWN), SweepEnded(end)])

    assert set(sightings.templates) == set(sightings.asked) == set(sightings.seen) == {WEB_NORTH}


@pytest.mark.parametrize("minute", [-30, 0], ids=["the run that is known", "a newer one"])
def test_a_run_in_no_known_state_is_as_good_as_unread(minute: int) -> None:
    """It makes nothing fresh, so it neither clears a secondary nor proves that none began (S2)."""
    known = a_template(run=a_run(started=NOON - 30 * MINUTE))
    strange = replace(known, run=a_run(started=NOON + minute * MINUTE, state=RunState.UNKNOWN))
    sightings = some_sightings()
    absorb(sightings, [seen(known, minute=1)])

    absorb(sightings, [seen(strange, minute=2)])
    absorb(sightings, [seen(strange, minute=3)])
    behind = sightings.seen[WEB], sightings.faults[WEB].kind
    absorb(sightings, [seen(replace(known, run=a_run(started=NOON)), minute=4)])

    assert behind == (NOON + MINUTE, FaultKind.NONSENSE)
    assert sightings.seen[WEB] == NOON + 4 * MINUTE
    assert WEB not in sightings.faults


def test_an_answer_that_tells_the_same_stays_the_same_object() -> None:
    """Who compares need not look into it; that it was read again is seen by its date."""
    sightings, first, again = Sightings(NOON), a_definition(), a_definition()
    assert first is not again

    absorb(sightings, [DefinitionSeen(NOON, first.id, first)])
    absorb(sightings, [DefinitionSeen(LATER, first.id, again)])

    assert sightings.definitions[first.id] is first
    assert sightings.definitions_seen[first.id] == LATER
