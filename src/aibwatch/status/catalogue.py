"""Every metric that aibwatch exports: name, type, labels, meaning. docs/metrics.md is its table.

`metrics` makes the instruments from these declarations and `rows` fills the gauges; a name that is
not declared here cannot be exported.
"""

from aibwatch.status.metric import Metric, counter, gauge, seconds

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_AZURE = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 480, 960)
_BUILD = tuple(60.0 * each for each in _MINUTES)
_LEAD = tuple(60.0 * each for each in (0, 5, 15, 30, 60, 120, 240, 360, 480, 720, 1440))
"""A histogram of OpenMetrics has no sum if a bucket is below 0; a notice that came first is 0."""
_WHERE = ("template", "location")

# The daemon
BUILD_INFO = gauge(
    "aibwatch_build_info", "The running build; always 1.", "version", "revision", "python"
)
CONFIG_INFO = gauge(
    "aibwatch_config_info", "The active configuration by its hash; always 1.", "sha256"
)
CONFIG_OK = gauge(
    "aibwatch_config_last_reload_successful", "Whether the last load of the configuration worked."
)
CONFIG_LOADED = gauge(
    "aibwatch_config_last_reload_success_timestamp_seconds",
    "When the configuration was last loaded with success.",
)
READY = gauge("aibwatch_ready", "The verdict of /readyz.")
LEADER = gauge(
    "aibwatch_leader", "Whether this daemon may act: it leads, and its store takes entries."
)
LEADER_TRANSITIONS = counter(
    "aibwatch_leader_transitions_total", "Times this daemon began to lead, or ceased to."
)
LEASE_RENEWED = gauge(
    "aibwatch_lease_last_renew_timestamp_seconds",
    "When this daemon last took or renewed its right to act; one that has the store to itself, when"
    " it started.",
)
PAUSED = gauge("aibwatch_paused", "Whether any operator's pause is in effect, whatever its scope.")
BLIND = gauge("aibwatch_blind", "Whether the self-test fails or no template at all could be read.")
LOOP_LAG = seconds(
    "aibwatch_event_loop_lag_seconds", "How late a heartbeat of the event loop was.", _QUICK
)
LOG_MESSAGES = counter("aibwatch_log_messages_total", "Lines logged.", "level")
HTTP_REQUESTS = counter(
    "aibwatch_http_requests_total", "Requests answered by our own server.", "handler", "code"
)
HTTP_DURATION = seconds(
    "aibwatch_http_request_duration_seconds",
    "Time to answer a request to our own server.",
    _QUICK,
    "handler",
)
COLLECT_FAILURES = counter(
    "aibwatch_collect_failures_total",
    "Scrapes that were served the last good rows because new ones could not be computed.",
)

# Notifications
NOTIFICATIONS = counter(
    "aibwatch_notifications_total", "Notifications that a channel took.", "channel"
)
NOTIFICATION_FAILURES = counter(
    "aibwatch_notification_failures_total",
    "Tries at telling a channel that failed; most are made again.",
    "channel",
    "reason",
)
NOTIFICATION_QUEUE = gauge(
    "aibwatch_notification_queue_length",
    "Notifications that wait, in the channel where most do.",
)
NOTIFICATION_CAPACITY = gauge(
    "aibwatch_notification_queue_capacity", "Notifications that can wait before the oldest goes."
)

# Tasks
TASK_RUNS = counter("aibwatch_task_runs_total", "Finished runs of a task.", "task")
TASK_FAILURES = counter("aibwatch_task_failures_total", "Runs of a task that failed.", "task")
TASK_MISSED = counter("aibwatch_task_missed_total", "Runs that the scheduler missed.", "task")
TASK_SKIPPED = counter(
    "aibwatch_task_skipped_total", "Runs skipped because the last one was still going on.", "task"
)
TASK_DURATION = seconds(
    "aibwatch_task_duration_seconds", "Time a run of a task took.", _AZURE, "task"
)
TASK_RUNNING = gauge("aibwatch_task_running", "Whether the task is running now.", "task")
TASK_SUCCESS = gauge(
    "aibwatch_task_last_success_timestamp_seconds", "When the task last ended well.", "task"
)
TASK_NEXT = gauge("aibwatch_task_next_run_timestamp_seconds", "When the task runs next.", "task")
TASK_INTERVAL = gauge("aibwatch_task_interval_seconds", "How often the task should run.", "task")

