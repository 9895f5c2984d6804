"""What canaries tell of a region: of the family `provider`, never of any other.

A canary is no image, so its failure is nobody's to answer; and it would speak twice if it counted
as a peer as well.
"""

from datetime import datetime

from aibwatch.diagnose.peers import may_be_platform, spent
from aibwatch.model.names import Region, TemplateId, name_of
from aibwatch.model.policy import Policy
from aibwatch.model.probe import Probe
from aibwatch.model.region import RegionBelief
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Evidence, Family


def canaries_of(policy: Policy) -> frozenset[TemplateId]:
    """Return all canaries: templates whose failures are evidence here only."""
    return frozenset(template for _, template in policy.canaries)


def canary_evidence(region: Region, state: State, policy: Policy, now: datetime) -> Evidence | None:
    """Return what the newest ended probe says against the platform in `region`, if it does.

    Its word is good for `window`; in an open incident as long as other failures count there.
    """
    newest = _newest_ended(region, state, policy)
    belief = state.regions.get(region)
    if newest is None or newest.failure is None or newest.state is not RunState.FAILED:
        return None
    failure = newest.failure
    if not may_be_platform(failure) or spent(failure, state):
        return None
    age = now - failure.ended
    if age > policy.window and not (_in_incident(belief) and age <= policy.incident_failure_age):
        return None
    says = (
        f"the canary {name_of(newest.template)} failed at {failure.ended:%H:%M} UTC"
        f" by {failure.classification.signature}"
    )
    return Evidence(Family.PROVIDER, says)


def canary_built(region: Region, state: State, since: datetime) -> datetime | None:
    """Return when a probe of `region` last came right, None if none did after `since`."""
    ended = [
        each.ended
        for each in state.probes.get(region, ())
        if each.state is RunState.SUCCEEDED and each.ended is not None and each.ended > since
    ]
    return max(ended, default=None)


def _newest_ended(region: Region, state: State, policy: Policy) -> Probe | None:
    """Return it; one of a template that is the region's canary no more tells nothing."""
    canary = policy.canary_of(region)
    probes = reversed(state.probes.get(region, ()))
    return next((each for each in probes if each.over and each.template == canary), None)


def _in_incident(belief: RegionBelief | None) -> bool:
    return belief is not None and belief.incident is not None
