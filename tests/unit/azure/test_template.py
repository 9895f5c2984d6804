"""Image templates, from the wire to the model."""

from datetime import UTC, datetime, timedelta

import pytest

from aibwatch.azure.instants import UNDATED
from aibwatch.azure.template import IN_A_ROW, Sweep, read_template
from aibwatch.azure.wire import WireError
from aibwatch.model.template import ProvisioningState, RunState, Template
from scripted_arm import WEB
from template_bodies import ENDED, GALLERY, RUNNING, page, template, written


def read(**changes: object) -> Template:
    """Read a template with changed properties."""
    return read_template(written(template(**changes)))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (
            {"AIBWatch-Image": "web", "aibwatch-role": " Primary ", "aibwatch-priority": " 2 "},
            ("web", "primary", 2),
        ),
        ({"aibwatch-priority": "-1"}, ("", "", None)),
        ({"aibwatch-priority": "12345", "aibwatch-role": None}, ("", "", None)),
        ({"aibwatch-priority": "²"}, ("", "", None)),
        (None, ("", "", None)),
    ],
)
def test_tags_say_the_image_the_role_and_the_place_in_it(
    tags: object, expected: tuple[str, str, int | None]
) -> None:
    """Whatever their case; what is no number of a few digits is none."""
    found = read_template(written({**template(), "tags": tags}))

    assert (found.lineage, found.role, found.rank) == expected


def test_a_finished_template_is_read_whole() -> None:
    """Each field that is used comes from where the service writes it."""
    found = read()

    assert found.id == WEB
    assert found.region == "westeurope"
    assert found.provisioning is ProvisioningState.SUCCEEDED
    assert found.definition == f"{GALLERY}/images/web".lower()
    assert found.targets == ("westeurope", "northeurope")
    assert found.outputs == ("gallery", "disk")
    assert found.build_timeout == timedelta(minutes=90)
    assert found.modified == datetime(2025, 4, 29, 12, 0, 0, 123456, tzinfo=UTC)
    assert found.run is not None
    assert found.run.state is RunState.SUCCEEDED
    assert found.run.started == datetime(2025, 4, 30, 5, 45, 56, 841941, tzinfo=UTC)
    assert found.run.ended == datetime(2025, 4, 30, 6, 5, 24, 182543, tzinfo=UTC)


def test_a_running_build_has_not_ended_in_year_one() -> None:
    """While a build runs its endTime is Go's zero time, not null."""
    run = read(lastRunStatus=RUNNING).run

    assert run is not None
    assert (run.state, run.ended, run.phase) == (RunState.RUNNING, None, "Building")


@pytest.mark.parametrize("never", [None, {}, {"message": ""}])
def test_a_template_that_never_ran_has_no_run(never: object) -> None:
    """`lastRunStatus` is absent, null or empty until the first run."""
    assert read(lastRunStatus=never).run is None


@pytest.mark.parametrize("junk", ["soon", "0001-01-01T00:00:00Z", None, ""])
def test_a_run_whose_start_cannot_be_read_is_unknown(junk: str | None) -> None:
    """Without its start a run has no identity, so that no state of it may be believed."""
    found = read(lastRunStatus={**ENDED, "runState": "Failed", "startTime": junk})

    assert found.run is not None
    assert (found.run.started, found.run.state) == (UNDATED, RunState.UNKNOWN)
    assert found.provisioning is ProvisioningState.SUCCEEDED


def test_an_end_that_cannot_be_read_is_absent() -> None:
    """The state is still what it is."""
    run = read(lastRunStatus={**ENDED, "runState": "Failed", "endTime": "soon"}).run

    assert run is not None
    assert (run.state, run.ended) == (RunState.FAILED, None)


@pytest.mark.parametrize(
    ("wire", "state"),
    [("failed", RunState.FAILED), ("PausedNew", RunState.UNKNOWN), (None, RunState.UNKNOWN)],
)
def test_a_state_is_read_in_any_case_and_a_new_one_is_unknown(
    wire: str | None, state: RunState
) -> None:
    """A state that this version does not know must not stop the reading."""
    run = read(lastRunStatus={**ENDED, "runState": wire}).run

    assert run is not None
    assert run.state is state


@pytest.mark.parametrize("minutes", [0, None, -1, 10**12])
def test_a_timeout_that_says_nothing_is_240_minutes(minutes: int | None) -> None:
    """0 and absent mean the default; what is not allowed is read as the default too."""
    assert read(buildTimeoutInMinutes=minutes).build_timeout == timedelta(minutes=240)


