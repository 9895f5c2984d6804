"""What each alert is for: series on which it fires, and similar ones on which it does not.

Scrapes are 30 s apart unless a case says otherwise. What a failed scrape or a restart does to the
series is no part of a case: `test_rules` makes that of every one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from alerts.lives import Series, Values, changing, clock, flat, growing

EVERY = 30
"""Seconds between scrapes."""


@dataclass(frozen=True, slots=True)
class Case:
    """One story of an alert."""

    alert: str
    """Its key: name and severity."""
    fires_on: Series
    quiet_on: Series
    begins: int = 0
    """The scrape at which its condition begins to hold."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Those it fires with, beside its own and the job."""
    value: str = ""
    """What its text tells, where it tells a number."""
    mended: bool = False
    """A restart ends it, and rightly so."""
    every: int = EVERY
    there: bool = True
    """The target is there; else nobody is scraped."""
    ends: int | None = None
    """The scrape at which its condition holds no more, of those that linger."""


def _home(image: str = "web", location: str = "westeurope") -> str:
    info = f'template="{image}-west",location="{location}",image="{image}",role="primary"'
    return f"aibwatch_template_info{{{info}}}"


def _health(state: str, location: str = "westeurope") -> str:
    return f'aibwatch_region_health{{location="{location}",state="{state}"}}'


def _held(reason: str) -> str:
    return f'aibwatch_image_held{{image="web",reason="{reason}"}}'


def _run_state(state: str) -> str:
    return (
        f'aibwatch_template_run_state{{template="web-west",location="westeurope",state="{state}"}}'
    )


def _template(name: str) -> str:
    return f'aibwatch_template_{name}{{template="web-west",location="westeurope"}}'


def _polls(share: float, *, health: str = "healthy") -> dict[str, Values]:
    """Return reads of which a share fails in one region, while another is well."""
    return {
        'aibwatch_template_polls_total{location="westeurope"}': growing(100),
        'aibwatch_template_poll_failures_total{location="westeurope"}': growing(100 * share),
        'aibwatch_template_polls_total{location="northeurope"}': growing(100),
        'aibwatch_template_poll_failures_total{location="northeurope"}': growing(0),
        _health("degraded"): flat(health == "degraded"),
        _health("outage"): flat(health == "outage"),
    }


WEB = {"image": "web"}
WEST = {"location": "westeurope"}
WEB_WEST = {"template": "web-west", "location": "westeurope"}
OTHER = 'aibwatch_leader{instance="other"}'
_ANSWERED = 'aibwatch_source_last_success_timestamp_seconds{source="events",subscription_id="s"}'

_TOKEN = 'aibwatch_azure_token_last_success_timestamp_seconds{credential="storage"}'
_TOKEN_ENDS = 'aibwatch_azure_token_expiry_timestamp_seconds{credential="arm"}'
_NO_TOKEN = 'aibwatch_azure_token_refresh_failures_total{credential="storage"}'
_TAKEN = 'aibwatch_notifications_total{channel="ops"}'
_UNTAKEN = 'aibwatch_notification_failures_total{{channel="ops",reason="{}"}}'

