"""Timetables: read as written, refused with line numbers, and every sentence comes true."""

import re
from datetime import timedelta

import pytest

from aibwatch.errors import ConfigError
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.template import ProvisioningState, RunState
from aibwatch.sim import front, scenario
from aibwatch.sim.trouble import Trouble
from aibwatch.sim.truth import Cause, RunEnded, RunStarted
from aibwatch.sim.verbs import VERBS
from aibwatch.sim.weather import Op
from aibwatch.sim.world import World
from builders import NOON, NORTH, WEST

SECOND = timedelta(seconds=1)

FLEET = """# a story
fleet
  image web westeurope northeurope
  image db westeurope
builds take 10s
"""

WEB, WEB_NORTH = scenario.load(FLEET).images["web"]


def told(*lines: str, until: float = 100) -> World:
    """Return the World of a story, `until` seconds after its start."""
    world = scenario.load(FLEET + "\n".join(lines)).world(NOON)
    world.advance(NOON + until * SECOND)
    return world


def began(world: World) -> list[tuple[TemplateId, Cause]]:
    """Return who ran, and why."""
    return [(each.template, each.cause) for each in world.truth if isinstance(each, RunStarted)]


def ended(world: World) -> list[RunState]:
    """Return how the runs ended, in order."""
    return [each.state for each in world.truth if isinstance(each, RunEnded)]


def test_a_timetable_tells_its_fleet_and_its_title() -> None:
    """Enough to write a configuration: each image with its templates, the primary first."""
    read = scenario.load(FLEET + "at 3s run web in westeurope")

    assert read.title == "a story"
    assert list(read.images) == ["web", "db"]
    assert WEB.endswith("/web-westeurope")
    assert [each.says for each in read.happenings] == ["run web in westeurope"]
    assert read.lasts == 3 * SECOND


def test_every_template_has_a_good_past_unless_the_story_says_never() -> None:
    """History is there from the start."""
    usual = told(until=0).templates[WEB].run
    never = told("never built", until=0).templates[WEB].run

    assert usual is not None
    assert usual.state is RunState.SUCCEEDED
    assert never is None


def test_all_that_is_wrong_is_told_at_once_with_its_line() -> None:
    """One error for the whole file, one line for each problem."""
    wrong = [
        "at soon run web in westeurope",
        "at 1s run mail in westeurope",
        "at 1s run db in northeurope",
        "at 1s mars recovers",
        "at 1s westeurope answers 999 to run",
        "at 1s westeurope answers 500 to prayers",
        "at 1s westeurope builds fail with funny text",
        "at 1s pigs fly",
        "tea takes 4s",
        "at 1s web in uksouth answers again",
    ]

    with pytest.raises(ConfigError) as raised:
        scenario.load(FLEET + "\n".join(wrong))

    assert [each.split(":")[0] for each in raised.value.problems] == [
        f"line {number}" for number in range(6, 6 + len(wrong))
    ]


def test_a_timetable_without_images_is_refused() -> None:
    """There would be nothing to watch."""
    with pytest.raises(ConfigError, match="there is no image"):
        scenario.load("builds take 4s")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("run web in westeurope", [(WEB, Cause.SCHEDULE)]),
        ("somebody runs web in northeurope", [(WEB_NORTH, Cause.HUMAN)]),
    ],
)
def test_pipelines_and_people_run_templates(
    sentence: str, expected: list[tuple[TemplateId, Cause]]
) -> None:
    """The truth tells who it was; a second one while it runs does nothing."""
    world = told(f"at 1s {sentence}", f"at 2s {sentence}")

    assert began(world) == expected
    assert ended(world) == [RunState.SUCCEEDED]


def test_a_region_fails_recovers_and_reruns() -> None:
    """What failed by the region is rerun by the service at its recovery; one image, or all."""
    story = [
        "at 0s westeurope builds fail with generic text",
        "at 1s run web in westeurope",
        "at 1s run db in westeurope",
    ]

    all_of_it = told(*story, "at 20s westeurope recovers and reruns")
    one = told(*story, "at 20s westeurope recovers and reruns web")
    none = told(*story, "at 20s westeurope recovers")

    assert ended(all_of_it) == [RunState.FAILED] * 2 + [RunState.SUCCEEDED] * 2
    assert began(one)[2:] == [(WEB, Cause.SERVICE)]
    assert len(began(none)) == 2


def test_an_owners_fault_lasts_until_it_is_mended() -> None:
    """The region has nothing to do with it."""
    world = told(
        "at 0s web in westeurope fails by customizer",
        "at 1s run web in westeurope",
        "at 20s web in westeurope is mended",
        "at 21s run web in westeurope",
    )

    assert ended(world) == [RunState.FAILED, RunState.SUCCEEDED]


