"""Which families could speak at all, told before an outage."""

from dataclasses import replace

from aibwatch.collect.sightings import absorb
from aibwatch.diagnose.prospects import prospects
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image
from aibwatch.model.observation import SourceUnseen
from aibwatch.model.state import Sightings, State
from aibwatch.model.verdict import Family
from builders import (
    DAY,
    NOON,
    NORTH,
    WEB_NORTH,
    WEST,
    a_state,
    a_template,
    an_id,
    an_image,
    some_sightings,
)

OTHER = a_template(id=an_id("db-west"), recipe="recipe-db")


def known(*others: object) -> State:
    """Return a state that knows the primary, its secondary, and others."""
    state = a_state()
    templates = (a_template(), a_template(id=WEB_NORTH, region=NORTH), *others)
    state.templates = {each.id: each for each in templates}
    state.built = {"recipe-web": {WEST: NOON - DAY}}
    return state


def asked(
    state: State, sightings: Sightings | None = None, image: Image | None = None
) -> dict[Family, bool]:
    """Return for each family whether it could speak."""
    seen = sightings or some_sightings(*state.templates.values())
    found = prospects(image or an_image(), state, seen, NOON)
    assert all(each.says for each in found)
    return {each.family: each.possible for each in found}


def test_an_image_alone_in_its_region_has_no_peers() -> None:
    """With another build there it has."""
    assert not asked(known())[Family.PEERS]
    assert asked(known(OTHER))[Family.PEERS]


def test_a_twin_is_no_peer() -> None:
    """What shares recipe and identity fails for one reason."""
    assert not asked(known(replace(OTHER, recipe="recipe-web")))[Family.PEERS]


def test_history_needs_a_build_and_counts_it_here_only_if_not_strict() -> None:
    """Never built, or built here under `strict`: it cannot speak."""
    unbuilt = known()
    unbuilt.built = {}
    elsewhere = known()
    elsewhere.built = {"recipe-web": {NORTH: NOON - DAY}}

    assert asked(known())[Family.HISTORY]
    assert not asked(unbuilt)[Family.HISTORY]
    assert not asked(known(), image=an_image(strict=True))[Family.HISTORY]
    assert asked(elsewhere, image=an_image(strict=True))[Family.HISTORY]


def test_notices_that_cannot_be_read_cannot_speak() -> None:
    """The fault is named: an owner can mend a right."""
    seen = Sightings(booted=NOON)
    forbidden = Fault(FaultKind.PERMISSION, "no right to events")
    absorb(seen, [SourceUnseen(NOON, "events", forbidden)])

    found = {each.family: each for each in prospects(an_image(), known(), seen, NOON)}

    assert not found[Family.NOTICES].possible
    assert "no right to events" in found[Family.NOTICES].says
    assert asked(known())[Family.NOTICES]


def test_the_provider_speaks_through_the_activity_log_or_several_reads() -> None:
    """One template alone without the log says nothing of its provider."""
    state = known()
    logged = some_sightings(*state.templates.values())
    logged.sources["activity"] = NOON

    assert not asked(state)[Family.PROVIDER]
    assert asked(known(OTHER))[Family.PROVIDER]
    assert asked(state, logged)[Family.PROVIDER]


def test_a_primary_that_was_never_seen_has_no_outlook() -> None:
    """Nothing is known of its region."""
    assert prospects(an_image(), State(), Sightings(booted=NOON), NOON) == ()
