"""Answers about what secondaries rest on, kept while it cannot be read again. Pure.

It changes rarely, and in an outage it is needed just when it cannot be read. Who looks at it asks
how old it is.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Region
from aibwatch.model.observation import BodySeen, GeographiesSeen, OfferSeen, ResourceSeen
from aibwatch.model.offer import Offer
from aibwatch.model.state import Sightings

K = TypeVar("K")
A = TypeVar("A")

WHOLE_FOR = timedelta(hours=1)
"""So long an offer that was wholly read is kept beside one of which a part could not be read."""


def keep(
    answers: dict[K, A | Fault], seen: dict[K, datetime], key: K, answer: A | Fault, at: datetime
) -> None:
    """Keep the latest answer; a good one outlives a fault, until there is no such thing.

    One that tells the same stays the same object, so that who compares need not look into it.
    """
    known = answers.get(key)
    passing = isinstance(answer, Fault) and answer.kind is not FaultKind.NOT_FOUND
    if passing and known is not None and not isinstance(known, Fault):
        return
    answers[key] = known if known is not None and answer == known else answer
    seen[key] = at


def keep_below(
    sightings: Sightings, observation: BodySeen | ResourceSeen | OfferSeen | GeographiesSeen
) -> None:
    """Keep what an observation tells; bodies themselves are kept in the journal."""
    seen = sightings
    match observation:
        case BodySeen(_, template, Fault() as fault):
            seen.bodies[template] = fault
        case BodySeen(_, template, _):
            seen.bodies.pop(template, None)
        case ResourceSeen(at, name, resource):
            keep(seen.resources, seen.resources_seen, name, resource, at)
        case OfferSeen(at, subscription, place, offer):
            _keep_offer(seen, (subscription, place), offer, at)
        case GeographiesSeen(_, _, answer):
            told = () if isinstance(answer, Fault) else answer
            seen.geographies.update({each.region: each for each in told})


def _keep_offer(
    seen: Sightings, key: tuple[str, Region], offer: Offer | Fault, at: datetime
) -> None:
    """Keep an offer; for a while one that tells more outlives it."""
    known = seen.offers.get(key)
    if isinstance(known, Offer) and isinstance(offer, Offer):
        less = offer.unread.keys() - known.unread.keys()
        if less and at - seen.offers_seen[key] < WHOLE_FOR:
            return
    keep(seen.offers, seen.offers_seen, key, offer, at)
