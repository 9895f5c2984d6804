"""What the daemon learns: the warm-up that begins anew after it distrusted itself."""

from aibwatch.daemon.belief import Belief
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.observation import Observation, SelfTested, SweepEnded, TemplatesSeen
from builders import MINUTE, NOON, a_policy, a_template, an_image


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
