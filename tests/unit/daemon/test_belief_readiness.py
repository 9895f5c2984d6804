"""What the daemon believes follows from what it saw, in a place that no story reaches."""

from aibwatch.daemon.belief import Belief
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.entry import RegionAssessed
from aibwatch.model.names import IncidentId, Region
from aibwatch.model.observation import DefinitionSeen, Observation, SupplySeen, TemplatesSeen
from aibwatch.model.readiness import Check
from aibwatch.model.region import Health
from builders import (
    A_BASE,
    NOON,
    NORTH,
    WEB_NORTH,
    a_belief,
    a_definition,
    a_definition_id,
    a_policy,
    a_supply,
    a_template,
    an_image,
)

HUB = Region("swedencentral")
"""Where the gallery is at home; no template stands there."""


def test_a_gallery_at_home_in_a_region_with_an_open_incident_makes_its_secondary_red() -> None:
    """The third region went out while the first was well; then the first fails too (S27)."""
    out = a_belief(region=HUB, health=Health.OUTAGE, incident=IncidentId("i"), incident_opened=NOON)
    image = an_image(allowed_regions=frozenset({NORTH, HUB}))
    all_that_is_needed: list[Observation] = [
        TemplatesSeen(NOON, (a_template(), a_template(id=WEB_NORTH, region=NORTH, targets=()))),
        DefinitionSeen(NOON, a_definition_id(), a_definition(home=HUB)),
        SupplySeen(NOON, A_BASE, a_supply()),
    ]
    red: list[list[Check]] = []
    for entries in ([], [RegionAssessed(NOON, out)]):
        belief = Belief([image], a_policy(), load(MemoryJournal(entries)), NOON)
        belief.learn(all_that_is_needed, NOON)
        found = belief.view().readiness[image.name, WEB_NORTH]
        red.append([each.check for each in found.faults if each.check is Check.GALLERY_HOME])

    assert red == [[], [Check.GALLERY_HOME]]
