"""Laws of bodies: one text for one meaning, whoever tells it, and nothing but nonsense besides."""

import json

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.azure.template import read_body, read_template
from aibwatch.azure.wire import WireError
from aibwatch.model.body import body_of
from scripted_arm import WEB
from template_bodies import written

LEAF = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
JSON = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
PART = st.sampled_from(["source", "customize", "lastRunStatus", "quantum", "distribute"])
TOLD = st.fixed_dictionaries(
    {"properties": JSON | st.dictionaries(PART, JSON, max_size=4)},
    optional={"location": JSON, "tags": JSON, "identity": JSON, "etag": JSON, "id": st.just(WEB)},
)


@given(TOLD)
def test_what_was_kept_of_a_body_is_kept_of_it_again(told: dict[str, object]) -> None:
    """So that a copy and what it is a copy of have one revision."""
    first = body_of(WEB, told)

    again = body_of(WEB, json.loads(first.text))

    assert again == first
    assert again.revision == first.revision


@given(TOLD, st.randoms())
def test_the_order_of_fields_makes_no_difference(told: dict[str, object], random: object) -> None:
    """Nor do those that the service adds."""
    names = list(told)
    random.shuffle(names)  # type: ignore[attr-defined]
    other = {name: told[name] for name in names}

    assert body_of(WEB, other | {"systemData": 1, "name": "x"}) == body_of(WEB, told)


@given(TOLD)
def test_the_wire_tells_the_same_body(told: dict[str, object]) -> None:
    """Or no template at all; nothing but WireError gets out."""
    whole = {**told, "id": WEB}
    try:
        found = read_body(written(whole))
    except WireError:
        found = None

    assert found in (None, body_of(WEB, whole))


@given(TOLD)
def test_a_template_that_is_read_has_the_revision_of_its_body(told: dict[str, object]) -> None:
    """Whatever junk is in it."""
    body = written({**told, "id": WEB})
    try:
        template = read_template(body)
    except WireError:
        return

    assert template.revision == read_body(body).revision
