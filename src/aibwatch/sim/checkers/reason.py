"""For the right reason only: what was answered was really the platform's fault, and still was."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from aibwatch.model.entry import FailoverOpened, RunSeen
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, name_of
from aibwatch.model.template import ACTIVE, RunState
from aibwatch.model.verdict import KeyKind
from aibwatch.sim.body import definition
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.trace import Asked, Trace
from aibwatch.sim.trouble import Trouble
from aibwatch.sim.truth import Blame, VersionMade

GOING_WELL = ACTIVE | {RunState.SUCCEEDED, RunState.PARTIALLY_SUCCEEDED}
REREAD = timedelta(seconds=2)
"""What was read longer ago than this, and than any way takes, was not read just before."""


class NoFalseAlarm:
    """No run for what would fail anywhere: an owner's error, a person's cancel, a partial success.

    Judged by what really ended the run that is answered, not by what was made of its text.
    """

    promises = ("S9", "S10", "S19")

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Look at what each failover answers."""
        for failover in trace.by_failover:
            opened = trace.opened[failover]
            why = "" if opened.order else wrong(trace, opened)
            if why:
                yield Broken("S9", opened.at, f"{opened.image} was built elsewhere, but {why}")


def wrong(trace: Trace, opened: FailoverOpened) -> str:
    """Return why a failure was not to be answered, "" if it was really the platform's."""
    key = opened.key
    match key.kind:
        case KeyKind.RUN | KeyKind.LOST:
            run = trace.run(key.template, datetime.fromisoformat(key.mark))
            if run is None:
                return f"{name_of(key.template)} never ran at {key.mark}"
            if run.ended is None or key.kind is KeyKind.LOST:
                return ""
            if run.state is not RunState.FAILED:
                return f"its run ended {run.state}"
            return "its own template was at fault" if run.blame is Blame.OWNER else ""
        case KeyKind.ATTEMPT:
            answers = [e.answer for e in trace.world.attempts if e.correlation == key.mark]
            broken = any(isinstance(each, Trouble) and each.dark for each in answers)
            return "" if broken else "no attempt was answered with an error of the platform"
        case _:
            return ""


class LookedAgain:
    """Just before a request the primary is read again; what it shows there forbids the request.

    Where it did not answer, the intent says that it is blind; a run that came to be known in
    another way, through Resource Graph, forbids it all the same.
    """

    promises = ("S18",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Compare what could be seen with what really was."""
        for failover, requests in trace.by_failover.items():
            if trace.manual(failover):
                continue
            for each in requests:
                yield from self._judge(trace, failover, trace.image_of(failover), each)

    def _judge(
        self, trace: Trace, failover: FailoverId, image: Image, asked: Asked
    ) -> Iterator[Broken]:
        began = self._began(trace, failover)
        seen, intent = asked.templates.get(image.primary), trace.intent(asked)
        if seen is None or asked.at - seen.at > REREAD + trace.sight:
            yield Broken("S18", asked.at, f"{image.name}: the primary was not read again")
            return
        if not seen.good and intent is not None and not intent.blind:
            yield Broken("S18", asked.at, f"{image.name}: the primary was not seen, nor said so")
        if seen.good:
            yield from self._newer_run(trace, image, began, seen.at - trace.sight, asked)
        yield from self._newer_version(trace, image, began, asked)
        yield from self._known(trace, image, began, asked)

    def _newer_run(
        self, trace: Trace, image: Image, began: datetime, then: datetime, asked: Asked
    ) -> Iterator[Broken]:
        for run in trace.by_template.get(image.primary, ()):
            well = run.ended is None or run.ended > asked.at or run.state in GOING_WELL
            if began < run.started <= then and well:
                yield Broken("S18", asked.at, f"{image.name}: its primary ran again since")

    def _newer_version(
        self, trace: Trace, image: Image, began: datetime, asked: Asked
    ) -> Iterator[Broken]:
        template = trace.world.templates.get(image.primary)
        wanted = definition(template.look.body) if template else None
        seen = asked.versions.get(wanted) if wanted else None
        for each in trace.world.truth:
            if seen and seen.good and isinstance(each, VersionMade) and each.definition == wanted:
                version = trace.world.galleries[each.definition].versions
                born = version[each.version.rpartition("/")[2]].published
                if born > began and each.at <= seen.at - trace.sight:
                    yield Broken("S18", asked.at, f"{image.name}: a newer version was published")

    def _known(self, trace: Trace, image: Image, began: datetime, asked: Asked) -> Iterator[Broken]:
        intent = trace.intent(asked)
        for each in trace.entries[: asked.durable]:
            if each is intent:
                return
            if not isinstance(each, RunSeen) or each.run.template != image.primary:
                continue
            if each.run.started > began and each.run.state in GOING_WELL:
                says = f"{image.name}: a newer run of its primary was known"
                yield Broken("S18", asked.at, says)

    def _began(self, trace: Trace, failover: FailoverId) -> datetime:
        """Return when what is answered began."""
        key = trace.opened[failover].key
        if key.kind in (KeyKind.RUN, KeyKind.LOST):
            return datetime.fromisoformat(key.mark)
        attempts = (e.began for e in trace.world.attempts if e.correlation == key.mark)
        return next(attempts, trace.opened[failover].at)


class WarmedUp:
    """After a start nothing is begun before everything was asked for often enough."""

    promises = ("S16",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Count how often the sender had listed its subscriptions before."""
        for failover, requests in trace.by_failover.items():
            for each in () if trace.manual(failover) else requests:
                if each.sweeps < trace.policy.warmup_sweeps:
                    says = f"{name_of(each.target)} was asked after {each.sweeps} sweeps"
                    yield Broken("S16", each.at, says)


class NeverItsOwn:
    """A run by which aibwatch answers a failure is none to answer."""

    promises = ("S23",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Look whether what is answered was asked for by ourselves; and whether a hop came back."""
        ours = {
            (each.target, each.began)
            for failover, requests in trace.by_failover.items()
            for each in requests
            if each.began and not trace.manual(failover)
        }
        for failover, requests in trace.by_failover.items():
            opened = trace.opened[failover]
            key, tried = opened.key, [each.target for each in requests if each.began]
            is_run = key.kind is KeyKind.RUN
            if is_run and (key.template, datetime.fromisoformat(key.mark)) in ours:
                yield Broken("S23", opened.at, f"{failover} answers a run of our own")
            regions = [trace.regions[each] for each in tried]
            if len(set(regions)) < len(regions):
                yield Broken("S23", opened.at, f"{failover} went twice to one of {regions}")
