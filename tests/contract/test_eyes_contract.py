"""What builds wrote about themselves and who tried to run what: the same from both faces."""

from datetime import timedelta

import pytest

from aibwatch.model.attempt import AttemptState
from aibwatch.model.buildlog import HEAD, BuildLog, LogState
from aibwatch.model.fault import FaultKind
from aibwatch.model.names import TemplateId
from aibwatch.model.template import RunState
from aibwatch.ports import Azure
from aibwatch.sim import front, runs
from aibwatch.sim.activity import PIPELINE
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.staging import SimLog
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import EVERYWHERE, Op
from aibwatch.sim.world import World
from contract.asking import KINDS, START, SUBSCRIPTION, Asker, bad, good

HOUR = timedelta(hours=1)


async def _log(azure: Azure, template: TemplateId) -> BuildLog:
    """Read a template as it is now, and the log of its last run."""
    return await azure.build_log(good(await azure.template(template)))


def _fail(world: World, template: TemplateId, ending: str) -> None:
    """Let a run of a template end so, and an hour pass."""
    world.templates[template].fault = ENDINGS[ending]
    runs.begin(world, template, Cause.HUMAN)
    world.advance(world.now + HOUR)


def test_a_scripts_failure_is_in_the_log_that_the_message_names(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """The build reached its VM, and the script says how it ended."""
    _fail(world, west, "customizer")

    log = ask(lambda azure: _log(azure, west))

    assert log.state is LogState.PRESENT
    assert log.path.startswith("packerlogs/")
    assert "(telemetry) Starting provisioner" in log.head
    assert "Script exited with non-zero exit status: 100" in log.head
    assert log.tail == ""


@pytest.mark.parametrize("ending", ["customization", "generic"])
def test_no_log_is_absent_whether_the_message_names_one_or_not(
    ask: Asker, world: World, west: TemplateId, ending: str
) -> None:
    """The account was read, and there is no log of this run: the outage of February 2021."""
    _fail(world, west, ending)

    log = ask(lambda azure: _log(azure, west))

    assert log.state is LogState.ABSENT


@pytest.mark.parametrize("ending", ["timeout", "stranger"])
def test_a_log_that_no_message_names_rightly_is_found_by_its_time(
    ask: Asker, world: World, west: TemplateId, ending: str
) -> None:
    """No log is named, or one at a host that is not the staging account's."""
    _fail(world, west, "customizer")
    _fail(world, west, ending)

    log = ask(lambda azure: _log(azure, west))

    assert log.state is LogState.PRESENT
    assert log.path == f"packerlogs/{world.templates[west].logs[-1].name}"


def test_the_log_of_an_older_run_is_not_this_runs(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """Its blob was written before this run began."""
    _fail(world, west, "customizer")
    _fail(world, west, "generic")

    assert ask(lambda azure: _log(azure, west)).state is LogState.ABSENT


def test_of_a_large_log_begin_and_end_are_read(ask: Asker, world: World, west: TemplateId) -> None:
    """Nothing between them, no secret in them, and a cut character does not matter."""
    _fail(world, west, "customizer")
    logs = world.templates[west].logs
    text = f"begins {'ü' * 200_000} https://a.blob/x?sig=abcdefghijkl end".encode()
    logs[-1] = SimLog(logs[-1].name, logs[-1].created, logs[-1].written, text)

    log = ask(lambda azure: _log(azure, west))

    assert (log.state, log.says) == (LogState.PRESENT, f"{len(text)} bytes")
    assert log.head.startswith("begins ")
    assert log.tail.endswith("?sig=[redacted] end")
    assert len(log.head) < HEAD


def test_an_empty_log_is_there(ask: Asker, world: World, west: TemplateId) -> None:
    """It has no first byte to ask for."""
    _fail(world, west, "customizer")
    logs = world.templates[west].logs
    logs[-1] = SimLog(logs[-1].name, logs[-1].created, logs[-1].written, b"")

    log = ask(lambda azure: _log(azure, west))

    assert (log.state, log.head, log.tail) == (LogState.PRESENT, "", "")


@pytest.mark.parametrize("ending", ["customizer", "timeout"])
@pytest.mark.parametrize("name", list(MENU))
def test_a_storage_account_that_answers_badly_is_unreadable(
    ask: Asker, world: World, west: TemplateId, name: str, ending: str
) -> None:
    """Never absent, to a read or a list; what it asks us to put off is not read yet."""
    _fail(world, west, ending)
    world.weather.set(EVERYWHERE, MENU[name], Op.LOGS)

    log = ask(lambda azure: _log(azure, west))

    expected = LogState.UNREAD if KINDS[name] is FaultKind.THROTTLED else LogState.UNREADABLE
    assert log.state is expected
    assert log.says.startswith(KINDS[name])


def test_an_account_without_a_name_is_unreadable(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """DNS is the first thing that goes in an outage; the log may well be there."""
    _fail(world, west, "customization")
    world.weather.nameless.add(west)

    assert ask(lambda azure: _log(azure, west)).state is LogState.UNREADABLE


def test_a_changed_template_has_no_absent_log(ask: Asker, world: World, west: TemplateId) -> None:
    """Its staging group may be a new one; the log lies in the old one."""
    _fail(world, west, "generic")
    world.rewrite(west, world.templates[west].look.body)

    assert ask(lambda azure: _log(azure, west)).state is LogState.UNREADABLE


def test_a_template_that_never_ran_has_nothing_to_read(ask: Asker, west: TemplateId) -> None:
    """That is neither absent nor unreadable."""
    assert ask(lambda azure: _log(azure, west)).state is LogState.UNREAD


def test_a_refused_run_request_shows_late_with_what_it_was_answered(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """A pipeline's 500, the one symptom that Microsoft names; no run came to exist."""
    world.weather.set(west, MENU["500"], Op.RUN)
    front.run(world, west, Cause.SCHEDULE, PIPELINE)
    at_once = good(ask(lambda azure: azure.attempts(SUBSCRIPTION, START)))
    world.advance(START + world.activity_delay)

    (attempt,) = good(ask(lambda azure: azure.attempts(SUBSCRIPTION, START)))

    assert list(at_once) == []
    assert (attempt.template, attempt.state, attempt.status) == (west, AttemptState.REFUSED, 500)
    assert (attempt.code, attempt.message) == ("InternalServerError", MENU["500"].message)
    assert (attempt.began, attempt.ended, attempt.caller) == (START, START, PIPELINE)
    assert not attempt.ours


@pytest.mark.parametrize(
    ("ending", "state"),
    [(None, AttemptState.SUCCEEDED), ("customizer", AttemptState.RUN_FAILED)],
)
def test_a_run_that_began_is_no_refusal_however_it_ends(
    ask: Asker, world: World, west: TemplateId, ending: str | None, state: AttemptState
) -> None:
    """First it is accepted, then it ends: its failure is the run's, not the attempt's."""
    world.page_size = 2
    world.templates[west].fault = ENDINGS[ending] if ending else None
    front.run(world, west)
    world.advance(START + world.activity_delay)
    first = good(ask(lambda azure: azure.attempts(SUBSCRIPTION, START)))
    world.advance(START + HOUR)

    second = good(ask(lambda azure: azure.attempts(SUBSCRIPTION, START)))

    assert [each.state for each in first] == [AttemptState.ACCEPTED]
    assert [(each.state, each.status) for each in second] == [(state, None)]
    assert first[0].correlation == second[0].correlation
    assert second[0].ended is not None
    assert second[0].ended > START


def test_requests_from_before_are_left_out(ask: Asker, world: World, west: TemplateId) -> None:
    """Though the end of their run comes later."""
    front.run(world, west)
    world.advance(START + HOUR)

    found = good(ask(lambda azure: azure.attempts(SUBSCRIPTION, START + timedelta(seconds=1))))

    assert list(found) == []


def test_every_request_has_an_attempt_of_its_own_over_many_pages(
    ask: Asker, world: World, west: TemplateId, north: TemplateId
) -> None:
    """A conflict is one too; each page holds one event here."""
    for template in (west, west, north):
        front.run(world, template)
    world.advance(START + world.activity_delay)

    found = good(ask(lambda azure: azure.attempts(SUBSCRIPTION, START)))

    states = sorted((each.template, each.state, each.status) for each in found)
    assert states == [
        (north, AttemptState.ACCEPTED, None),
        (west, AttemptState.ACCEPTED, None),
        (west, AttemptState.REFUSED, 409),
    ]


@pytest.mark.parametrize("name", list(MENU))
def test_an_activity_log_that_answers_badly_is_a_fault(ask: Asker, world: World, name: str) -> None:
    """Never an empty list: that would look as if nobody had tried."""
    world.weather.set(EVERYWHERE, MENU[name], Op.ACTIVITY)

    assert bad(ask(lambda azure: azure.attempts(SUBSCRIPTION, START))) is KINDS[name]


def test_a_template_knows_its_staging_group_and_its_image(ask: Asker, west: TemplateId) -> None:
    """Both faces write it as ARM does; it is compared in lower case."""
    template = good(ask(lambda azure: azure.template(west)))

    assert "/resourcegroups/it_images_web-west_" in template.staging
    assert (template.lineage, template.role, template.rank) == ("web", "", None)
    assert template.run is None or template.run.state is RunState.SUCCEEDED
