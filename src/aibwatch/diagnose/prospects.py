"""Which families of evidence could speak for an image at all, if its region failed.

An owner should know before an outage whether enough of them can ever agree. Each family has one
function here, as it has one that speaks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from aibwatch.diagnose import notices
from aibwatch.diagnose.provider import BREADTH
from aibwatch.diagnose.regionwide import said
from aibwatch.model.image import Image
from aibwatch.model.inquiry import Prospect
from aibwatch.model.names import Region
from aibwatch.model.policy import HISTORY_ELSEWHERE, HISTORY_HERE
from aibwatch.model.state import Sightings, State
from aibwatch.model.template import Template
from aibwatch.model.verdict import Family

Answer = tuple[bool, str]


@dataclass(frozen=True, slots=True)
class _Outlook:
    image: Image
    state: State
    sightings: Sightings
    now: datetime
    template: Template

    @property
    def neighbours(self) -> list[Template]:
        """Return the templates of the region that do not fail for the very same reason."""
        own = self.template
        return [
            each
            for each in self.state.templates.values()
            if each.region == own.region
            and each.id != own.id
            and (each.recipe, each.identities) != (own.recipe, own.identities)
        ]

    def answered(self, source: datetime) -> bool:
        """Whether a source answered lately."""
        return self.now - source <= notices.MAX_AGE


def prospects(
    image: Image, state: State, sightings: Sightings, now: datetime
) -> tuple[Prospect, ...]:
    """Return for each family whether it could speak; none if the primary was never seen."""
    template = state.templates.get(image.primary)
    if template is None:
        return ()
    outlook = _Outlook(image, state, sightings, now, template)
    return tuple(Prospect(each, *_PROSPECTS[each](outlook)) for each in Family)


def _run(_outlook: _Outlook) -> Answer:
    return True, "a failed run tells its error"


def _peers(outlook: _Outlook) -> Answer:
    count = len(outlook.neighbours)
    if not count:
        return False, f"it is alone in {outlook.template.region}: no other build there can fail"
    return True, f"{count} other builds are watched in {outlook.template.region}"


def _notices(outlook: _Outlook) -> Answer:
    told = outlook.sightings
    if any(outlook.answered(told.sources[each]) for each in told.notices if each in told.sources):
        return True, "Microsoft's notices are read; they come late"
    fault = next((str(each) for each in told.source_faults.values()), "no source has answered")
    return False, f"no notices of Microsoft's can be read: {fault}"


def _provider(outlook: _Outlook) -> Answer:
    told = outlook.sightings
    logs = [each for each in told.sources if each not in told.notices]
    if any(outlook.answered(told.sources[each]) for each in logs):
        return True, "the Activity Log tells which requests to run the provider refuses"
    here = sum(each.region == outlook.template.region for each in told.templates.values())
    if here >= BREADTH and len(_regions(told)) > 1:
        return True, f"{here} templates are read there; the Activity Log is not"
    return False, f"no Activity Log is read, and {BREADTH} templates there would be needed"


def _history(outlook: _Outlook) -> Answer:
    recipe = outlook.template.recipe
    built = outlook.state.built.get(recipe, {}) if recipe else {}
    here = built.get(outlook.template.region)
    elsewhere = [at for region, at in built.items() if region != outlook.template.region]
    if here and not outlook.image.strict and outlook.now - here <= HISTORY_HERE:
        return True, f"its recipe built here at {here:%Y-%m-%d %H:%M} UTC"
    if any(outlook.now - at <= HISTORY_ELSEWHERE for at in elsewhere):
        return True, "its recipe built in another region lately"
    if here and outlook.image.strict:
        return False, "evidence is strict: that its recipe built here does not count"
    return False, "its present recipe is not known to have built lately, here or elsewhere"


def _operator(outlook: _Outlook) -> Answer:
    """Whether it has been said: that somebody will say so in time is nothing to count on."""
    region = outlook.template.region
    word = said(region, outlook.state, outlook.now)
    if word is not None:
        return True, word.says
    return False, f"by itself; a person says so with `aibwatch region out {region}`"


def _regions(sightings: Sightings) -> set[Region]:
    return {each.region for each in sightings.templates.values()}


_PROSPECTS: Mapping[Family, Callable[[_Outlook], Answer]] = MappingProxyType(
    {
        Family.RUN: _run,
        Family.PEERS: _peers,
        Family.NOTICES: _notices,
        Family.PROVIDER: _provider,
        Family.HISTORY: _history,
        Family.OPERATOR: _operator,
    }
)
