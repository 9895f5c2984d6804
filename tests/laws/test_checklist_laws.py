"""Laws of readiness that is kept: it is what checking everything anew would find."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.collect.sightings import absorb
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ImageName, Region, Scope, scope_of
from aibwatch.model.needs import Needs
from aibwatch.model.observation import (
    DefinitionSeen,
    Observation,
    RightSeen,
    SupplySeen,
    TemplatesSeen,
    TemplateUnseen,
)
from aibwatch.model.state import Sightings
from aibwatch.model.supply import Supply, gallery_base
from aibwatch.model.template import ProvisioningState, Template
from aibwatch.secondaries.checklist import Checklist
from aibwatch.secondaries.grounds import Known
from aibwatch.secondaries.readiness import assess, assess_home
from builders import (
    A_BASE,
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
BASES = (A_BASE, gallery_base(f"{A_BASE}0"))
POLICY = a_policy(readiness_max_age=3 * MINUTE)

FAULTS = st.builds(
    Fault,
    st.sampled_from([FaultKind.NOT_FOUND, FaultKind.PLATFORM]),
    st.sampled_from(["down", "gone"]),
    request_id=st.sampled_from("ab"),
)
IDS = st.sampled_from(sorted(HOMES))
TEMPLATES = st.builds(
    lambda name, provisioning, definition, base: a_template(
        id=name, region=HOMES[name], provisioning=provisioning, definition=definition, base=base
    ),
    IDS,
    st.sampled_from([ProvisioningState.SUCCEEDED, ProvisioningState.FAILED]),
    st.sampled_from([None, *DEFINITIONS]),
    st.sampled_from(BASES),
)
SEEN = st.builds(TemplatesSeen, st.just(NOON), st.lists(TEMPLATES, max_size=3))
UNSEEN = st.builds(TemplateUnseen, st.just(NOON), IDS, FAULTS)
SUPPLIES = st.builds(
    SupplySeen,
    st.just(NOON),
    st.sampled_from(BASES),
    st.one_of(FAULTS, st.sampled_from([Supply(), Supply((NORTH, EAST))])),
)
RIGHTS = st.builds(
    RightSeen,
    st.just(NOON),
    st.sampled_from([scope_of(WEB_NORTH), Scope(WEB_NORTH), Scope(WEB_EAST)]),
    st.one_of(FAULTS, st.booleans()),
)
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
LOOK = st.lists(st.one_of(SEEN, UNSEEN, ANSWERS, SUPPLIES, RIGHTS), max_size=4)
OUT = st.frozensets(st.sampled_from([WEST, NORTH]))
LOOKS = st.lists(st.tuples(LOOK, OUT), max_size=8)


@given(LOOKS, st.lists(TEMPLATES, max_size=4), st.booleans())
def test_what_is_kept_is_what_checking_everything_would_find(
    looks: list[tuple[list[Observation], frozenset[Region]]],
    remembered: list[Template],
    seen_at_first: bool,  # noqa: FBT001  as Hypothesis gives it
) -> None:
    """Whatever is seen, or no longer seen, each minute: no image is forgotten.

    Where nothing was seen at first everything is checked each time, which would hide much.
    """
    sightings = Sightings(NOON, templates={each.id: each for each in remembered})
    if seen_at_first:
        everything = [a_template(id=name, region=region) for name, region in HOMES.items()]
        looks = [([TemplatesSeen(NOON, everything)], frozenset()), *looks]
    checklist = Checklist(IMAGES, POLICY)
    checklist.renew((), sightings, NOON)

    for minute, (look, out) in enumerate(looks, 1):
        now = NOON + minute * MINUTE
        changed = absorb(sightings, [replace(each, at=now) for each in look])
        checklist.renew([each.id for each in changed], sightings, now, out)

        assert checklist.found == {
            (image.name, target): assess(image, target, sightings, POLICY, now, Known(out))
            for image in IMAGES
            for target in image.secondaries
        } | {
            (image.name, image.primary): assess_home(image, sightings, POLICY, now)
            for image in IMAGES
        }
        assert checklist.needs == needed(sightings)


def needed(sightings: Sightings) -> Needs:
    """Return what must be asked by going through everything."""
    targets = [target for image in IMAGES for target in image.secondaries]
    known = [sightings.templates[each].base for each in targets if each in sightings.templates]
    denied = [each for each in targets if sightings.rights.get(scope_of(each)) is False]
    scopes = {*map(scope_of, targets), *map(Scope, denied)}
    return Needs(tuple(sorted(set(known))), tuple(sorted(scopes)))
