"""What the daemon learns: it distrusts itself, warms up anew after that, and can come to an end."""

from dataclasses import replace

from aibwatch.daemon.belief import Belief
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.entry import RegionAssessed, TemplateKnown
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Mode
from aibwatch.model.names import IncidentId
from aibwatch.model.observation import (
    Observation,
    SelfTested,
    SweepEnded,
    TemplatesSeen,
    TemplateUnseen,
)
from aibwatch.model.region import Health
from aibwatch.model.template import RunState
from builders import (
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    a_belief,
    a_policy,
    a_run,
    a_template,
    an_id,
    an_image,
)


def seen(minute: int, fault: Fault | None = None) -> list[Observation]:
    """Return one full sweep with its self-test."""
    at = NOON + minute * MINUTE
    return [SelfTested(at, fault), TemplatesSeen(at, [a_template()]), SweepEnded(at)]


def test_after_suspicion_everything_is_asked_for_anew() -> None:
    """S16: sweeps that were made while we distrusted ourselves count for nothing."""
    belief = Belief([an_image()], a_policy(), load(MemoryJournal()), NOON)
    belief.learn(seen(0), NOON)
    belief.learn(seen(1), NOON + MINUTE)
    warm = belief.sightings.sweeps

    belief.learn(seen(2, Fault(FaultKind.NETWORK, "no route")), NOON + 2 * MINUTE)
    doubtful = belief.sightings.sweeps
    belief.learn(seen(3), NOON + 3 * MINUTE)

    assert (warm, doubtful, belief.sightings.sweeps) == (2, 0, 1)


def test_a_failure_alone_has_no_secondary_checked_again() -> None:
    """A failed run is a failure until the next good one, for days; readiness rests on others."""
    belief = Belief([an_image()], a_policy(), load(MemoryJournal()), NOON)
    failed = a_template(run=a_run(state=RunState.FAILED))
    for minute in range(2):
        at = NOON + minute * MINUTE
        belief.learn([TemplatesSeen(at, [failed, a_template(id=WEB_NORTH, region=NORTH)])], at)
    before = belief.view().readiness["web", WEB_NORTH]

    belief.learn([TemplatesSeen(NOON + 2 * MINUTE, [failed])], NOON + 2 * MINUTE)

    assert WEB in belief.state.failures
    assert belief.view().readiness["web", WEB_NORTH] is before


def test_suspicion_does_not_keep_alive_what_it_rests_on() -> None:
    """L12: the outage of the only region ends once its templates are gone, though warm-up waits."""
    ledger = load(MemoryJournal())
    out = a_belief(health=Health.OUTAGE, since=NOON, incident=IncidentId("web"))
    ledger.record([TemplateKnown(NOON, a_template()), RegionAssessed(NOON, out, "run")])
    belief = Belief([an_image()], a_policy(), ledger, NOON)
    gone = Fault(FaultKind.NOT_FOUND, "no such template", 404)
    suspected = []

    for minute in range(1, 43):
        at = NOON + minute * MINUTE
        swept: list[Observation] = [TemplateUnseen(at, WEB, gone), SweepEnded(at)]
        belief.learn(swept if minute % 2 else [], at)
        suspected.append(belief.view().suspicion is not None)

    assert suspected == [True] * 30 + [False] * 12


def test_what_is_tagged_is_watched_from_the_sweep_that_shows_it() -> None:
    """DESIGN 3: templates are named, or discovered by tags. Nobody waits for a new warm-up."""
    belief = Belief([an_image()], a_policy(), load(MemoryJournal()), NOON)
    primary, secondary = an_id("api"), an_id("api-north")
    api = [
        a_template(id=primary, lineage="api", role="primary"),
        a_template(id=secondary, region=NORTH, lineage="api"),
    ]
    belief.learn(seen(0), NOON)
    before = belief.view()
    belief.learn([*seen(1), TemplatesSeen(NOON + MINUTE, api)], NOON + MINUTE)
    found = belief.view()

    assert (set(before.images), before.tagged) == ({"web"}, frozenset())
    assert (set(found.images), found.tagged) == ({"web", "api"}, {"api"})
    assert found.images["api"].templates == (primary, secondary)
    assert found.images["web"] is before.images["web"]
    assert ("api", secondary) in found.readiness
    assert ("web", WEB_NORTH) in found.readiness
    assert belief.sightings.sweeps == 2


def test_what_is_tagged_no_longer_is_watched_no_longer() -> None:
    """Its owner took the tag off."""
    belief = Belief([an_image()], a_policy(), load(MemoryJournal()), NOON)
    api = a_template(id=an_id("api"), lineage="api")
    belief.learn([TemplatesSeen(NOON, [api])], NOON)
    before = set(belief.view().images)

    belief.learn([TemplatesSeen(NOON + MINUTE, [replace(api, lineage="")])], NOON + MINUTE)

    assert before == {"web", "api"}
    assert (set(belief.view().images), belief.view().tagged) == ({"web"}, frozenset())
    assert all(image == "web" for image, _ in belief.view().readiness)


def test_another_configuration_takes_over_what_was_only_tagged() -> None:
    """From then on it is as it is configured."""
    belief = Belief([], a_policy(), load(MemoryJournal()), NOON)
    belief.learn([TemplatesSeen(NOON, [a_template(lineage="web")])], NOON)
    before = belief.view()

    belief.reconfigure([an_image()], a_policy(), NOON + MINUTE)

    assert (before.tagged, before.images["web"].mode) == ({"web"}, Mode.OBSERVE)
    assert (belief.view().tagged, belief.view().images["web"]) == (frozenset(), an_image())
