"""Which run made which version of an image, and which of two that answer one failure counts.

After a failover the service may rerun what it dropped, a trigger or a person may, or a run that was
lost may come right: then one failure has two versions. The first that is wherever it must be wins,
the other is told to be its duplicate; nothing is deleted (PROMISES S31, S32).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from aibwatch.model.edition import Edition
from aibwatch.model.entry import EditionSeen
from aibwatch.model.failover import Failover
from aibwatch.model.gallery import Publication, Version
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId
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

    Two that are seen at once know of each other.
    """
    entries: list[EditionSeen] = []
    all_known: dict[ImageName, dict[str, Edition]] = {}
    for failover, run, version in _made(observations, state):
        image, template = images.get(failover.image), state.templates.get(run.template)
        if image is None or template is None or version.published < run.started:
            continue
        told = {each.version: each for each in state.editions.get(image.name, ())}
        known = all_known.setdefault(image.name, told)
        seen = Edition(image.name, version.id, run.key, template.region, version.published)
        edition = replace(known.get(version.id, seen), answers=failover.id)
        if edition.complete is None and _is_complete(image, version, template.targets):
            edition = replace(edition, complete=now)
        others = [each for each in known.values() if each.answers == failover.id]
        settled = _settled(edition, [each for each in others if each.version != version.id])
        news = [each for each in settled if each != known.get(each.version)]
        known.update((each.version, each) for each in news)
        entries += [EditionSeen(now, each) for each in news]
    return entries


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


def _settled(edition: Edition, others: list[Edition]) -> list[Edition]:
    """Return the versions of one failure with their rank; who was complete first stays first."""
    every = [*others, edition]
    done = [each for each in every if each.complete]
    if not done or not others:
        return [edition]
    winner = min(done, key=lambda each: (each.complete, each.published, each.version)).version
    return [replace(each, duplicate_of="" if each.version == winner else winner) for each in every]