DAEMON = (
    Case("AibwatchWatchdog/none", {}, {}),
    Case(
        "AibwatchPaused/info",
        {"aibwatch_paused": flat(1)},
        {"aibwatch_paused": changing(1, 0, at=1400)},
        every=60,
    ),
    Case("AibwatchDown/critical", {"up": flat(0)}, {"up": flat(1)}),
    Case(
        "AibwatchDown/critical", {"up": flat(0)}, {"up": flat(0), 'up{instance="other"}': flat(1)}
    ),
    Case("AibwatchDown/critical", {}, {"up": changing(1, 0, at=18)}, there=False),
    Case(
        "AibwatchNoLeader/critical",
        {"aibwatch_leader": flat(0), OTHER: flat(0)},
        {"aibwatch_leader": changing(0, 1, at=5), OTHER: changing(1, 0, at=5)},
    ),
    Case(
        "AibwatchNoLeader/critical",
        {"aibwatch_leader": changing(1, 0, at=2)},
        {"aibwatch_leader": flat(1)},
        begins=2,
    ),
    Case(
        "AibwatchMultipleLeaders/critical",
        {"aibwatch_leader": changing(0, 1, at=4), OTHER: flat(1)},
        {"aibwatch_leader": changing(0, 1, at=4), OTHER: changing(1, 0, at=5)},
        begins=6,
        value="2",
        mended=True,
        every=25,  # no scrape at the edge of the window, which 2.x counts and 3.x does not
    ),
    Case(
        "AibwatchBlind/critical",
        {"aibwatch_blind": flat(1), 'aibwatch_blind{instance="other"}': flat(1)},
        {"aibwatch_blind": flat(1), 'aibwatch_blind{instance="other"}': flat(0)},
    ),
    Case(
        "AibwatchBlind/critical",
        {"aibwatch_blind": flat(1)},
        {"aibwatch_blind": changing(1, 0, at=6)},
    ),
    Case(
        "AibwatchStoreUnwritable/critical",
        {"aibwatch_store_writable": changing(1, 0, at=3)},
        {"aibwatch_store_writable": flat(1)},
        begins=3,
    ),
    Case(
        "AibwatchPromiseBroken/critical",
        {'aibwatch_promise_violations_total{promise="S1"}': changing(0, 1, at=4)},
        {'aibwatch_promise_violations_total{promise="S1"}': flat(3)},
        begins=4,
        labels={"promise": "S1"},
        ends=4 + 120,
    ),
    Case(
        "AibwatchBudgetExhausted/critical",
        {_held("budget"): flat(1)},
        {_held("budget"): flat(0), _held("paused"): flat(1)},
        labels={"reason": "budget"},
        value="1",
    ),
    Case(
        "AibwatchTaskStalled/warning",
        {
            'aibwatch_task_last_success_timestamp_seconds{task="cycle"}': flat(0),
            'aibwatch_task_interval_seconds{task="cycle"}': flat(19),
            "aibwatch_leader": flat(1),
            "process_start_time_seconds": flat(0),
        },
        {
            'aibwatch_task_last_success_timestamp_seconds{task="cycle"}': clock(EVERY, late=112),
            'aibwatch_task_interval_seconds{task="cycle"}': flat(19),
            "aibwatch_leader": flat(1),
            "process_start_time_seconds": flat(0),
        },
        begins=4,
        labels={"task": "cycle"},
        mended=True,
    ),
    Case(  # a task that never came to a good end; a standby's that stands still
        "AibwatchTaskStalled/warning",
        {
            'aibwatch_task_interval_seconds{task="cycle"}': flat(19),
            "aibwatch_leader": flat(1),
            "process_start_time_seconds": flat(0),
        },
        {
            'aibwatch_task_last_success_timestamp_seconds{task="cycle"}': flat(0),
            'aibwatch_task_interval_seconds{task="cycle"}': flat(19),
            "aibwatch_leader": flat(0),
            "process_start_time_seconds": flat(0),
        },
        begins=4,
        labels={"task": "cycle"},
        mended=True,
    ),
    Case(
        "AibwatchSourceStale/warning",
        {
            _ANSWERED: flat(0),
            'aibwatch_source_poll_success{source="events",subscription_id="s"}': flat(1),
        },
        {
            _ANSWERED: clock(EVERY, late=850),
            'aibwatch_source_poll_success{source="events",subscription_id="s"}': changing(
                1, 0, at=20
            ),
        },
        begins=31,
        labels={"source": "events", "subscription_id": "s"},
    ),
    Case(  # one that never answered
        "AibwatchSourceStale/warning",
        {'aibwatch_source_poll_success{source="emerging",subscription_id=""}': flat(0)},
        {
            'aibwatch_source_poll_success{source="emerging",subscription_id=""}': changing(
                1, 0, at=5
            )
        },
        labels={"source": "emerging"},
    ),
    Case(
        "AibwatchConfigReloadFailed/warning",
        {"aibwatch_config_last_reload_successful": flat(0)},
        {"aibwatch_config_last_reload_successful": changing(0, 1, at=15)},
    ),
    Case(
        "AibwatchConfigInconsistent/warning",
        {
            'aibwatch_config_info{sha256="one"}': flat(1),
            'aibwatch_config_info{instance="other",sha256="two"}': flat(1),
        },
        {
            'aibwatch_config_info{sha256="one"}': flat(1),
            'aibwatch_config_info{instance="other",sha256="one"}': flat(1),
        },
        value="2",
    ),
    Case("AibwatchPollBudgetBurn/warning/fast", _polls(0.16), _polls(0.13), begins=1),
    Case("AibwatchPollBudgetBurn/warning/slow", _polls(0.07), _polls(0.05), begins=1),
    Case("AibwatchPollBudgetBurn/warning/steady", _polls(0.012), _polls(0.008), begins=1),
    *(
        Case(f"AibwatchPollBudgetBurn/warning/{burn}", _polls(1), _polls(1, health=ill), begins=1)
        for burn, ill in (("fast", "outage"), ("slow", "degraded"), ("steady", "outage"))
    ),
    Case(
        "AibwatchAzureThrottled/warning",
        {
            'aibwatch_azure_requests_total{api="arm",operation="list",code="200"}': growing(94),
            'aibwatch_azure_requests_total{api="arm",operation="list",code="429"}': growing(6),
        },
        {
            'aibwatch_azure_requests_total{api="arm",operation="list",code="200"}': growing(96),
            'aibwatch_azure_requests_total{api="arm",operation="list",code="429"}': growing(4),
        },
        begins=1,
        labels={"api": "arm"},
    ),
    Case(
        "AibwatchCredentialFailing/critical",
        {_NO_TOKEN: growing(2), _TOKEN: flat(0)},
        {_NO_TOKEN: growing(2), _TOKEN: clock(EVERY, late=300)},
        begins=20,
        labels={"credential": "storage"},
    ),
    Case(  # where none was ever had; and where none is asked for any more
        "AibwatchCredentialFailing/critical",
        {_NO_TOKEN: growing(2)},
        {_NO_TOKEN: flat(7)},
        begins=1,
        labels={"credential": "storage"},
    ),
    Case(
        "AibwatchCredentialFailing/critical",
        {_TOKEN_ENDS: flat(90)},
        {_TOKEN_ENDS: clock(EVERY, late=-60)},
        begins=4,
        labels={"credential": "arm"},
    ),
    Case(
        "AibwatchNotificationsFailing/warning",
        {_TAKEN: growing(98), _UNTAKEN.format("timeout"): growing(2)},
        {_TAKEN: growing(1000), _UNTAKEN.format("timeout"): growing(2)},
        begins=1,
        labels={"channel": "ops"},
    ),
    Case(  # one is lost to a channel that says no; one is taken at the second try
        "AibwatchNotificationsFailing/warning",
        {_UNTAKEN.format("refused"): changing(0, 1, at=4)},
        {_UNTAKEN.format("timeout"): changing(0, 1, at=4), _TAKEN: changing(0, 1, at=5)},
        begins=4,
        labels={"channel": "ops"},
        mended=True,
    ),
)

