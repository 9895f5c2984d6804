"""`aibwatch ticket`: what support asks for is in it, and nothing that must not leave."""

import asyncio
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import (
    Answered,
    Closed,
    Entry,
    FailureJudged,
    Intended,
    NoticeKnown,
    RegionAssessed,
    TemplateKnown,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import IncidentId
from aibwatch.model.verdict import Disposition
from builders import DAY, HOUR, NOON, NORTH, WEST
from told import journal_of
from unit.cli.running import config_for, run

MESSAGE = (
    "Build (Microsoft.VirtualMachineImages/imageTemplates) failed in IT_images_web_1a2b: see"
    " https://acc.blob.core.windows.net/packerlogs/x/customization.log?sv=2021&sp=r&sig=c2VjcmV0c2VjcmV0"
)
IDS = ("correlation id 11111111-2222-3333-4444-555555555555",)


def stored(folder: Path, entries: Iterable[Entry]) -> str:
    """Write a store and a configuration that names it; return the configuration's path."""
    journal = SqliteJournal(folder / "a.db")
    asyncio.run(journal.append(list(entries), durable=True))
    journal.close()
    return str(config_for(folder, 1))


def loud(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries whose failures say more than they should."""
    return [_loud(each) if isinstance(each, FailureJudged) else each for each in entries]


def _loud(entry: FailureJudged) -> FailureJudged:
    failure = entry.failure
    assert failure.run is not None
    run = replace(failure.run, message=MESSAGE)
    return replace(entry, failure=replace(failure, run=run, ids=IDS))


def told(folder: Path, entries: Iterable[Entry], name: str = WEST) -> dict[str, Any]:
    """Return the ticket for programs."""
    result = run("ticket", name, "--config", stored(folder, entries), "--output", "json")
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_ticket_has_all_that_support_asks_for(tmp_path: Path) -> None:
    """Region, times, ids, the staging group, and what built elsewhere."""
    result = run("ticket", WEST, "--config", stored(tmp_path, loud(journal_of("outage"))))

    text = result.stdout
    assert result.exit_code == 0
    assert text.startswith(
        "Title: Azure Image Builder fails in westeurope since 2026-03-02 12:20 UTC\n"
    )
    assert "from 2026-03-02 12:00 to 2026-03-02 12:20 UTC" in text
    assert IDS[0] in text
    assert "staging groups: IT_images_web_1a2b" in text
    assert "web built in northeurope" in text
    assert "/customization.log\n" in text


def test_no_address_has_its_query(tmp_path: Path) -> None:
    """Neither the signature nor what stands beside it, for people and for programs."""
    path = stored(tmp_path, loud(journal_of("outage")))

    people = run("ticket", WEST, "--config", path).stdout
    programs = run("ticket", WEST, "--config", path, "--output", "json").stdout

    for each in ("c2VjcmV0", "sig=", "sp=r", "?"):
        assert each not in people + programs


def test_the_notices_are_named_by_their_tracking_ids(tmp_path: Path) -> None:
    """Support finds its own incident by them."""
    entries = journal_of("who_knew_first")
    known = {each.notice.id for each in entries if isinstance(each, NoticeKnown)}

    notices = told(tmp_path, entries)["notices"]

    assert notices
    assert {each.split()[0] for each in notices} <= known


def test_what_failed_in_another_region_is_not_told(tmp_path: Path) -> None:
    """Nor is a build elsewhere that did not succeed."""
    entries = [
        replace(each, failure=replace(each.failure, region=NORTH))
        if isinstance(each, FailureJudged)
        else each
        for each in journal_of("outage")
    ]

    assert told(tmp_path, entries)["troubles"] == []


def test_only_what_built_well_elsewhere_is_told(tmp_path: Path) -> None:
    """A failover that failed proves nothing."""
    entries = [
        replace(each, outcome=Outcome.FAILED) if isinstance(each, Closed) else each
        for each in journal_of("outage")
    ]

    assert told(tmp_path, entries)["elsewhere"] == []


def test_a_build_whose_replicas_are_late_proves_that_it_works_elsewhere(tmp_path: Path) -> None:
    """The replica in the very region that is out is the one that is missing; to the minute."""
    entries = [
        replace(each, outcome=Outcome.LATE_REPLICAS) if isinstance(each, Closed) else each
        for each in journal_of("outage")
    ]

    (line,) = told(tmp_path, entries)["elsewhere"]

    assert re.fullmatch(r"web built in northeurope, \d{4}-\d\d-\d\d \d\d:\d\d", line)


def test_a_region_stands_for_its_newest_incident(tmp_path: Path) -> None:
    """An older one goes by its id."""
    entries = [*journal_of("outage")]
    opened = next(
        each for each in entries if isinstance(each, RegionAssessed) and each.belief.incident
    )
    late = opened.at + 30 * DAY
    belief = replace(
        opened.belief, incident=IncidentId("newer"), incident_opened=late, agreed_since=late
    )
    entries.append(replace(opened, at=late, belief=belief))

    assert told(tmp_path, entries)["incident"] == "newer"


def test_an_incident_goes_by_its_id_or_as_the_newest_of_its_region(tmp_path: Path) -> None:
    """Both give the same ticket."""
    by_region = told(tmp_path, journal_of("outage"))
    path = str(tmp_path / "aibwatch.yaml")

    again = run("ticket", by_region["incident"], "--config", path, "--output", "json")

    assert json.loads(again.stdout) == by_region


def test_the_owners_own_failures_are_not_support_s(tmp_path: Path) -> None:
    """A script that fails during an outage is nobody else's."""
    entries = [
        _users(each) if isinstance(each, FailureJudged) else each for each in journal_of("outage")
    ]

    assert told(tmp_path, entries)["troubles"] == []


def _users(entry: FailureJudged) -> FailureJudged:
    says = replace(entry.failure.classification, disposition=Disposition.USER)
    return replace(entry, failure=replace(entry.failure, classification=says))


@pytest.mark.parametrize(("hours", "kept"), [(1, True), (3, False)])
def test_what_failed_long_before_is_another_story(tmp_path: Path, hours: int, kept: bool) -> None:  # noqa: FBT001
    """As far back as `failover.max_failure_age`."""
    entries = [*journal_of("outage")]
    first = next(each for each in entries if isinstance(each, FailureJudged))
    early = first.failure.ended - hours * HOUR
    assert first.failure.run is not None
    run = replace(first.failure.run, started=early - HOUR, ended=early)
    key = replace(first.failure.key, mark="earlier")
    entries.insert(0, replace(first, failure=replace(first.failure, key=key, run=run, seen=early)))

    ends = [each["ended"] for each in told(tmp_path, entries)["troubles"]]

    assert (early.isoformat() in ends) is kept


def test_a_request_that_the_region_did_not_answer_is_told_with_its_id(tmp_path: Path) -> None:
    """Only where the region that was asked is the one that the ticket is about."""
    entries = [*journal_of("outage")]
    intent = next(each for each in entries if isinstance(each, Intended))
    at = next(i for i, each in enumerate(entries) if isinstance(each, Answered))
    entries[at] = replace(entries[at], event=Event.UNCLEAR, says="500", request_id="42")  # type: ignore[arg-type]
    moved = [
        replace(each, template=replace(each.template, region=WEST))
        if isinstance(each, TemplateKnown) and each.template.id == intent.target
        else each
        for each in entries
    ]

    north = told(tmp_path, entries)["troubles"]
    (tmp_path / "a.db").unlink()
    west = told(tmp_path, moved)["troubles"]

    assert [each["ids"] for each in north if each["template"] == intent.target] == []
    assert ["request id 42"] in [each["ids"] for each in west]


def test_an_unknown_incident_names_those_that_there_are(tmp_path: Path) -> None:
    """With region and time, as nobody knows ids by heart."""
    result = run("ticket", "eastus", "--config", stored(tmp_path, journal_of("outage")))

    assert result.exit_code == 2
    assert "(westeurope, 2026-03-02 12:23 UTC)" in " ".join(result.stderr.split())


def test_what_failed_after_the_end_is_another_incident_s(tmp_path: Path) -> None:
    """A later failure is not told, however alike it is."""
    entries = [*journal_of("outage")]
    last = next(each for each in entries if isinstance(each, FailureJudged))
    late = NOON + timedelta(days=30)
    assert last.failure.run is not None
    run = replace(last.failure.run, started=late, ended=late + HOUR)
    key = replace(last.failure.key, mark="later")
    entries.append(replace(last, at=late, failure=replace(last.failure, key=key, run=run)))

    answer = told(tmp_path, entries)

    assert answer["closed"] is not None
    assert late.isoformat() not in [each["began"] for each in answer["troubles"]]
