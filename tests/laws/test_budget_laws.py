"""Laws of the request budget: reads never starve a request (S25)."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.azure.calls import call
from aibwatch.azure.throttle import BUCKET, REMAINING_READS, RESERVE_SHARE, Need, Throttle
from aibwatch.collect.closely import PAGE
from aibwatch.collect.due import due
from aibwatch.collect.question import Asked
from aibwatch.model.names import TemplateId, subscription_of
from aibwatch.model.template import RunState, Template
from aibwatch.sim.quota import READS, Bucket, full
from builders import MINUTE, NOON, a_run, a_template, an_id, an_image, some_sightings
from unit.collect.watching import OTHER, SECOND, a_view, answer_all

RESERVE = int(BUCKET * RESERVE_SHARE)
READ = call("GET", "https://management.azure.com/subscriptions/x")


@dataclass
class Budget:
    """One subscription's throttle before the bucket that ARM would have; we are its only reader."""

    seconds: float = 0.0
    bucket: Bucket = field(default_factory=lambda: full(READS, NOON))
    throttle: Throttle = field(init=False)

    def __post_init__(self) -> None:
        """Look at the same clock."""
        self.throttle = Throttle(lambda: self.seconds)

    def read(self, need: Need) -> int | None:
        """Read if that is allowed; return the status, None if it was put off."""
        if self.throttle.refusal(READ, need):
            return None
        wait = self.bucket.take(NOON + timedelta(seconds=self.seconds))
        headers = {REMAINING_READS: str(int(self.bucket.tokens))}
        if wait is not None:
            headers["Retry-After"] = f"{wait:.3f}"
        status = 200 if wait is None else 429
        self.throttle.note(READ, status, headers)
        return status


wishes = st.tuples(st.sampled_from(Need), st.integers(1, 120), st.floats(0, 5))
"""So many reads at once, and the seconds until the next wish."""


@given(st.lists(wishes, min_size=1, max_size=12))
def test_no_read_but_those_of_a_request_takes_from_the_reserve(
    asked: list[tuple[Need, int, float]],
) -> None:
    """Whatever is asked, a request finds what the others left: a quarter of the bucket."""
    budget = Budget()
    for need, times, pause in asked:
        for _ in range(times):
            before = budget.bucket.tokens
            status = budget.read(need)
            if need is not Need.ACT and status is not None:
                assert budget.bucket.tokens >= min(before, RESERVE - 1)
        budget.seconds += pause


@given(st.lists(wishes.map(lambda each: (min(each[0], Need.WATCH), *each[1:])), max_size=12))
def test_after_any_reads_a_request_may_read_at_once(
    asked: list[tuple[Need, int, float]],
) -> None:
    """Ten reads are more than any errand makes; not one is refused."""
    budget = Budget()
    for need, times, pause in asked:
        for _ in range(times):
            budget.read(need)
        budget.seconds += pause

    assert [budget.read(Need.ACT) for _ in range(10)] == [200] * 10


@given(st.lists(wishes, min_size=1, max_size=12))
def test_nothing_is_sent_before_a_retry_after_has_passed(
    asked: list[tuple[Need, int, float]],
) -> None:
    """Of two refusals by ARM in a row there is none: who was told to wait waits."""
    budget = Budget()
    statuses = []
    for need, times, pause in asked:
        for _ in range(times):
            status = budget.read(need)
            if status is not None:
                statuses.append(status)
        budget.seconds += pause

    assert all(pair != (429, 429) for pair in itertools.pairwise(statuses))


fleets = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=2 * PAGE + 20)
"""Of each template: whether it builds, and whether it is in the other subscription."""
pauses = st.lists(st.integers(1, 70), min_size=1, max_size=20)
"""Seconds from one tick to the next."""


@given(fleets, pauses)
def test_a_tick_reads_one_list_a_subscription_and_each_running_template_once_at_most(
    fleet: list[tuple[bool, bool]], ticks: list[int]
) -> None:
    """Or one more list in their place: where a list is due no template of it is read alone."""
    templates = [_template(number, *each) for number, each in enumerate(fleet)]
    running = {each.id for each in templates if each.run}
    images = [an_image(name=f"i{n}", templates=(each.id,)) for n, each in enumerate(templates)]
    asked, now = Asked(), NOON
    for tick in ticks:
        seen = some_sightings(*templates, now=now)
        now += tick * SECOND
        asks = due(a_view(*images, sightings=seen), asked, now)
        answer_all(asked, asks, now)

        assert len(set(asks.subscriptions)) == len(asks.subscriptions)
        assert len(set(asks.templates)) == len(asks.templates)
        assert set(asks.templates) <= running
        alone = [subscription_of(each) for each in asks.templates]
        assert not {*alone} & {*asks.subscriptions}
        for each in {*alone}:
            pages = -(-sum(subscription_of(one.id) == each for one in templates) // PAGE)
            assert alone.count(each) <= pages


def _template(number: int, builds: bool, elsewhere: bool) -> Template:  # noqa: FBT001  drawn
    name: TemplateId = an_id(f"t{number}", *([OTHER] if elsewhere else []))
    run = a_run(template=name, started=NOON - MINUTE, state=RunState.RUNNING, ended=None)
    return a_template(id=name, run=run if builds else None)
