"""The rows of the gauges: one picture, told to Prometheus."""

from dataclasses import replace

import pytest

from aibwatch.model.blueprint import Blueprint, Leaf, Recipe
from aibwatch.model.failover import Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Mode
from aibwatch.model.names import ImageName, OrderId
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.readiness import Check, Colour, Item, Readiness, item
from aibwatch.model.state import Sightings, Snapshot, State
from aibwatch.status import catalogue
from aibwatch.status.rows import PICTURED, groups, rows
from aibwatch.status.rows.group import by_row, spread
from aibwatch.status.rows.notices import EVENT_TYPES, LEVELS
from aibwatch.status.rows.scene import seen_in
from builders import HOUR, MINUTE, NOON, NORTH, WEST, a_template, an_id, an_image
from unit.status.snapshots import (
    DB_IMAGE,
    DB_NORTH,
    IMAGES,
    LAB,
    WEB_IMAGE,
    a_readiness,
    a_view,
    all_seen,
    blind,
    calm,
    outage,
    paused,
    said_out,
    unbuilt,
)

A_DRILL = Order(OrderId("0"), OrderKind.DRILL, WEB_IMAGE.name, NOON, "ada", "to be sure")


def test_exactly_one_run_state_of_each_template_is_1() -> None:
    """State rows are 0/1 gauges of which one is 1."""
    found = rows(outage())[catalogue.RUN_STATE]

    states: dict[str, list[str]] = {}
    for (template, _region, state), value in found.items():
        if value:
            states.setdefault(template, []).append(state)
    assert states == {
        "web-west": ["Failed"],
        "web-north": ["Running"],
        "db-west": ["Failed"],
        "db-north": ["NeverRun"],
        "lab-east": ["NeverRun"],
    }


def test_a_template_that_was_never_seen_is_unknown_and_nowhere() -> None:
    """Before the first read nothing is claimed about a template."""
    view = a_view(state=State(), sightings=Sightings(booted=NOON))

    found = rows(Snapshot(NOON, view, {}, blind=False))

    assert found[catalogue.RUN_STATE]["web-west", "unknown", "Unknown"] == 1
    assert found[catalogue.POLL_SUCCESS]["web-west", "unknown"] == 0
    assert found[catalogue.PROVISIONING] == {}


def test_after_a_restart_the_journal_tells_what_no_read_has_told_yet() -> None:
    """The last run known is shown before the first sweep ends."""
    before = outage()
    view = replace(before.view, sightings=Sightings(booted=NOON))

    found = rows(replace(before, view=view))

    assert found[catalogue.RUN_STATE]["web-west", WEST, "Failed"] == 1


def test_instants_are_unix_timestamps() -> None:
    """An instant is exported as such, so that no age can get stuck."""
    found = rows(outage())

    ended = found[catalogue.RUN_END]["web-west", WEST]
    assert ended == NOON.timestamp()


def test_only_what_is_bounded_has_a_bound() -> None:
    """A failover under way has its deadline, a held image the end of its cooldown."""
    found = rows(outage())

    assert found[catalogue.FAILOVER_DEADLINE] == {("web",): (NOON + 5 * HOUR).timestamp()}
    assert found[catalogue.COOLDOWN_END] == {("db",): (NOON + 3 * HOUR).timestamp()}
    assert rows(calm())[catalogue.FAILOVER_DEADLINE] == rows(calm())[catalogue.COOLDOWN_END] == {}


def test_only_a_region_in_outage_has_a_start_of_outage() -> None:
    """Absence is the calm value of an instant."""
    found = rows(outage())

    assert found[catalogue.OUTAGE_START] == {(WEST,): (NOON + 4 * MINUTE).timestamp()}
    assert rows(calm())[catalogue.OUTAGE_START] == {}


def test_the_families_that_speak_are_the_signals() -> None:
    """Every family has its row; those that speak are 1."""
    found = rows(outage())[catalogue.REGION_SIGNAL]

    speaking = {signal for (region, signal), value in found.items() if value and region == WEST}
    assert speaking == {"run", "peers"}
    assert len(found) == 3 * 6


