"""What a decision looked at, cut out of the view; and a view made of that again.

`restored(witness_of(image, view), state)` is decided upon as `view` is: that is what makes a past
decision recomputable (PROMISES S40). It is bounded, whatever the size of the fleet.
"""

from dataclasses import replace
from itertools import islice

from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.fault import Fault
from aibwatch.model.gallery import Definition, Publication
from aibwatch.model.image import Image
from aibwatch.model.names import DefinitionId, FailoverId, Region, TemplateId
from aibwatch.model.state import NEVER, Sightings, State, View
from aibwatch.model.template import Template
from aibwatch.model.verdict import Failure, Verdict
from aibwatch.model.witness import (
    ATTEMPTS_MAX,
    FAULTS_MAX,
    NOTICES_MAX,
    VERSIONS_MAX,
    Gallery,
    Output,
    Sight,
    Told,
    Witness,
)


def witness_of(image: Image, view: View) -> Witness:
    """Return all that a decision about `image` can look at in `view`, without the state."""
    seen = view.sightings
    verdict = view.verdicts.get(image.primary)
    failure = view.state.failures.get(image.primary)
    region = failure.region if failure else view.region_of(image.primary)
    return Witness(
        image=image,
        policy=view.policy,
        booted=seen.booted,
        sweeps=seen.sweeps,
        evidence=verdict.evidence if verdict else None,
        veto=verdict.veto if verdict else None,
        refuted=verdict.refuted if verdict else False,
        sights=tuple(_sight(each, seen) for each in (*image.watched, *_unread(region, seen))),
        read=tuple(sorted(seen.read.items())),
        gallery=_gallery(image, failure, seen),
        output=_output(view.state.open.get(image.name), seen),
        told=_told(region, seen),
        attempts=_attempts(region, view),
        readiness=tuple(
            view.readiness[image.name, each]
            for each in image.watched
            if (image.name, each) in view.readiness
        ),
        misconfigured=view.misconfigured.get(image.name, ""),
        leader=view.leader,
        writable=view.writable,
        suspicion=view.suspicion,
    )


def restored(witness: Witness, state: State) -> View:
    """Return the view that the witness tells of, over the state as it was then."""
    image = witness.image
    failure = state.failures.get(image.primary)
    verdicts = {}
    if failure is not None and witness.evidence is not None:
        verdict = Verdict(failure, witness.evidence, witness.veto, witness.refuted)
        verdicts = {image.primary: verdict}
    return View(
        images={image.name: image},
        state=state,
        sightings=_sightings(witness),
        verdicts=verdicts,
        readiness={(image.name, each.template): each for each in witness.readiness},
        policy=witness.policy,
        misconfigured={image.name: witness.misconfigured} if witness.misconfigured else {},
        leader=witness.leader,
        writable=witness.writable,
        suspicion=witness.suspicion,
    )


def _sight(template: TemplateId, seen: Sightings) -> Sight:
    shown = seen.templates.get(template)
    return Sight(
        template,
        _without_messages(shown) if shown else None,
        seen.seen.get(template),
        seen.asked.get(template),
        seen.faults.get(template),
    )


def _without_messages(template: Template) -> Template:
    run = replace(template.run, message="") if template.run else None
    return replace(template, run=run, provisioning_error="")


def _unread(region: Region | None, seen: Sightings) -> list[TemplateId]:
    """Return templates of a region that could not be read: its provider is judged by them."""
    dark = (
        name
        for name in seen.faults
        if name in seen.templates and seen.templates[name].region == region
    )
    return list(islice(dark, FAULTS_MAX))


def _gallery(image: Image, failure: Failure | None, seen: Sightings) -> Gallery | None:
    template = seen.templates.get(image.primary)
    if template is None or template.definition is None:
        return None
    definition = seen.definitions.get(template.definition)
    versions = seen.versions.get(template.definition)
    since = failure.began if failure else NEVER
    recent = None
    if isinstance(versions, tuple):
        newer = (each for each in versions if failure and each.published > since)
        recent = tuple(islice(newer, VERSIONS_MAX))
    return Gallery(
        definition if isinstance(definition, Definition) else None,
        definition if isinstance(definition, Fault) else None,
        recent,
        versions if isinstance(versions, Fault) else None,
    )


def _output(failover: FailoverId | None, seen: Sightings) -> Output | None:
    answer = seen.publications.get(failover) if failover else None
    if failover is None or answer is None:
        return None
    if isinstance(answer, Fault):
        return Output(failover, fault=answer)
    return Output(failover, answer)


def _told(region: Region | None, seen: Sightings) -> tuple[Told, ...]:
    return tuple(
        Told(
            source,
            answered,
            tuple(
                islice(
                    (
                        each
                        for each in seen.notices.get(source, ())
                        if each.everywhere or region in each.regions
                    ),
                    NOTICES_MAX,
                )
            ),
        )
        for source, answered in sorted(seen.sources.items())
    )


def _attempts(region: Region | None, view: View) -> tuple[Attempt, ...]:
    """Return the latest refused attempts in a region."""
    known = view.state.templates
    here = [
        each
        for each in view.sightings.attempts.values()
        if each.state is AttemptState.REFUSED
        and each.template in known
        and known[each.template].region == region
    ]
    return tuple(sorted(here, key=lambda each: (each.began, each.correlation))[-ATTEMPTS_MAX:])


def _sightings(witness: Witness) -> Sightings:
    sights = {each.template: each for each in witness.sights}
    found = Sightings(
        booted=witness.booted,
        templates={name: each.shown for name, each in sights.items() if each.shown},
        seen={name: each.seen for name, each in sights.items() if each.seen},
        asked={name: each.asked for name, each in sights.items() if each.asked},
        faults={name: each.fault for name, each in sights.items() if each.fault},
        read=dict(witness.read),
        notices={each.source: each.notices for each in witness.told},
        sources={each.source: each.answered for each in witness.told},
        attempts={each.correlation: each for each in witness.attempts},
        sweeps=witness.sweeps,
    )
    _restore_gallery(found, witness)
    if witness.output is not None:
        answer: Publication | Fault | None = witness.output.publication or witness.output.fault
        if answer is not None:
            found.publications[witness.output.failover] = answer
    return found


def _restore_gallery(found: Sightings, witness: Witness) -> None:
    primary, gallery = found.templates.get(witness.image.primary), witness.gallery
    if gallery is None or primary is None or primary.definition is None:
        return
    name: DefinitionId = primary.definition
    definition = gallery.definition or gallery.definition_fault
    if definition is not None:
        found.definitions[name] = definition
    versions = gallery.versions if gallery.versions is not None else gallery.versions_fault
    if versions is not None:
        found.versions[name] = versions
