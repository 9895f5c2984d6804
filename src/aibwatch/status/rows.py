"""Snapshot -> rows of the gauges that show what is believed.

Rows are computed anew for every scrape, so that what has vanished from the configuration vanishes
from the scrape too. A row is the values of the labels, in the order declared, and a number.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from aibwatch.model.decision import Reason
from aibwatch.model.drift import differences
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import TemplateId, group_of, name_of, subscription_of
from aibwatch.model.readiness import ADVISORY, Colour, Item, Readiness
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Snapshot, View
from aibwatch.model.template import RunState, Template
from aibwatch.model.verdict import Family
from aibwatch.status import catalogue
from aibwatch.status.catalogue import Metric
from aibwatch.status.drills import due
from aibwatch.status.needing import needing
from aibwatch.status.watched import (
    NEVER_RUN,
    Watched,
    is_protected,
    is_ready,
    last_run,
    pauses,
    readable,
    regions,
    run_state,
    watched,
)

Rows = Mapping[Metric, Mapping[tuple[str, ...], float]]
"""No labels twice, by construction: a scrape with a series twice is refused as a whole."""

TEMPLATES_MAX = 10_000
"""Beyond so many templates the rest have no rows of their own: a scrape must stay bounded."""
RUN_STATES = (NEVER_RUN, *RunState)
_PASSES = frozenset({Colour.GREEN, Colour.YELLOW})
_TELLS = frozenset({Colour.GREEN})


def rows(snapshot: Snapshot) -> Rows:
    """Return the rows of every gauge that is a picture of `snapshot`."""
    found: dict[Metric, dict[tuple[str, ...], float]] = {metric: {} for metric in PICTURED}
    for part in (_daemon, _templates, _regions, _sources, _images):
        for metric, labels, value in part(snapshot):
            found[metric][labels] = float(value)
    return found


PICTURED: tuple[Metric, ...] = (
    catalogue.LEADER,
    catalogue.PAUSED,
    catalogue.BLIND,
    catalogue.STORE_WRITABLE,
    catalogue.TEMPLATE_INFO,
    catalogue.POLL_SUCCESS,
    catalogue.POLLED,
    catalogue.RUN_STATE,
    catalogue.RUN_SUBSTATE,
    catalogue.PROVISIONING,
    catalogue.RUN_START,
    catalogue.RUN_END,
    catalogue.TEMPLATE_SUCCESS,
    catalogue.BUILD_TIMEOUT,
    catalogue.AUTO_RUN,
    catalogue.REGION_HEALTH,
    catalogue.REGION_SIGNAL,
    catalogue.OUTAGE_START,
    catalogue.SOURCE_SUCCESS,
    catalogue.SOURCE_POLL_SUCCESS,
    catalogue.IMAGE_MODE,
    catalogue.IMAGE_READY,
    catalogue.IMAGE_CHECK,
    catalogue.IMAGE_DRIFT,
    catalogue.IMAGE_PROTECTED,
    catalogue.IMAGE_NEEDS_HUMAN,
    catalogue.IMAGE_HELD,
    catalogue.IMAGE_SUCCESS,
    catalogue.IMAGE_EXPECTED,
    catalogue.LAST_DRILL,
    catalogue.DRILL_DUE,
    catalogue.FAILOVER_ACTIVE,
    catalogue.FAILOVER_START,
    catalogue.FAILOVER_DEADLINE,
    catalogue.COOLDOWN_END,
)
"""The gauges that `rows` fills."""

_Found = Iterator[tuple[Metric, tuple[str, ...], float]]


def _daemon(snapshot: Snapshot) -> _Found:
    yield catalogue.LEADER, (), snapshot.view.leader
    yield catalogue.PAUSED, (), bool(pauses(snapshot))
    yield catalogue.BLIND, (), snapshot.blind
    yield catalogue.STORE_WRITABLE, (), snapshot.view.writable


def _templates(snapshot: Snapshot) -> _Found:
    view = snapshot.view
    for each in watched(view)[:TEMPLATES_MAX]:
        yield from _polls(view, each)
        yield from _runs(view, each)
        seen = view.sightings.templates.get(each.id)
        if seen:
            yield from _resource(seen, (each.label, each.region))


def _polls(view: View, each: Watched) -> _Found:
    where = (each.label, each.region)
    yield (
        catalogue.TEMPLATE_INFO,
        (
            *where,
            each.image.name,
            each.role,
            subscription_of(each.id),
            group_of(each.id),
            name_of(each.id),
        ),
        1,
    )
    yield catalogue.POLL_SUCCESS, where, readable(view, each.id)
    yield from _instant(catalogue.POLLED, where, view.sightings.seen.get(each.id))


def _runs(view: View, each: Watched) -> _Found:
    where = (each.label, each.region)
    yield from _one_of(catalogue.RUN_STATE, where, RUN_STATES, run_state(view, each.id))
    run = last_run(view, each.id)
    if run:
        yield catalogue.RUN_START, where, run.started.timestamp()
        yield from _instant(catalogue.RUN_END, where, run.ended)
        if run.phase:
            yield catalogue.RUN_SUBSTATE, (*where, run.phase), 1
    yield from _instant(catalogue.TEMPLATE_SUCCESS, where, _succeeded(view, (each.id,)))


def _resource(template: Template, where: tuple[str, ...]) -> _Found:
    yield catalogue.PROVISIONING, (*where, template.provisioning), 1
    yield catalogue.BUILD_TIMEOUT, where, template.build_timeout.total_seconds()
    if template.automatic is not None:
        yield catalogue.AUTO_RUN, where, template.automatic


def _regions(snapshot: Snapshot) -> _Found:
    for region in regions(snapshot.view):
        belief = snapshot.view.state.regions.get(region)
        health = belief.health if belief else Health.UNKNOWN
        yield from _one_of(catalogue.REGION_HEALTH, (region,), Health, health)
        for family in Family:
            speaks = belief is not None and family in belief.families
            yield catalogue.REGION_SIGNAL, (region, family), speaks
        yield from _instant(catalogue.OUTAGE_START, (region,), _out_since(belief))


def _out_since(belief: RegionBelief | None) -> datetime | None:
    return belief.since if belief and belief.health is Health.OUTAGE else None


def _sources(snapshot: Snapshot) -> _Found:
    sightings = snapshot.view.sightings
    for source in sightings.sources.keys() | sightings.source_faults.keys():
        name, _, subscription = source.partition(":")
        which = (name, subscription)
        yield catalogue.SOURCE_POLL_SUCCESS, which, source not in sightings.source_faults
        yield from _instant(catalogue.SOURCE_SUCCESS, which, sightings.sources.get(source))


def _images(snapshot: Snapshot) -> _Found:
    view = snapshot.view
    needs = needing(view)
    for name, image in view.images.items():
        failover = view.state.open_real(name)
        yield from _one_of(catalogue.IMAGE_MODE, (name,), Mode, image.mode)
        yield catalogue.IMAGE_PROTECTED, (name,), is_protected(view, image, snapshot.at)
        yield catalogue.IMAGE_NEEDS_HUMAN, (name,), name in needs
        yield from _instant(catalogue.IMAGE_SUCCESS, (name,), _succeeded(view, image.templates))
        if image.expect_every:
            yield catalogue.IMAGE_EXPECTED, (name,), image.expect_every.total_seconds()
        yield catalogue.FAILOVER_ACTIVE, (name,), failover is not None
        opened = failover.opened if failover else None
        yield from _instant(catalogue.FAILOVER_START, (name,), opened)
        yield from _instant(catalogue.LAST_DRILL, (name,), view.state.proven.get(name))
        yield from _instant(catalogue.DRILL_DUE, (name,), due(view, image))
        yield from _bounds(snapshot, image)
        yield from _held(snapshot, image)
        if image.secondaries:
            yield from _readiness(view, image)


def _bounds(snapshot: Snapshot, image: Image) -> _Found:
    decision = snapshot.decisions.get(image.name)
    if decision is None:
        return
    yield from _instant(catalogue.FAILOVER_DEADLINE, (image.name,), decision.deadline)
    cooling = [each.until for each in decision.held_by if each.reason is Reason.COOLDOWN]
    yield from _instant(catalogue.COOLDOWN_END, (image.name,), next(iter(cooling), None))


def _held(snapshot: Snapshot, image: Image) -> _Found:
    decision = snapshot.decisions.get(image.name)
    failed = image.primary in snapshot.view.verdicts
    if decision and failed and image.mode is Mode.AUTO:
        for reason in dict.fromkeys(hold.reason for hold in decision.held_by):
            yield catalogue.IMAGE_HELD, (image.name, reason), 1


def _readiness(view: View, image: Image) -> _Found:
    ready = any(is_ready(view, image, each) for each in image.secondaries)
    yield catalogue.IMAGE_READY, (image.name,), ready
    best = _best(view, image)
    for item in best.items if best else ():
        yield catalogue.IMAGE_CHECK, (image.name, item.check), _passes(item)

    yield from _drift(view, image)


def _drift(view: View, image: Image) -> _Found:
    """Only once the primary and a secondary were both read: before, nobody can say."""
    known = view.state.blueprints
    primary = known.get(image.primary)
    there = [known[each] for each in image.secondaries if each in known]
    if primary and there:
        found = sum(len(differences(primary, each, image.allow_drift)) for each in there)
        yield catalogue.IMAGE_DRIFT, (image.name,), found


def _best(view: View, image: Image) -> Readiness | None:
    """The secondary with the fewest faults, the first of equals: the one that would be asked."""
    checked = [view.readiness.get((image.name, each)) for each in image.secondaries]
    return min(filter(None, checked), key=lambda each: len(each.faults), default=None)


def _passes(item: Item) -> bool:
    """Whether an item is well: what only tells is yellow at worst, so yellow must show."""
    passing = _TELLS if item.check in ADVISORY else _PASSES
    return item.colour in passing


def _succeeded(view: View, templates: Iterable[TemplateId]) -> datetime | None:
    known = (view.state.successes.get(each) for each in templates)
    return max((each.run.ended or each.run.started for each in known if each), default=None)


def _instant(metric: Metric, labels: tuple[str, ...], at: datetime | None) -> _Found:
    if at is not None:
        yield metric, labels, at.timestamp()


def _one_of(metric: Metric, labels: tuple[str, ...], states: Iterable[str], now: str) -> _Found:
    for state in states:
        yield metric, (*labels, state), state == now
