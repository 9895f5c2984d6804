"""What the state knows of versions, and of which good runs none is known yet."""

from dataclasses import replace
from datetime import datetime

from aibwatch.journal.fold import apply, fold
from aibwatch.journal.retention import removable, same
from aibwatch.model.edition import Edition
from aibwatch.model.entry import EditionSeen, Entry, RunSeen, TemplateKnown
from aibwatch.model.names import FailoverId
from aibwatch.model.state import State
from aibwatch.model.template import Run, RunState, Template
from builders import DAY, HOUR, NOON, NORTH, WEB, WEB_NORTH, WEST, a_run, a_template, an_image

IMAGE = an_image()
SEEN = TemplateKnown(NOON, a_template(targets=(NORTH, WEST)))


def a_good_run(began: datetime = NOON + HOUR) -> Run:
    """Return a run of the primary that ended well after half an hour."""
    return a_run(started=began, state=RunState.SUCCEEDED, ended=began + HOUR / 2)


def seen(run: Run) -> RunSeen:
    """Return the entry of a run, as it ended."""
    return RunSeen(
        run.ended or run.started, run, WEST, "recipe", "identity", recipe_is_the_runs=True
    )


def made_by(run: Run, number: int = 1, *, everywhere: bool = True) -> EditionSeen:
    """Return the entry of its version."""
    where = (NORTH, WEST) if everywhere else (NORTH,)
    at = run.ended or run.started
    edition = Edition(IMAGE.name, f"v/{number}", run.key, WEST, at, at, replicated=where)
    return EditionSeen(at, edition)


def after(*entries: Entry) -> State:
    """Return the state that a template and these entries make."""
    return fold([SEEN, *entries])


def test_a_good_run_has_a_version_to_ask_for() -> None:
    """Until that is known to be wherever the template says."""
    run = a_good_run()

    assert after(seen(run)).unpublished == {WEB: run}
    assert after(seen(run), made_by(run, everywhere=False)).unpublished == {WEB: run}
    assert after(seen(run), made_by(run)).unpublished == {}


def test_a_version_that_is_still_made_or_of_another_run_settles_nothing() -> None:
    """Its replicas may be there before it is provisioned; yesterday's may be whole only now."""
    run, newer = a_good_run(), a_good_run(NOON + 3 * HOUR)
    whole = made_by(run)
    unfinished = replace(whole, edition=replace(whole.edition, complete=None))

    assert after(seen(run), unfinished).unpublished == {WEB: run}
    assert after(seen(run), seen(newer), whole).unpublished == {WEB: newer}


def test_what_was_there_before_we_watched_is_not_asked_for() -> None:
    """Nor what a run put out that failed, or that a newer run has hidden."""
    run = a_good_run()
    newer = a_run(started=NOON + 3 * HOUR, state=RunState.RUNNING, ended=None)

    assert after(seen(a_good_run(NOON - 2 * HOUR))).unpublished == {}
    assert after(seen(replace(run, state=RunState.FAILED))).unpublished == {}
    assert after(seen(run), seen(newer)).unpublished == {}
    assert after(seen(newer), seen(run)).unpublished == {}, "it is outdated"


def test_who_publishes_to_no_gallery_is_not_asked() -> None:
    """A disk has no version."""
    template: Template = replace(SEEN.template, definition=None)

    assert fold([TemplateKnown(NOON, template), seen(a_good_run())]).unpublished == {}


def test_many_good_builds_hide_neither_an_answer_nor_a_templates_newest() -> None:
    """Five ordinary versions stay, and what is known of a failure's builds."""
    answer = made_by(a_good_run())
    answer = replace(answer, edition=replace(answer.edition, answers=FailoverId("f")))
    elsewhere = made_by(replace(a_good_run(NOON + 2 * HOUR), template=WEB_NORTH), 2)
    later = [made_by(a_good_run(NOON + day * DAY), day + 2) for day in range(1, 31)]

    kept = [each.version for each in after(answer, elsewhere, *later).editions[IMAGE.name]]

    assert kept == ["v/1", "v/2", *(f"v/{number}" for number in range(28, 33))]


def test_old_versions_may_go_from_the_journal() -> None:
    """Each good build leaves an entry: what is not told any more goes, and the rest is the same."""
    entries: list[Entry] = [SEEN]
    for day in range(1, 31):
        run = a_good_run(NOON + day * DAY)
        entries += [seen(run), made_by(run, day, everywhere=False), made_by(run, day)]
    numbered, state = list(enumerate(entries)), fold(entries)

    gone = set(removable(numbered, state, NOON + 100 * DAY))

    left = [each for number, each in numbered if number not in gone]
    told = [each for each in left if isinstance(each, EditionSeen)]
    assert len(told) == len(state.editions[IMAGE.name]) == 5
    assert same(fold(left), state)
    for each in left:
        apply(State(), each)