REGIONS = (
    Case(
        "AibwatchRegionOutage/critical",
        {_health("outage"): changing(0, 1, at=3), _home(): flat(1), _held("paused"): flat(1)},
        {_health("outage"): flat(1), _home(): flat(1)},
        begins=3,
        labels=WEST,
    ),
    Case(  # an image that is being answered; one that waits but is at home elsewhere
        "AibwatchRegionOutage/critical",
        {
            _health("outage"): changing(1, 0, at=6),
            _home(): flat(1),
            'aibwatch_failover_active{image="web"}': flat(1),
        },
        {
            _health("outage"): flat(1),
            _home(location="northeurope"): flat(1),
            _held("paused"): flat(1),
        },
        labels=WEST,
        ends=6,
    ),
    Case(
        "AibwatchRegionOutage/warning",
        {_health("outage"): changing(1, 0, at=6), _home(): flat(1)},
        {_health("outage"): flat(1), _home(): flat(1), _held("paused"): flat(1)},
        labels=WEST,
        ends=6,
    ),
    Case(
        "AibwatchRegionDegraded/warning",
        {_health("degraded"): flat(1), _health("outage"): flat(0)},
        {_health("degraded"): changing(1, 0, at=50), _health("outage"): changing(0, 1, at=50)},
        labels=WEST,
    ),
)