def test_a_held_failure_names_its_guard_and_a_calm_image_none() -> None:
    """Image_held stands only where a failure waits for its answer."""
    found = rows(outage())[catalogue.IMAGE_HELD]

    assert found == {("db", "cooldown"): 1}


def test_a_guard_that_holds_while_nothing_failed_is_no_alarm() -> None:
    """A hold without a failure of the primary must not page anybody."""
    before = outage()
    view = replace(before.view, verdicts={})

    found = rows(replace(before, view=view))

    assert found[catalogue.IMAGE_HELD] == {}


def test_an_image_that_only_observes_is_never_held() -> None:
    """Image_held is about images that would act."""
    before = outage()
    images = {name: replace(each, mode=Mode.OBSERVE) for name, each in before.view.images.items()}

    found = rows(replace(before, view=replace(before.view, images=images)))

    assert found[catalogue.IMAGE_HELD] == {}


def test_one_ready_secondary_makes_an_image_ready() -> None:
    """The readiness of an image is that of its best secondary, item by item."""
    image = an_image(templates=(*WEB_IMAGE.templates, DB_NORTH))
    red, green = image.secondaries
    view = replace(
        a_view(images=(image,)),
        readiness={
            (image.name, red): a_readiness(red, Check.IDLE),
            (image.name, green): a_readiness(green),
        },
    )

    found = rows(Snapshot(NOON, view, {}, blind=False))

    assert found[catalogue.IMAGE_READY] == {("web",): 1}
    assert set(found[catalogue.IMAGE_CHECK].values()) == {1}


def test_a_red_item_shows_as_a_failed_check() -> None:
    """What is red is 0, and the image is neither ready nor protected."""
    view = replace(
        a_view(images=(WEB_IMAGE,)),
        readiness={
            (WEB_IMAGE.name, each): a_readiness(each, Check.RESIDENCY)
            for each in WEB_IMAGE.secondaries
        },
    )

    found = rows(Snapshot(NOON, view, {}, blind=False))

    assert found[catalogue.IMAGE_CHECK]["web", "residency"] == 0
    assert found[catalogue.IMAGE_CHECK]["web", "idle"] == 1
    assert found[catalogue.IMAGE_READY]["web",] == 0
    assert found[catalogue.IMAGE_PROTECTED]["web",] == 0


def test_each_image_shows_the_items_of_its_own_secondary() -> None:
    """Also where most of them are the same as another's."""
    shared = item(Check.IDLE, Colour.GREEN, "it is idle")
    other = {
        name: item(Check.SUBNET, colour, f"it is {colour}")
        for name, colour in (("web", Colour.GREEN), ("db", Colour.RED))
    }
    readiness = {
        (image.name, each): Readiness(each, (shared, other[image.name]))
        for image in (WEB_IMAGE, DB_IMAGE)
        for each in image.secondaries
    }

    found = rows(Snapshot(NOON, replace(a_view(), readiness=readiness), {}, blind=False))

    subnets = {name: found[catalogue.IMAGE_CHECK][name, "subnet"] for name in other}
    assert subnets == {"web": 1, "db": 0}


def a_blueprint(**leaves: str) -> Blueprint:
    """Return a blueprint with these leaves."""
    return Blueprint(Recipe(Leaf(f"$.{name}", value) for name, value in leaves.items()))


@pytest.mark.parametrize(
    ("secondary", "allowed", "drift"),
    [
        (a_blueprint(size="1", disk="2"), (), {("web",): 0}),
        (a_blueprint(size="2", disk="3", more="4"), (), {("web",): 3}),
        (a_blueprint(size="2", disk="3"), ("$.size",), {("web",): 1}),
        (None, (), {}),
    ],
)
def test_drift_counts_the_paths_that_differ(
    secondary: Blueprint | None, allowed: tuple[str, ...], drift: object
) -> None:
    """But for what its owner allows; until both were read there is no number."""
    view = a_view(images=(replace(WEB_IMAGE, allow_drift=allowed),))
    primary, target = WEB_IMAGE.templates
    view.state.blueprints[primary] = a_blueprint(size="1", disk="2")
    if secondary:
        view.state.blueprints[target] = secondary

    found = rows(Snapshot(NOON, view, {}, blind=False))

    assert found[catalogue.IMAGE_DRIFT] == drift


