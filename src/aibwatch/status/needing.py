"""Which images a person must look at: their last failover gave no image, and nobody has seen it.

It ends by `aibwatch ack`, or by itself once the image is built well again (PROMISES L12).
"""

from collections.abc import Mapping
from types import MappingProxyType

from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.names import ImageName, name_of
from aibwatch.model.state import NEVER, View
from aibwatch.status.plain import Json, instant

REMEDIES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.FAILED: "look at the run of {target} and its error, mend it, and build the image",
        Outcome.ABANDONED: "look whether the run of {target} still goes on: it was given up without"
        " an end, and nothing more is asked there before it is seen idle",
        Outcome.NO_CANDIDATE: "`aibwatch explain {image}` says what each secondary lacks; mend one,"
        " and build the image",
    }
)
"""What a person can do after each outcome, before he says `aibwatch ack`."""


def needing(view: View) -> dict[ImageName, Failover]:
    """Return the failover of each image that a person must look at; all at once, as it is slow."""
    real = (each for each in view.state.failovers.values() if not each.is_drill)
    failovers = sorted(real, key=lambda each: each.opened)
    newest = {each.image: each for each in failovers}
    return {
        name: newest[name]
        for name, image in view.images.items()
        if name in newest
        and newest[name].needs_human
        and (view.state.built_last(image) or NEVER) <= (newest[name].closed or NEVER)
    }


def needs_told(failover: Failover | None) -> Json:
    """Return why a person must look and what he can do, None if nobody must."""
    if failover is None or failover.outcome is None:
        return None
    target = name_of(failover.target) if failover.target else "the secondary"
    remedy = REMEDIES[failover.outcome].format(target=target, image=failover.image)
    return {
        "failover": failover.id,
        "outcome": failover.outcome,
        "since": instant(failover.closed),
        "says": f"{remedy}; then `aibwatch ack {failover.image}`",
    }
