"""Makes the dashboards of this folder: `python deploy/grafana/generate.py`.

A dashboard is its rows, a row its panels, a panel a line or two. Change them here, never in the JSON.
"""

import json
import sys
from pathlib import Path

from panels import (
    GREEN,
    GREY,
    ORANGE,
    RED,
    Json,
    bars,
    colours,
    heat,
    lines,
    note,
    placed,
    query,
    stat,
    states,
    table,
    variable,
)

JOB = 'job=~"$job"'
IMAGE = f'{JOB},image=~"$image"'
PLACE = f'{JOB},location=~"$location"'
SELF = f'{JOB},instance=~"$instance"'

DATASOURCE: Json = {
    "type": "datasource",
    "name": "datasource",
    "label": "Prometheus",
    "query": "prometheus",
}
JOBS = {
    **variable("job", "aibwatch_build_info"),
    "current": {"text": "aibwatch", "value": "aibwatch"},
}
INSTANCES = variable("instance", 'aibwatch_build_info{job=~"$job"}')
LOCATIONS = variable("location", 'aibwatch_region_health{job=~"$job"}')
IMAGES = variable("image", 'aibwatch_image_mode{job=~"$job"}')
OUTAGES = note(
    "Outages",
    'max by (location) (aibwatch_region_health{state="outage"}) == 1',
    "{{location}} is out",
    RED,
)
FAILOVERS = note(
    "Failovers", "max by (image) (aibwatch_failover_active) == 1", "failover of {{image}}", ORANGE
)
NOTICES = note(
    "Notices",
    "max by (location, tracking_id) (aibwatch_service_health_event_info) == 1",
    "Microsoft on {{location}}: {{tracking_id}}",
    GREY,
)
HEALTH = colours(
    (0, "unknown", GREY), (1, "healthy", GREEN), (2, "degraded", ORANGE), (3, "outage", RED)
)
YES = colours((0, "no", RED), (1, "yes", GREEN))


def board(
    uid: str, title: str, says: str, variables: list[Json], rows: dict[str, list[Json]]
) -> Json:
    """Return a dashboard; panels flow from left to right, a row begins anew."""
    return {
        "uid": f"aibwatch-{uid}",
        "title": f"aibwatch / {title}",
        "description": says,
        "tags": ["aibwatch"],
        "editable": False,
        "schemaVersion": 39,
        "version": 1,
        "timezone": "utc",
        "refresh": "30s",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {"list": [DATASOURCE, *variables]},
        "annotations": {"list": [OUTAGES, FAILOVERS, NOTICES]},
        "links": [
            {"type": "dashboards", "title": "aibwatch", "tags": ["aibwatch"], "keepTime": True}
        ],
        "panels": placed(rows),
    }


# A panel is a line or two.
# fmt: off


