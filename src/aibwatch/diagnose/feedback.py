"""What a secondary's run tells about the failure that it was to answer.

It builds what failed in the primary's region: there is no stronger evidence against that region.
It fails the same way: it was the build, or all of Azure, and others must stop moving.
"""

from aibwatch.model.policy import Policy
from aibwatch.model.state import State
from aibwatch.model.verdict import Failure


def refuted(failure: Failure, state: State, policy: Policy) -> bool:
    """Whether a secondary failed the same way, and none built since what had failed so here.

    Then it is the build, or all of Azure: that others fail alike, or that it built before, speaks
    no longer against this region. Microsoft's word and the provider's own errors still do.
    """
    signature = failure.classification.signature
    told = state.refuted.get(failure.region, {}).get(signature)
    against = state.confirmed.get(failure.region, {}).get(signature)
    if told is None or (against is not None and against >= told - policy.window):
        return False
    return failure.ended <= told + policy.window
