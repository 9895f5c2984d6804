"""Rows -> the text of a scrape, family by family: that of a large fleet is 36 MB.

The plain text format 0.0.4 and OpenMetrics 1.0.0, as the client library writes them and in its
order (https://prometheus.io/docs/instrumenting/exposition_formats). It takes ten times as long, as
it asks of every line what is the same for a whole family, and of every family what is the same for
a whole template.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar, cast

from prometheus_client.utils import floatToGoString

from aibwatch.status.metric import Kind, Metric
from aibwatch.status.rows.group import Groups, Labels, Pattern

Row = TypeVar("Row")
Single = tuple[Labels, float]
Together = tuple[Labels, Pattern]
PIECE = 500
"""Lines that are made, and sent, at a time: less than a millisecond."""


class _Escaped(dict[str, str]):
    """Label values as they are written; each is looked at once."""

    def __missing__(self, value: str) -> str:
        told = value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
        self[value] = told
        return told


class _Numbers(dict[float, str]):
    """Numbers as they are written; most are one of few."""

    def __missing__(self, value: float) -> str:
        told = str(floatToGoString(value))  # type: ignore[no-untyped-call]  # the client's
        self[value] = told
        return told


class _Named(dict[Labels, str]):
    """Labels as they are written with their names."""

    def __init__(self, names: Labels, escaped: _Escaped) -> None:
        """Name them so, in the order of the names."""
        super().__init__()
        self._form, self._order = _form(names), _order(names)
        self._escaped = escaped

    def told(self, labels: Labels) -> str:
        """Return them as they are written, and forget them."""
        escaped = self._escaped
        return self._form % tuple([escaped[labels[each]] for each in self._order])

    def __missing__(self, labels: Labels) -> str:
        told = self[labels] = self.told(labels)
        return told


class _Stanzas(dict[Together, Sequence[str]]):
    """The lines of a pattern, cut wherever the value of the first label belongs.

    Templates differ in their name, which is that label, and a few hundred times less in the rest.
    """

    def __init__(self, metric: Metric, escaped: _Escaped, numbers: _Numbers) -> None:
        """Write them as this metric's."""
        super().__init__()
        self._metric, self._escaped, self._numbers = metric, escaped, numbers

    def __missing__(self, key: Together) -> Sequence[str]:
        rest, pattern = key
        told = self[key] = [""]
        for says, value in pattern.rows:
            before, after = self._around((*rest, says), value)
            told[-1] += before
            told.append(after)
        return told

    def _around(self, rest: Labels, value: float) -> tuple[str, str]:
        """Return what stands in a line before the first label's value, and after it."""
        first, *others = self._metric.labels
        told = dict(zip(others, map(self._escaped.__getitem__, rest), strict=True))
        before = "".join(f'{name}="{told[name]}",' for name in sorted(told) if name < first)
        after = "".join(f',{name}="{told[name]}"' for name in sorted(told) if name > first)
        return f'{self._metric.name}{{{before}{first}="', f'"{after}}} {self._numbers[value]}\n'


class Writer:
    """Writes families, and keeps for the next scrape how the labels are written that several have.

    Of ten thousand templates that is 3 MB, and half of the work.
    """

    def __init__(self, families: Iterable[Metric]) -> None:
        """Keep what several of these have in common."""
        times = Counter(each.labels for each in families)
        escaped = self._escaped = _Escaped()
        self._named = {names: _Named(names, escaped) for names in times if times[names] > 1}

    def families(
        self, found: Iterable[tuple[Metric, Groups]], *, modern: bool
    ) -> Iterator[Sequence[bytes]]:
        """Yield each family in pieces, with its head; `modern` is OpenMetrics, without its end.

        A family's rows are asked for when it is its turn.
        """
        numbers = _Numbers()
        for metric, groups in found:
            assert metric.kind is not Kind.HISTOGRAM, "the client library keeps those"
            yield [head(metric, modern=modern).encode(), *self._pieces(metric, groups, numbers)]

    def _pieces(self, metric: Metric, groups: Groups, numbers: _Numbers) -> Iterator[bytes]:
        single, together = _apart(groups)
        for part in _cut(single, PIECE):
            yield self._lines(metric, part, numbers).encode()
        if together:
            yield from self._stanzas(metric, together, numbers)

    def _lines(self, metric: Metric, rows: Sequence[Single], numbers: _Numbers) -> str:
        """Return a line for each single row; there may be ten thousand in a family."""
        name, named = metric.name, self._named.get(metric.labels)
        tell = _Named(metric.labels, self._escaped).told if named is None else named.__getitem__
        return "".join([f"{name}{tell(labels)} {numbers[told]}\n" for labels, told in rows])

    def _stanzas(
        self, metric: Metric, groups: Sequence[Together], numbers: _Numbers
    ) -> Iterator[bytes]:
        """Yield the lines of each pattern at once; they are put together once for each region."""
        escaped, stanzas = self._escaped, _Stanzas(metric, self._escaped, numbers)
        most = max(len(each.rows) for each in {pattern for _, pattern in groups})
        for part in _cut(groups, 1 + PIECE // max(1, most)):
            lines = [
                escaped[labels[0]].join(stanzas[labels[1:], pattern]) for labels, pattern in part
            ]
            yield "".join(lines).encode()


def head(metric: Metric, *, modern: bool) -> str:
    """Return what comes before a family's samples."""
    name = metric.name.removesuffix("_total") if modern else metric.name
    says = metric.says.replace("\\", r"\\").replace("\n", r"\n")
    if modern:
        says = says.replace('"', r"\"")
    return f"# HELP {name} {says}\n# TYPE {name} {metric.kind}\n"


def _apart(groups: Groups) -> tuple[Sequence[Single], Sequence[Together]]:
    """Return the single rows, and those that stand together. No row is made anew."""
    single = [each for each in groups if not isinstance(each[1], Pattern)]
    if len(single) == len(groups):
        return cast(Sequence[Single], single), ()
    together = [each for each in groups if isinstance(each[1], Pattern)]
    return cast(Sequence[Single], single), cast(Sequence[Together], together)


def _cut(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    return (rows[begin : begin + size] for begin in range(0, len(rows), size))


def _form(names: Labels) -> str:
    """Return labels as they are written, with a hole for each value."""
    named = (f'{name}="%s"' for name in sorted(names))
    return f"{{{','.join(named)}}}" if names else ""


def _order(names: Labels) -> list[int]:
    """Return the places of the labels in the order of their names."""
    return sorted(range(len(names)), key=names.__getitem__)