# The Azure client
REQUESTS = counter(
    "aibwatch_azure_requests_total",
    "Requests sent to Azure, each attempt; code is the HTTP status or transport_error.",
    "api",
    "operation",
    "code",
)
REQUEST_DURATION = seconds(
    "aibwatch_azure_request_duration_seconds",
    "Time Azure took to answer a request.",
    _AZURE,
    "api",
    "operation",
)
RATELIMIT = gauge(
    "aibwatch_azure_ratelimit_remaining",
    "Requests left, by the last x-ms-ratelimit-remaining header.",
    "api",
    "subscription_id",
    "bucket",
)
TOKEN_FAILURES = counter(
    "aibwatch_azure_token_refresh_failures_total",
    "Times that no token was had.",
    "credential",
)
TOKEN_SUCCESS = gauge(
    "aibwatch_azure_token_last_success_timestamp_seconds",
    "When a token was last had; one serves for about an hour.",
    "credential",
)
TOKEN_EXPIRY = gauge(
    "aibwatch_azure_token_expiry_timestamp_seconds",
    "When the last token ends; past it, and without another, nothing can be asked.",
    "credential",
)

# Templates
TEMPLATE_INFO = gauge(
    "aibwatch_template_info",
    "A watched template, for joins; always 1.",
    *_WHERE,
    "image",
    "role",
    "subscription_id",
    "resource_group",
    "resource",
)
POLLS = counter("aibwatch_template_polls_total", "Reads of a template, by answer.", "location")
POLL_FAILURES = counter(
    "aibwatch_template_poll_failures_total", "Reads of a template that failed.", "location"
)
POLL_SUCCESS = gauge(
    "aibwatch_template_poll_success", "Whether the last read of the template worked.", *_WHERE
)
POLLED = gauge(
    "aibwatch_template_last_poll_success_timestamp_seconds",
    "When the template was last read with success.",
    *_WHERE,
)
RUN_STATE = gauge(
    "aibwatch_template_run_state",
    "State of the template's last run: exactly one row is 1.",
    *_WHERE,
    "state",
)
RUN_SUBSTATE = gauge(
    "aibwatch_template_run_substate",
    "Phase of the run that goes on, such as Building: only the row that is 1.",
    *_WHERE,
    "substate",
)
PROVISIONING = gauge(
    "aibwatch_template_provisioning_state",
    "State of the template itself: only the row that is 1.",
    *_WHERE,
    "state",
)
RUN_START = gauge(
    "aibwatch_template_last_run_start_timestamp_seconds", "When the last run began.", *_WHERE
)
RUN_END = gauge(
    "aibwatch_template_last_run_end_timestamp_seconds", "When the last run ended.", *_WHERE
)
TEMPLATE_SUCCESS = gauge(
    "aibwatch_template_last_success_timestamp_seconds",
    "When the newest good run known of the template ended.",
    *_WHERE,
)
BUILD_TIMEOUT = gauge(
    "aibwatch_template_build_timeout_seconds", "The template's own build timeout.", *_WHERE
)
AUTO_RUN = gauge(
    "aibwatch_template_auto_run_enabled",
    "Whether the template's own trigger is on; absent where Azure does not say.",
    *_WHERE,
)
BUILDS = counter(
    "aibwatch_builds_total", "Runs that were seen to have ended, each once.", *_WHERE, "result"
)
BUILD_FAILURES = counter(
    "aibwatch_build_failures_total", "Failed runs by judged cause.", "location", "cause"
)
BUILD_DURATION = seconds(
    "aibwatch_build_duration_seconds", "Time a run took.", _BUILD, "location", "result"
)

# Regions
REGION_HEALTH = gauge(
    "aibwatch_region_health",
    "Belief about a region: exactly one row is 1.",
    "location",
    "state",
)
REGION_SIGNAL = gauge(
    "aibwatch_region_signal",
    "Whether a family of evidence speaks against a region.",
    "location",
    "signal",
)
REGION_TRANSITIONS = counter(
    "aibwatch_region_transitions_total", "Changes of the belief about a region.", "location", "to"
)
OUTAGE_START = gauge(
    "aibwatch_region_outage_start_timestamp_seconds",
    "Since when the region is out; only while it is.",
    "location",
)
NOTICES = gauge(
    "aibwatch_service_health_events",
    "Notices of Microsoft's on Image Builder that last, by kind and level.",
    "location",
    "event_type",
    "level",
)
NOTICE_INFO = gauge(
    "aibwatch_service_health_event_info",
    "A notice that lasts, for joins; always 1. Its title is on the page.",
    "tracking_id",
    "location",
    "event_type",
    "level",
)
SOURCE_SUCCESS = gauge(
    "aibwatch_source_last_success_timestamp_seconds",
    "When a source of evidence that is no template last answered.",
    "source",
    "subscription_id",
)
SOURCE_POLL_SUCCESS = gauge(
    "aibwatch_source_poll_success",
    "Whether the last read of a source of evidence that is no template worked.",
    "source",
    "subscription_id",
)
REGION_ATTEMPTS = counter(
    "aibwatch_region_attempts_total",
    "Runs that ended and attempts that were refused: built, or failed by whose fault.",
    "location",
    "outcome",
)
MISSED = counter("aibwatch_missed_observations_total", "Runs whose end was never seen.", "location")
NOTICE_LEAD = seconds(
    "aibwatch_notice_lead_seconds",
    "How long aibwatch knew of an incident before a source of Microsoft's; 0 if it came after.",
    _LEAD,
    "source",
)

