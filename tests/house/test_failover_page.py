"""docs/failover.md: what it shows is what the core does and says."""

from aibwatch.model.failover import AT_DEADLINE, Outcome, Phase
from house.failover_page import MARKED, PAGE, renewed

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_diagram_and_the_stories_are_those_of_today() -> None:
    """Else: PYTHONPATH=tests python tests/house/failover_page.py."""
    assert renewed(TEXT) == TEXT


def test_there_are_a_diagram_and_three_stories() -> None:
    """A plain outage, an unclear answer with a crash, a rerun by the service."""
    names = [found["name"] for found in MARKED.finditer(TEXT)]

    assert names == ["phases", "transcript outage", "transcript restart", "transcript built_twice"]


def test_every_phase_and_outcome_is_explained() -> None:
    """Each has its row."""
    rows = [line.split("|")[1].strip() for line in TEXT.splitlines() if line.startswith("| `")]

    assert {f"`{each}`" for each in AT_DEADLINE} <= set(rows)
    assert {f"`{each}`" for each in Outcome} <= set(rows)
    assert f"`{Phase.CLOSED}`" not in rows
