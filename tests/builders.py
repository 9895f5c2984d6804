"""Values for tests: every field has a default, so that a test names only what it is about.

Those that are `partial` take every field of their class by keyword; the others are functions,
because some of their fields follow from others. `dataclasses.replace` does the rest.
The world they agree on: at NOON the image `web` has its primary in WEST and a secondary in NORTH.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.failover import Event, Failover, Phase
from aibwatch.model.gallery import Definition, Version
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import (
    DefinitionId,
    FailoverId,
    ImageName,
    Region,
    TemplateId,
    Token,
    template_id,
)
from aibwatch.model.notice import Notice
from aibwatch.model.policy import Policy
from aibwatch.model.probe import Probe, ProbeReason
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Sightings, State
from aibwatch.model.supply import Supply, gallery_base
from aibwatch.model.template import ProvisioningState, Run, RunState, Template
from aibwatch.model.verdict import (
    Cause,
    Classification,
    Disposition,
    Evidence,
    Failure,
    Family,
    Success,
    Verdict,
    run_key,
)
from aibwatch.model.word import Word

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
WEST = Region("westeurope")
NORTH = Region("northeurope")
EAST = Region("eastus")


def an_id(name: str, subscription: str = SUBSCRIPTION) -> TemplateId:
    """Return the id of the template that is called `name`."""
    return template_id(
        f"/subscriptions/{subscription}/resourcegroups/images"
        f"/providers/microsoft.virtualmachineimages/imagetemplates/{name}"
    )


def a_definition_id(name: str = "web") -> DefinitionId:
    """Return the id of the gallery definition that is called `name`."""
    return DefinitionId(
        f"/subscriptions/{SUBSCRIPTION}/resourcegroups/images"
        f"/providers/microsoft.compute/galleries/golden/images/{name}"
    )


WEB = an_id("web-west")
"""The primary of the image `web`, in WEST."""
WEB_NORTH = an_id("web-north")
"""Its secondary, in NORTH."""

GENERIC = Classification(
    Cause.OUTAGE, Disposition.SUSPECT, "generic_internal", ("the generic error text",)
)
"""The text that Image Builder gives for everything."""
CAPACITY = Classification(
    Cause.CAPACITY, Disposition.PLATFORM, "allocation_failed", ("no room in the region",)
)
USER_BUILD = Classification(
    Cause.USER_BUILD, Disposition.USER, "script_exit_status", ("a script failed",)
)
UNKNOWN = Classification(Cause.UNKNOWN, Disposition.SUSPECT, "")

a_run = partial(
    Run,
    template=WEB,
    started=NOON - 30 * MINUTE,
    state=RunState.FAILED,
    ended=NOON,
    message="Internal error occurred. This is a generic error.",
)

a_word = partial(Word, region=WEST, out=True, at=NOON, reason="we see it ourselves", actor="kim")
"""Kim says at NOON that WEST is out, until something else is said."""

A_BASE = gallery_base(
    f"/subscriptions/{SUBSCRIPTION}/resourcegroups/images"
    "/providers/Microsoft.Compute/galleries/hub/images/ubuntu/versions/22.4.1"
)
"""What every template builds from: a gallery version, so that its regions can be told."""

a_supply = partial(Supply, regions=(WEST, NORTH, EAST))

a_template = partial(
    Template,
    id=WEB,
    region=WEST,
    provisioning=ProvisioningState.SUCCEEDED,
    recipe="recipe-web",
    identities="identity-web",
    modified=NOON - 60 * DAY,
    definition=a_definition_id(),
    targets=(WEST, NORTH),
    outputs=("web",),
    base=A_BASE,
)

an_image = partial(
    Image,
    name=ImageName("web"),
    templates=(WEB, WEB_NORTH),
    mode=Mode.AUTO,
)

a_notice = partial(
    Notice,
    id="4LTS-9C8",
    kind="ServiceIssue",
    title="Builds fail in West Europe",
    services=frozenset({"Azure Image Builder"}),
    regions=frozenset({WEST}),
    active=True,
    began=NOON - HOUR,
)

an_attempt = partial(
    Attempt,
    template=WEB,
    correlation="c0ffee00-0000-0000-0000-000000000001",
    began=NOON,
    state=AttemptState.REFUSED,
    ended=None,
    status=500,
    code="InternalServerError",
    message="Internal error occurred. This is a generic error.",
)

a_definition = partial(Definition, id=a_definition_id(), home=NORTH)

a_version = partial(
    Version,
    id=f"{a_definition_id()}/versions/1.0.42",
    published=NOON,
    provisioned=True,
    replicated=(NORTH, WEST),
)

a_belief = partial(RegionBelief, region=WEST, health=Health.HEALTHY, since=NOON - DAY)

a_policy = partial(
    Policy,
    services=frozenset({"azure image builder"}),
    dependencies=frozenset({"virtual machines", "storage"}),
)


def a_failure(
    *,
    template: TemplateId = WEB,
    ended: datetime = NOON,
    region: Region = WEST,
    recipe: str = "recipe-web",
    identities: str = "identity-web",
    classification: Classification = GENERIC,
) -> Failure:
    """Return a run of half an hour that failed at `ended` and was seen a minute later."""
    run = a_run(template=template, started=ended - 30 * MINUTE, ended=ended)
    return Failure(run_key(run), run, region, recipe, identities, ended + MINUTE, classification)


def a_success(
    *,
    template: TemplateId = WEB,
    ended: datetime = NOON - DAY,
    recipe: str = "recipe-web",
    identities: str = "identity-web",
) -> Success:
    """Return a good run of half an hour that ended at `ended`."""
    run = a_run(
        template=template,
        started=ended - 30 * MINUTE,
        state=RunState.SUCCEEDED,
        ended=ended,
        message="",
    )
    return Success(run, recipe, identities)


def a_verdict(*families: Family, failure: Failure | None = None, says: str = "it is so") -> Verdict:
    """Return a verdict on `failure` for which these families speak."""
    evidence = tuple(Evidence(family, says) for family in families)
    return Verdict(failure or a_failure(), evidence)


a_failover = partial(
    Failover,
    id=FailoverId("f00d"),
    image=ImageName("web"),
    key=a_failure().key,
    opened=NOON,
    phase=Phase.CHOOSING,
    since=NOON,
)


def a_state(
    *,
    failures: Iterable[Failure] = (),
    successes: Iterable[Success] = (),
    beliefs: Iterable[RegionBelief] = (),
) -> State:
    """Return a state that knows these; where a good run is newer than a failure, it counts.

    The recipes of `successes` are not in `built`: their region is not known here.
    """
    state = State()
    for success in successes:
        state.successes[success.run.template] = success
        state.runs[success.run.template] = success.run
    for failure in failures:
        known = state.runs.get(failure.template)
        if known is None or known.started < failure.began:
            if failure.run:
                state.runs[failure.template] = failure.run
            state.failures[failure.template] = failure
    state.regions = {belief.region: belief for belief in beliefs}
    return state


def some_sightings(
    *templates: Template, notices: Iterable[Notice] = (), now: datetime = NOON
) -> Sightings:
    """Return sightings in which these templates and notices were read with success at `now`."""
    seen = {template.id: now for template in templates}
    return Sightings(
        booted=now - DAY,
        templates={template.id: template for template in templates},
        seen=seen,
        asked=dict(seen),
        read={template.region: now for template in templates},
        notices={"events": tuple(notices)},
        sources={"events": now},
        sweeps=2,
        swept=True,
    )


a_probe = partial(
    Probe,
    region=WEST,
    template=an_id("canary-west"),
    at=NOON - HOUR,
    token=Token("c0ffee"),
    reason=ProbeReason.SCHEDULED,
    answer=Event.BEGAN,
    answered=NOON - HOUR,
    started=NOON - HOUR,
    state=RunState.SUCCEEDED,
    ended=NOON - 40 * MINUTE,
)
"""A probe of the canary of WEST that was run an hour ago and came right."""