@pytest.mark.parametrize(
    ("check", "colour", "passes"),
    [
        (Check.SUBNET, Colour.YELLOW, 1),
        (Check.SUBNET, Colour.UNKNOWN, 0),
        (Check.QUOTA, Colour.GREEN, 1),
        (Check.QUOTA, Colour.YELLOW, 0),
        (Check.ROLES, Colour.UNKNOWN, 0),
    ],
)
def test_what_only_tells_passes_if_it_is_green(check: Check, colour: Colour, passes: int) -> None:
    """Yellow is the worst that it can be, so an alarm must be able to see it."""
    items = (Item(check, colour, "so it is"),)
    readiness = {(WEB_IMAGE.name, each): Readiness(each, items) for each in WEB_IMAGE.secondaries}
    view = replace(a_view(images=(WEB_IMAGE,)), readiness=readiness)

    found = rows(Snapshot(NOON, view, {}, blind=False))

    assert found[catalogue.IMAGE_CHECK]["web", check] == passes


def test_an_image_without_secondaries_has_no_readiness() -> None:
    """What cannot be ready raises no alarm about readiness."""
    found = rows(calm())

    assert ("lab",) not in found[catalogue.IMAGE_READY]
    assert found[catalogue.IMAGE_PROTECTED]["lab",] == 0


def test_a_misconfigured_image_is_not_protected() -> None:
    """A ready secondary does not help an image that is held for its configuration."""
    view = replace(calm().view, misconfigured={WEB_IMAGE.name: "shares its gallery with db"})

    found = rows(replace(calm(), view=view))

    assert found[catalogue.IMAGE_PROTECTED] == {("web",): 0, ("db",): 1, ("lab",): 0}


def test_a_failed_read_keeps_the_run_state_and_says_that_it_is_old() -> None:
    """Not seeing a template changes what we know of our sight, not of the template."""
    found = rows(blind())

    assert found[catalogue.RUN_STATE]["web-west", WEST, "Succeeded"] == 1
    assert found[catalogue.POLL_SUCCESS]["web-west", WEST] == 0
    assert found[catalogue.POLLED]["web-west", WEST] == (NOON - 10 * MINUTE).timestamp()
    assert found[catalogue.BLIND] == {(): 1}


def test_a_pause_that_has_run_out_is_no_pause() -> None:
    """A pause ends at its `until`, whether or not somebody resumed it."""
    later = replace(paused(), at=NOON + 121 * MINUTE)

    assert rows(paused())[catalogue.PAUSED] == {(): 1}
    assert rows(later)[catalogue.PAUSED] == {(): 0}


def test_templates_of_one_name_in_two_subscriptions_are_told_apart() -> None:
    """Two series never have the same labels, however the templates are named."""
    other = an_id("web-west", subscription="99999999-2222-3333-4444-555555555555")
    images = (WEB_IMAGE, an_image(name=ImageName("twin"), templates=(other,)))
    sightings = all_seen()
    sightings.templates[other] = a_template(id=other)

    view = a_view(images=images, sightings=sightings)
    found = rows(Snapshot(NOON, view, {}, blind=False))

    names = {labels[0] for labels in found[catalogue.TEMPLATE_INFO]}
    assert names == {
        "11111111-2222-3333-4444-555555555555/images/web-west",
        "99999999-2222-3333-4444-555555555555/images/web-west",
        "web-north",
    }


def test_a_template_that_left_the_configuration_has_no_rows_any_more() -> None:
    """All series of a template go with it."""
    view = a_view(images=IMAGES[:2])

    found = rows(Snapshot(NOON, view, {}, blind=False))

    assert not [labels for each in found.values() for labels in each if "lab-east" in labels]
    assert LAB in view.sightings.templates


