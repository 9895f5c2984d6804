"""What happened, in the order that a person asks for it."""

from dataclasses import replace

from aibwatch.model.readiness import Check, Colour, Item
from aibwatch.status.preparation import amiss
from aibwatch.status.timeline import SHOWN, timeline
from builders import WEB_NORTH, WEST
from unit.status.snapshots import a_readiness, outage, unbuilt


def told(said: object) -> list[tuple[str, str]]:
    """Return to whom what happened, without times."""
    assert isinstance(said, list)
    return [(each["about"], each["says"]) for each in said]


def test_the_newest_comes_first() -> None:
    """Beliefs, Microsoft's own words, and each failover with where it stands."""
    assert told(timeline(outage().view)) == [
        (WEST, "Microsoft (emerging): AIB-1 Builds fail in West Europe"),
        ("web", "building in northeurope"),
        (WEST, "believed to be out, by run and peers"),
        ("web", "failover opened"),
        ("northeurope", "healthy again"),
        ("northeurope", "Microsoft (events): 4LTS-9C8 Builds failed"),
        ("northeurope", "believed to be out"),
        ("web", "failover succeeded in northeurope, version 1.0.41"),
        ("web", "failover opened"),
    ]


def test_a_failover_that_ended_badly_is_bad() -> None:
    """It has its outcome in place of its phase."""
    newest = timeline(unbuilt().view)[0]

    assert newest == {
        "at": "2026-03-02T12:10:00+00:00",
        "about": "westeurope",
        "says": "Microsoft (emerging): AIB-1 Builds fail in West Europe",
        "level": "idle",
    }
    assert timeline(unbuilt().view)[1]["level"] == "bad"  # type: ignore[index,call-overload]


def test_it_is_bounded() -> None:
    """A fleet of thousands has a page that can be read."""
    view = outage().view
    (incident,) = (each for each in view.state.incidents.values() if each.region == WEST)
    for number in range(SHOWN):
        view.state.incidents[f"{number}"] = replace(incident, id=f"{number}")  # type: ignore[index,arg-type]

    assert len(timeline(view)) == SHOWN


def test_what_is_not_green_is_told_worst_first() -> None:
    """What is green is not amiss, nor is what was never looked at."""
    readiness = a_readiness(WEB_NORTH, Check.SUBNET)
    yellow, unknown = (
        Item(Check.QUOTA, Colour.YELLOW, "scarce"),
        Item(Check.ROLES, Colour.UNKNOWN, "not told"),
    )
    found = amiss(replace(readiness, items=(yellow, unknown, *readiness.items)), lambda _: None)

    assert [each["check"] for each in found] == ["subnet", "roles", "quota"]  # type: ignore[index,call-overload]
    assert amiss(None, lambda _: None) == []