FAILOVERS = (
    Case(
        "AibwatchFailoverStarted/info",
        {'aibwatch_failover_active{image="web"}': changing(0, 1, at=2)},
        {'aibwatch_failover_active{image="web"}': flat(1), _held("paused"): flat(1)},
        begins=2,
        labels=WEB,
    ),
    *(
        Case(
            "AibwatchFailoverFailed/critical",
            {f'aibwatch_failovers_total{{image="web",result="{result}"}}': changing(2, 3, at=3)},
            {
                f'aibwatch_failovers_total{{image="web",result="{result}"}}': flat(2),
                'aibwatch_failovers_total{image="web",result="succeeded"}': growing(1),
            },
            begins=3,
            labels={"image": "web", "result": result},
        )
        for result in ("failed", "timed_out", "abandoned")
    ),
    Case(
        "AibwatchFailoverHeld/critical",
        {_held("no_candidate"): flat(1), _home(): flat(1)},
        {_held("no_candidate"): changing(1, 0, at=15), _home(): flat(1)},
        labels={"image": "web", "location": "westeurope", "reason": "no_candidate"},
    ),
    Case(  # a standby, whose leader decides for it
        "AibwatchFailoverHeld/critical",
        {_held("paused"): flat(1), _held("not_leader"): flat(1), _home(): flat(1)},
        {_held("not_leader"): flat(1), _home(): flat(1)},
        labels={"image": "web", "location": "westeurope", "reason": "paused"},
    ),
    Case(  # a primary that moved to another region a moment ago is told with one of the two
        "AibwatchFailoverHeld/critical",
        {
            _held("paused"): flat(1),
            _home(location="unknown"): flat(1),
            _home(location="westeurope"): flat(1),
        },
        {_home(): flat(1)},
        labels={"image": "web", "location": "westeurope", "reason": "paused"},
    ),
    Case(
        "AibwatchFailoverStuck/critical",
        {'aibwatch_failover_deadline_timestamp_seconds{image="web"}': flat(300)},
        {'aibwatch_failover_deadline_timestamp_seconds{image="web"}': clock(EVERY, late=90)},
        begins=15,
        labels=WEB,
    ),
    Case(
        "AibwatchNeedsHuman/critical",
        {'aibwatch_image_needs_human{image="web"}': changing(0, 1, at=2)},
        {'aibwatch_image_needs_human{image="web"}': flat(0)},
        begins=2,
        labels=WEB,
    ),
    Case(
        "AibwatchNoCandidate/critical",
        {_held("no_candidate"): flat(1)},
        {_held("cooldown"): flat(1)},
        labels=WEB,
    ),
)

_SUCCEEDED = 'aibwatch_image_last_success_timestamp_seconds{image="web"}'
_EXPECTED = 'aibwatch_image_expected_interval_seconds{image="web"}'
_READY = 'aibwatch_image_ready{image="web"}'
_TROUBLE = {_READY: flat(0), _home(): flat(1), _health("outage"): flat(1)}

