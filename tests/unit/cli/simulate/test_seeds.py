"""`aibwatch simulate --seeds`, as a person and as a program call it, and how its sums add up."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.cli.output import Output
from aibwatch.cli.simulate.seeds.tally import Found, Tally
from aibwatch.cli.simulate.seeds.telling import again, firsts, report
from unit.cli.running import run
from unit.cli.simulate.test_simulate import CONFIG


def test_a_seed_is_lived_through_and_told_in_numbers() -> None:
    """One that keeps every promise exits with 0 and says what it came to."""
    told = run("simulate", "--seeds", "1", "--first", "75")

    assert told.exit_code == 0
    assert "promises broken         0" in told.stdout
    assert "double runs             0" in told.stdout


def test_the_users_own_fleet_lives_through_them(tmp_path: Path) -> None:
    """With their own policy; regions are drawn, as template ids do not tell any."""
    config = tmp_path / "mine.yaml"
    config.write_text(CONFIG.replace("MODE", "auto"), encoding="utf-8")

    words = ("--seeds", "1", "--first", "3", "--config", str(config), "--output", "json")
    told = run("simulate", *words)

    assert told.exit_code == 0
    assert json.loads(told.stdout)["seeds"] == 1
    assert json.loads(told.stdout)["broken"] == []


def test_what_broke_is_told_with_the_line_that_repeats_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also as JSON, and not every promise held then."""
    found = Found(4711, "S1", timedelta(minutes=5), "two at once")

    good = report(Tally(seeds=1, found=(found,)), None, Output.JSON)

    assert not good
    (broken,) = json.loads(capsys.readouterr().out)["broken"]
    assert broken["repeat"] == again(4711) == "aibwatch simulate --seeds 1 --first 4711"


def test_of_one_promise_the_first_breach_of_a_seed_is_told() -> None:
    """The later ones mostly follow from it."""
    early = Found(1, "S1", timedelta(minutes=5), "first")
    late, other = replace(early, at=timedelta(hours=1)), replace(early, seed=2)

    assert firsts(Tally(found=(late, early, other))) == [early, other]


def test_tallies_add_up() -> None:
    """Lives lived side by side come to the same as one after the other."""
    one = Tally(seeds=1, demanded=3, saved=2, worst=timedelta(minutes=9), bound=timedelta(hours=1))
    two = Tally(seeds=2, demanded=1, saved=1, worst=timedelta(minutes=3), bound=timedelta(hours=2))

    both = one + two

    assert (both.seeds, both.demanded, both.saved) == (3, 4, 3)
    assert (both.worst, both.bound) == (timedelta(minutes=9), timedelta(hours=1))
