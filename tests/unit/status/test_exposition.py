"""Our own writing of a scrape, beside the client library's of the same samples."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, exposition, openmetrics, parser
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.openmetrics import parser as modern_parser

from aibwatch.model.state import Snapshot
from aibwatch.status.exposition import PIECE, Writer
from aibwatch.status.metric import Kind, Metric
from aibwatch.status.rows.group import Groups, pattern, spread
from unit.status.snapshots import blind, calm, outage, paused
from unit.status.test_metrics import OPENMETRICS, used

OF_THE_PROCESS = re.compile(rb"^(?:process|python)_.*\n", re.MULTILINE)
"""Another number each time."""
TEXTS = st.text(st.sampled_from('ab"\\\n,{}= ü€😀'), max_size=5)
VALUES = st.one_of(
    st.sampled_from([0.0, 1.0, 1_764_000_000.0, 1e6, 123456.5, 1e-9, float("inf"), float("-inf")]),
    st.floats(allow_nan=False).map(lambda each: each + 0.0),  # never -0.0, which equals 0.0
    st.integers(0, 10**12).map(float),
)
WRITERS: list[tuple[bool, Callable[[CollectorRegistry], bytes]]] = [
    (False, exposition.generate_latest),
    (
        True,
        lambda registry: openmetrics.exposition.generate_latest(
            registry, escaping=openmetrics.exposition.ALLOWUTF8
        ).removesuffix(b"# EOF\n"),
    ),
]


class Family:
    """A collector of one family."""

    def __init__(self, metric: Metric, rows: dict[tuple[str, ...], float]) -> None:
        """Take the rows."""
        self.metric, self.rows = metric, rows

    def collect(self) -> list[CounterMetricFamily | GaugeMetricFamily]:
        """Return it as the client library knows it."""
        make = CounterMetricFamily if self.metric.kind is Kind.COUNTER else GaugeMetricFamily
        family = make(self.metric.name, self.metric.says, labels=self.metric.labels)
        for labels, value in self.rows.items():
            sample = dict(zip(self.metric.labels, labels, strict=True))
            family.add_sample(self.metric.name, sample, value)
        return [family]


def joined(families: Iterator[Sequence[bytes]]) -> bytes:
    """Return the text of families that come in pieces."""
    return b"".join(chain.from_iterable(families))


@pytest.mark.parametrize("snapshot", [calm(), outage(), paused(), blind()])
@pytest.mark.parametrize("accept", ["", OPENMETRICS])
def test_a_scrape_is_byte_for_byte_what_the_client_library_writes(
    snapshot: Snapshot, accept: str
) -> None:
    """Of the whole registry, in its order."""
    metrics = used(snapshot)
    metrics.render(accept)
    writer = dict(WRITERS)[bool(accept)]

    ours = metrics.render(accept)[0].removesuffix(b"# EOF\n")
    theirs = writer(metrics.registry)

    assert OF_THE_PROCESS.sub(b"", ours) == OF_THE_PROCESS.sub(b"", theirs)


@given(
    st.sampled_from([Kind.COUNTER, Kind.GAUGE]),
    st.sampled_from([(), ("one",), ("zone", "area"), ("b", "c", "a")]),
    st.data(),
    st.text(st.sampled_from('a "\\\n.'), max_size=8),
)
def test_whatever_is_in_a_label_is_written_as_the_client_library_does(
    kind: Kind, labels: tuple[str, ...], data: st.DataObject, says: str
) -> None:
    """Quotes, backslashes, line ends and all of Unicode; numbers of any size."""
    keys = st.tuples(*(TEXTS for _ in labels))
    counted = VALUES.map(abs) if kind is Kind.COUNTER else VALUES
    rows = data.draw(st.dictionaries(keys, counted, max_size=4))
    metric = Metric("x_total" if kind is Kind.COUNTER else "x", kind, labels, says)
    registry = CollectorRegistry()
    registry.register(Family(metric, rows))  # type: ignore[arg-type]  # it has what is asked of it

    for modern, writer in WRITERS:
        writes = Writer([metric] * data.draw(st.integers(1, 2)))
        for _ in range(2):  # what is kept of the first serves the second
            ours = joined(writes.families([(metric, list(rows.items()))], modern=modern))

            assert ours == writer(registry)
        read = modern_parser if modern else parser
        found = read.text_string_to_metric_families(ours.decode() + "# EOF\n" * modern)
        (family,) = found
        told = {tuple(each.labels[name] for name in labels): each.value for each in family.samples}
        assert told == rows


@given(st.sampled_from([("zone", "area"), ("b", "c", "a"), ("a", "b", "c")]), st.data())
def test_rows_that_stand_together_are_written_as_each_alone(
    labels: tuple[str, ...], data: st.DataObject
) -> None:
    """Whatever they share and whatever tells them apart, and beside those that stand alone."""
    metric = Metric("x", Kind.GAUGE, labels, "Some.")
    keys = st.tuples(*(TEXTS.map(lambda each: each + "%s%") for _ in labels[1:]))
    tails = st.dictionaries(TEXTS.map(lambda each: each + "%"), VALUES, max_size=3)
    found = data.draw(st.dictionaries(keys, tails, max_size=4))
    together: Groups = [(key, pattern(*tail.items())) for key, tail in found.items()]
    alone = list(spread(together))

    for modern, _ in WRITERS:
        for groups in (together, [*alone[:1], *together[1:]]):
            ours = joined(Writer([metric]).families([(metric, groups)], modern=modern))
            each = joined(
                Writer([metric]).families([(metric, list(spread(groups)))], modern=modern)
            )

            assert ours == each


def test_a_pattern_that_is_longer_than_a_piece_is_written_whole() -> None:
    """A piece has one at least."""
    metric = Metric("x", Kind.GAUGE, ("of", "n"), "Many.")
    rows = pattern(*((str(n), float(n)) for n in range(2 * PIECE)))

    (found,) = Writer([metric]).families([(metric, [(("all",), rows)])], modern=False)

    assert [each.count(b"\n") for each in found] == [2, 2 * PIECE]


def test_a_large_family_comes_in_pieces() -> None:
    """None of them takes long, and together they are the whole."""
    metric = Metric("x", Kind.GAUGE, ("n",), "Many.")
    rows = [((str(n),), float(n)) for n in range(3 * PIECE)]

    (found,) = Writer([metric]).families([(metric, rows)], modern=False)

    assert [each.count(b"\n") for each in found] == [2, PIECE, PIECE, PIECE]
    assert b"".join(found).count(b"\n") == 3 * PIECE + 2


def test_a_family_is_asked_for_when_it_is_its_turn() -> None:
    """The rows of a large fleet are never there all at once."""
    asked = list[str]()

    def one_by_one() -> Iterator[tuple[Metric, Groups]]:
        for name in ("a", "b", "c"):
            asked.append(name)
            yield Metric(name, Kind.GAUGE, (), "Some."), [((), 1.0)]

    families = Writer([]).families(one_by_one(), modern=False)

    next(families)
    assert asked == ["a"]
    next(families)
    assert asked == ["a", "b"]
