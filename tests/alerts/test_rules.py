"""Every alert fires when it should, stays silent when it should, and no scrape that fails matters.

promtool evaluates the shipped rules on the series of `cases`. Each case is told once as it is, once
with single scrapes that fail, once with the process started anew, once with it moved to a new pod.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.cases import CASES, Case
from alerts.lives import Gap, Series, flat, written
from alerts.rules import ALERTING, ALERTS, BY_KEY, RECORDING, Alert, groups
from alerts.tools import said

AFTER = 14
"""How many scrapes are looked at once it fires."""
RESTART_SECONDS = 90
IDS = [f"{each.alert}-{number}" for number, each in enumerate(CASES)]


@dataclass(frozen=True, slots=True)
class Told:
    """A case with its alert, counted in scrapes."""

    case: Case
    alert: Alert

    @property
    def waits(self) -> int:
        """For how many scrapes the condition must hold."""
        return -(-self.alert.waits // self.case.every)

    @property
    def fires(self) -> int:
        """The first scrape at which it fires."""
        return self.case.begins + self.waits

    @property
    def length(self) -> int:
        """How many scrapes there are."""
        return self.fires + AFTER

    def test(self, name: str, gaps: Collection[Gap], *, fires: bool) -> dict[str, Any]:
        """Return a promtool test in which the alert fires from its time on, or never."""
        first = self.fires if fires else self.length
        moments = range(max(0, self.fires - 8), self.length)
        return {
            "name": name,
            "interval": f"{self.case.every}s",
            "input_series": self.series(gaps, self.length, fires=fires),
            "alert_rule_test": [self.expected(i, fires=i >= first) for i in moments],
        }

    def series(self, gaps: Collection[Gap], length: int, *, fires: bool) -> list[dict[str, str]]:
        """Return the series on which it fires, or those on which it does not."""
        there: Series = {"up": flat(1)} if self.case.there or not fires else {}
        told = {**there, **(self.case.fires_on if fires else self.case.quiet_on)}
        return written(told, gaps, length, self.case.every)

    def expected(self, moment: int, *, fires: bool) -> dict[str, Any]:
        """Return what must be seen at a scrape."""
        own = self.case.labels if self.alert.name == "AibwatchWatchdog" else self._labels()
        alert = {
            "exp_labels": {**self.alert.rule["labels"], **own},
            "exp_annotations": self.alert.told(own, self.case.value),
        }
        return {
            "eval_time": f"{moment * self.case.every}s",
            "alertname": self.alert.name,
            "exp_alerts": [alert] if fires else [],
        }

    def _labels(self) -> dict[str, str]:
        return {"job": "aibwatch", **self.case.labels}

    def restarts(self, *, moves: bool) -> list[Gap]:
        """Return a restart while it waits, if it does so for long, and one while it fires."""
        scrapes = max(1, RESTART_SECONDS // self.case.every)
        pending = [self.case.begins + 2] if self.waits > scrapes + 2 else []
        return [Gap(at, scrapes, restart=True, moves=moves) for at in (*pending, self.fires + 2)]


def run(folder: Path, told: Told, *tests: dict[str, Any]) -> None:
    """Let promtool evaluate the recording rules and this one alert."""
    alone = folder / "alert.yaml"
    alone.write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": [dict(told.alert.rule)]}]}))
    file = folder / "test.yaml"
    recorded = ":" in told.alert.rule["expr"]  # only what is recorded has a colon in its name
    rules = [*([str(RECORDING)] if recorded else []), str(alone)]
    every = f"{told.case.every}s"
    written = {
        "rule_files": rules,
        "evaluation_interval": every,
        "group_eval_order": [*(group["name"] for group in groups(RECORDING) if recorded), "g"],
        "tests": list(tests),
    }
    file.write_text(yaml.safe_dump(written, width=10**6))
    said("promtool", "test", "rules", str(file))


@pytest.fixture
def told(case: Case) -> Told:
    """The case of a test, with its alert."""
    return Told(case, BY_KEY[case.alert])


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_it_fires_in_its_time_and_not_on_what_is_similar(told: Told, tmp_path: Path) -> None:
    """It fires when its condition has held as long as it must, not before, and not on the other."""
    tests = [told.test("fires", (), fires=True)]
    if told.case.quiet_on:
        tests.append(told.test("does not fire", (), fires=False))
    run(tmp_path, told, *tests)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_it_survives_a_missed_scrape(told: Told, tmp_path: Path) -> None:
    """A scrape that fails while it waits or fires delays and ends nothing, nor begins anything."""
    pending = [told.case.begins + told.waits // 2] if told.waits > 1 else []
    gaps = [Gap(at, 1) for at in (*pending, told.fires + 3)]

    run(
        tmp_path,
        told,
        told.test("fires", gaps, fires=True),
        *([told.test("does not fire", gaps, fires=False)] if told.case.quiet_on else []),
    )


@pytest.mark.parametrize("moves", [False, True], ids=["restart", "new_pod"])
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_it_survives_a_restart(told: Told, tmp_path: Path, *, moves: bool) -> None:
    """Counters begin anew and a minute and a half is missing, for a new pod under a new address."""
    tests = []
    for gap in told.restarts(moves=moves):
        if not told.case.mended:
            tests.append(told.test("fires", [gap], fires=True))
        if told.case.quiet_on:
            tests.append(told.test("does not fire", [gap], fires=False))
    run(tmp_path, told, *tests)


LINGERS = {
    "AibwatchPromiseBroken/critical": 3600,
    "AibwatchRegionOutage/critical": 900,
    "AibwatchRegionOutage/warning": 900,
}
"""In seconds."""
LINGERING = [each for each in CASES if each.ends is not None]


@pytest.mark.parametrize("case", LINGERING, ids=[each.alert for each in LINGERING])
def test_it_lingers_as_long_as_it_says(told: Told, tmp_path: Path) -> None:
    """It fires on when its condition holds no more, so that what it mutes stays mute a while."""
    assert told.case.ends is not None
    over = told.case.ends + told.alert.lingers // told.case.every
    length = over + 3
    run(
        tmp_path,
        told,
        {
            "name": "lingers",
            "interval": f"{told.case.every}s",
            "input_series": told.series((), length, fires=True),
            "alert_rule_test": [
                told.expected(over - 1, fires=True),
                told.expected(over + 1, fires=False),
            ],
        },
    )


def test_every_rule_has_its_case() -> None:
    """An alert without a case is not tested at all, and each that lingers is seen to."""
    assert {each.alert for each in CASES} == set(BY_KEY)
    assert {each.alert for each in LINGERING} == set(LINGERS)
    assert {each.key: each.lingers for each in ALERTS if each.lingers} == LINGERS


@pytest.mark.parametrize("path", [RECORDING, ALERTING], ids=lambda path: path.name)
def test_promtool_takes_the_file(path: Path) -> None:
    """Prometheus itself checks every expression and every template, and finds no rule twice."""
    count = sum(len(group["rules"]) for group in groups(path))

    assert f"{count} rules found" in said("promtool", "check", "rules", "--lint-fatal", str(path))
