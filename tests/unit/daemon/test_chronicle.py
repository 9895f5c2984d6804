"""How journal entries are told in the log."""

import logging
from dataclasses import replace
from typing import get_args

import pytest

from aibwatch.daemon.chronicle import MESSAGE_MAX, line, tell
from aibwatch.model.attempt import AttemptState
from aibwatch.model.blueprint import Blueprint, Recipe
from aibwatch.model.chain import Gap
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.edition import Edition
from aibwatch.model.entry import (
    Acknowledged,
    Answered,
    Booted,
    Closed,
    Compacted,
    Configured,
    Decided,
    EditionSeen,
    Entry,
    FailoverOpened,
    FailureJudged,
    HistorySeeded,
    Intended,
    MissedTold,
    Moved,
    NoticeKnown,
    Notified,
    OrderDropped,
    Ordered,
    Paused,
    ProbeAnswered,
    ProbeIntended,
    RegionAssessed,
    RegionSaid,
    Resumed,
    RunMissed,
    RunSeen,
    ScheduleKnown,
    Scored,
    TemplateCopied,
    TemplateKnown,
    Violated,
    Witnessed,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import FailoverId, ImageName, OrderId, Token
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.probe import ProbeReason
from aibwatch.model.region import Health
from aibwatch.model.schedule import Schedule
from aibwatch.model.score import Deed, Score, Truth
from aibwatch.model.template import RunKey, RunState
from aibwatch.model.verdict import Evidence, Family
from aibwatch.model.witness import Witness
from aibwatch.model.word import Word
from builders import (
    HOUR,
    NOON,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failure,
    a_notice,
    a_policy,
    a_run,
    a_template,
    an_image,
)

WEB = ImageName("web")
ID = FailoverId("f00d")
TOKEN = Token("abcd")
OUT = a_belief(health=Health.OUTAGE, evidence=(Evidence(Family.PEERS, "two others failed"),))
HOLD = Hold(Reason.PAUSED, "all is paused by kim")
MISSED = RunKey(WEB_NORTH, NOON - HOUR)
ORDER = Order(OrderId("0f1e"), OrderKind.FAILOVER, WEB, NOON, "ada", "a rehearsal")
EDITION = Edition(WEB, "/versions/1.0.2", MISSED, WEST, NOON)
DUPLICATE = replace(EDITION, duplicate_of="/versions/1.0.1")


def a_scored(deed: Deed, truth: Truth) -> Scored:
    """Return the score of a failure."""
    return Scored(NOON, Score(a_failure().key, WEST, NOON, deed, truth))


UNSAID = {TemplateKnown, Witnessed}
"""What is seen every day, and what another line is about."""

SAMPLES: list[tuple[Entry, str, int]] = [
    (Booted(NOON, 3, "0.1.0"), "booted", logging.INFO),
    (RunSeen(NOON, a_run(), WEST, "r", "i"), "run.seen", logging.WARNING),
    (
        RunSeen(NOON, a_run(state=RunState.SUCCEEDED), WEST, "r", "i"),
        "run.seen",
        logging.INFO,
    ),
    (
        TemplateCopied(NOON, WEB_NORTH, "r", "{}", Blueprint(Recipe())),
        "template.copied",
        logging.INFO,
    ),
    (FailureJudged(NOON, a_failure()), "failure.judged", logging.WARNING),
    (RegionAssessed(NOON, a_belief()), "region.assessed", logging.INFO),
    (RegionAssessed(NOON, OUT), "region.assessed", logging.WARNING),
    (Decided(NOON, WEB, "act", Reason.RESEND), "decided.act", logging.INFO),
    (Decided(NOON, WEB, "hold", Reason.PAUSED, "", (HOLD,)), "decided.hold", logging.INFO),
    (Decided(NOON, WEB, "advise", Reason.ADVISE_ONLY), "decided.advise", logging.INFO),
    (
        FailoverOpened(NOON, ID, WEB, a_failure().key, Reason.PLATFORM_OUTAGE),
        "failover.opened",
        logging.WARNING,
    ),
    (
        Intended(NOON, ID, WEB_NORTH, TOKEN, 3, Reason.PLATFORM_OUTAGE),
        "failover.intended",
        logging.WARNING,
    ),
    (Answered(NOON, ID, TOKEN, Event.BEGAN), "failover.began", logging.WARNING),
    (Answered(NOON, ID, TOKEN, Event.REFUSED), "failover.refused", logging.WARNING),
    (Answered(NOON, ID, TOKEN, Event.UNCLEAR), "failover.unclear", logging.WARNING),
    (Moved(NOON, ID, Event.ADOPTED, Reason.RUN_SEEN), "failover.adopted", logging.INFO),
    (Closed(NOON, ID, Outcome.SUCCEEDED, Reason.REPLICATED), "failover.closed", logging.INFO),
    (Closed(NOON, ID, Outcome.FAILED, Reason.OUTPUT_MISSING), "failover.closed", logging.ERROR),
    (Closed(NOON, ID, Outcome.ABANDONED, Reason.DEADLINE_PASSED), "failover.closed", logging.ERROR),
    (Paused(NOON, "all", "maintenance", "kim"), "paused", logging.WARNING),
    (Resumed(NOON, "all"), "resumed", logging.WARNING),
    (TemplateKnown(NOON, a_template()), "TemplateKnown", logging.DEBUG),
    (
        ProbeIntended(NOON, WEST, WEB_NORTH, TOKEN, 3, ProbeReason.SUSPICION),
        "probe.intended",
        logging.INFO,
    ),
    (ProbeAnswered(NOON, WEST, TOKEN, Event.BEGAN), "probe.began", logging.INFO),
    (ProbeAnswered(NOON, WEST, TOKEN, Event.UNCLEAR, "504"), "probe.unclear", logging.WARNING),
    (
        Witnessed(NOON, Witness(an_image(), a_policy(), NOON)),
        "Witnessed",
        logging.DEBUG,
    ),
    (
        HistorySeeded(NOON, WEB, WEST, "recipe", "identity", NOON, "the Activity Log"),
        "history.seeded",
        logging.INFO,
    ),
    (NoticeKnown(NOON, WEST, "events", a_notice()), "notice.known", logging.WARNING),
    (NoticeKnown(NOON, WEST, "events", a_notice(active=False)), "notice.known", logging.INFO),
    (
        RunMissed(NOON, WEB_NORTH, WEST, MISSED, RunKey(WEB_NORTH, NOON)),
        "run.missed",
        logging.WARNING,
    ),
    (MissedTold(NOON, MISSED, WEST, AttemptState.SUCCEEDED), "run.missed_told", logging.INFO),
    (Ordered(NOON, ORDER), "ordered", logging.WARNING),
    (OrderDropped(NOON, ORDER.id, WEB, "no secondary"), "order.dropped", logging.WARNING),
    (ScheduleKnown(NOON, WEB, Schedule("0 6 * * *")), "schedule.known", logging.INFO),
    (ScheduleKnown(NOON, WEB, None), "schedule.known", logging.INFO),
    (
        RegionSaid(NOON, Word(WEST, out=True, at=NOON, reason="it burns")),
        "region.said_out",
        logging.WARNING,
    ),
    (
        RegionSaid(NOON, Word(WEST, out=False, at=NOON, reason="it is out")),
        "region.said_well",
        logging.WARNING,
    ),
    (Acknowledged(NOON, WEB, FailoverId("f1"), "ada"), "acknowledged", logging.INFO),
    (EditionSeen(NOON, EDITION), "edition.seen", logging.INFO),
    (EditionSeen(NOON, DUPLICATE), "edition.seen", logging.WARNING),
    (Violated(NOON, "S1", "two runs at once"), "promise.violated", logging.ERROR),
    (Compacted(NOON, (Gap(2, 9, "a", "b"),)), "journal.compacted", logging.INFO),
    (Configured(NOON, "0123456789ab"), "configured", logging.WARNING),
    (Notified(NOON, "ops", "closed:f1", "failover:f1"), "notified", logging.INFO),
    (a_scored(Deed.ACTED, Truth.PLATFORM), "failure.scored", logging.INFO),
    (a_scored(Deed.ADVISED, Truth.PLATFORM), "failure.scored", logging.INFO),
    (a_scored(Deed.HELD, Truth.OWNER), "failure.scored", logging.INFO),
    (a_scored(Deed.ACTED, Truth.OWNER), "failure.scored", logging.WARNING),
    (a_scored(Deed.HELD, Truth.PLATFORM), "failure.scored", logging.WARNING),
]


@pytest.mark.parametrize(("entry", "event", "level"), SAMPLES, ids=lambda each: str(each)[:24])
def test_an_entry_is_told_by_its_name_at_its_level(entry: Entry, event: str, level: int) -> None:
    """What a person on call must not miss is a warning or worse; what is routine is not."""
    told = line(entry)

    assert (told.event, told.level) == (event, level)


@pytest.mark.parametrize("kind", get_args(Entry), ids=lambda kind: kind.__name__)
def test_every_kind_has_a_line_of_its_own_or_is_for_debugging(kind: type[Entry]) -> None:
    """A new kind of entry cannot be forgotten here: it needs a sample above."""
    told = [line(entry) for entry, _, _ in SAMPLES if type(entry) is kind]

    assert told, "no sample"
    general = [each.event == kind.__name__ for each in told]
    assert all(each.level == logging.DEBUG for each in told) == all(general)
    assert (kind in UNSAID) == all(general)


def test_a_hold_names_every_guard() -> None:
    """All that holds is in the line, not only the first."""
    entry = Decided(
        NOON, WEB, "hold", Reason.PAUSED, "says", (HOLD, Hold(Reason.BUDGET, "10 are under way"))
    )

    told = line(entry)

    assert told.fields["held_by"] == [Reason.PAUSED, Reason.BUDGET]
    assert told.fields["says"] == "says"


def test_an_outage_is_told_with_its_evidence() -> None:
    """Which families speak, and what each says."""
    told = line(RegionAssessed(NOON, OUT))

    assert told.fields["families"] == [Family.PEERS]
    assert told.fields["evidence"] == ["two others failed"]
    assert (told.fields["region"], told.fields["health"]) == (WEST, Health.OUTAGE)


def test_azures_own_text_is_cut() -> None:
    """A message of a megabyte makes no line of a megabyte."""
    told = line(RunSeen(NOON, a_run(message="x" * 1_000_000), WEST, "r", "i"))

    assert told.fields["said"] == "x" * MESSAGE_MAX


def test_an_intent_is_told_so_that_it_can_be_found_in_azure() -> None:
    """Target, token, epoch and whether it was sent blind: the audit record of a request."""
    told = line(Intended(NOON, ID, WEB_NORTH, TOKEN, 3, Reason.RESEND, blind=True))

    assert told.fields == {
        "failover": ID,
        "target": WEB_NORTH,
        "token": TOKEN,
        "epoch": 3,
        "reason": Reason.RESEND,
        "blind": True,
    }


def test_an_answer_is_told_with_its_request_id() -> None:
    """Microsoft's support asks for it."""
    told = line(Answered(NOON, ID, TOKEN, Event.UNCLEAR, "timeout 504", "guid-1"))

    assert told.fields["request_id"] == "guid-1"
    assert told.fields["says"] == "timeout 504"


SIGNED = "https://scripts.blob.core.windows.net/a/setup.sh?sv=2023-11-03&sig=aBcDeFgHiJkLmNoP"


@pytest.mark.parametrize(
    "entry",
    [
        RunSeen(NOON, a_run(message=f"cannot download {SIGNED}"), WEST, "r", "i"),
        Decided(NOON, WEB, "hold", Reason.USER_ERROR, f"cannot download {SIGNED}"),
        Answered(NOON, ID, TOKEN, Event.REFUSED, f"rejected 400: {SIGNED}"),
        Closed(NOON, ID, Outcome.FAILED, Reason.FAILED_THE_SAME_WAY, f"cannot download {SIGNED}"),
        RegionAssessed(
            NOON,
            a_belief(health=Health.OUTAGE, evidence=(Evidence(Family.RUN, f"it says {SIGNED}"),)),
        ),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_signatures_that_azure_quotes_are_not_passed_on(entry: Entry) -> None:
    """Neither to the log nor to the history, which is made of the same fields."""
    told = tell(entry)

    assert "aBcDeFgHiJkLmNoP" not in str(told.fields)
    assert "setup.sh" in str(told.fields), "the rest is still told"


def test_what_is_told_keeps_its_kinds() -> None:
    """Enumerations stay what they are: the history is filtered by them."""
    told = tell(RegionAssessed(NOON, OUT))

    assert told == line(RegionAssessed(NOON, OUT))
    assert told.fields["health"] is Health.OUTAGE
