"""What speaks for a failure of which no error is known: the evidence against its region alone.

A lost run and a build that never came say nothing themselves, so two families must agree besides
what an error would say, and their own history counts for nothing beside no error (PROMISES 0).
"""

from datetime import datetime

from aibwatch.diagnose.feedback import refuted
from aibwatch.diagnose.peers import Likeness, peers
from aibwatch.model.names import Region, name_of
from aibwatch.model.policy import Policy
from aibwatch.model.state import State
from aibwatch.model.verdict import Evidence, Failure, Family


def alike(
    region: Region, likeness: Likeness, state: State, policy: Policy, now: datetime
) -> list[Failure]:
    """Return failures of a region that failed alike, two at least, all distinct; else none."""
    for (where, _), builds in likeness.items():
        if where != region:
            continue
        newest = max((each for group in builds.values() for each in group), key=lambda e: e.ended)
        if now - newest.ended > policy.incident_failure_age or refuted(newest, state, policy):
            continue
        others = peers(newest, likeness, policy.window)
        if others:
            return [newest, *others]
    return []


def told_by(others: list[Failure]) -> Evidence | None:
    """Return what these failures say about their region."""
    if not others:
        return None
    names = ", ".join(sorted(name_of(each.template) for each in others))
    return Evidence(Family.PEERS, f"failed alike in the same region: {names}")


def said(region: Region, state: State, now: datetime) -> Evidence | None:
    """Return an operator's word that the region is out, if it stands."""
    word = state.words.get(region)
    if word is None or not word.speaks(now):
        return None
    by = f"{word.actor} says" if word.actor else "an operator says"
    return Evidence(Family.OPERATOR, f"{by} that it is out: {word.reason}")