def overview() -> Json:
    """What is out, which images are safe, what builds."""
    where = "template, location"
    return board(
        "overview",
        "Overview",
        "What is out, which images are safe, what builds.",
        [JOBS, LOCATIONS, IMAGES],
        {
            "Now": [
                stat("Regions out", "Regions that are believed to be out.", f'sum(max by (location) (aibwatch_region_health{{{PLACE},state="outage"}}))', "short", (None, GREEN), (1, RED)),
                stat("Open failovers", "Images whose failure is being answered, or waits for its answer.", f"sum(max by (image) (aibwatch_failover_active{{{IMAGE}}}))", "short", (None, GREEN), (1, ORANGE)),
                stat("Held", "Images with a failure that a guard holds.", f"count(max by (image) (aibwatch_image_held{{{IMAGE}}}) == 1) or vector(0)", "short", (None, GREEN), (1, RED)),
                stat("Not ready", "Images of which no secondary could build now.", f"count(max by (image) (aibwatch_image_ready{{{IMAGE}}}) == 0) or vector(0)", "short", (None, GREEN), (1, ORANGE)),
                stat("Oldest image", "Time since the newest good build of the image that waits longest.", f"time() - min(max by (image) (aibwatch_image_last_success_timestamp_seconds{{{IMAGE}}}))", "s"),
                stat("Paused", "Whether somebody's pause is in effect.", f"max(aibwatch_paused{{{JOB}}})", "bool_yes_no", (None, GREEN), (1, ORANGE)),
                stat("Leaders", "Replicas that may act: one, or nothing is done.", f"sum(aibwatch_leader{{{JOB}}})", "short", (None, RED), (1, GREEN), (2, RED)),
                stat("Blind", "Whether no replica can see.", f"min(aibwatch_blind{{{JOB}}})", "bool_yes_no", (None, GREEN), (1, RED)),
            ],
            "Regions": [
                states("Health", "What is believed of each region. Red: out; builds move if they may.", HEALTH, query(f'max by (location) (aibwatch_region_health{{{PLACE},state="healthy"}} or 2 * aibwatch_region_health{{{PLACE},state="degraded"}} or 3 * aibwatch_region_health{{{PLACE},state="outage"}})', "{{location}}")),
                lines("Measured availability, 30 days", "Builds of Image Builder that were not failed by the platform, of all that came right or failed by it.", "percentunit", query(f"job_location:aibwatch_region_availability:ratio30d{{{PLACE}}}", "{{location}}")),
                states("Evidence", "Families of evidence that speak against a region.", colours((0, "silent", GREEN), (1, "speaks", ORANGE)), query(f"max by (location, signal) (aibwatch_region_signal{{{PLACE}}})", "{{location}} {{signal}}"), width=12),
            ],
            "Images": [
                table(
                    "Images",
                    "How each image stands: the age of its newest good build, and what is expected.",
                    {"Age": "s", "Expected every": "s", "Ready": "bool_yes_no", "Protected": "bool_yes_no", "Failover": "bool_yes_no"},
                    query(f"time() - max by (image) (aibwatch_image_last_success_timestamp_seconds{{{IMAGE}}})", table=True),
                    query(f"max by (image) (aibwatch_image_expected_interval_seconds{{{IMAGE}}})", table=True),
                    query(f"max by (image) (aibwatch_image_ready{{{IMAGE}}})", table=True),
                    query(f"max by (image) (aibwatch_image_protected{{{IMAGE}}})", table=True),
                    query(f"max by (image) (aibwatch_failover_active{{{IMAGE}}})", table=True),
                ),
                table(
                    "Templates",
                    "The last run of each template that is watched.",
                    {"State": "short", "Ended ago": "s", "Last good run ago": "s", "Trigger on": "bool_yes_no"},
                    query(f"max by ({where}, state) (aibwatch_template_run_state{{{PLACE}}}) == 1", table=True),
                    query(f"time() - max by ({where}) (aibwatch_template_last_run_end_timestamp_seconds{{{PLACE}}})", table=True),
                    query(f"time() - max by ({where}) (aibwatch_template_last_success_timestamp_seconds{{{PLACE}}})", table=True),
                    query(f"max by ({where}) (aibwatch_template_auto_run_enabled{{{PLACE}}})", table=True),
                ),
            ],
            "Builds": [
                bars("Builds by result", "Runs that were seen to end, of all templates.", "short", query(f"sum by (result) (max by (template, location, result) (increase(aibwatch_builds_total{{{PLACE}}}[1h])))", "{{result}}")),
                bars("Failures by cause", "Failed runs by whose fault they were taken for at first.", "short", query(f"sum by (cause) (max by (location, cause) (increase(aibwatch_build_failures_total{{{PLACE}}}[1h]))) > 0", "{{cause}}")),
                heat("Duration of builds", "How long runs took.", f"sum by (le) (increase(aibwatch_build_duration_seconds_bucket{{{PLACE}}}[1h]))"),
                lines("Slowest tenth of builds", "Nine of ten runs that came right within a day were quicker than this.", "s", query(f'histogram_quantile(0.9, sum by (le, location) (increase(aibwatch_build_duration_seconds_bucket{{{PLACE},result="succeeded"}}[1d])))', "{{location}}")),
            ],
        },
    )


