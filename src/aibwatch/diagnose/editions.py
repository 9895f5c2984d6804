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
    found: dict[tuple[ImageName, str], dict[str, Edition]] = {}
    for failover, image, run, version in _made(observations, images, state):
        template = state.templates.get(run.template)
        if template is None:
            continue
        known = {each.version: each for each in state.editions.get(image.name, ())}
        new = Edition(image.name, version.id, run.key, template.region, version.published)
        edition = known.get(version.id, new)
        answers = edition.answers or failover
        same = found.setdefault((image.name, answers or version.id), _alike(known, answers))
        edition = replace(same.get(version.id, edition), answers=answers)
        whole = _is_complete(image, version, template.targets)
        same[version.id] = replace(
            edition,
            complete=edition.complete or (now if whole else None),
            replicated=tuple(sorted({*edition.replicated, *version.replicated})),
            excluded=version.excluded,
        )
    return [
        EditionSeen(now, each)
        for editions in found.values()
        for each in _ranked(editions.values(), state)
        if each not in state.editions.get(each.image, ())
    ]


def _alike(known: Mapping[str, Edition], answers: FailoverId | None) -> dict[str, Edition]:
    """Return the versions to rank together: those that answer one failure, and no others."""
    return {name: each for name, each in known.items() if answers and each.answers == answers}


def _made(
    observations: Iterable[Observation], images: Mapping[ImageName, Image], state: State
) -> Iterator[tuple[FailoverId | None, Image, Run, Version]]:
    """Yield what was read of a gallery version with its run and the failover that it answers."""
    for seen in observations:
        if not isinstance(seen, PublicationSeen | HistorySeen):
            continue
        if not isinstance(seen.answer, Publication) or seen.answer.version is None:
            continue
        version, answers = seen.answer.version, False
        for failover, template in _asked_for(seen, state):
            for run in state.builds_for(failover):
                if run.template != template or not version.may_be_of(run):
                    continue
                if failover.image in images:
                    answers = True
                    yield failover.id, images[failover.image], run, version
        if isinstance(seen, HistorySeen) and not answers:
            yield from _ordinary(seen.template, version, images, state)


def _ordinary(
    template: TemplateId, version: Version, images: Mapping[ImageName, Image], state: State
) -> Iterator[tuple[None, Image, Run, Version]]:
    """Yield the good run that made a version, if it is the last one and answers no failure."""
    run = state.unpublished.get(template)
    if run is not None and version.may_be_of(run):
        yield from (
            (None, each, run, version) for each in images.values() if template in each.templates
        )


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
