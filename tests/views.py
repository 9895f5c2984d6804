"""Views for tests of decisions: all is well for acting, so that a test changes one thing.

At NOON the run of `web` in WEST failed; five minutes later WEST is believed to be out, NORTH and
EAST are healthy, and the secondaries there are ready.
"""

from collections.abc import Iterable

from aibwatch.model.failover import Failover
from aibwatch.model.image import Image
from aibwatch.model.names import IncidentId, TemplateId
from aibwatch.model.readiness import Check, Colour, Item, Readiness
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import State, View
from aibwatch.model.template import Template
from aibwatch.model.verdict import Failure, Family
from builders import (
    DAY,
    EAST,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    a_belief,
    a_failure,
    a_policy,
    a_state,
    a_success,
    a_template,
    a_verdict,
    an_id,
    an_image,
    some_sightings,
)

NOW = NOON + 5 * MINUTE
WEB_EAST = an_id("web-east")
"""A second secondary, in EAST."""
TWO_SECONDARIES = an_image(templates=(WEB, WEB_NORTH, WEB_EAST))


def west_is_out() -> RegionBelief:
    """Return the belief that WEST went out two minutes ago."""
    return a_belief(
        health=Health.OUTAGE,
        since=NOW - 2 * MINUTE,
        agreed_since=NOON + MINUTE,
        incident=IncidentId("1nc1dent"),
        incident_opened=NOW - 2 * MINUTE,
    )


def a_readiness(target: TemplateId = WEB_NORTH, red: str = "") -> Readiness:
    """Return the readiness of a secondary: ready, or not for the reason that `red` says."""
    colour = Colour.RED if red else Colour.GREEN
    return Readiness(target, (Item(Check.PROVISIONED, colour, red or "provisioned"),))


def the_templates() -> tuple[Template, ...]:
    """Return the primary and both secondaries, idle."""
    return (
        a_template(),
        a_template(id=WEB_NORTH, region=NORTH),
        a_template(id=WEB_EAST, region=EAST),
    )


def with_failovers(state: State, failovers: Iterable[Failover]) -> State:
    """Return `state` in which these failovers are known, the open ones as open."""
    for failover in failovers:
        state.failovers[failover.id] = failover
        if failover.open:
            state.open[failover.image] = failover.id
    return state


def a_view(
    *failovers: Failover,
    image: Image = TWO_SECONDARIES,
    failure: Failure | None = None,
    families: Iterable[Family] = (Family.RUN, Family.HISTORY),
) -> View:
    """Return a view at NOW in which nothing holds."""
    failed = failure or a_failure()
    beliefs = (west_is_out(), a_belief(region=NORTH), a_belief(region=EAST))
    state = a_state(failures=[failed], successes=[a_success()], beliefs=beliefs)
    state.first_seen = {template.id: NOON - 9 * DAY for template in the_templates()}
    return View(
        images={image.name: image},
        state=with_failovers(state, failovers),
        sightings=some_sightings(*the_templates(), now=NOW),
        verdicts={WEB: a_verdict(*families, failure=failed)},
        readiness={(image.name, each): a_readiness(each) for each in (WEB_NORTH, WEB_EAST)},
        policy=a_policy(),
    )
