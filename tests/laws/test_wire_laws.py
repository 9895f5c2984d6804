"""Laws of the wire: whatever Azure sends is read or is nonsense, and nothing else happens."""

import json
from math import isfinite

from hypothesis import example, given
from hypothesis import strategies as st

from aibwatch.azure.faults import from_answer, retry_after
from aibwatch.azure.instants import instant
from aibwatch.azure.template import Sweep, read_template
from aibwatch.azure.wire import WireError
from aibwatch.model.template import Template
from scripted_arm import WEB
from template_bodies import ENDED, properties, template, written

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats().filter(isfinite) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PROPERTY = st.sampled_from([*properties(), "validate", "optimize", "autoRun"])
LAST_RUN = st.sampled_from([*ENDED, "runSubState"])


def read(body: bytes) -> Template | None:
    """Read a body; None if it is nonsense. Anything else that is raised breaks the law."""
    try:
        return read_template(body)
    except WireError:
        return None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_template_or_nonsense(body: bytes) -> None:
    """Nothing but WireError gets out."""
    assert read(body) is None


@given(st.dictionaries(PROPERTY, JUNK, max_size=3))
def test_any_property_may_be_anything(changes: dict[str, object]) -> None:
    """A template with junk in it is read or is nonsense; if it is read, it keeps its id."""
    found = read(written(template("web-west", "westeurope", **changes)))

    assert found is None or found.id == WEB


@given(LAST_RUN, JUNK)
def test_any_field_of_the_last_run_may_be_anything(name: str, junk: object) -> None:
    """A run that is read has an aware start, whatever was written there."""
    found = read(written(template(lastRunStatus={**ENDED, name: junk})))

    assert found is None or found.run is None or found.run.started.tzinfo is not None


@given(st.integers(min_value=0, max_value=len(written(template()))))
def test_a_template_that_was_cut_is_nonsense(length: int) -> None:
    """Half an answer is never taken for a whole one."""
    whole = written(template())

    assert (read(whole[:length]) is None) == (length < len(whole))


@given(st.lists(JUNK | st.just(template()), max_size=5))
def test_junk_on_a_page_hides_no_template(items: list[object]) -> None:
    """The good template is listed exactly if it is on the page."""
    sweep = Sweep({})

    sweep.take(written({"value": items}))

    assert [each.id for each in sweep.templates()] == [WEB] * (template() in items)


@given(st.permutations(["a", "b", "c"]), st.sets(st.sampled_from(["a", "b", "c"])))
def test_a_sweep_shows_what_its_pages_show_whatever_was_known(
    order: list[str], known: set[str]
) -> None:
    """What the pass before knew saves work and changes nothing."""
    before = Sweep({})
    before.take(written({"value": [template(name) for name in sorted(known)]}))
    fresh, warm = Sweep({}), Sweep(before.known)
    body = written({"value": [template(name) for name in order]})

    fresh.take(body)
    warm.take(body)

    assert fresh.templates() == warm.templates()


@example("9999-12-31T23:59:59-01:00")
@example("0002-01-01T00:00:00+23:59")
@given(st.text() | st.datetimes().map(str) | st.datetimes(timezones=st.timezones()).map(str))
def test_any_text_is_an_aware_instant_or_none(text: str) -> None:
    """The ends of the calendar included."""
    found = instant(text)

    assert found is None or found.utcoffset() is not None


@given(st.integers(100, 599), st.binary(max_size=100), st.text(), st.text())
def test_any_answer_is_some_fault(status: int, body: bytes, wait: str, date: str) -> None:
    """Mapping a fault must never be the next fault."""
    headers = {"Retry-After": wait, "Date": date, "retry-after-ms": wait}
    fault = from_answer(status, headers, body)

    assert fault.status == status
    assert retry_after(headers) == fault.retry_after


@given(JUNK)
def test_any_json_is_an_error_body_or_none(value: object) -> None:
    """Both shapes are looked for; junk in either says nothing."""
    fault = from_answer(400, {}, json.dumps({"error": value}).encode())

    assert isinstance(fault.code, str)
