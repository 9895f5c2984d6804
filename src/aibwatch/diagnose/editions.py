"""Which run made which version of an image, and which of two that answer one failure counts.

After a failover the service may rerun what it dropped, a trigger or a person may, or a run that was
lost may come right: then one failure has two versions. The first that is wherever it must be wins,
the other is told to be its duplicate; nothing is deleted (PROMISES S31, S32).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from aibwatch.model.edition import Edition
from aibwatch.model.entry import EditionSeen
from aibwatch.model.failover import Failover
from aibwatch.model.gallery import Publication, Version
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, ImageName, TemplateId
from aibwatch.model.observation import HistorySeen, Observation, PublicationSeen
from aibwatch.model.state import State
from aibwatch.model.template import Run


def notice_editions(
    observations: Iterable[Observation],
    images: Mapping[ImageName, Image],
    state: State,
    now: datetime,
) -> list[EditionSeen]:
    """Return entries for versions that are new, are now complete, or have won or lost.

    All that is seen at once is ranked at once: two that show first in one sweep have one winner.
    """
    found: dict[FailoverId | None, dict[str, Edition]] = {}
    for failover, run, version in _made(observations, state):
        image, template = images.get(failover.image), state.templates.get(run.template)
        if image is None or template is None or version.published < run.started:
            continue
        known = {each.version: each for each in state.editions.get(image.name, ())}
        new = Edition(
            image.name, version.id, run.key, template.region, version.published, answers=failover.id
        )
        answers = known.get(version.id, new).answers
        same = found.setdefault(answers, {k: e for k, e in known.items() if e.answers == answers})
        edition = same.setdefault(version.id, new)
        if edition.complete is None and _is_complete(image, version, template.targets):
            same[version.id] = replace(edition, complete=now)
    return [
        EditionSeen(now, each)
        for editions in found.values()
        for each in _ranked(editions.values(), state)
        if each not in state.editions.get(each.image, ())
    ]


def _made(
    observations: Iterable[Observation], state: State
) -> Iterator[tuple[Failover, Run, Version]]:
    """Yield what was read of a gallery version with its run and the failover it belongs to."""
    for seen in observations:
        if not isinstance(seen, PublicationSeen | HistorySeen):
            continue
        if not isinstance(seen.answer, Publication) or seen.answer.version is None:
            continue
        for failover, template in _asked_for(seen, state):
            for run in state.builds_for(failover):
                if run.template == template:
                    yield failover, run, seen.answer.version


def _asked_for(
    seen: PublicationSeen | HistorySeen, state: State
) -> list[tuple[Failover, TemplateId | None]]:
    """Return the failovers that an answer may be about, with the template that was asked."""
    if isinstance(seen, PublicationSeen):
        failover = state.failovers.get(seen.failover)
        return [(failover, failover.target)] if failover else []
    return [
        (each, seen.template)
        for each in state.lately_answered()
        if each.key.template == seen.template
    ]


def _is_complete(image: Image, version: Version, targets: tuple[str, ...]) -> bool:
    """Whether a version is usable wherever it must be; a region that is out is no exception."""
    must = image.required_regions or {*targets, *version.replicated, *version.pending}
    return version.provisioned and bool(version.replicated) and must <= {*version.replicated}


def _ranked(editions: Collection[Edition], state: State) -> list[Edition]:
    """Return the versions of one failure with their rank; nothing is settled while none is done."""
    winner = _winner(editions, state)
    return [
        replace(each, duplicate_of="" if winner in ("", each.version) else winner)
        for each in editions
    ]


def _winner(editions: Collection[Edition], state: State) -> str:
    """Return the version that counts, "" if none does yet.

    What is settled stays settled, whatever our clock does: one that was named is the winner, and
    one that was complete before is first.
    """
    named = next((each.duplicate_of for each in editions if each.duplicate_of), "")
    if named:
        return named
    done = [each for each in editions if each.complete]
    before = [each for each in done if each in state.editions.get(each.image, ())]
    ranked = sorted(before or done, key=lambda each: (each.published, each.version))
    return ranked[0].version if ranked else ""
