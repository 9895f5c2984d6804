"""The state, made from the journal's entries and from nothing else.

`apply` takes in one entry, `fold` all of them; what was believed before a restart and what is
believed after it are the same because both come from here. Stores know nothing of this.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from aibwatch.journal import probes
from aibwatch.journal.probes import ANSWERS
from aibwatch.journal.records import note
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Answered,
    Booted,
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    HistorySeeded,
    Intended,
    Moved,
    Paused,
    ProbeAnswered,
    ProbeIntended,
    RegionAssessed,
    Resumed,
    RunSeen,
    TemplateKnown,
)
from aibwatch.model.failover import Event, Failover, Phase, Refusal, step
from aibwatch.model.names import Region
from aibwatch.model.state import State
from aibwatch.model.template import ENDED, ProvisioningState, Run, RunState
from aibwatch.model.verdict import Failure, KeyKind, Success

MOVES = frozenset({Event.ADOPTED, Event.NOT_BEGUN, Event.RUN_SUCCEEDED, Event.HOPPED})
"""What `Moved` may say."""

GOOD_RUNS = 20
"""So many good runs of a region are remembered one by one: more than fail in it at once."""

FailoverEntry = FailoverOpened | Intended | Answered | Moved | Closed
"""Entries that concern one failover. Losing one would break the course of it."""


def fold(entries: Iterable[Entry]) -> State:
    """Return the state that the entries tell. Raises ValueError on one that does not fit."""
    state = State()
    for entry in entries:
        apply(state, entry)
    return state


def apply(state: State, entry: Entry) -> None:
    """Take one entry into the state. Raises ValueError, and changes nothing, if it cannot be."""
    match entry:
        case FailoverOpened() | Intended() | Answered() | Moved() | Closed():
            _place(state, moved(state, entry))
        case ProbeIntended() | ProbeAnswered():
            state.probes[entry.region] = probes.after(state, entry)
        case RunSeen():
            probes.see_run(state, entry)
            _see_run(state, entry)
        case FailureJudged():
            probes.judge(state, entry)
            _judge(state, entry)
        case HistorySeeded():
            _seed(state, entry)
        case TemplateKnown():
            _know(state, entry)
        case RegionAssessed():
            state.regions[entry.belief.region] = entry.belief
        case Decided():
            state.decisions[entry.image] = entry
        case Booted() | Paused() | Resumed():
            _rule(state, entry)
        case _:
            pass
    note(state, entry)


def check(state: State, entry: Entry) -> None:
    """Raise ValueError if `apply` would; the state is not touched."""
    match entry:
        case FailoverOpened() | Intended() | Answered() | Moved() | Closed():
            moved(state, entry)
        case ProbeIntended() | ProbeAnswered():
            probes.after(state, entry)
        case Booted():
            _check_epoch(state, entry)
        case _:
            pass


def moved(state: State, entry: FailoverEntry) -> Failover:
    """Return the failover as the entry leaves it; the state is not touched.

    Raises ValueError, naming the entry, if it does not fit what the journal told before.
    """
    try:
        if isinstance(entry, FailoverOpened):
            return _opened(state, entry)
        failover = state.failovers.get(entry.failover)
        if failover is None:
            message = f"there is no failover {entry.failover}"
            raise ValueError(message)  # noqa: TRY301  the handler below names the entry for all
        match entry:
            case Intended():
                return _intended(failover, entry)
            case Answered():
                return _answered(failover, entry)
            case Moved():
                return _moved(failover, entry)
            case Closed():
                return _closed(failover, entry)
    except ValueError as error:
        message = f"{entry} does not fit: {error}"
        raise ValueError(message) from error


def _place(state: State, failover: Failover) -> None:
    state.failovers[failover.id] = failover
    _learn_from_secondary(state, failover)
    if failover.open:
        state.open[failover.image] = failover.id
    else:
        state.open.pop(failover.image, None)


def _learn_from_secondary(state: State, failover: Failover) -> None:
    """Note what a secondary's run tells about what failed in the primary's region.

    It built: then it was the region. It failed the same way: then it was the build.
    """
    primary = state.templates.get(failover.key.template)
    if primary is None or not failover.signature:
        return
    if failover.phase is Phase.PUBLISHING:
        told = state.confirmed
    elif failover.reason == Reason.FAILED_THE_SAME_WAY:
        told = state.refuted
    else:
        return
    told[primary.region] = {**told.get(primary.region, {}), failover.signature: failover.since}


def _opened(state: State, entry: FailoverOpened) -> Failover:
    if entry.failover in state.failovers:
        message = "it was opened before"
        raise ValueError(message)
    if entry.image in state.open:
        message = f"{entry.image} has the open failover {state.open[entry.image]}"
        raise ValueError(message)
    return Failover(
        id=entry.failover,
        image=entry.image,
        key=entry.key,
        opened=entry.at,
        phase=Phase.CHOOSING,
        since=entry.at,
        signature=entry.signature,
        reason=entry.reason,
    )


def _intended(failover: Failover, entry: Intended) -> Failover:
    """Note the request. What proves an earlier one void has cleared `first_sent` before."""
    phase = step(failover.phase, Event.INTENDED)
    return replace(
        failover,
        phase=phase,
        since=entry.at,
        target=entry.target,
        token=entry.token,
        first_sent=entry.at,
        last_sent=entry.at,
        before=entry.before,
        accepted=False,
        reason=entry.reason,
    )


def _answered(failover: Failover, entry: Answered) -> Failover:
    if entry.event not in ANSWERS or entry.token != failover.token or failover.target is None:
        message = f"its last request has the token {failover.token}"
        raise ValueError(message)
    phase = step(failover.phase, entry.event)
    answered = replace(failover, phase=phase, since=entry.at, accepted=entry.event is Event.BEGAN)
    if entry.event is not Event.REFUSED:
        return answered
    others = tuple(each for each in failover.refusals if each.target != failover.target)
    refusal = Refusal(failover.target, entry.at, entry.says)
    return replace(_void(answered), refusals=(*others, refusal))


def _moved(failover: Failover, entry: Moved) -> Failover:
    if entry.event not in MOVES:
        message = f"{entry.event} is no move"
        raise ValueError(message)
    phase = step(failover.phase, entry.event)
    since = failover.since if phase is failover.phase else entry.at
    return _MOVES[entry.event](
        replace(failover, phase=phase, since=since, reason=entry.reason), entry
    )


def _adopted(failover: Failover, entry: Moved) -> Failover:
    if entry.run is None or entry.run.template != failover.target:
        message = f"the run is not one of its target {failover.target}"
        raise ValueError(message)
    return replace(failover, run=entry.run)


def _hopped(failover: Failover, _entry: Moved) -> Failover:
    if failover.target is None:
        message = "it has no target"
        raise ValueError(message)
    tried = (*failover.tried, failover.target)
    return replace(_void(failover), tried=tried, target=None, token=None, run=None)


_MOVES: Mapping[Event, Callable[[Failover, Moved], Failover]] = MappingProxyType(
    {
        Event.ADOPTED: _adopted,
        Event.NOT_BEGUN: lambda failover, _entry: _void(failover),
        Event.RUN_SUCCEEDED: lambda failover, _entry: failover,
        Event.HOPPED: _hopped,
    }
)


def _void(failover: Failover) -> Failover:
    """Forget the requests, which began nothing that matters any more, but not the target.

    It stays the first choice: its one-run-at-a-time rule is the guard against a run that shows
    late (PROMISES S2).
    """
    return replace(failover, first_sent=None, last_sent=None, before=None, accepted=False)


def _closed(failover: Failover, entry: Closed) -> Failover:
    return replace(
        failover,
        phase=step(failover.phase, Event.CLOSED),
        since=entry.at,
        outcome=entry.outcome,
        closed=entry.at,
        reason=entry.reason,
        version=entry.version,
    )


def _know(state: State, entry: TemplateKnown) -> None:
    template = entry.template
    state.first_seen.setdefault(template.id, entry.at)
    state.templates[template.id] = template
    failure = state.failures.get(template.id)
    if failure is None or failure.key.kind is not KeyKind.SUBMISSION:
        return
    if template.provisioning is not ProvisioningState.FAILED:
        del state.failures[template.id]


def _see_run(state: State, entry: RunSeen) -> None:
    """Note a run, unless a newer one, or its end, is known already."""
    run = entry.run
    known = state.runs.get(run.template)
    if known is not None and _outdated(run, known):
        return
    state.runs[run.template] = run
    failure = state.failures.get(run.template)
    if failure is not None and _over(failure, run):
        del state.failures[run.template]
    if run.state is RunState.SUCCEEDED and entry.recipe_is_the_runs and entry.recipe:
        _succeed(state, entry.region, Success(run, entry.recipe, entry.identities), entry.at)


def _seed(state: State, entry: HistorySeeded) -> None:
    """Take what is remembered for a good run, unless we saw one ourselves."""
    if entry.template in state.successes:
        return
    run = Run(entry.template, entry.built, RunState.SUCCEEDED, entry.built)
    success = Success(run, entry.recipe, entry.identities, seeded=entry.source)
    _succeed(state, entry.region, success, entry.built)


def _succeed(state: State, region: Region, success: Success, seen: datetime) -> None:
    run = success.run
    ended = run.ended or seen
    state.successes[run.template] = success
    template = state.templates.get(run.template)
    if template is not None and template.lineage:
        state.lineages[region, template.lineage] = success
    regions = state.built.get(success.recipe, {})
    state.built[success.recipe] = {**regions, region: max(ended, regions.get(region, ended))}
    state.built_in[region] = max(ended, state.built_in.get(region, ended))
    known = state.good.get(region, ())
    again = any(each.started == run.started and each.template == run.template for each in known)
    if not (success.seeded or again):
        state.good[region] = (*known, run)[-GOOD_RUNS:]


def _outdated(run: Run, known: Run) -> bool:
    if run.started == known.started:
        return known.state in ENDED and run.state not in ENDED
    return run.started < known.started


def _over(failure: Failure, run: Run) -> bool:
    """Whether a run that was seen ends what is known to have failed: it is newer, or came right."""
    if failure.run is None:
        return run.started >= failure.began
    return (failure.run.key, failure.run.state) != (run.key, run.state)


def _judge(state: State, entry: FailureJudged) -> None:
    """Note a failure, unless the template has a newer run or a newer failure."""
    failure = entry.failure
    known = state.runs.get(failure.template)
    if known is not None and known.started > failure.began:
        return
    last = state.failures.get(failure.template)
    if last is None or last.key == failure.key or failure.began >= last.began:
        state.failures[failure.template] = failure


def _rule(state: State, entry: Booted | Paused | Resumed) -> None:
    match entry:
        case Booted():
            _check_epoch(state, entry)
            state.epoch = entry.epoch
        case Paused():
            state.pauses[entry.scope] = entry
        case Resumed():
            state.pauses.pop(entry.scope, None)


def _check_epoch(state: State, entry: Booted) -> None:
    if entry.epoch <= state.epoch:
        message = f"{entry} does not fit: the epoch is {state.epoch} already"
        raise ValueError(message)
