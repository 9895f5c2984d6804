"""Past decisions made again, from what the journal kept of what they looked at (PROMISES S40).

The state is the fold of the entries before the decision, the rest is its witness. The decision is
made from the evidence as it was recorded; the failure is also weighed anew, so that one can see
whether this version's signatures and families would speak in the same way.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from aibwatch.daemon.cycle import decided
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.failover.decide import decide
from aibwatch.failover.witness import restored
from aibwatch.journal.fold import apply
from aibwatch.model.decision import Decision, Start
from aibwatch.model.entry import Decided, Entry, Intended, Witnessed
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, ImageName
from aibwatch.model.state import State
from aibwatch.model.verdict import Verdict, failover_id, order_key


@dataclass(frozen=True, slots=True)
class Replayed:
    """One decision as it was recorded, and as it is made again."""

    at: datetime
    image: Image
    """As it was configured then."""
    failover: FailoverId | None
    """The image's open failover then, or the one that this decision opened."""
    again: Decision
    verdict: Verdict | None
    """On the primary's failure, as it was recorded."""
    weighed: Verdict | None
    """The same by this version, from the notices, attempts and faults that were kept."""
    recorded: Decided | Intended
    """What the journal says was decided."""

    @property
    def same(self) -> bool:
        """Whether this version decides in the same way, in reason, words and holds."""
        match self.recorded:
            case Decided(key=key, wants=wants):
                again = decided(self.image, self.again, self.at, key)
                return self.recorded == (again if wants else replace(again, wants=()))
            case Intended(failover=failover, target=target, token=token, reason=reason):
                start = Start(failover, target, token)
                return (self.again.action, self.again.reason) == (start, reason)

    @property
    def same_evidence(self) -> bool:
        """Whether the same families speak, and the same veto, when it is weighed anew."""
        if self.verdict is None or self.weighed is None:
            return self.verdict is self.weighed
        before = self.verdict.families, self.verdict.veto
        return before == (self.weighed.families, self.weighed.veto)


def replay(entries: Iterable[Entry]) -> Iterator[Replayed]:
    """Make every decision again that has a witness. Raises ValueError on entries that do not fit.

    It is made where its witness stands: what comes between that and the decision came too late.
    """
    state, made = State(), dict[ImageName, Callable[[Decided | Intended], Replayed]]()
    for entry in entries:
        if isinstance(entry, Witnessed):
            made[entry.witness.image.name] = _made(entry, state)
        if isinstance(entry, Decided | Intended):
            again = made.pop(_image(entry, state), None)
            replayed = again(entry) if again else None
            if replayed is not None and replayed.at == entry.at:
                yield replayed
        apply(state, entry)


def _image(entry: Decided | Intended, state: State) -> ImageName:
    return entry.image if isinstance(entry, Decided) else state.failovers[entry.failover].image


def _made(entry: Witnessed, state: State) -> Callable[[Decided | Intended], Replayed]:
    """Decide again on what the witness tells and the state as it is at this entry.

    Returns what sets it beside the decision that was recorded.
    """
    image = entry.witness.image
    view = restored(entry.witness, state)
    weighed = weigh_all(view.images, state, view.sightings, view.policy, entry.at)
    return partial(
        Replayed,
        entry.at,
        image,
        _failover(image, entry, state),
        decide(image, view, entry.at),
        view.verdicts.get(image.primary),
        weighed.get(image.primary),
    )


def _failover(image: Image, entry: Witnessed, state: State) -> FailoverId | None:
    """Return the open failover, or the one that a decision which acts is about to open."""
    order, failure = state.orders.get(image.name), state.failures.get(image.primary)
    key = order_key(image.primary, order.id) if order else failure and failure.key
    opens = failover_id(image.name, key) if entry.acts and key else None
    return state.open.get(image.name, opens)