IMAGES = (
    Case(
        "AibwatchImageStale/warning",
        {_SUCCEEDED: flat(0), _EXPECTED: flat(600)},
        {_SUCCEEDED: clock(EVERY, late=590), _EXPECTED: flat(600)},
        begins=21,
        labels=WEB,
    ),
    Case(
        "AibwatchImageStale/critical",
        {_SUCCEEDED: flat(0), _EXPECTED: flat(600)},
        {_SUCCEEDED: clock(EVERY, late=1190), _EXPECTED: flat(600)},
        begins=41,
        labels=WEB,
    ),
    Case(  # an image that nobody expects is never stale
        "AibwatchImageStale/warning",
        {_SUCCEEDED: flat(0), _EXPECTED: flat(300)},
        {_SUCCEEDED: flat(0)},
        begins=11,
        labels=WEB,
    ),
    Case(
        "AibwatchImageUnprotected/info",
        {'aibwatch_image_protected{image="web"}': flat(0)},
        {'aibwatch_image_protected{image="web"}': changing(1, 0, at=30)},
        begins=14 * 24,
        labels=WEB,
        every=3600,
    ),
    Case(
        "AibwatchDrillOverdue/warning",
        {'aibwatch_image_drill_due_timestamp_seconds{image="web"}': flat(0)},
        {'aibwatch_image_drill_due_timestamp_seconds{image="web"}': clock(EVERY, late=-60)},
        begins=1,  # at the beginning of time nothing is overdue
        labels=WEB,
    ),
    Case(  # what is allowed to differ does not count
        "AibwatchSecondaryDrift/warning",
        {'aibwatch_image_drift_paths{image="web"}': flat(2)},
        {'aibwatch_image_drift_paths{image="web"}': flat(0)},
        labels=WEB,
    ),
    Case(
        "AibwatchSecondaryNotReady/warning",
        {_READY: flat(0)},
        {_READY: changing(0, 1, at=100)},
        labels=WEB,
    ),
    *(
        Case(
            "AibwatchSecondaryNotReady/critical",
            {_READY: flat(0), _home(): flat(1), _health(ill): changing(0, 1, at=4)},
            {_READY: changing(1, 0, at=2), _home(): flat(1), _health(ill): flat(1)},
            begins=4,
            labels=WEB,
        )
        for ill in ("degraded", "outage")
    ),
    *(  # its secondary is busy because it builds
        Case(
            f"AibwatchSecondaryNotReady/{severity}",
            {
                **_TROUBLE,
                'aibwatch_failover_active{image="web"}': flat(1),
                _held("paused"): flat(1),
            },
            {**_TROUBLE, 'aibwatch_failover_active{image="web"}': flat(1)},
            labels=WEB,
        )
        for severity in ("warning", "critical")
    ),
    Case(  # another region is in trouble than its own
        "AibwatchSecondaryNotReady/critical",
        _TROUBLE,
        {_READY: flat(0), _home(): flat(1), _health("outage", "northeurope"): flat(1)},
        labels=WEB,
    ),
)

TEMPLATES = (
    Case(
        "AibwatchTemplateBuildFailed/warning",
        {_run_state("Failed"): flat(1), _run_state("Running"): flat(0)},
        {_run_state("Failed"): changing(1, 0, at=9), _run_state("Running"): changing(0, 1, at=9)},
        labels=WEB_WEST,
    ),
    *(
        Case(
            "AibwatchTemplateBuildStuck/warning",
            {
                _run_state(state): flat(1),
                _run_state(other): flat(0),
                _template("last_run_start_timestamp_seconds"): flat(0),
                _template("build_timeout_seconds"): flat(600),
            },
            {
                _run_state(state): changing(1, 0, at=79),
                _run_state(other): flat(0),
                _template("last_run_start_timestamp_seconds"): flat(0),
                _template("build_timeout_seconds"): flat(600),
            },
            begins=81,
            labels=WEB_WEST,
        )
        for state, other in (("Running", "Canceling"), ("Canceling", "Running"))
    ),
    Case(
        "AibwatchSubmissionFailed/warning",
        {_template("provisioning_state").replace("}", ',state="Failed"}'): flat(1)},
        {_template("provisioning_state").replace("}", ',state="Succeeded"}'): flat(1)},
        labels=WEB_WEST,
    ),
    Case(  # one that was never on is nobody's surprise
        "AibwatchAutoRunDisabled/warning",
        {_template("auto_run_enabled"): changing(1, 0, at=4)},
        {_template("auto_run_enabled"): flat(0)},
        begins=4,
        labels=WEB_WEST,
    ),
)

CASES = (*DAEMON, *REGIONS, *FAILOVERS, *IMAGES, *TEMPLATES)
