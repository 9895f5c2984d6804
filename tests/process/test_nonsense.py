"""Whatever bytes Azure answers: they start nothing, end nothing, and are forgotten afterwards."""

import pytest

from aibwatch.sim.weather import Distortion, Op
from process.stage import Stage


@pytest.mark.parametrize("trouble", ["html", "cut", "junk"])
def test_answers_that_are_no_answers_start_nothing_and_are_got_over(
    stage: Stage, trouble: str
) -> None:
    """A build ends well behind them and one fails; afterwards the failed one alone is answered."""
    good, spare = stage.image("good", "westeurope", "northeurope")
    bad, secondary = stage.image("bad", "westeurope", "northeurope")
    stage.serve()
    stage.until(lambda: stage.run_states("good", "bad") == ["Succeeded"] * 2, "the past is read")

    stage.answers("everywhere", trouble)
    stage.fails(bad)
    stage.begin(good, bad)
    stage.cycles()
    behind = stage.run_states("good", "bad"), stage.changes()
    stage.answers_again("everywhere")
    stage.until_built_elsewhere("bad")
    stage.cycles()

    assert behind == (["Succeeded"] * 2, [])
    assert stage.alive
    assert stage.requests(spare) == 0
    assert stage.changes() == [f"POST {secondary}/run"]


def test_an_answer_that_never_ends_is_given_up(stage: Stage) -> None:
    """Reads of one region trickle without end; the others are read on, and so is it later."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    other, spare = stage.image("other", "uksouth", "northeurope")
    stage.serve()
    stage.until(lambda: stage.run_states("image", "other") == ["Succeeded"] * 2, "all is read")

    stage.answers("westeurope", "trickle", Op.READ)
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: not stage.is_readable("image"), "it was given up")
    behind = stage.run_state("image"), stage.is_readable("other"), stage.changes()
    stage.answers_again("westeurope")
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert behind == ("Succeeded", True, [])
    assert (stage.requests(other), stage.requests(spare)) == (0, 0)
    assert stage.changes() == [f"POST {secondary}/run"]


@pytest.mark.parametrize("how", list(Distortion))
def test_bodies_that_look_right_and_are_not_start_nothing_and_are_got_over(
    stage: Stage, how: Distortion
) -> None:
    """Nulls, states and dates that nobody knows, of primaries and secondaries alike."""
    good, spare = stage.image("good", "westeurope", "northeurope")
    bad, secondary = stage.image("bad", "westeurope", "northeurope")
    stage.serve()
    stage.until(lambda: stage.run_states("good", "bad") == ["Succeeded"] * 2, "the past is read")

    stage.distorts(how, "westeurope", "northeurope")
    stage.fails(bad)
    stage.begin(good, bad)
    stage.cycles()
    behind = stage.run_states("good", "bad"), stage.changes()
    stage.distorts(None, "westeurope", "northeurope")
    stage.until_built_elsewhere("bad")
    stage.cycles()

    assert "Failed" not in behind[0]
    assert behind[1] == []
    assert stage.alive
    assert stage.requests(spare) == 0
    assert stage.changes() == [f"POST {secondary}/run"]


@pytest.mark.parametrize("how", list(Distortion))
def test_a_secondary_whose_body_makes_no_sense_is_not_asked_until_it_does(
    stage: Stage, how: Distortion
) -> None:
    """The failure is plain, the secondary is not: it waits; a sibling's plain one is asked."""
    primary, strange = stage.image("image", "westeurope", "northeurope")
    sibling, plain = stage.image("sibling", "westeurope", "uksouth")
    stage.serve()
    stage.until(lambda: stage.run_states("image", "sibling") == ["Succeeded"] * 2, "all is read")

    stage.distorts(how, "northeurope")
    stage.until(lambda: stage.lacks("image", strange) or not_fresh(stage, strange), "it is strange")
    stage.fails("westeurope")
    stage.begin(primary, sibling)
    stage.until_built_elsewhere("sibling")
    stage.cycles()
    before = stage.changes()
    stage.distorts(None, "northeurope")
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert before == [f"POST {plain}/run"]
    assert stage.changes() == [f"POST {plain}/run", f"POST {strange}/run"]


def not_fresh(stage: Stage, template: str) -> bool:
    """Whether a template of the image cannot be read now."""
    templates = stage.of("image").get("templates", ())
    return any(each["id"] == template and not each["readable"] for each in templates)
