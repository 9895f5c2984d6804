"""A pause forbids to start anything, whatever happens to the daemon meanwhile."""

from process.stage import Stage


def test_a_pause_holds_over_a_restart_and_what_waited_is_built_once_resumed(
    stage: Stage,
) -> None:
    """Two images fail under a pause that a power cut does not end; resumed, each gets its run."""
    fleet = [stage.image(f"image-{n}", "westeurope", "northeurope") for n in range(2)]
    stage.serve()

    paused, _ = stage.post("/api/v1/pause", {"reason": "the freeze of the year's end"})
    stage.fails("westeurope")
    stage.begin(*(primary for primary, _ in fleet))
    for n in range(2):
        stage.until(lambda n=n: "paused" in stage.held_by(f"image-{n}"), f"image-{n} is held")
    stage.kill()
    stage.serve()
    for n in range(2):
        stage.until_decided(f"image-{n}", "paused")
    stage.cycles()
    before = stage.changes()
    resumed, _ = stage.post("/api/v1/resume", {"reason": "the year has begun"})
    stage.until_built_elsewhere("image-0", "image-1")
    stage.cycles()

    assert (paused, resumed) == (200, 200)
    assert before == []
    assert sorted(stage.changes()) == sorted(f"POST {secondary}/run" for _, secondary in fleet)


def test_a_paused_image_is_held_while_its_sibling_is_built(stage: Stage) -> None:
    """The pause is of one image alone."""
    held, spare = stage.image("held", "westeurope", "northeurope")
    free, secondary = stage.image("free", "westeurope", "northeurope")
    stage.serve()

    stage.until(lambda: stage.status().get("images"), "the images are known")
    stage.post("/api/v1/pause", {"reason": "its owner says so", "scope": "image:held"})
    stage.fails("westeurope")
    stage.begin(held, free)
    stage.until_built_elsewhere("free")
    stage.until_decided("held", "paused")
    stage.cycles()
    before = stage.changes()
    stage.post("/api/v1/resume", {"scope": "image:held"})
    stage.until_built_elsewhere("held")

    assert before == [f"POST {secondary}/run"]
    assert stage.changes() == [f"POST {secondary}/run", f"POST {spare}/run"]


def test_two_people_pause_and_nothing_is_begun_until_both_pauses_are_gone(stage: Stage) -> None:
    """The first resumes his own; the other's holds over a restart, until somebody means it."""
    primary, secondary = stage.image("web", "westeurope", "northeurope")
    stage.serve()

    stage.until(lambda: stage.status().get("images"), "the image is known")
    stage.post("/api/v1/pause", {"reason": "a freeze", "actor": "kim"})
    stage.post("/api/v1/pause", {"reason": "a move", "actor": "lee"})
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_decided("web", "paused")
    kim, _ = stage.post("/api/v1/resume", {"actor": "kim"})
    again, says = stage.post("/api/v1/resume", {"actor": "kim"})
    stage.kill()
    stage.serve()
    stage.until_decided("web", "paused")
    stage.cycles()
    before = stage.changes()
    everybodys, _ = stage.post("/api/v1/resume", {"actor": "kim", "owner": "all"})
    stage.until_built_elsewhere("web")

    assert (kim, again, everybodys) == (200, 409, 200)
    assert "not by kim (by lee: a move)" in says
    assert before == []
    assert stage.changes() == [f"POST {secondary}/run"]