def failover() -> Json:
    """What is decided and done, and whether it could be."""
    return board(
        "failover",
        "Failover",
        "What is decided and done, and whether it could be.",
        [JOBS, IMAGES, LOCATIONS],
        {
            "Now": [
                stat("Open failovers", "Images whose failure is being answered, or waits for its answer.", f"sum(max by (image) (aibwatch_failover_active{{{IMAGE}}}))", "short", (None, GREEN), (1, ORANGE)),
                stat("Need a human", "Images whose last failover gave none, and nobody has looked.", f"sum(max by (image) (aibwatch_image_needs_human{{{IMAGE}}}))", "short", (None, GREEN), (1, RED)),
                stat("Protected", "Share of the images that would be built elsewhere if their region failed.", f"avg(max by (image) (aibwatch_image_protected{{{IMAGE}}}))", "percentunit", (None, RED), (0.5, ORANGE), (1, GREEN)),
                stat("Came right, 30 days", "Share of the failovers that gave an image.", f'sum(max by (image) (increase(aibwatch_failovers_total{{{IMAGE},result=~"succeeded|late_replicas"}}[30d]))) / (sum(max by (image, result) (increase(aibwatch_failovers_total{{{IMAGE}}}[30d]))) > 0)', "percentunit"),
                stat(
                    "Precision",
                    "Of what was answered, or would have been: the share that was the platform's fault.",
                    f'sum(max by (verdict) (aibwatch_decision_scores_total{{{JOB},verdict=~"acted|advised",truth="platform"}})) / (sum(max by (verdict, truth) (aibwatch_decision_scores_total{{{JOB},verdict=~"acted|advised"}})) > 0)',
                    "percentunit",
                ),
                stat(
                    "Recall", "Of what was the platform's fault: the share that was answered, or would have been.", f'sum(max by (verdict) (aibwatch_decision_scores_total{{{JOB},verdict=~"acted|advised",truth="platform"}})) / (sum(max by (verdict) (aibwatch_decision_scores_total{{{JOB},truth="platform"}})) > 0)', "percentunit"
                ),
            ],
            "What happens": [
                table(
                    "Open failovers",
                    "Since when each is open, and by when it must have gone on.",
                    {"Open for": "s", "Must go on within": "s"},
                    query(f"time() - max by (image) (aibwatch_failover_start_timestamp_seconds{{{IMAGE}}})", table=True),
                    query(f"max by (image) (aibwatch_failover_deadline_timestamp_seconds{{{IMAGE}}}) - time()", table=True),
                    width=12,
                ),
                table(
                    "Held",
                    "Failures that wait, by the guard that holds, and until when a cooldown lasts.",
                    {"Held": "bool_yes_no", "Cooldown ends in": "s"},
                    query(f"max by (image, reason) (aibwatch_image_held{{{IMAGE}}})", table=True),
                    query(f"max by (image) (aibwatch_failover_cooldown_end_timestamp_seconds{{{IMAGE}}}) - time()", table=True),
                    width=12,
                ),
                bars("Decisions by reason", "Changes of the decision about an image; docs/reasons.md has the words.", "short", query(f"sum by (decision, reason) (max by (decision, reason) (increase(aibwatch_failover_decisions_total{{{JOB}}}[1h]))) > 0", "{{decision}}: {{reason}}")),
                lines("Failovers that may still begin", "What is left of the bounds: at once, within a day, and at once in each region.", "short", query(f"min by (scope) (aibwatch_failover_budget_remaining{{{JOB}}})", "{{scope}}")),
                bars("Failovers by result", "Failovers that ended.", "short", query(f"sum by (result) (max by (image, result) (increase(aibwatch_failovers_total{{{IMAGE}}}[1h]))) > 0", "{{result}}")),
            ],
            "Readiness": [
                states("Checks", "Items of readiness on the secondary of each image that stands best.", YES, query(f"max by (image, check) (aibwatch_image_check{{{IMAGE}}})", "{{image}} {{check}}")),
                states("Ready", "Whether any secondary could build the image.", YES, query(f"max by (image) (aibwatch_image_ready{{{IMAGE}}})", "{{image}}"), width=12),
                table(
                    "Secondaries",
                    "When each image was last built well away from home, by when it should be again, and in how many paths its secondaries differ.",
                    {"Drilled ago": "s", "Drill due within": "s", "Drift": "short"},
                    query(f"time() - max by (image) (aibwatch_image_last_drill_timestamp_seconds{{{IMAGE}}})", table=True),
                    query(f"max by (image) (aibwatch_image_drill_due_timestamp_seconds{{{IMAGE}}}) - time()", table=True),
                    query(f"max by (image) (aibwatch_image_drift_paths{{{IMAGE}}})", table=True),
                    width=12,
                ),
                lines("Mode", "Images by how far aibwatch may go.", "short", query(f"sum by (mode) (max by (image, mode) (aibwatch_image_mode{{{IMAGE}}}))", "{{mode}}")),
            ],
            "Record": [
                bars("Attempts by outcome", "Runs that ended and attempts that were refused, by whose fault.", "short", query(f"sum by (outcome) (max by (location, outcome) (increase(aibwatch_region_attempts_total{{{PLACE}}}[1d])))", "{{outcome}}")),
                lines(
                    "Phases of a recovery, 30 days",
                    "How long the parts of recoveries took that went well: half and nineteen of twenty were quicker.",
                    "s",
                    query(f"histogram_quantile(0.5, max by (le, phase) (increase(aibwatch_failover_phase_duration_seconds_bucket{{{JOB}}}[30d])))", "{{phase}} half"),
                    query(f"histogram_quantile(0.95, max by (le, phase) (increase(aibwatch_failover_phase_duration_seconds_bucket{{{JOB}}}[30d])))", "{{phase}} 95 %"),
                ),
                lines(
                    "Lead over Microsoft's notices",
                    "By how long outages were known here first, on average; 0 where the notice came first.",
                    "s",
                    query(f"sum by (source) (max by (source) (aibwatch_notice_lead_seconds_sum{{{JOB}}})) / (sum by (source) (max by (source) (aibwatch_notice_lead_seconds_count{{{JOB}}})) > 0)", "{{source}}"),
                ),
            ],
        },
    )


