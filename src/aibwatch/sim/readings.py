"""Things of the World as the values of the model: what a client reads out of the wire."""

from dataclasses import replace
from datetime import UTC, datetime

from aibwatch.model.body import Body, body_of
from aibwatch.model.gallery import Version
from aibwatch.model.leftover import StagingGroup
from aibwatch.model.names import ResourceId, subscription_of
from aibwatch.model.notice import Notice
from aibwatch.model.template import ProvisioningState, Run, RunState, Template
from aibwatch.sim import body, staging, wire
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.gallery import SimVersion
from aibwatch.sim.staging import SimGroup
from aibwatch.sim.templates import Look, SimTemplate
from aibwatch.sim.trouble import Manner, Trouble
from aibwatch.sim.weather import Distortion

NONSENSE = Trouble(200, "", "the template cannot be read", Manner.CUT)
"""What a client makes of a body whose shape is wrong."""

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""What a client makes of a start that is no date."""


def run_of(template: SimTemplate, look: Look) -> Run | None:
    """Return the last run that a look shows."""
    run = look.run
    if run is None:
        return None
    return Run(template.id, run.started, run.state, run.ended, run.phase, run.message)


def template_of(
    template: SimTemplate, look: Look, distortion: Distortion | None
) -> Template | None:
    """Return a template as a look shows it, None if the distortion leaves nothing to read."""
    if distortion is Distortion.NULLS:
        return None
    run = run_of(template, look)
    unknown = distortion is Distortion.STATES
    if run is not None and distortion is not None:
        run = replace(run, state=RunState.UNKNOWN)
    if run is not None and distortion is Distortion.DATES:
        run = replace(run, started=UNDATED, ended=None)
    authored = look.body
    return Template(
        id=template.id,
        region=template.region,
        provisioning=ProvisioningState.UNKNOWN if unknown else look.provisioning,
        recipe=body.recipe(authored),
        identities=body.identities(authored),
        run=run,
        build_timeout=body.timeout(authored),
        modified=look.modified,
        definition=body.definition(authored),
        targets=body.targets(authored),
        excluded=body.excluded(authored),
        outputs=body.outputs(authored),
        provisioning_error=": ".join(look.provisioning_error or ()),
        staging=staging.group(template.id, template.name).lower(),
        lineage=body.tag(authored, "aibwatch-image"),
        role=body.tag(authored, "aibwatch-role"),
        rank=body.rank(authored),
        automatic=body.automatic(authored),
        base=body.base(authored, template.region, subscription_of(template.id)),
        revision=told_of(template, look).revision,
    )


def group_of(found: SimGroup) -> StagingGroup:
    """Return a staging group, with what is in it."""
    return StagingGroup(
        id=ResourceId(found.id.lower()),
        name=found.id.rpartition("/")[2],
        region=found.region,
        template=found.template if found.tagged else None,
        made=found.made,
        building=(found.machine_id,) if found.machine else (),
    )


def told_of(template: SimTemplate, look: Look) -> Body:
    """Return what a look tells of what the owner wrote, worked out once for each body."""
    if template.told is None or template.told[0] is not look.body:
        template.told = look.body, body_of(template.id, wire.template(template, look, None))
    return template.told[1]


def version_of(version: SimVersion, now: datetime) -> Version:
    """Return a gallery version with its replication as of `now`."""
    there = tuple(each for each in version.targets if version.there(each, now))
    return Version(
        version.id,
        version.published,
        version.state is ProvisioningState.SUCCEEDED,
        there,
        tuple(each for each in version.targets if each not in there),
        version.excluded,
    )


def notice_of(announcement: Announcement) -> Notice:
    """Return a notice."""
    return Notice(
        id=announcement.id,
        kind="EmergingIssue" if announcement.emerging else announcement.kind,
        title=announcement.title,
        services=frozenset(announcement.services),
        regions=frozenset(announcement.regions),
        active=announcement.active,
        began=announcement.began,
        mitigated=announcement.mitigated,
        everywhere=not announcement.regions,
        level="" if announcement.emerging else announcement.level,
    )
