"""Laws of recipes: what is bound to a region never makes drift, what is built always does."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from aibwatch.model.blueprint import Recipe
from aibwatch.model.drift import differences
from aibwatch.model.names import ImageName, Region
from aibwatch.model.relocation import Relocation
from aibwatch.secondaries.recipe import blueprint
from aibwatch.secondaries.replicate import replicate
from builders import an_id
from ten_templates import TEN, a_body

Body = dict[str, Any]
Change = Callable[[Body, str], None]

NAMES = st.sampled_from(sorted(TEN))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def _place(body: Body, text: str) -> None:
    body["location"] = text


def _tags(body: Body, text: str) -> None:
    body["tags"] = {text: text}


def _identity(body: Body, text: str) -> None:
    body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {text: {}}}


def _vm_identity(body: Body, text: str) -> None:
    body["properties"].setdefault("vmProfile", {})["userAssignedIdentities"] = [text]


def _network(body: Body, text: str) -> None:
    subnets = {"subnetId": text, "containerInstanceSubnetId": text}
    body["properties"].setdefault("vmProfile", {})["vnetConfig"] = subnets


def _no_network(body: Body, _text: str) -> None:
    body["properties"].get("vmProfile", {}).pop("vnetConfig", None)


def _staging(body: Body, text: str) -> None:
    body["properties"]["stagingResourceGroup"] = text


def _outputs(body: Body, text: str) -> None:
    for at, each in enumerate(body["properties"]["distribute"]):
        each["runOutputName"] = f"{text}{at}"


def _targets(body: Body, text: str) -> None:
    for each in body["properties"]["distribute"]:
        if each["type"] == "SharedImage":
            each.pop("replicationRegions", None)
            each["targetRegions"] = [{"name": text, "replicaCount": len(text)}]


def _gallery(body: Body, text: str) -> None:
    for each in body["properties"]["distribute"]:
        if each["type"] == "SharedImage":
            name = each["galleryImageId"].partition("/images/")[2].partition("/versions/")[0]
            each["galleryImageId"] = f"/subscriptions/{text}/galleries/g/images/{name}"


def _elsewhere(body: Body, text: str) -> None:
    for each in body["properties"]["distribute"]:
        if each["type"] == "ManagedImage":
            each |= {"location": text, "imageId": text}
        if each["type"] == "VHD":
            each["uri"] = text


def _written_by_the_service(body: Body, text: str) -> None:
    body["properties"]["source"]["exactVersion"] = text
    body["properties"] |= {"provisioningState": text, "lastRunStatus": {"message": text}}
    body |= {"id": text, "name": text, "type": text, "systemData": {"createdBy": text}}


BOUND: tuple[Change, ...] = (
    _place,
    _tags,
    _identity,
    _vm_identity,
    _network,
    _no_network,
    _staging,
    _outputs,
    _targets,
    _gallery,
    _elsewhere,
    _written_by_the_service,
)


def recipe_of(body: Body) -> Recipe:
    """Return the recipe of a body."""
    return blueprint(a_body(body)).recipe


@given(NAMES, st.lists(st.tuples(st.sampled_from(BOUND), TEXTS), min_size=1, max_size=12))
def test_what_is_bound_to_a_region_never_makes_drift(
    name: str, changes: list[tuple[Change, str]]
) -> None:
    """However it is changed, and all of it at once."""
    changed = deepcopy(TEN[name])
    for change, text in changes:
        change(changed, text)

    assert recipe_of(changed) == recipe_of(TEN[name])


def _texts(body: Body) -> Iterator[tuple[Any, Any]]:
    """Yield where each text of a customizer stands: what holds it, and its key there."""
    for step in body["properties"]["customize"]:
        for field in ("inline", "filters"):
            yield from ((step[field], at) for at in range(len(step.get(field, ()))))
        yield from ((step, key) for key in ("name", "destination", "restartTimeout") if key in step)
        if "sha256Checksum" not in step:
            yield from ((step, key) for key in ("scriptUri", "sourceUri") if key in step)


@given(NAMES, st.randoms(use_true_random=False), TEXTS)
def test_a_changed_text_of_a_customizer_is_always_drift(
    name: str, dice: random.Random, text: str
) -> None:
    """Whatever stands in its place, and the path says which it is."""
    changed = deepcopy(TEN[name])
    holder, key = dice.choice(list(_texts(changed)))
    was = str(holder[key]).lower().partition("?")[0]
    assume(text.strip().lower().partition("?")[0] not in ("", was))

    holder[key] = text
    found = differences(blueprint(a_body(TEN[name])), blueprint(a_body(changed)))

    assert [each for each in found if each.path.startswith("$.customize")]


def _shuffled(value: object, dice: random.Random) -> object:
    """Return a value with the keys of every object in it in another order."""
    if isinstance(value, dict):
        keys = dice.sample(list(value), len(value))
        return {key: _shuffled(value[key], dice) for key in keys}
    return [_shuffled(each, dice) for each in value] if isinstance(value, list) else value


@given(NAMES, st.randoms(use_true_random=False))
def test_order_that_means_nothing_never_makes_drift(name: str, dice: random.Random) -> None:
    """Of keys, of target regions, of outputs."""
    changed = deepcopy(TEN[name])
    outputs = changed["properties"]["distribute"]
    dice.shuffle(outputs)
    for each in outputs:
        for field in ("targetRegions", "replicationRegions"):
            dice.shuffle(each.get(field) or [])
    shuffled = _shuffled(changed, dice)
    assert isinstance(shuffled, dict)

    assert recipe_of(shuffled) == recipe_of(TEN[name])


STEPS = sorted(name for name in TEN if len(TEN[name]["properties"]["customize"]) > 1)


@given(st.sampled_from(STEPS), st.randoms(use_true_random=False))
def test_order_of_customizers_is_drift(name: str, dice: random.Random) -> None:
    """Steps build on one another, of whatever types they are."""
    changed = deepcopy(TEN[name])
    steps = changed["properties"]["customize"]
    one, other = dice.sample(range(len(steps)), 2)

    steps[one], steps[other] = steps[other], steps[one]

    assert recipe_of(changed) != recipe_of(TEN[name])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)


@given(st.fixed_dictionaries({"properties": JSON}) | JSON)
def test_no_body_stops_the_reading(body: object) -> None:
    """Whatever JSON it is, and equal bodies are equal recipes."""
    one, other = blueprint(a_body(body)), blueprint(a_body(json.loads(json.dumps(body))))

    assert one == other


WORDS = st.text("abcdefgh-{}", max_size=12) | st.sampled_from(["{name}", "{region}", "{image}"])


@given(
    NAMES,
    st.builds(
        Relocation,
        region=st.sampled_from([Region("northeurope"), Region("eastus2")]),
        resource_group=st.sampled_from(["", "north"]),
        suffix=st.sampled_from(["", "-b"]),
        subnet=WORDS,
        container_subnet=WORDS,
        identities=st.lists(WORDS, max_size=2).map(tuple),
        vm_identities=st.lists(WORDS, max_size=2).map(tuple),
        definition=st.just("") | WORDS.map(lambda word: f"/{word}/images/{{definition}}"),
        staging=WORDS,
        targets=st.lists(st.sampled_from(["eastus", "northeurope"]).map(Region), max_size=2).map(
            tuple
        ),
    ),
    st.booleans(),
)
def test_what_is_replicated_has_no_drift(name: str, to: Relocation, drill: bool) -> None:  # noqa: FBT001
    """By whatever rules; a drill differs in what it hides from the latest."""
    draft = replicate(a_body(TEN[name], an_id(name)), ImageName("web"), to, drill=drill)

    found = differences(blueprint(a_body(TEN[name])), blueprint(draft.body))

    hidden = {"excludeFromLatest"} if drill else set()
    assert {each.path.rpartition(".")[2] for each in found} <= hidden
