"""What was last seen of everything, kept from observations. Pure.

A read that failed changes only how fresh we are, never what we believe of a run (PROMISES S11).
Reads may come late and out of order, from replicas of Azure's own that lag behind: what a newer
read showed is kept.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter

from aibwatch.collect.kept import keep, keep_below
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.observation import (
    AttemptsSeen,
    BodySeen,
    DefinitionSeen,
    GeographiesSeen,
    HistorySeen,
    LogSeen,
    NoticesSeen,
    Observation,
    OfferSeen,
    PublicationSeen,
    ResourceSeen,
    RightSeen,
    SelfTested,
    SourceUnseen,
    SupplySeen,
    SweepEnded,
    TemplatesSeen,
    TemplateUnseen,
    VersionsSeen,
)
from aibwatch.model.state import NEVER, Sightings
from aibwatch.model.template import ENDED, RunState, Template

PUZZLING = Fault(FaultKind.NONSENSE, "the state or the start of its last run is none that is known")
"""What a read that shows such a run is worth: nobody can tell whether the template is idle."""

FORGET_AFTER = timedelta(days=1)
"""A template that no list shows and nobody asks for is forgotten after this long."""

_id_of, _region_of = attrgetter("id"), attrgetter("region")


def absorb(sightings: Sightings, observations: Iterable[Observation]) -> list[Template]:
    """Take observations in; return the templates that are not what they were, in order.

    Ten thousand unchanged templates must cost next to nothing: the same object is not looked into.
    """
    changed: list[Template] = []
    for observation in observations:
        match observation:
            case TemplatesSeen():
                _see(sightings, observation, changed)
            case TemplateUnseen():
                _fail_to_see(sightings, observation)
            case SweepEnded():
                sightings.sweeps += 1
                sightings.swept = True
                _forget(sightings, observation.at - FORGET_AFTER)
            case SelfTested():
                _test(sightings, observation)
            case NoticesSeen() | AttemptsSeen() | SourceUnseen():
                _hear(sightings, observation)
            case LogSeen() | HistorySeen():
                pass  # what they tell goes into the judgement of a failure, and is kept there
            case _:
                _look_up(sightings, observation)
    return changed


def _see(sightings: Sightings, observation: TemplatesSeen, changed: list[Template]) -> None:
    at = observation.at
    templates, seen, asked = sightings.templates, sightings.seen, sightings.asked
    for region in set(map(_region_of, observation.templates)):
        sightings.read[region] = max(at, sightings.read.get(region, at))
    for template in _not_as_before(sightings, observation):
        name = template.id
        last = asked.get(name)
        latest = last is None or at >= last
        if latest:
            asked[name] = at
        known = templates.get(name)
        if template.run is not None and template.run.state is RunState.UNKNOWN:
            # For its run the read is as good as none: it neither clears a secondary nor proves
            # that a request began nothing (S2).
            if latest:
                _kept(template, known, sightings, at, changed)
                sightings.faults[name] = PUZZLING
            continue
        if known is template:
            seen[name] = at if latest else max(seen.get(name, at), at)
        elif _kept(template, known, sightings, at, changed):
            seen[name] = at
        elif known is not None and _progress(template) < _progress(known):
            continue  # it lags behind, so it says nothing about now
        if latest and name in sightings.faults:
            del sightings.faults[name]


def _not_as_before(sightings: Sightings, observation: TemplatesSeen) -> list[Template]:
    """Date the templates that are the very same as before, and return the others.

    Nothing else can follow from them if no read is newer than this one and none failed since.
    """
    at, known, faults = observation.at, sightings.templates, sightings.faults
    if at < sightings.latest:
        return list(observation.templates)
    sightings.latest = at
    names = list(map(_id_of, observation.templates))
    others = [
        template
        for template, before in zip(observation.templates, map(known.get, names), strict=True)
        if template is not before or template.id in faults
    ]
    same = dict.fromkeys(names, at)
    for template in others:
        same.pop(template.id, None)
    sightings.seen.update(same)
    sightings.asked.update(same)
    return others


def _kept(
    template: Template,
    known: Template | None,
    sightings: Sightings,
    at: datetime,
    changed: list[Template],
) -> bool:
    """Keep what a read shows if it is not behind what is known, and return whether it is not."""
    if known is not None and not _ahead(template, known, sightings, at):
        return False
    sightings.templates[template.id] = template
    sightings.changes += 1
    if template != known:
        changed.append(template)
    return True


def _ahead(template: Template, known: Template, sightings: Sightings, at: datetime) -> bool:
    """Whether a read shows what is not known already.

    A template that was deleted and made anew has an older run, or none: then it was modified
    since, or it was not found in between.
    """
    fault = sightings.faults.get(known.id)
    if fault is not None and fault.kind is FaultKind.NOT_FOUND:
        return True
    if template.modified and known.modified and template.modified > known.modified:
        return True
    now, before = _progress(template), _progress(known)
    return now > before or (now == before and at >= sightings.seen.get(known.id, at))


def _progress(template: Template) -> tuple[datetime, bool]:
    """Return what only grows while a template lives: when its run began, and whether it ended."""
    run = template.run
    return (run.started, run.state in ENDED) if run else (NEVER, False)


def _fail_to_see(sightings: Sightings, observation: TemplateUnseen) -> None:
    """Note the fault, unless a later read, or one of the same instant, worked."""
    at, name = observation.at, observation.template
    sightings.latest = max(at, sightings.latest)
    last = sightings.asked.get(name, at)
    if at >= last and sightings.seen.get(name) != at:
        sightings.asked[name] = at
        sightings.faults[name] = observation.fault


def _test(sightings: Sightings, test: SelfTested) -> None:
    """Take the newest test; one that fails tells nothing of the clock, so what was known stays."""
    last = sightings.self_test
    if last is None:
        sightings.self_test = test
    elif last.at <= test.at:
        sightings.self_test = replace(test, skew=last.skew) if test.fault else test


def _hear(sightings: Sightings, observation: NoticesSeen | AttemptsSeen | SourceUnseen) -> None:
    at, source = observation.at, observation.source
    last = sightings.sources.get(source, at)
    if at < last:
        return
    if isinstance(observation, SourceUnseen):
        sightings.source_faults[source] = observation.fault
        return
    if isinstance(observation, NoticesSeen):
        sightings.notices[source] = tuple(observation.notices)
    else:
        sightings.attempts.update({each.correlation: each for each in observation.attempts})
    sightings.sources[source] = at
    sightings.source_faults.pop(source, None)


def _look_up(
    sightings: Sightings,
    observation: DefinitionSeen
    | SupplySeen
    | RightSeen
    | VersionsSeen
    | PublicationSeen
    | BodySeen
    | ResourceSeen
    | OfferSeen
    | GeographiesSeen,
) -> None:
    """Keep the latest answer, be it a fault; a good one to what secondaries rest on outlives it."""
    seen = sightings
    match observation:
        case DefinitionSeen(at, definition, home):
            keep(seen.definitions, seen.definitions_seen, definition, home, at)
        case SupplySeen(at, base, supply):
            keep(seen.supplies, seen.supplies_seen, base, supply, at)
        case RightSeen(at, scope, right):
            keep(seen.rights, seen.rights_seen, scope, right, at)
        case VersionsSeen(at, name, answer):
            seen.versions[name] = answer if isinstance(answer, Fault) else tuple(answer)
            seen.versions_seen[name] = at
        case PublicationSeen(at, failover, publication):
            seen.publications[failover] = publication
            seen.publications_seen[failover] = at
        case _:
            keep_below(sightings, observation)


def _forget(sightings: Sightings, before: datetime) -> None:
    """Let go of templates that nobody asks for any more; watched ones are asked for every sweep."""
    old = [name for name, at in sightings.asked.items() if at < before]
    sightings.changes += len(old)
    for name in old:
        del sightings.asked[name]
        sightings.templates.pop(name, None)
        sightings.seen.pop(name, None)
        sightings.faults.pop(name, None)
    stale = [each for each, attempt in sightings.attempts.items() if attempt.began < before]
    for each in stale:
        del sightings.attempts[each]
