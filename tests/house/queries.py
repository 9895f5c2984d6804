"""A query of PromQL, read: which labels it has, and what in it Prometheus would never find.

Prometheus answers a misspelt name or label with nothing at all, and an alert on it never fires.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from functools import cache

import promql_parser as promql
from promql_parser import AggModifierType, LabelModifierType, MatchOp, VectorMatchCardinality

from aibwatch.model.decision import Reason
from aibwatch.model.failover import Outcome
from aibwatch.model.image import Mode
from aibwatch.model.readiness import Check
from aibwatch.model.region import Health
from aibwatch.model.score import Deed, Truth
from aibwatch.model.template import ProvisioningState
from aibwatch.model.verdict import Cause, Family
from aibwatch.status import catalogue
from aibwatch.status.attempts import AttemptOutcome
from aibwatch.status.counts import RESULTS
from aibwatch.status.metric import Kind
from aibwatch.status.metrics import Metrics
from aibwatch.status.rows.templates import RUN_STATES

Labels = frozenset[str]
TARGET = frozenset({"job", "instance"})
"""What Prometheus adds to all that it scrapes."""
OWN: Mapping[str, Labels] = {
    "up": TARGET,
    "scrape_duration_seconds": TARGET,
    "ALERTS": TARGET | {"alertname", "alertstate", "severity", "scope", "location", "image"},
}
"""What Prometheus itself makes."""
VALUES: Mapping[tuple[str, str], Collection[str]] = {
    ("aibwatch_region_health", "state"): Health,
    ("aibwatch_region_transitions_total", "to"): Health,
    ("aibwatch_region_signal", "signal"): Family,
    ("aibwatch_region_attempts_total", "outcome"): AttemptOutcome,
    ("aibwatch_template_run_state", "state"): RUN_STATES,
    ("aibwatch_template_provisioning_state", "state"): ProvisioningState,
    ("aibwatch_template_info", "role"): ("primary", "secondary"),
    ("aibwatch_template_info", "location"): ("unknown",),
    ("aibwatch_builds_total", "result"): tuple(RESULTS.values()),
    ("aibwatch_build_duration_seconds_bucket", "result"): tuple(RESULTS.values()),
    ("aibwatch_build_failures_total", "cause"): Cause,
    ("aibwatch_image_held", "reason"): Reason,
    ("aibwatch_image_mode", "mode"): Mode,
    ("aibwatch_image_check", "check"): Check,
    ("aibwatch_failovers_total", "result"): Outcome,
    ("aibwatch_failover_decisions_total", "reason"): Reason,
    ("aibwatch_failover_decisions_total", "decision"): ("act", "hold", "advise"),
    ("aibwatch_decision_scores_total", "verdict"): Deed,
    ("aibwatch_decision_scores_total", "truth"): Truth,
    ("aibwatch_azure_requests_total", "code"): ("429", "transport_error"),
    ("aibwatch_store_operations_total", "op"): ("append", "read"),
    ("aibwatch_store_operation_failures_total", "op"): ("append", "read"),
    ("aibwatch_log_messages_total", "level"): ("debug", "info", "warning", "error", "critical"),
}
"""The values of a label where they are known in advance."""


class Flaw(StrEnum):
    """What may be wrong with a query."""

    METRIC = "no such metric"
    LABEL = "no such label"
    VALUE = "no such value"


@cache
def exported() -> Mapping[str, Labels]:
    """Return every series of a scrape by its name, with its labels."""
    found: dict[str, Labels] = dict(OWN)
    for family in Metrics().registry.collect():
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, TARGET) | set(sample.labels)
    for metric in catalogue.ALL:
        labels = TARGET | set(metric.labels)
        if metric.kind is Kind.HISTOGRAM:
            found[f"{metric.name}_bucket"] = labels | {"le"}
            found[f"{metric.name}_sum"] = found[f"{metric.name}_count"] = labels
        else:
            found[metric.name] = labels
    return found


class Reader:
    """Reads one query after the other, and remembers what is recorded."""

    def __init__(self) -> None:
        """Know what is exported."""
        self.known = dict(exported())
        self.flaws: list[str] = []

    def record(self, name: str, query: str) -> None:
        """Take the result of a query for a metric from now on."""
        self.known[name] = self.labels(promql.parse(query))

    def read(self, query: str) -> Labels:
        """Return the labels of a query's result; what is wrong is added to `flaws`."""
        return self.labels(promql.parse(query))

    def labels(self, expr: promql.Expr) -> Labels:
        """Return the labels that an expression's result has."""
        found: Labels = frozenset()
        match expr:
            case promql.VectorSelector():
                found = self._selected(expr)
            case promql.MatrixSelector():
                found = self._selected(expr.vector_selector)
            case promql.AggregateExpr():
                found = self._aggregated(expr)
            case promql.BinaryExpr():
                found = self._joined(expr)
            case promql.Call():
                found = self._called(expr)
            case promql.ParenExpr() | promql.SubqueryExpr() | promql.UnaryExpr():
                found = self.labels(expr.expr)
        return found

    def _selected(self, selector: promql.VectorSelector) -> Labels:
        name = selector.name or ""
        if name not in self.known:
            self.flaws.append(f"{Flaw.METRIC}: {name}")
            return frozenset()
        for matcher in selector.matchers.matchers:
            self._have(self.known[name], [matcher.name], name)
            for value in _values(matcher):
                allowed = VALUES.get((name, matcher.name))
                if allowed is not None and value not in {str(each) for each in allowed}:
                    self.flaws.append(f"{Flaw.VALUE}: {name} {matcher.name}={value}")
        return self.known[name]

    def _aggregated(self, expr: promql.AggregateExpr) -> Labels:
        inner = self.labels(expr.expr)
        modifier = expr.modifier
        named = frozenset(modifier.labels) if modifier else frozenset[str]()
        self._have(inner, named, str(expr.op))
        if modifier and modifier.type == AggModifierType.Without:
            return inner - named
        return inner if str(expr.op) in {"topk", "bottomk"} else named

    def _joined(self, expr: promql.BinaryExpr) -> Labels:
        left, right = self.labels(expr.lhs), self.labels(expr.rhs)
        modifier = expr.modifier
        if modifier and modifier.matching and modifier.matching.type == LabelModifierType.Include:
            for side in (left, right):
                self._have(side, modifier.matching.labels, str(expr.op))
        if str(expr.op) == "or":
            return left | right
        extra = frozenset(modifier.group_labels or ()) if modifier else frozenset[str]()
        if modifier and modifier.card == VectorMatchCardinality.OneToMany:
            self._have(left, extra, "group_right")
            return right | extra
        self._have(right, extra, "group_left")
        return (left or right) | extra

    def _called(self, expr: promql.Call) -> Labels:
        found = [self.labels(each) for each in expr.args]
        if expr.func.name == "absent":
            selectors = [each for each in expr.args if isinstance(each, promql.VectorSelector)]
            return frozenset(
                matcher.name for each in selectors for matcher in each.matchers.matchers
            )
        if expr.func.name == "label_replace":
            return frozenset().union(*found) | {str(expr.args[1].val)}
        gone = {"le"} if expr.func.name == "histogram_quantile" else set()
        return frozenset().union(*found) - gone

    def _have(self, there: Labels, asked: Collection[str], where: str) -> None:
        self.flaws.extend(f"{Flaw.LABEL}: {each} in {where}" for each in sorted(set(asked) - there))


def _values(matcher: promql.Matcher) -> Iterator[str]:
    """Return the values that a matcher names; none where it has a variable."""
    if "$" in matcher.value:
        return
    plain = matcher.op in (MatchOp.Equal, MatchOp.NotEqual)
    yield from [matcher.value] if plain else matcher.value.split("|")