def test_answers_are_set_by_place_operation_and_number() -> None:
    """Once is once, everything is everything, and a template is a place too."""
    world = told(
        "at 1s northeurope answers 504 to run once but begins it",
        "at 1s web in westeurope answers reset to reads",
        "at 1s everywhere answers 401 to everything",
    )
    spells = world.weather.spells

    assert (spells[NORTH, Op.RUN].begins, spells[NORTH, Op.RUN].left) == (True, 1)
    assert spells[WEB, Op.READ].left is None
    assert {op for place, op in spells if place == "everywhere"} == set(Op)


def test_everything_may_recover_at_once() -> None:
    """No weather is left anywhere."""
    world = told(
        "at 1s everywhere answers 500 to everything",
        "at 1s westeurope builds hang",
        "at 1s clocks of Azure are 90s behind",
        "at 2s everywhere recovers",
    )

    assert not world.weather.spells
    assert not world.weather.endings
    assert world.weather.skew == timedelta(0)


def test_microsoft_reports_late_and_resolves() -> None:
    """The event is not there before its time, and is resolved in place."""
    story = ("at 30s Microsoft reports westeurope", "at 60s Microsoft resolves westeurope")

    before, during, after = (told(*story, until=at) for at in (29, 30, 60))

    assert before.announcements == []
    assert [(each.regions, each.active) for each in during.announcements] == [((WEST,), True)]
    assert [each.mitigated for each in after.announcements] == [NOON + 60 * SECOND]


def test_people_change_publish_cancel_and_delete() -> None:
    """Each leaves its mark on the World."""
    world = told(
        "at 1s somebody changes web in westeurope",
        "at 2s somebody publishes web in northeurope",
        "at 3s run web in westeurope",
        "at 4s somebody cancels web in westeurope",
        "at 5s somebody deletes db in westeurope",
    )
    web = world.templates[WEB]

    assert web.look.modified == NOON + SECOND
    assert ended(world) == [RunState.CANCELED]
    assert [each.region for each in world.templates.values()] == [WEST, NORTH]
    assert any(
        each.template is None for g in world.galleries.values() for each in g.versions.values()
    )


def test_a_template_may_fail_to_be_provisioned_and_mend() -> None:
    """ServerError, then Succeeded again."""
    failed = told("at 1s web in westeurope cannot be provisioned").templates[WEB].look
    mended = told(
        "at 1s web in westeurope cannot be provisioned", "at 2s web in westeurope is provisioned"
    )

    assert failed.provisioning is ProvisioningState.FAILED
    assert failed.provisioning_error is not None
    assert failed.provisioning_error[0] == "ServerError"
    assert mended.templates[WEB].look.provisioning is ProvisioningState.SUCCEEDED


def test_a_stuck_build_may_go_on() -> None:
    """The zombie's late success."""
    story = ("at 0s westeurope builds hang", "at 1s run web in westeurope")

    assert ended(told(*story)) == []
    assert ended(told(*story, "at 90s web in westeurope goes on")) == [RunState.SUCCEEDED]


def test_a_share_of_a_regions_builds_fails_by_the_order_of_their_begin() -> None:
    """Every third of the region, of whatever image; no chance is in it."""
    runs = [f"at {20 * number}s run {name} in westeurope" for number, name in enumerate(SIX, 1)]

    world = told("at 0s a third of westeurope builds fail with generic text", *runs, until=200)

    good, bad = RunState.SUCCEEDED, RunState.FAILED
    assert ended(world) == [good, good, bad, good, good, bad]


def test_a_region_may_have_no_room_for_one_size() -> None:
    """Who builds on another size does not notice."""
    world = told(
        "db builds on Standard_F8s_v2",
        "at 0s westeurope has no room for Standard_D4ds_v5",
        "at 1s run web in westeurope",
        "at 2s run db in westeurope",
        "at 30s westeurope has room for Standard_D4ds_v5",
        "at 31s run web in westeurope",
    )

    assert ended(world) == [RunState.FAILED, RunState.SUCCEEDED, RunState.SUCCEEDED]


def test_answers_may_be_bad_at_times_and_the_region_is_in_the_lists_all_the_same() -> None:
    """Every third request is struck, and no more than that."""
    world = told("at 1s every third answer of westeurope to reads is 504")

    answers = [front.read(world, WEB) for _ in range(6)]
    listed = front.listed(world, WEB.split("/")[2])

    assert [isinstance(each, Trouble) for each in answers] == [False, False, True] * 2
    assert isinstance(listed, front.Page)
    assert len(listed.templates) == 3


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        ("every third answer of westeurope to gallery is 504", RunState.SUCCEEDED),
        ("everywhere answers 503 to gallery", RunState.SUCCEEDED),
        ("westeurope answers 503 to gallery", RunState.FAILED),
    ],
)
def test_only_a_gallery_whose_region_is_out_fails_a_build(trouble: str, state: RunState) -> None:
    """Bad answers at times, or of ARM's front door, are none of the build's business."""
    assert ended(told(f"at 1s {trouble}", "at 2s run web in westeurope")) == [state]


