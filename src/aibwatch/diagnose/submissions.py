"""From a template that could not be provisioned to a failure: there is no run, and no log."""

from datetime import datetime

from aibwatch.diagnose.classify import classify_submission
from aibwatch.model.entry import FailureJudged
from aibwatch.model.ownsignature import OwnSignature
from aibwatch.model.state import State
from aibwatch.model.template import ProvisioningState, Template
from aibwatch.model.verdict import Failure, submission_key


def notice_submission(
    template: Template, state: State, now: datetime, own: tuple[OwnSignature, ...] = ()
) -> FailureJudged | None:
    """Return the entry for a submission that failed and is not known yet, else None."""
    key = submission_key(template)
    known = state.failures.get(template.id)
    if template.provisioning is not ProvisioningState.FAILED or (known and known.key == key):
        return None
    failure = Failure(
        key=key,
        run=None,
        region=template.region,
        recipe=template.recipe,
        identities=template.identities,
        seen=now,
        classification=classify_submission(template, own),
        at=template.modified,
        said=template.provisioning_error,
    )
    return FailureJudged(now, failure)