# Images and failovers
IMAGE_MODE = gauge(
    "aibwatch_image_mode", "How far we may go: exactly one row is 1.", "image", "mode"
)
IMAGE_READY = gauge(
    "aibwatch_image_ready",
    "Whether a secondary could build the image now; absent if the image has none.",
    "image",
)
IMAGE_CHECK = gauge(
    "aibwatch_image_check",
    "Whether a readiness item passes on the best secondary; one that only tells must be green.",
    "image",
    "check",
)
IMAGE_DRIFT = gauge(
    "aibwatch_image_drift_paths",
    "In how many paths of the recipe secondaries differ from the primary, but for what is allowed.",
    "image",
)
IMAGE_PROTECTED = gauge(
    "aibwatch_image_protected",
    "Whether the image is in mode auto and a secondary is ready.",
    "image",
)
IMAGE_NEEDS_HUMAN = gauge(
    "aibwatch_image_needs_human",
    "Whether the last failover gave no image, and nobody has acknowledged that nor built it since.",
    "image",
)
IMAGE_HELD = gauge(
    "aibwatch_image_held",
    "A failure that waits for its answer, by the guard that holds; only rows that are 1.",
    "image",
    "reason",
)
IMAGE_SUCCESS = gauge(
    "aibwatch_image_last_success_timestamp_seconds",
    "When the newest good run of any of the image's templates ended.",
    "image",
)
IMAGE_EXPECTED = gauge(
    "aibwatch_image_expected_interval_seconds",
    "How often a good build of the image is expected; absent where nobody expects any.",
    "image",
)
FAILOVER_ACTIVE = gauge(
    "aibwatch_failover_active", "Whether the image has an open failover.", "image"
)
FAILOVER_START = gauge(
    "aibwatch_failover_start_timestamp_seconds",
    "When the image's open failover was opened; only while it is open.",
    "image",
)
FAILOVER_DEADLINE = gauge(
    "aibwatch_failover_deadline_timestamp_seconds",
    "By when the image's open failover must have left its phase; past it, it is stuck.",
    "image",
)
COOLDOWN_END = gauge(
    "aibwatch_failover_cooldown_end_timestamp_seconds",
    "When the image may be answered again; only while its cooldown holds a failure.",
    "image",
)
BUDGET_LEFT = gauge(
    "aibwatch_failover_budget_remaining",
    "How many failovers more may build: at once, within a day, and at once in each region.",
    "scope",
)
LAST_DRILL = gauge(
    "aibwatch_image_last_drill_timestamp_seconds",
    "When the image was last built well away from home, by a drill or for real.",
    "image",
)
DRILL_DUE = gauge(
    "aibwatch_image_drill_due_timestamp_seconds",
    "By when it should be built well away from home again; only where drills are configured.",
    "image",
)
PHASE_DURATION = seconds(
    "aibwatch_failover_phase_duration_seconds",
    "How long the parts of a recovery took that went well, by a failover or a drill.",
    (15.0, 60.0, *_BUILD, 86_400.0),
    "phase",
)
FAILOVERS = counter(
    "aibwatch_failovers_total", "Failovers that ended, by outcome.", "image", "result"
)
DECISIONS = counter(
    "aibwatch_failover_decisions_total",
    "Changes of the decision about an image.",
    "decision",
    "reason",
)
SCORES = counter(
    "aibwatch_decision_scores_total",
    "Failures by what was done about them and whose fault they turned out to be.",
    "verdict",
    "truth",
)

# State
VIOLATIONS = counter(
    "aibwatch_promise_violations_total",
    "Promises that a monitor saw broken; automation is paused with the first.",
    "promise",
)
STORE_WRITABLE = gauge(
    "aibwatch_store_writable",
    "Whether the store takes entries; of a standby, whether it can be read.",
)
STORE_OPERATIONS = counter("aibwatch_store_operations_total", "Uses of the store.", "op")
STORE_FAILURES = counter(
    "aibwatch_store_operation_failures_total", "Uses of the store that failed.", "op"
)
STORE_SIZE = gauge(
    "aibwatch_store_size_bytes",
    "What the store's files take on disk; 0 of a container, or while they cannot be used.",
)
STORE_SCHEMA = gauge(
    "aibwatch_store_schema_version",
    "The schema of the store's file; 0 of a container, or while it cannot be used.",
)
AUDIT_HEAD = gauge(
    "aibwatch_audit_head_info",
    "The last record of the journal by its hash, which stands for all of them; always 1.",
    "sha256",
)

ALL: tuple[Metric, ...] = tuple(each for each in globals().values() if isinstance(each, Metric))
"""Every declaration above, in its order."""
