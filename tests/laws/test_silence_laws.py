"""A law of regions that are not looked into: looking into them would have found nothing new."""

from collections.abc import Callable
from itertools import combinations

from aibwatch.diagnose.region import assess, assess_all
from aibwatch.model.attempt import AttemptState
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.policy import Policy
from aibwatch.model.region import Health
from aibwatch.model.state import Sightings, State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Evidence, Family, Verdict
from builders import (
    EAST,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEST,
    a_belief,
    a_failure,
    a_notice,
    a_policy,
    a_probe,
    a_state,
    a_template,
    a_verdict,
    a_word,
    an_attempt,
    an_id,
    some_sightings,
)

DOWN = Fault(FaultKind.PLATFORM, "the provider is down", 503)
SPEAKS = (Evidence(Family.RUN, "it failed"),)
NAMES = (an_id("a"), an_id("b"), an_id("c"))
TEMPLATES = tuple(a_template(id=name, region=WEST) for name in NAMES)
ELSEWHERE = a_template(id=an_id("d"), region=NORTH)
CANARY = an_id("canary")


class Scene:
    """What is known of WEST: it is well, and nothing speaks, until something odd is added."""

    def __init__(self) -> None:
        """Begin calm."""
        self.belief: dict[str, object] = {}
        self.state = a_state()
        self.state.templates = {each.id: each for each in TEMPLATES}
        self.seen = some_sightings(*TEMPLATES, ELSEWHERE)
        self.seen.read |= {EAST: NOON}
        self.verdicts: list[Verdict] = []
        self.policy = a_policy()

    def believe(self) -> tuple[State, Sightings, Policy]:
        """Return state, sightings and policy as they are now."""
        self.state.regions = {WEST: a_belief(**self.belief)}  # type: ignore[arg-type]
        return self.state, self.seen, self.policy


Odd = Callable[[Scene], object]


def believed(**fields: object) -> Odd:
    """Return what makes the belief about the region odd."""
    return lambda scene: scene.belief.update(fields)


def tried(state: AttemptState) -> Odd:
    """Return what lets a request to run have ended so."""
    attempt = an_attempt(template=NAMES[0], began=NOON, state=state, status=500)
    return lambda scene: scene.seen.attempts.update({attempt.correlation: attempt})


def noticed(*, active: bool) -> Odd:
    """Return what lets Microsoft speak."""
    notice = a_notice(active=active)
    return lambda scene: scene.seen.notices.update({"events": (notice,)})


def a_failed_canary(scene: Scene) -> None:
    """Let the canary of the region have failed last."""
    failure = a_failure(template=CANARY)
    probe = a_probe(template=CANARY, state=RunState.FAILED, failure=failure)
    scene.policy = a_policy(canaries=((WEST, CANARY),))
    scene.state.probes = {WEST: (probe,)}


ODD: tuple[Odd, ...] = (
    *(believed(health=each) for each in Health),
    believed(evidence=SPEAKS),
    believed(partial="a zone"),
    believed(awaited="web"),
    believed(unproven=True),
    believed(agreed_since=NOON - HOUR),
    believed(cleared=NOON - HOUR),
    lambda scene: scene.verdicts.append(a_verdict(Family.RUN, Family.PEERS)),
    *(noticed(active=each) for each in (True, False)),
    *(tried(each) for each in AttemptState),
    lambda scene: scene.state.words.update({WEST: a_word()}),
    lambda scene: scene.state.words.update({WEST: a_word(out=False)}),
    lambda scene: scene.seen.faults.update({NAMES[0]: DOWN}),
    lambda scene: scene.seen.faults.update({NAMES[0]: DOWN, NAMES[1]: DOWN}),
    lambda scene: scene.seen.read.update({WEST: NOON - HOUR}),
    lambda scene: scene.state.built_in.update({WEST: NOON - MINUTE}),
    a_failed_canary,
)


def test_a_region_that_is_not_looked_into_is_as_it_was() -> None:
    """Of whatever three things are odd, the answer is that of the long way."""
    for odd in (some for many in range(4) for some in combinations(ODD, many)):
        scene = Scene()
        for each in odd:
            each(scene)
        (state, seen, policy), verdicts = scene.believe(), scene.verdicts

        by_template = {each.failure.template: each for each in verdicts}
        found = [each.belief for each in assess_all(by_template, state, seen, policy, NOON)]

        regions = sorted({WEST, NORTH, EAST})
        long_way = [assess(each, verdicts, state, seen, policy, NOON) for each in regions]
        assert found == [each for each in long_way if each != state.regions.get(each.region)]
