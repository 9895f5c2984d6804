"""Do we distrust ourselves, or is all of Azure ill?

When everything looks ill, the eye is more likely ill than Azure (S13, S43).
"""

from datetime import datetime

from aibwatch.diagnose.notices import azure_wide, titles
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.policy import Policy
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Sightings, State

SHARE_FROM = 4
"""From so many known regions on the share decides; below it, one bad region is believed."""


def suspicion(state: State, sightings: Sightings, policy: Policy, now: datetime) -> Hold | None:
    """Return why nothing may be done anywhere now, None if nothing speaks against it.

    Either we cannot trust what we see, or no region is better than another.
    """
    says = self_test(sightings, policy) or _too_much_bad(state, policy)
    if says:
        return Hold(Reason.SELF_SUSPECT, says)
    wide = azure_wide(sightings, policy.services, now)
    if not wide:
        return None
    says = f"Microsoft reports {titles(wide)} everywhere: waiting is the answer; it lifts with that"
    return Hold(Reason.AZURE_WIDE, says)


def self_test(sightings: Sightings, policy: Policy) -> str:
    """Say what is wrong with our own sight or clock; a test that was not made says nothing."""
    test = sightings.self_test
    if test is None:
        return ""
    if test.fault:
        return f"our own test fails ({test.fault}); it lifts when the test passes"
    if abs(test.skew) > policy.skew:
        return (
            f"Azure's clock and ours differ by {abs(test.skew)}, more than {policy.skew};"
            " it lifts when they agree"
        )
    return ""


def _too_much_bad(state: State, policy: Policy) -> str:
    """Say that too many regions are bad to be true: counted in integers (PROMISES S14).

    One that was bad at the same time, and only fell silent since, counts until it builds again:
    where all of Azure was ill, the last region to be forgotten is no better reason to act.
    """
    known = [belief for belief in state.regions.values() if belief.health is not Health.UNKNOWN]
    bad = [belief for belief in known if belief.bad]
    since = min((each.agreed_since or each.since for each in bad), default=None)
    silent = [each for each in known if since and not each.bad and _fell_silent(each, since)]
    if not bad or not _too_many(len(bad) + len(silent), len(known), policy):
        return ""
    names = ", ".join(sorted(each.region for each in (*bad, *silent)))
    return (
        f"{len(bad) + len(silent)} of {len(known)} known regions look bad ({names}): it is we, or"
        " all of Azure, and waiting is the answer; it lifts when fewer do"
    )


def _fell_silent(belief: RegionBelief, since: datetime) -> bool:
    return belief.unproven and belief.cleared is not None and belief.cleared >= since


def _too_many(bad: int, known: int, policy: Policy) -> bool:
    if bad == known:
        return True
    if known < SHARE_FROM:
        return bad > 1
    share = policy.self_suspect_share
    return bad * share.denominator > known * share.numerator
