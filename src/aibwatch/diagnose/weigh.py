"""Whose fault one failure is, by families of evidence that are independent of each other.

The error's own text opens the door: unless it may be the platform's, nothing else is asked. Alone
it never suffices (PROMISES S12). Each family has one function that speaks or is silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aibwatch.diagnose import notices
from aibwatch.diagnose.apart import apart
from aibwatch.diagnose.attempts import is_hiccup
from aibwatch.diagnose.feedback import refuted
from aibwatch.diagnose.peers import Likeness, by_likeness, may_be_platform, peers, spent
from aibwatch.diagnose.provider import Answers, answers
from aibwatch.diagnose.regionwide import alike, said, told_by
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, Region, TemplateId, name_of
from aibwatch.model.notice import Notice
from aibwatch.model.policy import HISTORY_ELSEWHERE, HISTORY_HERE, Policy
from aibwatch.model.state import Sightings, State
from aibwatch.model.verdict import UNTOLD, Evidence, Failure, Family, Success, Verdict, Veto

_LIFTS_A_VETO = 2
"""So many others that fail alike outweigh that this template never built, or was changed (S12)."""


_ORDER = {family: place for place, family in enumerate(Family)}


@dataclass(frozen=True, slots=True)
class _Scales:
    """What every failure of one moment is weighed against."""

    state: State
    sightings: Sightings
    policy: Policy
    now: datetime
    likeness: Likeness
    answers: Answers

    def reported(self, failure: Failure, services: frozenset[str]) -> list[Notice]:
        """Return the notices on these services that speak about the failure."""
        return notices.about(failure, self.sightings, services, self.now)


def _scales(
    state: State,
    sightings: Sightings,
    policy: Policy,
    now: datetime,
    aside: frozenset[TemplateId],
) -> _Scales:
    told = answers(state, sightings, policy, now)
    likeness = by_likeness(state, aside)
    return _Scales(state, sightings, policy, now, likeness, told)


def weigh(
    failure: Failure,
    state: State,
    sightings: Sightings,
    policy: Policy,
    now: datetime,
    *,
    strict: bool = False,
) -> Verdict:
    """Weigh one failure. With `strict`, that its recipe built here before is no evidence."""
    scales = _scales(state, sightings, policy, now, apart((), state, policy))
    return _weigh(failure, scales, strict=strict)


def weigh_all(
    images: Mapping[ImageName, Image],
    state: State,
    sightings: Sightings,
    policy: Policy,
    now: datetime,
) -> dict[TemplateId, Verdict]:
    """Weigh the newest failure of every template, with the strictness of the images it serves.

    Not those of canaries: what they tell is told by `canaries`, in a family of its own. Nor what a
    drill met (PROMISES S38).
    """
    if not state.failures:
        return {}
    aside = apart(images.values(), state, policy)
    strict = {template for image in images.values() if image.strict for template in image.templates}
    scales = _scales(state, sightings, policy, now, aside)
    return {
        template: _weigh(failure, scales, strict=template in strict)
        for template, failure in state.failures.items()
        if template not in aside
    }


def _weigh(failure: Failure, scales: _Scales, *, strict: bool) -> Verdict:
    if not may_be_platform(failure) or spent(failure, scales.state):
        return Verdict(failure, ())
    if failure.key.kind in UNTOLD:
        return _weigh_untold(failure, scales)
    others = peers(failure, scales.likeness, scales.policy.window)
    notices_ = _notices(scales.reported(failure, scales.policy.services))
    found = [
        _run(failure, scales.reported(failure, scales.policy.dependencies)),
        notices_,
        scales.answers.against(failure.region, failure.template),
        said(failure.region, scales.state, scales.now),
    ]
    mistaken = refuted(failure, scales.state, scales.policy)
    if not mistaken:
        found.append(_peers(others))
    if not mistaken and not is_hiccup(failure, scales.sightings, scales.policy):
        found.append(_history(failure, scales.state, strict=strict))
    evidence = tuple(sorted(filter(None, found), key=_in_order))
    lifted = len(others) >= _LIFTS_A_VETO or notices_ is not None
    veto = None if lifted else _veto(failure, scales.state)
    return Verdict(failure, evidence, veto, mistaken)


def _weigh_untold(failure: Failure, scales: _Scales) -> Verdict:
    """Weigh a failure that has no error: what speaks against its region speaks for it."""
    if scales.sightings.found_again(failure):
        return Verdict(failure, ())
    region, state = failure.region, scales.state
    others = alike(region, scales.likeness, state, scales.policy, scales.now)
    notices_ = _notices(scales.reported(failure, scales.policy.services))
    found = [
        told_by(others),
        notices_,
        scales.answers.against(region, failure.template),
        said(region, state, scales.now),
    ]
    lifted = len(others) >= _LIFTS_A_VETO or notices_ is not None
    evidence = tuple(sorted(filter(None, found), key=_in_order))
    return Verdict(failure, evidence, None if lifted else _veto(failure, state))


def _in_order(evidence: Evidence) -> int:
    return _ORDER[evidence.family]


def _run(failure: Failure, supporting: list[Notice]) -> Evidence:
    """Say what the error says; notices about what Image Builder stands on only support it."""
    says = failure.classification
    meaning = says.reasons[0] if says.reasons else says.cause
    beside = f"; Microsoft reports {notices.titles(supporting)}" if supporting else ""
    return Evidence(Family.RUN, f"its error is {says.signature}: {meaning}{beside}")


def _peers(others: list[Failure]) -> Evidence | None:
    if not others:
        return None
    names = ", ".join(sorted(name_of(other.template) for other in others))
    return Evidence(Family.PEERS, f"failed alike in the same region: {names}")


def _notices(speaking: list[Notice]) -> Evidence | None:
    if not speaking:
        return None
    return Evidence(Family.NOTICES, f"Microsoft reports {notices.titles(speaking)}")


def _history(failure: Failure, state: State, *, strict: bool) -> Evidence | None:
    """Say when this very recipe built before, here or elsewhere (PROMISES 0, E1 and E2)."""
    if not failure.recipe:
        return None
    built = state.built.get(failure.recipe, {})
    success = state.successes.get(failure.template)
    seeded = f" (seeded from {success.seeded})" if success and success.seeded else ""
    says = [
        f"this recipe built in {region} at {at:%Y-%m-%d %H:%M} UTC"
        f"{seeded if region == failure.region else ''}"
        for region, at in sorted(built.items())
        if _tells(failure, region, at, strict=strict)
    ]
    return Evidence(Family.HISTORY, "; ".join(says)) if says else None


def _tells(failure: Failure, region: Region, at: datetime, *, strict: bool) -> bool:
    """Whether a good build speaks: here from before the failure, elsewhere also since then."""
    if region == failure.region:
        return not strict and failure.ended - HISTORY_HERE <= at <= failure.ended
    return at >= failure.ended - HISTORY_ELSEWHERE


def _veto(failure: Failure, state: State) -> Veto | None:
    """Say why its own past forbids to blame the platform; an unknown recipe may have changed."""
    success = state.successes.get(failure.template) or _of_lineage(failure, state)
    if success is None:
        return Veto.NEVER_SUCCEEDED
    same = success.recipe == failure.recipe and success.identities == failure.identities
    return None if same and failure.recipe else Veto.CHANGED


def _of_lineage(failure: Failure, state: State) -> Success | None:
    """Return the last good run of the lineage: where each build has a template of its own."""
    template = state.templates.get(failure.template)
    if template is None or not template.lineage:
        return None
    return state.lineages.get((failure.region, template.lineage))
