"""Of `fold`: what entries tell about probes. Pure."""

from dataclasses import replace

from aibwatch.model.entry import Entry, FailureJudged, ProbeAnswered, ProbeIntended, RunSeen
from aibwatch.model.failover import Event
from aibwatch.model.probe import KEPT, Probe
from aibwatch.model.state import State

ANSWERS = frozenset({Event.BEGAN, Event.REFUSED, Event.UNCLEAR})
"""What a request may have been answered."""


def after(state: State, entry: ProbeIntended | ProbeAnswered) -> tuple[Probe, ...]:
    """Return the region's probes as the entry leaves them; the state is not touched.

    Raises ValueError, naming the entry, if it does not fit what the journal told before.
    """
    known, last = state.probes.get(entry.region, ()), state.last_probe(entry.region)
    try:
        if isinstance(entry, ProbeIntended):
            return (*_kept(known, entry), _intended(known, entry))
        return (*known[:-1], _answered(last, entry))
    except ValueError as error:
        message = f"{entry} does not fit: {error}"
        raise ValueError(message) from error


def _kept(known: tuple[Probe, ...], entry: ProbeIntended) -> tuple[Probe, ...]:
    return tuple(each for each in known if each.at > entry.at - KEPT)


def _intended(known: tuple[Probe, ...], entry: ProbeIntended) -> Probe:
    if known and known[-1].answer is None:
        message = f"the probe {known[-1].token} still waits for its answer"
        raise ValueError(message)
    if any(each.token == entry.token for each in known):
        message = "it was intended before"
        raise ValueError(message)
    return Probe(
        region=entry.region,
        template=entry.template,
        at=entry.at,
        token=entry.token,
        reason=entry.reason,
        before=entry.before,
    )


def _answered(last: Probe | None, entry: ProbeAnswered) -> Probe:
    if last is None or last.token != entry.token or last.answer is not None:
        message = f"the last probe there is {last.token if last else 'none'}, or was answered"
        raise ValueError(message)
    if entry.event not in ANSWERS:
        message = f"{entry.event} is no answer"
        raise ValueError(message)
    answered = replace(last, answer=entry.event, answered=entry.at, says=entry.says)
    if entry.event is Event.REFUSED:  # what was seen since is somebody else's
        return replace(answered, started=None, state=None, ended=None, failure=None)
    return answered


def hear(state: State, entry: Entry) -> None:
    """Take in what was seen of a canary's run."""
    match entry:
        case RunSeen():
            _see_run(state, entry)
        case FailureJudged():
            _judge(state, entry)
        case _:
            pass


def _see_run(state: State, entry: RunSeen) -> None:
    """Note a run that answers the last probe of its region, or what became of it."""
    last = state.last_probe(entry.region)
    if last is not None and last.is_of(entry.run):
        _replace_last(state, last.with_run(entry.run, entry.at))


def _judge(state: State, entry: FailureJudged) -> None:
    """Note how the run of the last probe failed; judged anew, the newer judgement holds."""
    run = entry.failure.run
    last = state.last_probe(entry.failure.region)
    if run is None or last is None or last.started is None or not last.is_of(run):
        return
    _replace_last(state, replace(last, failure=entry.failure))


def _replace_last(state: State, probe: Probe) -> None:
    state.probes[probe.region] = (*state.probes[probe.region][:-1], probe)