def test_the_open_failover_is_active_since_it_was_opened() -> None:
    """Failover_active is 0 or 1 for every image; the start is there only while it is open."""
    found = rows(outage())

    assert found[catalogue.FAILOVER_ACTIVE] == {("web",): 1, ("db",): 0, ("lab",): 0}
    assert found[catalogue.FAILOVER_START] == {("web",): (NOON + 4 * MINUTE).timestamp()}


def test_sources_are_told_apart_by_subscription() -> None:
    """A source that is asked once for each subscription has one series for each."""
    sightings = all_seen()
    sightings.sources = {"events:sub-1": NOON, "emerging": NOON}

    found = rows(replace(calm(), view=a_view(sightings=sightings)))

    assert set(found[catalogue.SOURCE_SUCCESS]) == {("events", "sub-1"), ("emerging", "")}


def test_a_source_that_fails_shows_it_also_if_it_never_answered() -> None:
    """One has a time of its last success and the other none; an alert can see both."""
    sightings = all_seen()
    sightings.sources = {"emerging": NOON, "activity:sub-1": NOON}
    refused = Fault(FaultKind.PERMISSION, "no right")
    sightings.source_faults = {"events:sub-1": refused, "activity:sub-1": refused}

    found = rows(replace(calm(), view=a_view(sightings=sightings)))

    assert found[catalogue.SOURCE_POLL_SUCCESS] == {
        ("emerging", ""): 1,
        ("activity", "sub-1"): 0,
        ("events", "sub-1"): 0,
    }
    assert set(found[catalogue.SOURCE_SUCCESS]) == {("emerging", ""), ("activity", "sub-1")}


def test_a_store_that_takes_nothing_shows() -> None:
    """It is what an alert stands on while no failure waits."""
    view = calm().view

    well = rows(calm())
    ill = rows(replace(calm(), view=replace(view, writable=False)))

    for each in (catalogue.STORE_WRITABLE, catalogue.LEADER):  # who cannot write may not act
        assert (well[each], ill[each]) == ({(): 1}, {(): 0})


def test_every_row_has_as_many_values_as_its_metric_has_labels() -> None:
    """A row that does not fit its declaration would break the whole scrape."""
    for snapshot in (calm(), outage(), paused(), blind()):
        found = rows(snapshot)

        assert tuple(found) == PICTURED
        for metric, each in found.items():
            assert {len(labels) for labels in each} <= {len(metric.labels)}, metric.name


def test_no_row_comes_twice() -> None:
    """Prometheus refuses a scrape in which one does."""
    for snapshot in (calm(), outage(), paused(), blind(), unbuilt()):
        for metric, each in groups(seen_in(snapshot)).items():
            assert len(list(spread(each))) == len(by_row(each)), metric.name


def test_a_template_costs_at_most_22_rows() -> None:
    """The series budget holds: a fleet of 500 templates stays near 12,000 series."""
    one, three = (a_view(images=IMAGES[:count]) for count in (1, 2))

    counts = [
        sum(
            len(each)
            for metric, each in rows(Snapshot(NOON, view, {}, blind=False)).items()
            if "template" in metric.labels
        )
        for view in (one, three)
    ]

    assert counts[1] - counts[0] <= 2 * 22
    assert NORTH in {labels[1] for labels in rows(calm())[catalogue.TEMPLATE_INFO]}


def test_an_operators_word_is_a_signal() -> None:
    """Like every family that speaks."""
    found = rows(said_out())[catalogue.REGION_SIGNAL]

    assert (found[WEST, "operator"], found[WEST, "run"], found[NORTH, "operator"]) == (1, 0, 0)


def test_an_image_that_needs_a_human_is_one_row_of_all() -> None:
    """The others are 0, so that an alert on it resolves."""
    found = rows(unbuilt())[catalogue.IMAGE_NEEDS_HUMAN]

    assert found == {("web",): 1, ("db",): 0, ("lab",): 0}


