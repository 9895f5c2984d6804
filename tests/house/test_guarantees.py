"""README.md: its table of guarantees is what promises, bugs, lives and monitors come to today."""

import json
from pathlib import Path

import pytest

import counts
from house import guarantees
from house.guarantees import README, Guarantee, renewed
from mutants.table import MUTANTS
from mutants.tally import tallies

TEXT = README.read_text(encoding="utf-8")


def test_the_table_is_that_of_today() -> None:
    """Else: PYTHONPATH=tests python tests/house/guarantees.py."""
    assert TEXT.count("<!-- guarantees -->") == 2
    assert renewed(TEXT) == TEXT


def test_a_line_is_short() -> None:
    """It says what holds in some ten words; docs/promises.md has the rest."""
    long = [each.number for each in guarantees.guarantees() if len(each.says.split()) > 18]

    assert long == []


def test_what_was_not_run_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No count stands there that nobody counted."""
    monkeypatch.setattr(counts, "counted", lambda *_: {})
    monkeypatch.setattr(guarantees, "tallies", lambda: tallies(path=tmp_path / "none.json"))

    line = next(each for each in guarantees.table() if each.startswith("| S1 |"))

    count = sum(each.promise == "S1" for each in MUTANTS)
    assert f"| 0 of 0, {count} not yet made | 0 |" in line
    assert next(guarantees.table()).count("not yet run") == 3


def test_a_promise_that_no_test_shows_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is one without its first sentence."""
    page = tmp_path / "promises.md"
    monkeypatch.setattr(guarantees, "PAGE", page)

    page.write_text("**S1** *It holds.* Shown by `tests/laws/test_it.py::test_it`.\n\n# End\n")
    found = guarantees.guarantees()

    assert found == [Guarantee("S1", "It holds.", '[laws](tests/laws/test_it.py "test_it")')]
    for wrong in ("**S1** *It holds.* Shown by nobody.\n# End\n", "**S1** It holds.\n# End\n"):
        page.write_text(wrong)
        with pytest.raises(ValueError, match="S1"):
            guarantees.guarantees()


def test_a_part_is_kept_beside_the_others(tmp_path: Path) -> None:
    """With its day; what another run counted stays."""
    path = tmp_path / "counts.json"

    counts.keep("lives", {"seeds": 5}, path)
    counts.keep("scope", {"cases": 7}, path)

    assert counts.counted("lives", path)["seeds"] == 5
    assert set(json.loads(path.read_text())["scope"]) == {"on", "cases"}
    assert counts.counted("mutants", path) == {}
