"""A build that a schedule or a pipeline wants: at home, elsewhere only if home cannot (S37).

Nobody looked before he ordered it, so more is asked than of a person's order: pauses hold it, and a
secondary is asked only while the primary's region is out, where two requests to the primary began
nothing, or where its run failed for lack of capacity. What failed at home for another reason of the
platform's waits for the region to be believed out, until the order ends.
"""

from datetime import datetime

from aibwatch.failover.target import is_out, pause_of
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.failover import Failover
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import TemplateId
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.state import View
from aibwatch.model.verdict import Cause, Disposition, Failure

IN_VAIN = 2
"""So many requests to the primary that began nothing are enough; the first may be bad luck."""


PATIENT = frozenset({OrderKind.BUILD, OrderKind.DRILL})
"""Orders that no person looked for before he gave them, or that can wait."""


def pause(image: Image, order: Order, view: View, now: datetime) -> Hold | None:
    """Hold what is paused, as everything that no person ordered (S35); drills too (S38)."""
    if order.kind not in PATIENT:
        return None
    home = view.region_of(image.primary)
    for scope in ("all", f"region:{home}", f"image:{image.name}"):
        paused = pause_of(scope, view, now)
        if paused:
            by = f" by {paused.actor}" if paused.actor else ""
            return Hold(
                Reason.PAUSED, f"{paused.scope} is paused{by}: {paused.reason}", paused.until
            )
    return None


def warm_up(_image: Image, order: Order, view: View, _now: datetime) -> Hold | None:
    """Hold after a start until everything was asked for often enough (S16)."""
    missing = view.policy.warmup_sweeps - view.sightings.sweeps
    if order.kind not in PATIENT or missing <= 0:
        return None
    return Hold(Reason.WARMING_UP, f"{missing} full sweeps to go before anything is done")


def misplaced(
    image: Image,
    order: Order,
    target: TemplateId,
    failover: Failover | None,
    view: View,
    now: datetime,
) -> str:
    """Say why a build that is wanted does not go to a template now, "" if it may."""
    if order.kind is not OrderKind.BUILD:
        return ""
    in_vain = failover is not None and failover.unbegun >= IN_VAIN
    if target == image.primary:
        return f"{IN_VAIN} requests to run it began nothing" if in_vain else ""
    home = view.region_of(image.primary)
    went = failover is not None and failover.target in image.secondaries
    if not (in_vain or went or is_out(home, view, now) or _lacks_capacity(image, failover, view)):
        return f"the primary comes first, and its region {home} is not out"
    return _not_elsewhere(image, order, target, view, now)


def is_no_sign(order: Order, failure: Failure, image: Image) -> bool:
    """Whether what failed at home tells that it would fail elsewhere too."""
    if order.kind is not OrderKind.BUILD or failure.template != image.primary:
        return False
    return failure.classification.disposition not in (Disposition.PLATFORM, Disposition.SUSPECT)


def built(image: Image, order: Order, view: View) -> str:
    """Say that somebody has built it meanwhile, "" if nobody has."""
    ended = view.state.built_last(image)
    if order.kind is not OrderKind.BUILD or ended is None or ended <= order.at + view.policy.skew:
        return ""
    return f"a good build ended {ended:%Y-%m-%d %H:%M}Z"


def _lacks_capacity(image: Image, failover: Failover | None, view: View) -> bool:
    """Whether the run at home failed for that: a clear word of it suffices alone (S12)."""
    failure = view.state.failures.get(image.primary)
    if failover is None or failure is None or image.primary not in failover.tried:
        return False
    return failure.classification.cause is Cause.CAPACITY


def _not_elsewhere(
    image: Image, order: Order, target: TemplateId, view: View, now: datetime
) -> str:
    if order.scheduled and image.mode is not Mode.AUTO:
        return f"mode is {image.mode}; the schedule builds elsewhere only in mode auto"
    paused = pause_of(f"region:{view.region_of(target)}", view, now)
    return f"{paused.scope} is paused: {paused.reason}" if paused else ""
