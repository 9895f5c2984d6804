"""Journal entries: what was seen, judged, said, intended and done; each kind has its own module.

`journal.fold` makes the state from them and nothing else does. Entries are only ever added;
a field that is added later has a default, so that an older journal can be read. In the journal an
entry goes by the name of its class.
"""

from aibwatch.model.entry_done import (
    Answered,
    Closed,
    FailoverOpened,
    Intended,
    Moved,
    ProbeAnswered,
    ProbeIntended,
)
from aibwatch.model.entry_judged import (
    Decided,
    FailureJudged,
    RegionAssessed,
    Scored,
    Violated,
    Witnessed,
)
from aibwatch.model.entry_kept import Booted, Compacted, Configured, Notified
from aibwatch.model.entry_said import (
    Acknowledged,
    OrderDropped,
    Ordered,
    Paused,
    RegionSaid,
    Resumed,
    ScheduleKnown,
)
from aibwatch.model.entry_seen import (
    EditionSeen,
    HistorySeeded,
    MissedTold,
    NoticeKnown,
    RunMissed,
    RunSeen,
    TemplateCopied,
    TemplateKnown,
)

Entry = (
    Booted
    | TemplateKnown
    | TemplateCopied
    | RunSeen
    | FailureJudged
    | HistorySeeded
    | RegionAssessed
    | Decided
    | Witnessed
    | FailoverOpened
    | Intended
    | Answered
    | Moved
    | Closed
    | Paused
    | Resumed
    | Ordered
    | OrderDropped
    | ScheduleKnown
    | RegionSaid
    | Acknowledged
    | EditionSeen
    | Violated
    | NoticeKnown
    | RunMissed
    | MissedTold
    | Scored
    | ProbeIntended
    | ProbeAnswered
    | Compacted
    | Configured
    | Notified
)

__all__ = [
    "Acknowledged",
    "Answered",
    "Booted",
    "Closed",
    "Compacted",
    "Configured",
    "Decided",
    "EditionSeen",
    "Entry",
    "FailoverOpened",
    "FailureJudged",
    "HistorySeeded",
    "Intended",
    "MissedTold",
    "Moved",
    "NoticeKnown",
    "Notified",
    "OrderDropped",
    "Ordered",
    "Paused",
    "ProbeAnswered",
    "ProbeIntended",
    "RegionAssessed",
    "RegionSaid",
    "Resumed",
    "RunMissed",
    "RunSeen",
    "ScheduleKnown",
    "Scored",
    "TemplateCopied",
    "TemplateKnown",
    "Violated",
    "Witnessed",
]
