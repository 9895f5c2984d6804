"""At most once: runs of one failure, requests after an unclear one, and what is durable before."""

from collections.abc import Iterator
from itertools import pairwise

from aibwatch.model.entry import Answered, Booted, Closed, FailoverOpened, Intended, Moved
from aibwatch.model.failover import Event
from aibwatch.model.names import name_of
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.trace import Asked, Trace


class FewRuns:
    """At most `1 + max_hops` runs of one failure, and never two at a time."""

    promises = ("S1",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Count by the runs that really began."""
        for failover, asked in trace.by_failover.items():
            began = [each for each in asked if each.began]
            if len(began) > 1 + trace.policy.max_hops:
                says = f"failover {failover} began {len(began)} runs"
                yield Broken("S1", began[-1].at, says)
            for first, second in trace.overlapping(asked):
                names = f"{name_of(first.target)} and {name_of(second.target)}"
                yield Broken("S1", second.at, f"failover {failover} runs {names} at once")


class Settled:
    """Nothing is asked again before `settle` has passed since an answer that tells nothing.

    Without an answer the sender died; its heir counts from its own start, so from later. Nor is a
    request said to have begun nothing that began a run.
    """

    promises = ("S2",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Compare each request of a failure with the one before it."""
        for failover, asked in trace.by_failover.items():
            for first, second in pairwise(asked):
                if first.reply is Event.REFUSED and not first.began:
                    continue
                waited = second.at - first.at
                if not self._ended(trace, first) and waited < trace.policy.settle:
                    says = f"failover {failover} asked again after {waited}"
                    yield Broken("S2", second.at, says)
        yield from self._denied(trace)

    def _denied(self, trace: Trace) -> Iterator[Broken]:
        """Tell of runs that are said never to have begun: they show before that can be proven.

        What is said is said of the last intent; not every one was sent.
        """
        last: dict[str, Intended] = {}
        for each in trace.entries:
            if isinstance(each, Intended):
                last[each.failover] = each
            if not isinstance(each, Moved) or each.event is not Event.NOT_BEGUN:
                continue
            for asked in trace.by_failover.get(each.failover, ()):
                if asked.began and trace.intent(asked) is last[each.failover]:
                    says = f"{name_of(asked.target)} runs for {each.failover}, which denies it"
                    yield Broken("S2", asked.began, says)

    def _ended(self, trace: Trace, asked: Asked) -> bool:
        """Whether the run that it began has ended, so that the next is a hop."""
        run = trace.run(asked.target, asked.began) if asked.began else None
        return run is not None and run.ended is not None


class Written:
    """Each request has its own intent, durable before it left, of the epoch that sends it."""

    promises = ("S3",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Look at the journal as it was when a request left."""
        used: set[int] = set()
        for each in trace.asked:
            intent = trace.intent(each)
            name = name_of(each.target)
            if intent is None:
                yield Broken("S3", each.at, f"{name} was asked without an intent")
            elif id(intent) in used:
                yield Broken("S3", each.at, f"{name} was asked twice for one intent")
            elif intent.epoch != self._epoch(trace, each):
                yield Broken("S3", each.at, f"{name} was asked by epoch {intent.epoch}, a past one")
            used.add(id(intent))

    def _epoch(self, trace: Trace, asked: Asked) -> int:
        """Return the newest epoch that was durable when a request left."""
        booted = (
            e.epoch for e in reversed(trace.entries[: asked.durable]) if isinstance(e, Booted)
        )
        return next(booted, 0)


class OneOpen:
    """An image has one open failover at most, and each ends once."""

    promises = ("S5", "S41")

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Follow the failovers through the journal."""
        open_: dict[str, str] = {}
        ended: set[str] = set()
        for each in trace.entries:
            match each:
                case FailoverOpened(at, failover, image):
                    if image in open_:
                        yield Broken("S5", at, f"{image} has {open_[image]} and {failover}")
                    open_[image] = failover
                case Closed(at, failover):
                    if failover in ended:
                        yield Broken("S41", at, f"{failover} ended twice")
                    ended.add(failover)
                    open_ = {image: other for image, other in open_.items() if other != failover}
                case _:
                    pass


class Idle:
    """Nothing is asked of a template that had been busy, or unprovisioned, for long enough to see.

    A run counts as long as a read shows it, so one that a stale read hides is no fault of ours.
    """

    promises = ("S6",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Look at the target as it really was when a request left."""
        for each in trace.asked:
            name, then = name_of(each.target), each.at - trace.sight
            if not each.startable:
                yield Broken("S6", each.at, f"{name} was asked and is not provisioned")
            for run in trace.by_template.get(each.target, ()):
                if run.started <= then and (run.ended is None or run.ended > each.at):
                    says = f"{name} was asked, which had been busy since {run.started:%H:%M:%S}"
                    yield Broken("S6", each.at, says)


class Answers:
    """Every intent has at most one answer: what became of it is said once."""

    promises = ("S3",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Follow intents and answers through the journal."""
        waiting: dict[str, Intended] = {}
        for each in trace.entries:
            if isinstance(each, Intended):
                waiting[each.failover] = each
            elif isinstance(each, Answered) and waiting.pop(each.failover, None) is None:
                yield Broken("S3", each.at, f"{each.failover} has an answer to no open intent")
