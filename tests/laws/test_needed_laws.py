"""What is needed, kept from look to look, is what looking at everything afresh would find."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.model.blueprint import Blueprint, Dependency, Part, Recipe
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ImageName, ResourceId, TemplateId
from aibwatch.model.resource import Resource
from aibwatch.model.state import Sightings, State
from aibwatch.secondaries.checklist import Checklist
from builders import MINUTE, NOON, NORTH, WEST, a_policy, a_template, an_id, an_image

PLACES = ("/subscriptions/s/resourcegroups/g", "/subscriptions/s/resourcegroups/h")
NAMES = [ResourceId(f"{each}/providers/a/b/{number}") for each in PLACES for number in range(3)]
TEMPLATES = [an_id(name) for name in ("one", "one-north", "two", "two-north")]
IMAGES = [
    an_image(name=ImageName("one"), templates=(TEMPLATES[0], TEMPLATES[1])),
    an_image(name=ImageName("two"), templates=(TEMPLATES[2], TEMPLATES[3])),
]
SOME = st.lists(st.sampled_from(NAMES), max_size=3, unique=True)
GONE = Fault(FaultKind.NOT_FOUND, "gone")

STEP = st.one_of(
    st.tuples(st.just("changed"), st.sampled_from(TEMPLATES), st.sampled_from(["r1", "r2", ""])),
    st.tuples(st.just("copied"), st.sampled_from(TEMPLATES), SOME),
    st.tuples(st.just("answered"), st.sampled_from(NAMES), st.none() | SOME),
)


@dataclass
class Story:
    """What is known, and a checklist that looks at it after every step."""

    sightings: Sightings = field(default_factory=lambda: Sightings(booted=NOON))
    state: State = field(default_factory=State)
    kept: Checklist = field(default_factory=lambda: Checklist(IMAGES, a_policy()))
    now: int = 0

    def changed(self, template: TemplateId, revision: str) -> list[TemplateId]:
        """Let a list show a template with a revision."""
        place = NORTH if template.endswith("north") else WEST
        self.sightings.templates[template] = a_template(
            id=template, region=place, revision=revision
        )
        return [template]

    def copied(self, template: TemplateId, names: list[ResourceId]) -> list[TemplateId]:
        """Let the journal tell of a copy, if there is something to copy."""
        known = self.sightings.templates.get(template)
        copy = self.state.copies.get(template)
        if known and known.revision and (copy is None or copy[0] != known.revision):
            self.state.copies[template] = known.revision, NOON
            rests_on = tuple(Dependency(Part.SUBNET, "$", each) for each in names)
            self.state.blueprints[template] = Blueprint(Recipe(), rests_on, "size" if names else "")
        return []

    def answered(self, name: ResourceId, names: list[ResourceId] | None) -> list[TemplateId]:
        """Let a resource be answered."""
        found = GONE if names is None else Resource(name, "k", NORTH, "", tuple(names))
        self.sightings.resources[name] = found
        self.sightings.resources_seen[name] = NOON + self.now * MINUTE
        return []

    def tell(self, what: str, *words: object) -> None:
        """Let one thing happen, and look."""
        self.now += 1
        touched = getattr(self, what)(*words)
        self.kept.renew(touched, self.sightings, NOON + self.now * MINUTE, state=self.state)


@given(st.lists(STEP, max_size=12))
def test_needs_kept_are_needs_found_afresh(steps: list[tuple[str, object, object]]) -> None:
    """After whatever was seen, copied and answered."""
    story = Story()
    for step in steps:
        story.tell(*step)

        afresh = Checklist(IMAGES, a_policy())
        now = NOON + story.now * MINUTE
        afresh.renew((), story.sightings, now, state=story.state)
        assert story.kept.needs == afresh.needs


@given(st.lists(STEP, max_size=12))
def test_what_is_needed_is_what_secondaries_rest_on(
    steps: list[tuple[str, object, object]],
) -> None:
    """Each root, and with each that was read all that it rests on; nothing besides."""
    story = Story()
    for step in steps:
        story.tell(*step)

    wanted = set(story.kept.needs.resources)
    known = story.sightings.resources
    below = {
        each
        for name in wanted
        if isinstance(found := known.get(name), Resource)
        for each in found.rests_on
    }
    secondaries = (each for each in story.state.blueprints if each.endswith("north"))
    roots = {each.names for name in secondaries for each in story.state.blueprints[name].rests_on}
    assert below <= wanted
    assert roots <= wanted
    assert all(each in roots | below for each in wanted)
