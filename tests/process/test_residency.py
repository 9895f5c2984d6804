"""An image stays where its owner allows it to be."""

from process.stage import Stage


def test_a_secondary_outside_allowed_regions_is_not_asked_and_the_hold_names_it(
    stage: Stage,
) -> None:
    """Two images alike but for their allowed regions; only the unbound one is built elsewhere."""
    bound, outside = stage.image(
        "bound", "westeurope", "northeurope", allowed_regions=["westeurope", "swedencentral"]
    )
    free, secondary = stage.image("free", "westeurope", "northeurope")
    stage.serve()

    stage.fails("westeurope")
    stage.begin(bound, free)
    stage.until_built_elsewhere("free")
    stage.until_decided("bound", "no_candidate")
    stage.cycles()

    (hold,) = stage.of("bound")["held_by"]
    assert hold["reason"] == "no_candidate"
    assert "it would put data in northeurope" in hold["says"]
    assert (stage.requests(outside), stage.requests(secondary)) == (0, 1)
    assert stage.changes() == [f"POST {secondary}/run"]
