"""docs/metrics.md says what is exported, no more and no less."""

import re
from pathlib import Path

import pytest

from aibwatch.model.failover import Outcome
from aibwatch.model.readiness import Check
from aibwatch.model.region import Health
from aibwatch.model.score import Deed, Truth
from aibwatch.model.verdict import Cause, Family
from aibwatch.status import catalogue
from aibwatch.status.attempts import AttemptOutcome
from aibwatch.status.channel import Why
from aibwatch.status.counts import RESULTS
from aibwatch.status.rows.templates import RUN_STATES

DOCUMENT = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text(encoding="utf-8")


def test_the_table_of_metrics_is_the_catalogue() -> None:
    """Name, type, labels and meaning of every metric, in the catalogue's order."""
    rows = re.findall(
        r"^\| `(aibwatch_\w+)` \| (\w+) \| ([^|]*) \| (.*) \|$", DOCUMENT, re.MULTILINE
    )

    declared = [
        (each.name, each.kind.value, ", ".join(each.labels), each.says) for each in catalogue.ALL
    ]
    assert [(*each[:2], each[2].strip(), each[3]) for each in rows] == declared


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("`state` of a run", RUN_STATES),
        ("`state` of a region, `to`", Health),
        ("`signal`", Family),
        ("`result` of a build", RESULTS.values()),
        ("`result` of a failover", Outcome),
        ("`cause`", Cause),
        ("`check`", Check),
        ("`outcome`", AttemptOutcome),
        ("`reason` of a notification", Why),
        ("`verdict`", Deed),
        ("`truth`", (Truth.PLATFORM, Truth.OWNER)),
    ],
)
def test_the_values_of_a_label_are_those_of_the_code(label: str, values: list[str]) -> None:
    """A value that is added to an enum must be added to the document."""
    row = re.search(rf"^\| {re.escape(label)} \| (.*) \|$", DOCUMENT, re.MULTILINE)

    assert row
    assert row[1].split(", ") == list(values)