def test_a_pipeline_asks_and_may_be_refused() -> None:
    """No run comes to exist of what Azure answers 500."""
    asked = ("at 2s pipeline runs web in westeurope", "at 3s pipeline runs db in westeurope")

    world = told("at 1s web in westeurope answers 500 to run", *asked)

    assert [cause for _, cause in began(world)] == [Cause.SCHEDULE]
    assert world.templates[WEB].run is not None
    assert world.templates[WEB].run.started < NOON


def test_what_is_invalid_is_not_provisioned() -> None:
    """The service says which field is missing, and runs nothing."""
    world = told(
        "at 1s web in westeurope is refused as invalid", "at 2s pipeline runs web in westeurope"
    )

    look = world.templates[WEB].look
    assert look.provisioning_error is not None
    assert "Missing field 'identity'" in look.provisioning_error[1]
    assert began(world) == []


def test_what_happens_every_so_often_does_so_to_the_end() -> None:
    """The first time, then as long as the story lasts, in order with all else."""
    read = scenario.load(FLEET + ROUND + "lasts 3h\nat 70m somebody runs db in westeurope")

    minutes = [int(each.after.total_seconds() / 60) for each in read.happenings]
    assert minutes == [10, 70, 70, 130]


def test_what_happens_every_so_often_needs_an_end() -> None:
    """It would go on for ever."""
    with pytest.raises(ConfigError, match="needs an end"):
        scenario.load(FLEET + ROUND)


SIX = ("web", "db", "web", "db", "web", "db")
ROUND = "every 1h from 10m run web in westeurope\n"
EXAMPLES = {
    "image": "web",
    "region": "westeurope",
    "place": "westeurope",
    "ending": "capacity",
    "trouble": "503",
    "op": "reads",
    "duration": "7s",
    "distortion": "unknown states",
    "share": "a third",
    "size": "Standard_D4ds_v5",
    "resource": "source",
    "home": "swedencentral",
    "nth": "third",
}


@pytest.mark.parametrize("sentence", VERBS)
def test_every_sentence_can_be_said_and_happens(sentence: str) -> None:
    """No row of the table is dead: each is understood and runs against a World."""
    said = re.sub(r"\{(\w+)\}", lambda match: EXAMPLES[match[1]], sentence)

    read = scenario.load(f"{FLEET}at 1s {said}")
    read.world(NOON).advance(NOON + 60 * SECOND)

    assert read.happenings[0].act is VERBS[sentence]


@pytest.mark.parametrize("name", scenario.names())
def test_every_packaged_scenario_is_whole(name: str) -> None:
    """It has a title, loads, and its story runs to its end."""
    read = scenario.packaged(name)
    world = read.world(NOON)
    world.advance(NOON + read.lasts)

    assert read.title
    assert max(each.after for each in read.happenings) <= read.lasts
    assert world.truth


def test_in_the_regional_outage_three_fail_by_the_region_and_one_by_its_owner() -> None:
    """What the demo shows: three generic texts, one customizer, one rerun by the service."""
    read = scenario.packaged("regional-outage")
    world = read.world(NOON)
    world.advance(NOON + 15 * SECOND)
    texts = {
        image: world.templates[primary].run.message
        for image, (primary, *_) in read.images.items()
        if world.templates[primary].run is not None
    }
    world.advance(NOON + read.lasts)

    assert sum("generic error" in text for text in texts.values()) == 3
    assert "customization.log" in texts["rhel-9"]
    assert [each.cause for each in world.truth if isinstance(each, RunStarted)][-1] is Cause.SERVICE


def test_an_unknown_scenario_names_those_there_are() -> None:
    """A typing error on the command line is answered with the list."""
    with pytest.raises(ConfigError, match="regional-outage"):
        scenario.packaged("regional-outrage")


def test_what_a_template_needs_can_be_taken_away_and_given_back() -> None:
    """Its source in its region, its definition, its gallery's home, our right to run it."""
    lost = told(
        "at 1s source of web in westeurope is gone",
        "at 1s definition of web in westeurope is gone",
        "at 1s gallery of web in westeurope lives in swedencentral",
        "at 1s we may not run web in westeurope",
    )
    found = told(
        "at 1s source of web in westeurope is gone",
        "at 1s source of web in westeurope is there again",
        "at 1s we may not run web in westeurope",
        "at 1s we may run web in westeurope",
    )

    base, definition = sorted(lost.withdrawn, key=lambda each: "galleries" in each)
    assert "/locations/westeurope/" in base
    assert "golden_westeurope" in definition
    assert {each.home for each in lost.galleries.values()} >= {"swedencentral"}
    assert [name_of(each) for each in lost.forbidden] == ["web-westeurope"]
    assert (found.withdrawn, found.forbidden) == (set(), set())
