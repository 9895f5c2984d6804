"""A region fails: every image that failed there is built in its secondary, once."""

import json

from aibwatch.daemon.replay import replay
from process.stage import Stage


def test_three_images_of_a_failed_region_are_each_built_once_in_their_secondary(
    stage: Stage,
) -> None:
    """Three unchanged templates fail with the generic text; no primary is ever asked.

    Consumers are told the version that each secondary made.
    """
    fleet = [stage.image(f"image-{n}", "westeurope", "northeurope") for n in range(3)]
    stage.serve()

    stage.fails("westeurope")
    stage.begin(*(primary for primary, _ in fleet))
    for n in range(3):
        stage.until(
            lambda n=n: stage.outcomes(f"image-{n}") == ["succeeded"], f"image-{n} is built"
        )
    stage.cycles()

    assert [(stage.requests(p), stage.requests(s)) for p, s in fleet] == [(0, 1)] * 3
    assert [stage.began(s) for _, s in fleet] == [1] * 3
    assert len(stage.changes()) == 3
    latest = [json.loads(stage.get(f"/api/v1/images/image-{n}/latest")[1]) for n in range(3)]
    assert [each["template"] for each in latest] == [secondary for _, secondary in fleet]
    assert {each["version"] for each in latest} == {
        each["version"] for each in stage.status()["recent"]
    }
    again = list(replay(stage.entries()))
    assert len(again) > 3 * len(fleet)
    assert [each for each in again if not each.same] == []
