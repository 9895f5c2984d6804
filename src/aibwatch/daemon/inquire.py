"""Everything that one may want to know about an image's decision, by asking the core itself.

Where nothing failed, a failure with the generic text is supposed to have just been seen, and the
same core says what would come of it. Nothing of it is kept.
"""

from dataclasses import replace
from datetime import datetime

from aibwatch.diagnose.classify import classify
from aibwatch.diagnose.prospects import prospects
from aibwatch.diagnose.region import assess_all
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.failover.decide import decide
from aibwatch.failover.flip import flips
from aibwatch.failover.guards import asked
from aibwatch.model.image import Image
from aibwatch.model.inquiry import Asked, Inquiry
from aibwatch.model.state import View
from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.template import Run, RunState
from aibwatch.model.verdict import Failure, run_key

GENERIC = "Internal error occurred. This is a generic error."
"""What Image Builder says in an outage, and often else."""


def inquire(image: Image, view: View, now: datetime) -> Inquiry:
    """Return what holds `image`, what could speak for it, and what would make it act."""
    actual = view.state.failures.get(image.primary)
    seen = view if actual else supposing(image, view, now)
    failure = seen.state.failures.get(image.primary)
    guards = asked(image, failure, seen, now) if failure else ()
    return Inquiry(
        supposed=actual is None and failure is not None,
        decision=decide(image, seen, now),
        verdict=seen.verdicts.get(image.primary),
        guards=tuple(Asked(name, hold) for name, hold in guards),
        prospects=prospects(image, view.state, view.sightings, now),
        flips=flips(image, seen, now),
    )


def supposing(image: Image, view: View, now: datetime) -> View:
    """Return the view in which the primary has just failed; as it is if it was never seen."""
    template = view.state.templates.get(image.primary)
    if template is None or image.name in view.state.open:
        return view
    run = Run(template.id, now, RunState.FAILED, now, message=GENERIC)
    error = classify(Symptom(Where.RUN, GENERIC))
    failure = Failure(
        run_key(run), run, template.region, template.recipe, template.identities, now, error
    )
    state = replace(
        view.state,
        runs={**view.state.runs, template.id: run},
        failures={**view.state.failures, template.id: failure},
    )
    verdicts = weigh_all(view.images, state, view.sightings, view.policy, now)
    beliefs = assess_all(verdicts, state, view.sightings, view.policy, now)
    regions = {**state.regions, **{each.belief.region: each.belief for each in beliefs}}
    return replace(view, state=replace(state, regions=regions), verdicts=verdicts)