def daemon() -> Json:
    """Whether the daemon itself is well."""
    return board(
        "daemon",
        "Daemon",
        "Whether the daemon itself is well.",
        [JOBS, INSTANCES],
        {
            "Now": [
                stat("Replicas", "Replicas that are scraped.", f"sum(up{{{SELF}}})", "short", (None, RED), (1, GREEN)),
                stat("Leaders", "Replicas that may act: one, or nothing is done.", f"sum(aibwatch_leader{{{SELF}}})", "short", (None, RED), (1, GREEN), (2, RED)),
                stat("Ready", "Replicas whose /readyz is green.", f"sum(aibwatch_ready{{{SELF}}})", "short", (None, RED), (1, GREEN)),
                stat("Configurations", "Different configurations in use: more than one, and it matters who leads.", f"count(count by (sha256) (aibwatch_config_info{{{SELF}}}))", "short", (None, GREEN), (2, ORANGE)),
                stat("Read budget left, 30 days", "Share of the 0.5 % of reads that may fail which is not used up.", f"job:aibwatch_template_poll_budget:ratio30d{{{JOB}}}", "percentunit", (None, RED), (0, ORANGE), (0.5, GREEN)),
                stat("Broken promises", "Promises that a monitor saw broken, ever.", f"sum(max by (promise) (aibwatch_promise_violations_total{{{SELF}}}))", "short", (None, GREEN), (1, RED)),
            ],
            "Tasks": [
                lines("Time since the last good run", "Alarms past three intervals and a minute.", "s", query(f"time() - max by (instance, task) (aibwatch_task_last_success_timestamp_seconds{{{SELF}}})", "{{instance}} {{task}}")),
                lines("Duration, 95th percentile", "Nineteen of twenty runs were quicker.", "s", query(f"histogram_quantile(0.95, sum by (le, task) (rate(aibwatch_task_duration_seconds_bucket{{{SELF}}}[$__rate_interval])))", "{{task}}")),
                bars(
                    "Missed, skipped, failed",
                    "Runs that the scheduler missed, that were still going on, that ended in an error.",
                    "short",
                    query(f"sum by (task) (increase(aibwatch_task_missed_total{{{SELF}}}[10m]))", "{{task}} missed"),
                    query(f"sum by (task) (increase(aibwatch_task_skipped_total{{{SELF}}}[10m]))", "{{task}} skipped"),
                    query(f"sum by (task) (increase(aibwatch_task_failures_total{{{SELF}}}[10m]))", "{{task}} failed"),
                ),
                lines("Event loop lag, 99th percentile", "How late a heartbeat of the event loop was.", "s", query(f"histogram_quantile(0.99, sum by (le, instance) (rate(aibwatch_event_loop_lag_seconds_bucket{{{SELF}}}[$__rate_interval])))", "{{instance}}")),
            ],
            "Azure": [
                lines("Requests by answer", "Each attempt at Azure; transport_error: no answer at all.", "reqps", query(f"sum by (api, code) (rate(aibwatch_azure_requests_total{{{SELF}}}[$__rate_interval]))", "{{api}} {{code}}")),
                lines("Latency, 95th percentile", "Nineteen of twenty answers came sooner.", "s", query(f"histogram_quantile(0.95, sum by (le, api, operation) (rate(aibwatch_azure_request_duration_seconds_bucket{{{SELF}}}[$__rate_interval])))", "{{api}} {{operation}}")),
                lines("Token serves for", "Time until the last token ends; a new one is had some minutes before.", "s", query(f"max by (credential) (aibwatch_azure_token_expiry_timestamp_seconds{{{SELF}}}) - time()", "{{credential}}")),
                bars("Without a token", "Times that a token was asked for and none was had.", "short", query(f"sum by (credential) (increase(aibwatch_azure_token_refresh_failures_total{{{SELF}}}[10m]))", "{{credential}}")),
                lines("Requests left", "What Azure says is left of each budget of ours.", "short", query(f"min by (api, subscription_id, bucket) (aibwatch_azure_ratelimit_remaining{{{SELF}}})", "{{api}} {{bucket}} {{subscription_id}}")),
                lines(
                    "Reads that fail",
                    "Share of the reads of templates that fail; the SLO allows 0.5 % of them, regions in trouble left out.",
                    "percentunit",
                    query(f"sum by (location) (rate(aibwatch_template_poll_failures_total{{{SELF}}}[$__rate_interval])) / sum by (location) (rate(aibwatch_template_polls_total{{{SELF}}}[$__rate_interval]))", "{{location}}"),
                ),
                lines("Age of the sources", "Time since each source of evidence that is no template last answered.", "s", query(f"time() - max by (source, subscription_id) (aibwatch_source_last_success_timestamp_seconds{{{SELF}}})", "{{source}} {{subscription_id}}")),
                states("Sources", "Whether the last read of each worked.", YES, query(f"max by (source, subscription_id) (aibwatch_source_poll_success{{{SELF}}})", "{{source}} {{subscription_id}}"), width=12),
            ],
            "Process": [
                lines("Memory", "Resident memory.", "bytes", query(f"process_resident_memory_bytes{{{SELF}}}", "{{instance}}")),
                lines("CPU", "Share of one processor.", "percentunit", query(f"rate(process_cpu_seconds_total{{{SELF}}}[$__rate_interval])", "{{instance}}")),
                lines("Open files", "File descriptors in use.", "short", query(f"process_open_fds{{{SELF}}}", "{{instance}}")),
                lines("Store", "Uses of the store, and those that failed.", "ops", query(f"sum by (op) (rate(aibwatch_store_operations_total{{{SELF}}}[$__rate_interval]))", "{{op}}"), query(f"sum by (op) (rate(aibwatch_store_operation_failures_total{{{SELF}}}[$__rate_interval]))", "{{op}} failed")),
                lines("Store on disk", "What the files of the store take; 0 of a container.", "bytes", query(f"aibwatch_store_size_bytes{{{SELF}}}", "{{instance}}")),
                bars("Notifications taken", "Notifications that each channel took.", "short", query(f"sum by (channel) (increase(aibwatch_notifications_total{{{SELF}}}[10m]))", "{{channel}}")),
                bars("Notifications that failed", "Tries that failed, by channel and reason; most are made again.", "short", query(f"sum by (channel, reason) (increase(aibwatch_notification_failures_total{{{SELF}}}[10m])) > 0", "{{channel}} {{reason}}")),
                lines("Notifications that wait", "In the channel where most do; past the capacity the oldest goes.", "short", query(f"max(aibwatch_notification_queue_length{{{SELF}}})", "waiting"), query(f"max(aibwatch_notification_queue_capacity{{{SELF}}})", "capacity")),
                bars("Log lines", "Lines logged, by level.", "short", query(f"sum by (level) (increase(aibwatch_log_messages_total{{{SELF}}}[10m]))", "{{level}}")),
                lines("Own server", "Requests that it answered.", "reqps", query(f"sum by (handler, code) (rate(aibwatch_http_requests_total{{{SELF}}}[$__rate_interval]))", "{{handler}} {{code}}")),
            ],
        },
    )


# fmt: on
BOARDS = (overview, failover, daemon)


def rendered(made: Json) -> str:
    """Return a dashboard as it is kept."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for each in BOARDS:
        (folder / f"{each.__name__}.json").write_text(rendered(each()), encoding="utf-8")
