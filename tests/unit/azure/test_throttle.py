"""The request budget of one subscription."""

from datetime import timedelta

import pytest

from aibwatch.azure.calls import Api, Call, call
from aibwatch.azure.throttle import REMAINING_READS, Need, Throttle
from aibwatch.model.fault import Fault, FaultKind
from scripted_arm import SUBSCRIPTION, WEB

ROOT = f"https://management.azure.com/subscriptions/{SUBSCRIPTION}/providers"
LIST = call("GET", f"{ROOT}/Microsoft.VirtualMachineImages/imageTemplates?api-version=x")
GET = call("GET", f"https://management.azure.com{WEB}?api-version=x")
EVENTS = call("GET", f"{ROOT}/Microsoft.ResourceHealth/events")
RUN = call("POST", f"https://management.azure.com{WEB}/run")


class Watch:
    """A monotonic clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        """Return seconds."""
        return self.now


@pytest.fixture
def watch() -> Watch:
    """The clock."""
    return Watch()


@pytest.fixture
def throttle(watch: Watch) -> Throttle:
    """A budget of which nothing is known."""
    return Throttle(watch)


def waits(fault: Fault | None) -> float:
    """Return for how many seconds a read is put off, 0 if it is not."""
    if fault is None:
        return 0.0
    assert fault.kind is FaultKind.THROTTLED
    assert fault.retry_after is not None
    return fault.retry_after.total_seconds()


def test_nothing_is_put_off_before_anything_is_known(throttle: Throttle) -> None:
    """All headers are optional, so their absence means nothing."""
    throttle.note(LIST, 200, {})

    assert throttle.refusal(LIST, Need.ROUTINE) is None


def test_a_429_puts_off_every_read_until_its_retry_after(throttle: Throttle, watch: Watch) -> None:
    """Reads for acting too: ARM would only answer 429 again."""
    throttle.note(GET, 429, {"Retry-After": "17"})

    assert waits(throttle.refusal(LIST, Need.ROUTINE)) == 17
    assert waits(throttle.refusal(GET, Need.ACT)) == 17
    watch.now += 17
    assert throttle.refusal(GET, Need.ACT) is None


def test_a_429_that_does_not_say_how_long_puts_off_for_a_full_bucket(throttle: Throttle) -> None:
    """250 reads flow back in 10 seconds."""
    throttle.note(LIST, 429, {})

    assert waits(throttle.refusal(LIST, Need.ROUTINE)) == 10


def test_a_retry_after_of_a_day_is_not_believed(throttle: Throttle) -> None:
    """It would blind us for a day; ten minutes later we ask again."""
    throttle.note(LIST, 429, {"Retry-After": "86400"})

    assert waits(throttle.refusal(LIST, Need.ROUTINE)) == timedelta(minutes=10).total_seconds()


def test_service_health_has_a_limit_of_its_own(throttle: Throttle) -> None:
    """Its 429 must not blind us to builds, nor theirs to it."""
    throttle.note(EVENTS, 429, {"Retry-After": "60"})

    assert throttle.refusal(LIST, Need.ROUTINE) is None
    assert waits(throttle.refusal(EVENTS, Need.ROUTINE)) == 60


def test_an_error_with_retry_after_puts_off_routine_reads_of_its_path_alone(
    throttle: Throttle, watch: Watch
) -> None:
    """One region's provider must not blind us to another's, nor stop the read before an act."""
    throttle.note(GET, 503, {"Retry-After": "3600"})

    assert waits(throttle.refusal(GET, Need.ROUTINE)) == 60
    assert throttle.refusal(GET, Need.ACT) is None
    assert throttle.refusal(LIST, Need.ROUTINE) is None
    watch.now += 60
    assert throttle.refusal(GET, Need.ROUTINE) is None


def test_below_the_reserve_routine_reads_wait_and_others_go_on(
    throttle: Throttle, watch: Watch
) -> None:
    """A quarter of the bucket belongs to acting; 25 reads flow back each second."""
    throttle.note(GET, 200, {REMAINING_READS: "12"})

    assert waits(throttle.refusal(LIST, Need.ROUTINE)) == pytest.approx((62.5 - 12) / 25)
    assert throttle.refusal(GET, Need.ACT) is None
    watch.now += 2.1
    assert throttle.refusal(LIST, Need.ROUTINE) is None


def test_what_is_watched_closely_waits_for_the_reserve_and_for_no_error(
    throttle: Throttle,
) -> None:
    """A region that says how long to stay away is looked at all the same."""
    throttle.note(GET, 503, {"Retry-After": "3600"})

    assert throttle.refusal(GET, Need.WATCH) is None

    throttle.note(LIST, 200, {REMAINING_READS: "12"})

    assert waits(throttle.refusal(GET, Need.WATCH)) == pytest.approx((62.5 - 12) / 25)


def test_above_the_reserve_nothing_waits(throttle: Throttle) -> None:
    """The usual case."""
    throttle.note(GET, 200, {REMAINING_READS: "249"})

    assert throttle.refusal(LIST, Need.ROUTINE) is None


def test_a_remaining_count_that_is_no_number_says_nothing(throttle: Throttle) -> None:
    """Headers may be junk."""
    throttle.note(GET, 200, {REMAINING_READS: "many"})

    assert throttle.refusal(LIST, Need.ROUTINE) is None


def test_a_429_on_a_run_request_puts_no_read_off(throttle: Throttle) -> None:
    """Writes have a bucket of their own."""
    throttle.note(RUN, 429, {"Retry-After": "60"})

    assert throttle.refusal(GET, Need.ROUTINE) is None


@pytest.mark.parametrize(
    ("made", "api", "operation"),
    [
        (LIST, Api.IMAGEBUILDER, "list"),
        (GET, Api.IMAGEBUILDER, "get"),
        (RUN, Api.IMAGEBUILDER, "run"),
        (EVENTS, Api.RESOURCEHEALTH, "events"),
        (call("GET", f"https://h{WEB}/runOutputs/x?api-version=1"), Api.IMAGEBUILDER, "run_output"),
        (call("GET", "https://h/subscriptions/x"), Api.SUBSCRIPTIONS, "get"),
        (call("GET", "https://h/x/y/z"), Api.OTHER, "other"),
        (call("DELETE", f"https://h{WEB}"), Api.OTHER, "other"),
    ],
)
def test_every_request_has_a_name_from_a_fixed_set(made: Call, api: Api, operation: str) -> None:
    """Metric labels must not grow with the paths that are asked for."""
    assert (made.api, made.operation) == (api, operation)
