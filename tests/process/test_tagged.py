"""Templates that their owner tagged while the daemon runs, and that no configuration names."""

from process.stage import Stage


def names(stage: Stage) -> list[str]:
    """Return the templates of the tagged image, the primary first."""
    return [each["name"] for each in stage.of("api").get("templates", ())]


def test_an_image_that_is_only_tagged_is_watched_and_never_built(stage: Stage) -> None:
    """Beside one in auto, which its failures neither hold nor start; over a restart too."""
    primary, secondary = stage.image("web", "westeurope", "northeurope")
    stage.serve()
    stage.until_ready("web")

    tagged = stage.template("api", "westeurope")
    stage.template("api", "northeurope")
    stage.rewrites(tagged, "tags", "aibwatch-role", to="primary")
    stage.until(lambda: names(stage) == ["api-westeurope", "api-northeurope"], "it is taken in")
    known = stage.of("api")
    stage.fails("westeurope")
    stage.begin(primary, tagged)
    stage.until_built_elsewhere("web")
    stage.until(lambda: stage.run_state("api") == "Failed", "the failure is seen")
    stage.cycles()
    stage.stop()
    stage.serve()
    stage.until(lambda: stage.run_state("api") == "Failed", "the failure is remembered")
    stage.cycles()

    assert (known["mode"], known["tagged"], stage.of("web")["tagged"]) == ("observe", True, False)
    assert stage.changes() == [f"POST {secondary}/run"]
