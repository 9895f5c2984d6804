"""Laws of readiness that is kept: it is what checking everything anew would find."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.collect.sightings import absorb
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ImageName
from aibwatch.model.observation import DefinitionSeen, Observation, TemplatesSeen, TemplateUnseen
from aibwatch.model.state import Sightings
from aibwatch.model.template import ProvisioningState, Template
from aibwatch.secondaries.checklist import Checklist
from aibwatch.secondaries.readiness import assess
from builders import (
    EAST,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_definition,
    a_definition_id,
    a_policy,
    a_template,
    an_id,
    an_image,
)

WEB_EAST, API, API_NORTH = an_id("web-east"), an_id("api-west"), an_id("api-north")
IMAGES = (
    an_image(templates=(WEB, WEB_NORTH, WEB_EAST)),
    an_image(name=ImageName("api"), templates=(API, API_NORTH)),
)
HOMES = {WEB: WEST, WEB_NORTH: NORTH, WEB_EAST: EAST, API: WEST, API_NORTH: NORTH}
DEFINITIONS = (a_definition_id(), a_definition_id("api"))
POLICY = a_policy(readiness_max_age=3 * MINUTE)

FAULTS = st.builds(
    Fault,
    st.sampled_from([FaultKind.NOT_FOUND, FaultKind.PLATFORM]),
    st.sampled_from(["down", "gone"]),
    request_id=st.sampled_from("ab"),
)
IDS = st.sampled_from(sorted(HOMES))
TEMPLATES = st.builds(
    lambda name, provisioning, definition: a_template(
        id=name, region=HOMES[name], provisioning=provisioning, definition=definition
    ),
    IDS,
    st.sampled_from([ProvisioningState.SUCCEEDED, ProvisioningState.FAILED]),
    st.sampled_from([None, *DEFINITIONS]),
)
SEEN = st.builds(TemplatesSeen, st.just(NOON), st.lists(TEMPLATES, max_size=3))
UNSEEN = st.builds(TemplateUnseen, st.just(NOON), IDS, FAULTS)
ANSWERS = st.sampled_from(DEFINITIONS).flatmap(
    lambda name: st.builds(
        DefinitionSeen,
        st.just(NOON),
        st.just(name),
        st.one_of(
            FAULTS, st.builds(a_definition, id=st.just(name), home=st.sampled_from([WEST, NORTH]))
        ),
    )
)
LOOKS = st.lists(st.lists(st.one_of(SEEN, UNSEEN, ANSWERS), max_size=4), max_size=8)


@given(LOOKS, st.lists(TEMPLATES, max_size=4))
def test_what_is_kept_is_what_checking_everything_would_find(
    looks: list[list[Observation]], remembered: list[Template]
) -> None:
    """Whatever is seen, or no longer seen, each minute: no image is forgotten."""
    sightings = Sightings(NOON, templates={each.id: each for each in remembered})
    checklist = Checklist(IMAGES, POLICY)
    checklist.renew((), sightings, NOON)

    for minute, look in enumerate(looks, 1):
        now = NOON + minute * MINUTE
        changed = absorb(sightings, [replace(each, at=now) for each in look])
        checklist.renew([each.id for each in changed], sightings, now)

        assert checklist.found == {
            (image.name, target): assess(image, target, sightings, POLICY, now)
            for image in IMAGES
            for target in image.secondaries
        }
