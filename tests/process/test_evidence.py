"""The text never decides alone: the log, and what else speaks, do."""

from process.stage import Stage


def test_the_ordinary_text_without_a_log_anywhere_is_the_platforms(stage: Stage) -> None:
    """As in February 2021 (azvmimagebuilder #101); with its log beside it, it is the owner's."""
    fleet = [stage.image(f"image-{n}", "westeurope", "northeurope") for n in range(3)]
    own, spare = stage.image("mine", "westeurope", "northeurope")
    stage.serve()

    stage.fails(own, "customizer")
    stage.fails("westeurope", "customization")
    stage.begin(own, *(primary for primary, _ in fleet))
    stage.until_built_elsewhere(*(f"image-{n}" for n in range(3)))
    stage.until_decided("mine", "user_error")
    stage.cycles()

    assert [(stage.requests(p), stage.requests(s)) for p, s in fleet] == [(0, 1)] * 3
    assert stage.requests(spare) == 0


def test_a_notice_makes_one_failure_the_platforms_and_moves_nobody_else(stage: Stage) -> None:
    """Neither the image that builds well there, nor one whose script fails."""
    failed = stage.template("failed", "westeurope")
    secondary = stage.template("failed", "northeurope", built=False)
    stage.images["failed"] = {
        "name": "failed",
        "templates": [failed, secondary],
        "mode": "auto",
        "evidence": "strict",
    }
    scripted, _ = stage.image("scripted", "westeurope", "northeurope")
    stage.image("well", "westeurope", "northeurope")
    stage.serve()

    stage.fails(failed)
    stage.fails(scripted, "customizer")
    stage.begin(failed, scripted)
    stage.until_decided("failed", "awaiting_evidence")
    before = stage.changes()
    stage.reports("westeurope")
    stage.until_built_elsewhere("failed")
    stage.until_decided("scripted", "user_error")
    stage.cycles()

    assert before == []
    assert stage.reason("well") == "nothing_failed"
    assert stage.changes() == [f"POST {secondary}/run"]
