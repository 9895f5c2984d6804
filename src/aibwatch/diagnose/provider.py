"""What the region's own provider tells by how it answers, whatever builds there do (family D).

One read that fails is no evidence: in August 2022 a template could not be read for 25 minutes while
it built well (azvmimagebuilder #129). So it takes several, while templates elsewhere are read.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aibwatch.diagnose.attempts import refused, says, strangers
from aibwatch.diagnose.canaries import canary_evidence
from aibwatch.diagnose.peers import blames_platform
from aibwatch.model.fault import FaultKind
from aibwatch.model.names import Region, TemplateId, name_of
from aibwatch.model.policy import Policy
from aibwatch.model.state import Sightings, State
from aibwatch.model.verdict import Evidence, Family

BREADTH = 2
"""So many templates of a region must fail to be read before that tells of the region."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How each region's provider answers, as of one instant."""

    refused: Mapping[Region, Sequence[TemplateId]]
    """Templates that it would not run, with an error of its own."""
    unread: Mapping[Region, int]
    """How many templates it would not show, with an error of its own, while others do."""
    canaries: Mapping[Region, str]
    """How its canary failed, where it did."""

    def against(self, region: Region, own: TemplateId | None = None) -> Evidence | None:
        """Return what speaks against a region's provider, None if nothing does.

        What is the failure of the `own` template is evidence of another family already, and never
        of both (PROMISES 0).
        """
        names = sorted({name_of(each) for each in self.refused.get(region, ()) if each != own})
        itself = self.itself(region)
        told = [f"it refused to run {', '.join(names)} with errors of its own"] if names else []
        told += [itself.says] if itself else []
        return Evidence(Family.PROVIDER, "; ".join(told)) if told else None

    def itself(self, region: Region) -> Evidence | None:
        """Return that many templates cannot be read or the canary failed, None if neither is so.

        For the region itself: requests to run are failures, which have verdicts of their own.
        """
        count, canary = self.unread.get(region), self.canaries.get(region)
        told = [f"it answers reads of {count} templates with errors of its own"] if count else []
        told += [canary] if canary else []
        return Evidence(Family.PROVIDER, "; ".join(told)) if told else None


def answers(state: State, sightings: Sightings, policy: Policy, now: datetime) -> Answers:
    """Return how the providers answer now."""
    unwilling: defaultdict[Region, list[TemplateId]] = defaultdict(list)
    for each in strangers(refused(sightings), state):
        template = state.templates.get(each.template)
        if template and now - each.began <= policy.window and blames_platform(says(each, policy)):
            unwilling[template.region].append(template.id)
    return Answers(unwilling, _unread(sightings, policy, now), _canaries(state, policy, now))


def _canaries(state: State, policy: Policy, now: datetime) -> Mapping[Region, str]:
    told = {region: canary_evidence(region, state, policy, now) for region, _ in policy.canaries}
    return {region: evidence.says for region, evidence in told.items() if evidence}


def _unread(sightings: Sightings, policy: Policy, now: datetime) -> Mapping[Region, int]:
    if not sightings.faults:
        return {}
    dark = Counter(
        sightings.templates[name].region
        for name, fault in sightings.faults.items()
        if fault.kind is FaultKind.PLATFORM
        and fault.failed_by != "gateway"  # ARM's own trouble is no region's
        and name in sightings.templates
        and now - sightings.asked.get(name, now) <= policy.max_age
    )
    lit = {region for region, at in sightings.read.items() if now - at <= policy.max_age}
    return {region: count for region, count in dark.items() if count >= BREADTH and lit - {region}}