def test_region_display_names_are_arm_names() -> None:
    """The same region is written in two ways."""
    assert read_template(written(template("web-west", "East US 2"))).region == "eastus2"


def test_a_gallery_id_with_a_version_names_its_definition() -> None:
    """`galleryImageId` may carry an explicit version."""
    shared = {"type": "sharedimage", "galleryImageId": f"{GALLERY}/images/Web/versions/1.2.3"}

    assert read(distribute=[shared]).definition == f"{GALLERY}/images/web".lower()


def test_replication_regions_are_targets_where_there_are_no_target_regions() -> None:
    """The older way to say it still works."""
    shared = {
        "type": "SharedImage",
        "galleryImageId": f"{GALLERY}/images/web",
        "replicationRegions": ["West Europe", None, "westeurope"],
    }

    assert read(distribute=[None, shared]).targets == ("westeurope",)


def test_nulls_everywhere_but_in_the_id_leave_a_template() -> None:
    """Any field may be null."""
    body = dict.fromkeys(template()) | {"id": WEB}
    nested = template(**dict.fromkeys(["source", "customize", "distribute", "vmProfile"]))

    assert read_template(written(body)).provisioning is ProvisioningState.UNKNOWN
    assert read_template(written(nested)).definition is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"<html><body>502 Bad Gateway</body></html>",
        written(template())[:200],
        b"\xff\xfe",
        b"[" * 100_000,
        written({**template(), "id": None}),
        written({**template(), "id": "/subscriptions/x"}),
        written({**template(), "location": 5}),
        written(template(lastRunStatus="Failed")),
        written(template(lastRunStatus={"runState": 5})),
        written(template(distribute={})),
        written(template(vmProfile=[])),
    ],
)
def test_a_body_that_is_no_template_is_nonsense(body: bytes) -> None:
    """One error for everything, so that nothing else gets out."""
    with pytest.raises(WireError):
        read_template(body)


def test_the_words_of_nonsense_do_not_repeat_the_body() -> None:
    """What a stranger wrote does not belong into our logs."""
    with pytest.raises(WireError) as caught:
        read_template(b'{"id": "secret-of-a-stranger"}')

    assert "secret" not in str(caught.value)


def test_one_template_that_makes_no_sense_costs_only_itself() -> None:
    """The others of its page survive."""
    sweep = Sweep({})

    sweep.take(
        page(template("a"), None, {"id": 5}, template("b", provisioningState=5), template("c"))
    )

    assert [each.id.rpartition("/")[2] for each in sweep.templates()] == ["a", "c"]


def test_an_unchanged_template_is_the_same_object_again() -> None:
    """Its bytes are not decoded a second time; a changed one is."""
    first = Sweep({})
    first.take(page(template("a"), template("b", lastRunStatus=RUNNING)))
    second = Sweep(first.known)

    second.take(page(template("a"), template("b")))

    assert second.templates()[0] is first.templates()[0]
    assert second.templates()[1] is not first.templates()[1]
    assert second.templates()[1].run != first.templates()[1].run


def test_what_was_not_known_stands_where_its_page_showed_it() -> None:
    """Though such templates are read several in a row, few or many, whenever one asks."""
    many = [f"t{number:03}" for number in range(2 * IN_A_ROW)]
    first = Sweep({})
    first.take(page(*map(template, many[::3])))
    second = Sweep(first.known)

    second.take(page(*map(template, many[:4])))
    few = [each.id.rpartition("/")[2] for each in second.templates()]
    second.take(page(*map(template, many[4:])))

    assert few == many[:4]
    assert [each.id.rpartition("/")[2] for each in second.templates()] == many


def test_what_a_sweep_did_not_show_is_forgotten() -> None:
    """The memory is as large as one sweep, whatever was seen before."""
    first = Sweep({})
    first.take(page(template("a"), template("b")))
    second = Sweep(first.known)

    second.take(page(template("b")))

    assert len(second.known) == 1


def test_a_template_that_is_on_two_pages_is_listed_once() -> None:
    """Pages may shift while they are read; what was read last holds."""
    sweep = Sweep({})

    sweep.take(page(template("a", lastRunStatus=RUNNING), following="x"))
    sweep.take(page(template("a")))

    found = sweep.templates()
    assert len(found) == 1
    assert found[0].run is not None
    assert found[0].run.state is RunState.SUCCEEDED


@pytest.mark.parametrize("body", [b"{}", b'{"value": null}', b'{"value": {}}', b"[]", b"<html>"])
def test_a_page_without_a_list_is_nonsense(body: bytes) -> None:
    """An empty object is not an empty list: nothing may look deleted."""
    with pytest.raises(WireError):
        Sweep({}).take(body)
