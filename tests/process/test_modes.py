"""Modes that do not act: nothing but reads leaves the process, and what would be done is shown."""

import pytest

from aibwatch.model.names import name_of
from process.stage import GROUP, SUBSCRIPTION, Stage

COMMAND = (
    f"az image builder run --subscription {SUBSCRIPTION}"
    f" --resource-group {GROUP.rpartition('/')[2]} --name "
)


@pytest.mark.parametrize(
    ("mode", "reason", "says"),
    [
        ("observe", "observe_only", "in auto, {} would be started"),
        ("advise", "advise_only", f"by hand: {COMMAND}{{}}"),
    ],
)
def test_a_mode_that_does_not_act_sends_nothing_and_says_what_it_would_do(
    stage: Stage, mode: str, reason: str, says: str
) -> None:
    """Two images of a failed region; the same daemon in mode auto then builds each of them."""
    fleet = [stage.image(f"image-{n}", "westeurope", "northeurope", mode=mode) for n in range(2)]
    stage.serve()

    stage.fails("westeurope")
    stage.begin(*(primary for primary, _ in fleet))
    for n in range(2):
        stage.until_decided(f"image-{n}", reason)
    stage.cycles()
    before, shown = stage.changes(), [stage.of(f"image-{n}")["held_by"] for n in range(2)]
    stage.stop()
    for options in stage.images.values():
        options["mode"] = "auto"
    stage.serve()
    stage.until_built_elsewhere("image-0", "image-1")
    stage.cycles(3)
    would = [stage.of(f"image-{n}")["would"] for n in range(2)]

    assert before == []
    for n, holds in enumerate(shown):
        (hold,) = (each for each in holds if each["reason"] == reason)
        assert hold["says"].endswith(says.format(f"image-{n}-northeurope"))
    for n, ((supposed,), (_, secondary)) in enumerate(zip(would, fleet, strict=True)):
        assert supposed["says"].endswith(says.format(name_of(secondary)))
        assert supposed["failure"] == f"image-{n}-westeurope: its run failed"
    assert sorted(stage.changes()) == sorted(f"POST {secondary}/run" for _, secondary in fleet)
