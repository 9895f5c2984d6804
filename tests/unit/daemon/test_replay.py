"""Past decisions made again from the journal alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aibwatch.daemon.cycle import CALM
from aibwatch.daemon.replay import replay
from aibwatch.journal.codec import encode
from aibwatch.model.decision import Reason
from aibwatch.model.entry import Decided, Entry, FailoverOpened, Intended, Witnessed
from aibwatch.model.image import Mode
from aibwatch.model.verdict import Family
from aibwatch.model.witness import Witness
from told import STORIES, journal_of

WITNESSED_MAX = 12_000
"""Bytes of one witness in a store; those of the stories have about 5,000."""


@pytest.mark.parametrize("story", STORIES)
def test_every_decision_of_a_story_is_made_again_alike(story: str) -> None:
    """S40: reason, words and holds of all that was decided follow from what was recorded."""
    again = list(replay(journal_of(story)))

    assert again
    assert [each for each in again if not each.same] == []
    assert [each for each in again if not each.same_evidence] == []


def test_acts_and_holds_and_intents_are_all_witnessed() -> None:
    """Every decision that is not calm has its witness, and so has the request itself."""
    journal = journal_of("outage")

    again = [each.recorded for each in replay(journal)]

    decided = [e for e in journal if isinstance(e, Decided) and e.reason not in CALM]
    assert [each for each in again if isinstance(each, Decided)] == decided
    assert [e for e in again if isinstance(e, Intended)] == [
        e for e in journal if isinstance(e, Intended)
    ]


def test_what_belongs_to_a_failover_says_so() -> None:
    """From the decision that opens it to the one that closes it."""
    journal = journal_of("outage")
    opened = next(each for each in journal if isinstance(each, FailoverOpened))

    its_own = [each for each in replay(journal) if each.failover == opened.failover]

    assert its_own[0].at == opened.at
    assert its_own[0].recorded.reason == Reason.PLATFORM_OUTAGE
    assert its_own[-1].recorded.reason == Reason.REPLICATED


def other(journal: tuple[Entry, ...], change: Callable[[Witness], Witness]) -> list[Entry]:
    """Return the journal with every witness changed."""
    return [
        replace(each, witness=change(each.witness)) if isinstance(each, Witnessed) else each
        for each in journal
    ]


def test_another_mode_would_have_decided_otherwise() -> None:
    """The witness is what the decision is made from, so a false one is noticed."""
    observed = other(
        journal_of("outage"),
        lambda each: replace(each, image=replace(each.image, mode=Mode.OBSERVE)),
    )

    opening = next(each for each in replay(observed) if each.recorded.reason == "platform_outage")

    assert not opening.same
    assert opening.again.reason is Reason.OBSERVE_ONLY


def test_evidence_that_speaks_no_more_is_noticed() -> None:
    """Weighed anew, a family for which nothing was kept is silent, and that is said."""
    journal = journal_of("outage")
    forged = other(
        journal,
        lambda each: replace(
            each,
            evidence=tuple(e for e in each.evidence or () if e.family is not Family.HISTORY),
        ),
    )

    again = [each for each in replay(forged) if each.verdict and each.weighed]

    assert any(not each.same_evidence for each in again)


@pytest.mark.parametrize("story", STORIES)
def test_a_witness_is_small(story: str) -> None:
    """Hundreds of images may be decided about at once."""
    sizes = [len(encode(e)[1]) for e in journal_of(story) if isinstance(e, Witnessed)]

    assert max(sizes) < WITNESSED_MAX