def test_notices_that_last_are_counted_by_region_kind_and_level() -> None:
    """From 0 on, so that a rule need not care whether there ever was one."""
    found = rows(outage())[catalogue.NOTICES]

    assert found["westeurope", "EmergingIssue", "other"] == 1, "it tells of no level"
    assert {each for each, count in found.items() if count} == {
        ("westeurope", "EmergingIssue", "other")
    }
    assert len(found) == 3 * len(EVENT_TYPES) * len(LEVELS)


@pytest.mark.parametrize(
    ("changed", "labels", "shown"),
    [
        ({"active": False}, None, False),
        ({"kind": "Rumour", "level": "Warning"}, ("other", "Warning"), True),
        ({"kind": "ServiceIssue", "level": "Doom"}, ("ServiceIssue", "other"), True),
        ({"id": "a text, not an id"}, ("EmergingIssue", "other"), False),
    ],
)
def test_a_notice_is_shown_by_its_id_while_it_lasts(
    changed: dict[str, object], labels: tuple[str, str] | None, *, shown: bool
) -> None:
    """What Azure calls it may be anything: no label takes a text of no bounds."""
    snapshot = outage()
    notices = snapshot.view.state.notices
    known = notices[WEST, "emerging", "AIB-1"]
    notices[WEST, "emerging", "AIB-1"] = replace(known, notice=replace(known.notice, **changed))  # type: ignore[arg-type]

    found = rows(snapshot)

    counted = [each for each, number in found[catalogue.NOTICES].items() if number]
    assert counted == ([("westeurope", *labels)] if labels else [])
    assert list(found[catalogue.NOTICE_INFO]) == (
        [("AIB-1", "westeurope", *labels)] if shown and labels else []
    )


def test_one_notice_that_two_subscriptions_show_is_one_row() -> None:
    """A scrape with a series twice is refused whole."""
    snapshot = outage()
    notices = snapshot.view.state.notices
    notices[WEST, "events", "AIB-1"] = replace(notices[WEST, "emerging", "AIB-1"], source="events")

    found = groups(seen_in(snapshot))[catalogue.NOTICE_INFO]

    assert found == [(("AIB-1", "westeurope", "EmergingIssue", "other"), 1.0)]


def test_what_is_left_of_the_bounds_on_failovers() -> None:
    """One builds in the secondary's region; the one of three days ago counts no more (S22)."""
    snapshot = outage()
    state, policy = snapshot.view.state, snapshot.view.policy
    building = state.open_failover(WEB_IMAGE.name)
    assert building
    state.failovers[building.id] = replace(building, last_sent=snapshot.at)
    (old,) = (each for each in state.failovers.values() if not each.open)
    state.failovers[old.id] = replace(old, last_sent=old.closed)

    found = rows(snapshot)[catalogue.BUDGET_LEFT]

    assert found == {
        ("total",): policy.total - 1,
        ("day",): policy.per_day - 1,
        ("eastus",): policy.per_region,
        ("northeurope",): policy.per_region - 1,
        ("westeurope",): policy.per_region,
    }


@pytest.mark.parametrize("changed", [{"phase": Phase.CHOOSING}, {"order": A_DRILL}])
def test_who_waits_and_who_rehearses_takes_no_place(changed: dict[str, object]) -> None:
    """Neither is counted by the guard."""
    snapshot = outage()
    state, policy = snapshot.view.state, snapshot.view.policy
    building = state.open_failover(WEB_IMAGE.name)
    assert building
    state.failovers[building.id] = replace(building, **changed)  # type: ignore[arg-type]

    found = rows(snapshot)[catalogue.BUDGET_LEFT]

    assert found["total",] == policy.total
    assert found["northeurope",] == policy.per_region


def test_no_bound_is_overdrawn() -> None:
    """A reload may lower one below what is under way."""
    snapshot = outage()
    policy = replace(snapshot.view.policy, total=0)

    found = rows(replace(snapshot, view=replace(snapshot.view, policy=policy)))

    assert found[catalogue.BUDGET_LEFT]["total",] == 0
