"""What the state knows of templates: their runs, which of them failed, which built well."""

from datetime import datetime

from aibwatch.model.entry import FailureJudged, HistorySeeded, RunSeen, TemplateKnown
from aibwatch.model.names import Region
from aibwatch.model.state import State
from aibwatch.model.template import ENDED, ProvisioningState, Run, RunState
from aibwatch.model.verdict import Failure, KeyKind, Success

GOOD_RUNS = 20
"""So many good runs of a region are remembered one by one: more than fail in it at once."""


BuildEntry = TemplateKnown | RunSeen | FailureJudged | HistorySeeded


def learn(state: State, entry: BuildEntry) -> None:
    """Take in what was seen of a template."""
    match entry:
        case TemplateKnown():
            _know(state, entry)
        case RunSeen():
            _see_run(state, entry)
        case FailureJudged():
            _judge(state, entry)
        case HistorySeeded():
            _seed(state, entry)


def _know(state: State, entry: TemplateKnown) -> None:
    template = entry.template
    state.first_seen.setdefault(template.id, entry.at)
    before = state.templates.get(template.id)
    state.templates[template.id] = template
    if template.automatic:
        state.disarmed.pop(template.id, None)
    elif before is not None and before.automatic and template.automatic is False:
        state.disarmed[template.id] = entry.at
    failure = state.failures.get(template.id)
    if failure is None or failure.key.kind is not KeyKind.SUBMISSION:
        return
    if template.provisioning is not ProvisioningState.FAILED:
        del state.failures[template.id]


def _see_run(state: State, entry: RunSeen) -> None:
    """Note a run, unless a newer one, or its end, is known already."""
    run = entry.run
    known = state.runs.get(run.template)
    if known is not None and _outdated(run, known):
        return
    state.runs[run.template] = run
    if run.state in ENDED:
        state.quarantined.pop(run.template, None)
    failure = state.failures.get(run.template)
    if failure is not None and _over(failure, run):
        del state.failures[run.template]
    if run.state is RunState.SUCCEEDED and entry.recipe_is_the_runs and entry.recipe:
        _succeed(state, entry.region, Success(run, entry.recipe, entry.identities), entry.at)


def _seed(state: State, entry: HistorySeeded) -> None:
    """Take what is remembered for a good run, unless we saw one ourselves."""
    if entry.template in state.successes:
        return
    run = Run(entry.template, entry.built, RunState.SUCCEEDED, entry.built)
    success = Success(run, entry.recipe, entry.identities, seeded=entry.source)
    _succeed(state, entry.region, success, entry.built)


def _succeed(state: State, region: Region, success: Success, seen: datetime) -> None:
    run = success.run
    ended = run.ended or seen
    state.successes[run.template] = success
    if state.is_rehearsed(run.template, run.started):
        return  # a drill speaks neither for a region nor against one (S38)
    template = state.templates.get(run.template)
    if template is not None and template.lineage:
        state.lineages[region, template.lineage] = success
    regions = state.built.get(success.recipe, {})
    state.built[success.recipe] = {**regions, region: max(ended, regions.get(region, ended))}
    state.built_in[region] = max(ended, state.built_in.get(region, ended))
    known = state.good.get(region, ())
    again = any(each.started == run.started and each.template == run.template for each in known)
    if not (success.seeded or again):
        state.good[region] = (*known, run)[-GOOD_RUNS:]


def _outdated(run: Run, known: Run) -> bool:
    if run.started == known.started:
        return known.state in ENDED and run.state not in ENDED
    return run.started < known.started


def _over(failure: Failure, run: Run) -> bool:
    """Whether a run that was seen ends what is known to have failed: it is newer, or came right."""
    if failure.run is None:
        return run.started >= failure.began
    return (failure.run.key, failure.run.state) != (run.key, run.state)


def _judge(state: State, entry: FailureJudged) -> None:
    """Note a failure, unless the template has a newer run or a newer failure."""
    failure = entry.failure
    known = state.runs.get(failure.template)
    if known is not None and known.started > failure.began:
        return
    last = state.failures.get(failure.template)
    if last is None or last.key == failure.key or failure.began >= last.began:
        state.failures[failure.template] = failure
