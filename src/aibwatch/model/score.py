"""Ourselves, judged by what happened later: what we did about a failure, and whose fault it was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aibwatch.model.names import Region
from aibwatch.model.verdict import Failure, FailureKey

SCORED_WITHIN = timedelta(days=7)
"""What has not shown by then whose fault a failure was does not show it any more."""


class Deed(StrEnum):
    """What we did about a failure; the label `verdict` of aibwatch_decision_scores_total."""

    ACTED = "acted"
    """A secondary was asked to build."""
    ADVISED = "advised"
    """It would have been asked, but for the mode of the image."""
    HELD = "held"
    """Nothing was done until it was too late, or the failure was dismissed."""


class Truth(StrEnum):
    """Whose fault a failure was, by what happened later."""

    PLATFORM = "platform"
    OWNER = "owner"
    UNKNOWN = "unknown"
    """Nothing tells yet; never counted."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A failure that is not scored yet, with what we did about it so far."""

    failure: Failure
    proven: bool = False
    """Whether its recipe had built before, anywhere."""
    sent: datetime | None = None
    """When the first request that answers it was intended."""
    advised: datetime | None = None
    """When the evidence sufficed and the mode forbade it."""

    @property
    def deed(self) -> Deed:
        """What we did so far."""
        if self.sent:
            return Deed.ACTED
        return Deed.ADVISED if self.advised else Deed.HELD


@dataclass(frozen=True, slots=True)
class Score:
    """One failure with what we did about it and whose fault it turned out to be."""

    key: FailureKey
    region: Region
    ended: datetime
    """When the failure ended."""
    deed: Deed
    truth: Truth
    says: str = ""
    """What showed the truth."""
    decided: datetime | None = None
    """When we decided to act, or to advise it; None if we held."""
