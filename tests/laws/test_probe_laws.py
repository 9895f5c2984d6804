"""What no history may bring about with canaries: checked on random stories of the real core."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from aibwatch.failover.canary import probe
from aibwatch.failover.target import pause_of
from aibwatch.journal.fold import fold
from aibwatch.model.entry import Entry, Paused, ProbeAnswered, ProbeIntended, Resumed
from aibwatch.model.failover import Event
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region, TemplateId, name_of
from aibwatch.model.observation import Observation
from aibwatch.model.policy import Policy
from aibwatch.model.probe import ProbeDecision
from aibwatch.model.state import Sightings
from aibwatch.model.template import RunState
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_definition_id,
    a_run,
    a_template,
    an_id,
)
from little_azure import Answer, LittleAzure
from loop import Loop

CANARIES = ((NORTH, an_id("canary-north")), (WEST, an_id("canary-west")))
POLICY = Policy(
    canaries=CANARIES, canary_interval=2 * HOUR, canary_per_day=3, services=frozenset({"aib"})
)
WEB_IMAGE = Image(ImageName("web"), (WEB, WEB_NORTH), Mode.OBSERVE)
SOME = settings(max_examples=40, deadline=None)


@dataclass(slots=True)
class Prober(Loop):
    """The flow on bare values, with canaries; it checks every request against the laws."""

    def look(self, now: datetime) -> list[Observation]:
        """Read the canaries too."""
        return [*(self._read(name, now) for _, name in CANARIES), *super(Prober, self).look(now)]

    def cycle(self, now: datetime) -> None:
        """Go once through the flow, then run the canaries that are to be run."""
        super(Prober, self).cycle(now)
        decisions = probe(self.view(now), now)
        for decision in decisions:
            is_well_formed(self, decision, now)
        for decision in decisions:
            if decision.token is not None:
                self.run(decision, now)

    def run(self, decision: ProbeDecision, now: datetime) -> None:
        """Read again, decide again, intend, ask once, write down; or die before that."""
        self.learn([self._read(decision.template, now), self._self_test(now)], now)
        again = {each.region: each for each in probe(self.view(now), now)}[decision.region]
        if again.token is None:
            return
        assert again.token == decision.token, "asked twice it names the same request"
        may_run(self, decision, now)
        epoch, reason = self.state.epoch, decision.reason
        region, name, token = decision.region, decision.template, again.token
        last = self.state.runs.get(name)
        before = last.started if last else None
        self.enter([ProbeIntended(now, region, name, token, epoch, reason, before=before)])
        event = self.azure.request(name, now)
        if self.crash_next:
            self.crash_next = False
            self.restart(now)
        else:
            self.enter([ProbeAnswered(now, region, token, event)])

    def restart(self, now: datetime) -> None:
        """Begin anew from the journal; the answer of an open intent is lost."""
        super(Prober, self).restart(now)
        lasts = [each[-1] for each in self.state.probes.values()]
        self.enter(
            ProbeAnswered(now, each.region, each.token, Event.UNCLEAR)
            for each in lasts
            if each.answer is None
        )


def is_well_formed(prober: Prober, decision: ProbeDecision, now: datetime) -> None:
    """Check what holds of every decision about a canary."""
    assert decision in probe(prober.view(now), now), "asked twice it says the same"
    assert decision.wake_at is None or decision.wake_at > now, "it never waits for the past"
    assert decision.says, "each says why, or why not"


def may_run(prober: Prober, decision: ProbeDecision, now: datetime) -> None:
    """Check what must be so when a request is about to be made."""
    view, name, region = prober.view(now), decision.template, decision.region
    for scope in ("all", f"region:{region}"):
        assert pause_of(scope, view, now) is None, "S35: never while paused"
    assert view.suspicion is None, "S13: never while we distrust ourselves"
    assert not prober.azure.blind
    assert view.sightings.sweeps >= POLICY.warmup_sweeps, "S16: never before the warm-up"
    assert view.sightings.seen[name] == now, "S15: what was read just now"
    assert not view.sightings.templates[name].busy, "S6: never on a busy template"
    last = view.state.last_probe(region)
    assert last is None or last.answer is not None, "S2: one request at a time"
    if last is not None and last.answer is not Event.REFUSED and last.started is None:
        assert now >= (last.answered or now) + POLICY.settle, "S2: not before it is settled"


Step = Callable[[Prober, datetime], None]


def pause(scope: str) -> Step:
    """Return the step in which a person pauses a scope."""
    return lambda prober, now: prober.enter([Paused(now, scope, "a freeze")])


def resume(prober: Prober, now: datetime) -> None:
    """Let a person resume everything."""
    prober.enter([Resumed(now, scope) for scope, _ in list(prober.state.pauses)])


def end(template: TemplateId, state: RunState) -> Step:
    """Return the step in which the run of a canary ends, if one goes on."""

    def ended(prober: Prober, now: datetime) -> None:
        if prober.azure.templates[template].busy:
            prober.azure.end(template, state, a_run().message, now)

    return ended


def fail_the_image(prober: Prober, now: datetime) -> None:
    """Let a run of the primary fail."""
    prober.azure.end(WEB, RunState.FAILED, a_run().message, now)


def answers(answer: Answer) -> Step:
    """Return the step that makes the next request be answered so."""
    return lambda prober, _now: prober.azure.answers.append(answer)


def begin(template: TemplateId) -> Step:
    """Return the step in which a person runs a template."""
    return lambda prober, now: prober.azure.begin(template, now)


def dark(region: Region) -> Step:
    """Return the step in which a region stops answering, or answers again."""
    return lambda prober, _now: prober.azure.dark.symmetric_difference_update({region})


def blind(prober: Prober, _now: datetime) -> None:
    """Break our own way out, or mend it."""
    prober.azure.blind = not prober.azure.blind


def crash(prober: Prober, _now: datetime) -> None:
    """Let the next request be the last thing before a crash."""
    prober.crash_next = True


def restart(prober: Prober, now: datetime) -> None:
    """Restart between two cycles."""
    prober.restart(now)


def wait(_prober: Prober, _now: datetime) -> None:
    """Let time pass."""


BIRDS = [name for _, name in CANARIES]
LOST = Answer(Event.UNCLEAR, hidden=3 * MINUTE)
STEPS: list[Step] = [
    *(end(name, state) for name in BIRDS for state in (RunState.SUCCEEDED, RunState.FAILED)),
    *(begin(name) for name in BIRDS),
    *(dark(region) for region in (WEST, NORTH)),
    *(pause(scope) for scope in ("all", "region:westeurope", "region:eastus")),
    *map(answers, (LOST, Answer(Event.UNCLEAR, begins=False), Answer(Event.REFUSED, begins=False))),
    fail_the_image,
    resume,
    resume,
    blind,
    crash,
    restart,
    wait,
    wait,
]
MINUTES = st.sampled_from([1, 2, 5, 7, 20, 45, 90, 130])
HISTORIES = st.lists(st.tuples(st.sampled_from(STEPS), MINUTES), min_size=5, max_size=40)


def lived(history: Iterable[tuple[Step, int]]) -> Prober:
    """Live through a history, a cycle after each step and some in the time that passes."""
    templates = [
        a_template(),
        a_template(id=WEB_NORTH, region=NORTH),
        *(
            a_template(id=name, region=region, definition=a_definition_id(name_of(name)))
            for region, name in CANARIES
        ),
    ]
    prober = Prober(
        azure=LittleAzure({each.id: each for each in templates}),
        images={WEB_IMAGE.name: WEB_IMAGE},
        policy=POLICY,
        sightings=Sightings(booted=NOON),
    )
    now = NOON
    for step, minutes in history:
        step(prober, now)
        for _ in range(3):
            prober.cycle(now)
            now += minutes * MINUTE / 3
    return prober


def of(prober: Prober, template: TemplateId) -> list[ProbeIntended]:
    """Return the intents to run a canary."""
    entries: list[Entry] = prober.journal
    return [
        each for each in entries if isinstance(each, ProbeIntended) and each.template == template
    ]


@SOME
@given(HISTORIES)
def test_no_history_makes_a_probe_that_may_not_be(history: list[tuple[Step, int]]) -> None:
    """Never while paused, suspect, cold or busy, and never two at once: checked at each request."""
    lived(history)


@SOME
@given(HISTORIES)
def test_no_day_has_more_probes_than_it_may(history: list[tuple[Step, int]]) -> None:
    """In any 24 hours, over restarts and whatever came of them."""
    prober = lived(history)

    for name in BIRDS:
        at = [each.at for each in of(prober, name)]
        for first, beyond in zip(at, at[POLICY.canary_per_day :], strict=False):
            assert beyond - first >= DAY


@SOME
@given(HISTORIES)
def test_each_request_has_its_own_intent_and_makes_one_run_at_most(
    history: list[tuple[Step, int]],
) -> None:
    """A crash before the answer is written doubles nothing."""
    prober = lived(history)

    for name in BIRDS:
        intents = of(prober, name)
        requests = [each for each in prober.azure.requests if each.template == name]
        assert [each.at for each in requests] == [each.at for each in intents]
        assert len({each.token for each in intents}) == len(intents)
        assert sum(each.began for each in requests) <= len(intents)


@SOME
@given(HISTORIES)
def test_the_journal_tells_what_was_believed(history: list[tuple[Step, int]]) -> None:
    """Folded anew, the probes are the same."""
    prober = lived(history)

    assert fold(prober.journal).probes == prober.state.probes


def test_histories_reach_what_the_laws_are_about() -> None:
    """Probes on schedule and on suspicion, lost answers, crashes: else the laws hold of nothing."""
    story: list[tuple[Step, int]] = [
        (crash, 2),
        (wait, 20),
        (end(BIRDS[0], RunState.SUCCEEDED), 5),
        (end(BIRDS[1], RunState.SUCCEEDED), 20),
        (fail_the_image, 5),
        (end(BIRDS[1], RunState.FAILED), 20),
        (end(BIRDS[0], RunState.SUCCEEDED), 90),
        (wait, 45),
    ]

    prober = lived(story)

    reasons = {each.reason for name in BIRDS for each in of(prober, name)}
    unclear = [
        each
        for each in prober.journal
        if isinstance(each, ProbeAnswered) and each.event is Event.UNCLEAR
    ]
    assert {"scheduled", "suspicion"} <= reasons
    assert unclear
