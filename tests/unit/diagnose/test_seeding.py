"""A past that the gallery or the Activity Log remembers, for what failed when first seen."""

from dataclasses import replace

import pytest

from aibwatch.diagnose.seeding import seed
from aibwatch.diagnose.weigh import weigh
from aibwatch.journal.fold import apply
from aibwatch.model.attempt import AttemptState
from aibwatch.model.entry import HistorySeeded, TemplateKnown
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Publication
from aibwatch.model.observation import HistorySeen
from aibwatch.model.state import Sightings, State
from aibwatch.model.template import Template
from aibwatch.model.verdict import Family
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    WEB,
    WEST,
    a_failure,
    a_policy,
    a_state,
    a_success,
    a_template,
    a_version,
    an_attempt,
    some_sightings,
)

YESTERDAY = HistorySeen(NOON, WEB, Publication(a_version(published=NOON - DAY), provisioned=True))


def failed(template: Template | None = None) -> State:
    """Return a state in which the primary failed and was never seen to build."""
    state = a_state(failures=[a_failure()])
    apply(state, TemplateKnown(NOON, template or a_template()))
    return state


def seeded(
    state: State, *seen: HistorySeen, sightings: Sightings | None = None
) -> list[HistorySeeded]:
    """Return what is remembered."""
    found = seed(seen, state, sightings or some_sightings(), NOON)
    return [each for each in found if isinstance(each, HistorySeeded)]


def test_a_version_that_is_younger_than_the_template_shows_that_its_recipe_built() -> None:
    """The run output names it, so this template made it."""
    (entry,) = seeded(failed(), YESTERDAY)

    assert (entry.template, entry.region, entry.built) == (WEB, WEST, NOON - DAY)
    assert entry.recipe == a_template().recipe
    assert "1.0.42" in entry.source


@pytest.mark.parametrize(
    ("template", "seen"),
    [
        (a_template(modified=NOON - HOUR), YESTERDAY),
        (a_template(modified=None), YESTERDAY),
        (a_template(), replace(YESTERDAY, answer=Fault(FaultKind.NOT_FOUND, "none"))),
        (a_template(), replace(YESTERDAY, answer=Publication(None, provisioned=True))),
        (
            a_template(),
            replace(YESTERDAY, answer=Publication(a_version(provisioned=False), provisioned=True)),
        ),
        (
            a_template(),
            replace(YESTERDAY, answer=Publication(a_version(published=NOON), provisioned=True)),
        ),
    ],
    ids=["changed since", "age unknown", "none", "no version", "failed", "of the failed run"],
)
def test_anything_less_shows_nothing(template: Template, seen: HistorySeen) -> None:
    """What it built then may have been something else."""
    assert seeded(failed(template), seen) == []


def test_what_was_seen_needs_no_memory() -> None:
    """A good run that we saw ourselves is worth more."""
    state = failed()
    state.successes[WEB] = a_success()

    assert seeded(state, YESTERDAY) == []


def test_the_activity_log_remembers_too() -> None:
    """A run that it tells to have succeeded, after the template was last changed."""
    sightings = some_sightings()
    ended = NOON - 2 * HOUR
    good = an_attempt(state=AttemptState.SUCCEEDED, began=ended - MINUTE, ended=ended)
    sightings.attempts = {good.correlation: good}

    (entry,) = seeded(failed(), sightings=sightings)

    assert entry.built == ended


def test_it_counts_as_history_and_is_marked_as_seeded() -> None:
    """Together with the failure's own text it is the second family."""
    state = failed()
    for entry in seeded(state, YESTERDAY):
        apply(state, entry)

    verdict = weigh(state.failures[WEB], state, some_sightings(), a_policy(), NOON)

    assert verdict.families == {Family.RUN, Family.HISTORY}
    assert verdict.veto is None
    assert "seeded from version 1.0.42" in verdict.evidence[-1].says
