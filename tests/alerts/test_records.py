"""What is recorded has the value that its name promises, also over restarts and two replicas."""

from pathlib import Path
from typing import Any

import yaml

from alerts.lives import Gap, Series, changing, flat, growing, written
from alerts.rules import RECORDING, groups
from alerts.tools import said

ATTEMPTS = 'aibwatch_region_attempts_total{location="westeurope",outcome="%s"}'
OTHERS = 'aibwatch_region_attempts_total{instance="other",location="westeurope",outcome="%s"}'
INFO = 'aibwatch_template_info{template="web-%s",location="%s",image="web",role="primary"%s}'


def evaluate(
    folder: Path, series: Series, every: int, wanted: dict[str, dict[str, float]], *gaps: Gap
) -> None:
    """Let promtool compare the last values of what is recorded, by the labels of each row."""
    length = 40
    tests: list[dict[str, Any]] = [
        {
            "expr": expr,
            "eval_time": f"{(length - 1) * every}s",
            "exp_samples": [{"labels": each, "value": value} for each, value in rows.items()],
        }
        for expr, rows in wanted.items()
    ]
    file = folder / "test.yaml"
    told = {
        "rule_files": [str(RECORDING)],
        "evaluation_interval": f"{every}s",
        "group_eval_order": [group["name"] for group in groups(RECORDING)],
        "tests": [
            {
                "interval": f"{every}s",
                "input_series": written(series, gaps, length, every),
                "promql_expr_test": tests,
            }
        ],
    }
    file.write_text(yaml.safe_dump(told, width=10**6))
    said("promtool", "test", "rules", str(file))


def test_availability_is_the_share_that_the_platform_did_not_fail(tmp_path: Path) -> None:
    """What owners broke does not count; two replicas see the same and change nothing."""
    counts = {"ok": 3, "platform": 1, "user": 5}
    series = {
        (name % outcome): growing(by)
        for outcome, by in counts.items()
        for name in (ATTEMPTS, OTHERS)
    }
    row = '{job="aibwatch",location="westeurope"}'

    for gaps in ((), (Gap(12, 2, restart=True),), (Gap(12, 2, restart=True, moves=True),)):
        evaluate(
            tmp_path,
            series,
            3600,
            {
                f"round(job_location:aibwatch_region_availability:ratio{days}d, 0.01)": {row: 0.75}
                for days in (7, 30)
            },
            *gaps,
        )


def test_a_region_where_nothing_was_tried_has_no_availability(tmp_path: Path) -> None:
    """No figure is better than a wrong one."""
    series = {ATTEMPTS % outcome: flat(2) for outcome in ("ok", "platform", "user")}

    evaluate(tmp_path, series, 3600, {"job_location:aibwatch_region_availability:ratio30d": {}})


def test_half_the_budget_is_left_when_half_of_it_was_used(tmp_path: Path) -> None:
    """A quarter of a percent fails; in a region that is out everything does, and it is left out."""
    series = {
        'aibwatch_template_polls_total{location="northeurope"}': growing(4000),
        'aibwatch_template_poll_failures_total{location="northeurope"}': growing(10),
        'aibwatch_template_polls_total{location="westeurope"}': growing(4000),
        'aibwatch_template_poll_failures_total{location="westeurope"}': growing(4000),
        'aibwatch_region_health{location="westeurope",state="outage"}': flat(1),
    }

    evaluate(
        tmp_path,
        series,
        30,
        {
            "round(job:aibwatch_template_poll_budget:ratio30d, 0.01)": {'{job="aibwatch"}': 0.5},
            "round(job:aibwatch_template_poll_failures:ratio3d, 0.0001)": {
                '{job="aibwatch"}': 0.0025
            },
        },
    )


def test_an_image_is_at_home_in_one_place(tmp_path: Path) -> None:
    """While a primary was not read yet, and while a new one takes over, it is still one row."""
    series = {
        INFO % ("west", "unknown", ""): flat(1),
        INFO % ("west", "westeurope", ',instance="other"'): flat(1),
    }
    name = "job_image_location:aibwatch_primary:last2m"

    evaluate(
        tmp_path,
        series,
        30,
        {name: {f'{name}{{job="aibwatch",image="web",location="westeurope"}}': 1}},
    )


def test_an_image_that_is_held_waits_and_does_not_build(tmp_path: Path) -> None:
    """One that is not held and has a failover open does both."""
    series = {
        'aibwatch_failover_active{image="web"}': flat(1),
        'aibwatch_failover_active{image="db"}': flat(1),
        'aibwatch_failover_active{image="lab"}': changing(1, 0, at=20),
        'aibwatch_image_held{image="db",reason="paused"}': flat(1),
    }

    evaluate(
        tmp_path,
        series,
        30,
        {
            "count by (image) (job_image:aibwatch_image_waiting:last2m == 1)": {
                '{image="web"}': 1,
                '{image="db"}': 1,
            },
            "count by (image) (job_image:aibwatch_image_building:last2m)": {'{image="web"}': 1},
        },
    )
