"""Guards about ourselves: may we act at all, for this image, now?"""

from datetime import datetime

from aibwatch.failover.age import expiry
from aibwatch.failover.seal import seal
from aibwatch.failover.target import chosen, pause_of
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import OrderId, TemplateId, group_of, name_of, subscription_of
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.state import View
from aibwatch.model.verdict import Failure


def self_suspect(_image: Image, _cause: object, view: View, _now: datetime) -> Hold | None:
    """Hold everything while we distrust ourselves (S13), or while all of Azure is ill."""
    return view.suspicion


def misconfigured(image: Image, _cause: object, view: View, _now: datetime) -> Hold | None:
    """Hold an image whose configuration Azure contradicts."""
    says = view.misconfigured.get(image.name)
    return Hold(Reason.MISCONFIGURED, says) if says else None


def mode(image: Image, failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold every image that is not in mode auto; say what would be done (S36)."""
    if image.mode is Mode.AUTO:
        return None
    target = chosen(image, view.state.open_failover(image.name), view, now)
    if target is None:
        reason = Reason.OBSERVE_ONLY if image.mode is Mode.OBSERVE else Reason.ADVISE_ONLY
        return Hold(reason, f"mode is {image.mode}; no secondary could take it")
    if image.mode is Mode.OBSERVE:
        says = f"mode is observe; in auto, {name_of(target)} would be started"
        return Hold(Reason.OBSERVE_ONLY, says)
    says = advice(image, failure, target, view, now)
    return Hold(Reason.ADVISE_ONLY, f"mode is advise; to act {says}")


def advice(image: Image, failure: Failure, target: TemplateId, view: View, now: datetime) -> str:
    """Return the exact commands that would do what is advised: by this daemon, and without it."""
    order = Order(OrderId(""), OrderKind.FAILOVER, image.name, now, "", "", to=target)
    until = f"{expiry(failure, view):%Y-%m-%d %H:%M}Z"
    ours = f"aibwatch failover {image.name} --to {image.called(target)}"
    plan = seal(image, order, target, view, now)
    azures = (
        f"az image builder run --subscription {subscription_of(target)}"
        f" --resource-group {group_of(target)} --name {name_of(target)}"
    )
    return f"until {until}: {ours} --plan {plan} --reason '...'; by hand: {azures}"


def drilled(image: Image, _cause: object, view: View, now: datetime) -> Hold | None:
    """Hold an image of which nobody has seen lately that it builds elsewhere, where that is asked.

    By `drills.require_within`; a good build there for real is as good as a drill.
    """
    if not view.lacks_drill(image, now):
        return None
    proven, within = view.state.proven.get(image.name), view.policy.drills.require_within
    last = f"last at {proven:%Y-%m-%d %H:%M}Z" if proven else "never yet"
    says = f"it was built well elsewhere {last}; drills.require_within is {within}"
    return Hold(Reason.NOT_DRILLED, says)


def warm_up(_image: Image, _cause: object, view: View, _now: datetime) -> Hold | None:
    """Hold after a start until everything was asked for often enough (S16)."""
    missing = view.policy.warmup_sweeps - view.sightings.sweeps
    if missing <= 0:
        return None
    return Hold(Reason.WARMING_UP, f"{missing} full sweeps to go before anything is done")


def pause(image: Image, failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold what an operator paused: everything, a region or an image (S35).

    Of several pauses the one that lasts longest is named, as nothing is done before it ends.
    """
    scopes = ("all", f"region:{failure.region}", f"image:{image.name}")
    found = [each for each in (pause_of(scope, view, now) for scope in scopes) if each]
    if not found:
        return None
    longest = max(found, key=lambda each: each.end)
    by = f" by {longest.actor}" if longest.actor else ""
    return Hold(Reason.PAUSED, f"{longest.scope} is paused{by}: {longest.reason}", longest.until)


def leadership(_image: Image, _cause: object, view: View, _now: datetime) -> Hold | None:
    """Hold without the right to act (S4)."""
    return None if view.leader else Hold(Reason.NOT_LEADER, "another replica leads")


def store(_image: Image, _cause: object, view: View, _now: datetime) -> Hold | None:
    """Hold while an intent could not be made durable (S44)."""
    return None if view.writable else Hold(Reason.STORE_UNWRITABLE, "the journal takes no entries")
