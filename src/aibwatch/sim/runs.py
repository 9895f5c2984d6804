"""Runs: how a build moves through its phases and ends.

(none) -> Running/Queued -> Building -> Customizing -> Validating -> Distributing -> Succeeded,
PartiallySucceeded or Failed; a cancel leads to Canceling and then Canceled.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from aibwatch.model.names import DefinitionId, Region, TemplateId
from aibwatch.model.template import ProvisioningState, RunState
from aibwatch.sim import body, packer, staging
from aibwatch.sim.ending import DISTRIBUTING, ENDINGS, ORDER, VALIDATING, Ending, ends
from aibwatch.sim.gallery import NEVER, SimVersion
from aibwatch.sim.operations import Operation
from aibwatch.sim.staging import SimLog
from aibwatch.sim.templates import RunStatus, SimTemplate
from aibwatch.sim.truth import Blame, Cause, RunEnded, RunStarted, VersionMade
from aibwatch.sim.weather import EVERYWHERE, Op
from aibwatch.sim.world import World

SHARES = (0.05, 0.25, 0.40, 0.10, 0.20)
"""Each phase's share of the build time, in the order of ORDER (invented)."""

CANCELING = "Canceling image build"
"""The message of a run that is being cancelled (recorded)."""


def begin(world: World, template: TemplateId, cause: Cause) -> Operation:
    """Begin a run. The template must be idle; whether it may run is asked by `front`."""
    found = world.templates[template]
    found.serial += 1
    found.cause, found.dropped, found.version = cause, False, ""
    found.turn = world.turn_in(found.region)
    world.show(found, RunStatus(world.now, RunState.RUNNING, ORDER[0]))
    world.truth.append(RunStarted(template, world.now, cause))
    operation = world.open_operation(found)
    found.operation = operation.id
    _enter(world, found, 0)
    return operation


def cancel(world: World, template: TemplateId) -> None:
    """Begin to cancel the run of a template; without one, nothing happens."""
    found = world.templates[template]
    if found.run is None or found.run.state is not RunState.RUNNING:
        return
    found.serial += 1
    world.show(found, replace(found.run, state=RunState.CANCELING, phase="", message=CANCELING))
    hangs = world.weather.cancels_hang
    if not hangs & {template, found.region, EVERYWHERE}:
        serial = found.serial
        ending = ENDINGS["canceled"]
        world.after(world.cancel_time, lambda: _current(world, found, serial, ending))


def release(world: World, template: TemplateId) -> None:
    """Let a run that is stuck go on to a good end: the late success of a zombie."""
    found = world.templates[template]
    if found.run is not None and found.run.state is RunState.RUNNING:
        found.serial += 1
        if not found.version:  # it was stuck before it could distribute anything
            _create_version(world, found)
        _succeed(world, found)


def rerun(world: World, place: Region) -> list[TemplateId]:
    """Let the service rerun the builds that a region dropped; each is a new run from now."""
    dropped = [each for each in world.templates.values() if each.region == place and each.dropped]
    again = [each.id for each in dropped if not each.busy]
    for each in again:
        begin(world, each, Cause.SERVICE)
    return again


def publish(world: World, definition: DefinitionId) -> SimVersion:
    """Let somebody else publish a version, replicated at once to the definition's home."""
    found = world.galleries[definition]
    version = found.create(world.now, (found.home,), None, "")
    _settle(world, version)
    return version


def built_before(world: World, template: TemplateId, ended: datetime) -> None:
    """Give a template a past: one good run that ended at `ended`, with its version."""
    found = world.templates[template]
    look = found.look
    run = RunStatus(ended - _build_time(world, found), RunState.SUCCEEDED, "", ended)
    past = replace(look, created=run.started, modified=run.started, run=run)
    found.looks[-1] = past
    definition = world.galleries.get(body.definition(look.body) or DefinitionId(""))
    if definition is not None:
        version = definition.create(ended, body.targets(look.body), template, "")
        version.state = ProvisioningState.SUCCEEDED
        version.replicas = dict.fromkeys(version.targets, ended)
        _put_out(found, version.id)


def _build_time(world: World, template: SimTemplate) -> timedelta:
    return template.build_time or world.build_time


def _enter(world: World, template: SimTemplate, index: int) -> None:
    if template.run is None:
        return
    phase = ORDER[index]
    if phase == VALIDATING and not body.at(template.look.body, "properties", "validate"):
        _enter(world, template, index + 1)
        return
    if phase != template.run.phase:
        world.show(template, replace(template.run, phase=phase))
    if phase == DISTRIBUTING:
        _create_version(world, template)
    serial = template.serial
    delay = _build_time(world, template) * SHARES[index]
    world.after(delay, lambda: _leave(world, template, serial, index))


def _leave(world: World, template: SimTemplate, serial: int, index: int) -> None:
    if template.serial != serial:
        return
    ending = _ending(world, template, ORDER[index])
    if ending is not None:
        if not ending.hangs:
            _end(world, template, ending)
    elif ORDER[index] == DISTRIBUTING:
        _succeed(world, template)
    else:
        _enter(world, template, index + 1)


def _ending(world: World, template: SimTemplate, phase: str) -> Ending | None:
    """Return how the run ends at the end of `phase`, None if it goes on."""
    weather = world.weather.endings
    places = (template.id, template.region, EVERYWHERE)
    possible = [template.fault, *(weather.get(place) for place in places)]
    possible.append(_in_part(world, template))
    if phase == DISTRIBUTING:
        possible.append(_distribution(world, template))
    return next((each for each in possible if each is not None and ends(each, phase)), None)


def _in_part(world: World, template: SimTemplate) -> Ending | None:
    """Return how a run ends in the part of its region that fails, or for want of room."""
    weather = world.weather
    if (template.region, body.size(template.look.body)) in weather.full:
        return ENDINGS["capacity"]
    part = weather.partial.get(template.region)
    return part.ending if part and template.turn % part.every == 0 else None


def _distribution(world: World, template: SimTemplate) -> Ending | None:
    """Return why the image cannot be distributed: its gallery's home region is out, say."""
    wanted = body.definition(template.look.body)
    if wanted is None:
        return None
    definition = world.galleries.get(wanted)
    if definition is None or wanted in world.withdrawn:
        return ENDINGS["no-gallery"]
    # Trouble everywhere is that of ARM's front door, which no build goes through to its gallery.
    spell = world.weather.spell(Op.GALLERY, definition.home)
    out = spell is not None and spell.constant and spell.trouble.dark
    return ENDINGS["distribution"] if out or not template.version else None


def _create_version(world: World, template: SimTemplate) -> None:
    look = template.look
    definition = world.galleries.get(body.definition(look.body) or DefinitionId(""))
    fixed = body.fixed_version(look.body)
    if definition is None or fixed in definition.versions:
        return
    version = definition.create(world.now, body.targets(look.body), template.id, fixed)
    version.excluded = body.excluded(look.body)
    template.version = version.name


def _version(world: World, template: SimTemplate) -> SimVersion | None:
    definition = world.galleries.get(body.definition(template.look.body) or DefinitionId(""))
    return definition.versions.get(template.version) if definition is not None else None


def _succeed(world: World, template: SimTemplate) -> None:
    version = _version(world, template)
    if version is not None:
        _settle(world, version)
    _put_out(template, version.id if version else "")
    _write_log(world, template, "built")
    _finish(world, template, RunState.SUCCEEDED, "", Blame.NOBODY)


def _end(world: World, template: SimTemplate, ending: Ending) -> None:
    version = _version(world, template)
    if version is not None and ending.state is RunState.PARTIALLY_SUCCEEDED:
        _settle(world, version)
        version.replicas[version.targets[-1]] = NEVER
        _put_out(template, version.id)
    elif version is not None:
        version.state = ProvisioningState.FAILED
    template.dropped = ending.platform
    if ending.log:
        _write_log(world, template, ending.log_ends)
    where = staging.log_path(template.id, template.name, template.operation)
    message = ending.message.format(log=where, guid=template.operation)
    owners = ending is template.fault or ending.state is RunState.CANCELED
    _finish(world, template, ending.state, message, Blame.OWNER if owners else Blame.PLATFORM)


def _current(world: World, template: SimTemplate, serial: int, ending: Ending) -> None:
    if template.serial == serial:
        _end(world, template, ending)


def _finish(
    world: World, template: SimTemplate, state: RunState, message: str, blame: Blame
) -> None:
    run = template.run
    if run is None:
        return
    world.show(template, RunStatus(run.started, state, "", world.now, message))
    world.truth.append(RunEnded(template.id, run.started, world.now, state, blame))
    operation = world.operations[template.operation]
    operation.ended = world.now + world.operation_lag
    if state is RunState.FAILED:
        code = "PackerBuildFailed" if "Packer" in message else "InternalOperationError"
        operation.status, operation.error = "Failed", (code, message)
    elif state is RunState.CANCELED:
        operation.status, operation.error = "Canceled", ("OperationCanceled", message)


def _settle(world: World, version: SimVersion) -> None:
    """Let a version be usable at home, its other replicas after replication."""
    version.state = ProvisioningState.SUCCEEDED
    slow = world.weather.replication
    for each in version.targets:
        usual = timedelta(0) if each == version.home else world.replication_time
        version.replicas[each] = world.now + slow.get(each, usual)
    definition = DefinitionId(version.id.rpartition("/versions/")[0])
    world.truth.append(VersionMade(definition, version.id, world.now, version.template))


def _put_out(template: SimTemplate, version: str) -> None:
    """Overwrite the run outputs: the gallery version, or what a distribution made instead."""
    for each in body.distributions(template.look.body):
        made = body.at(each, "imageId") or body.at(each, "uri") or version
        template.outputs[str(body.at(each, "runOutputName"))] = str(made)


def _write_log(world: World, template: SimTemplate, end: str) -> None:
    """Let the run's log be in the staging account; it was begun when the run left its queue."""
    if template.run is not None:
        begun = template.run.started
        text = packer.log(template.look.body, begun, end)
        name = staging.blob_of(template.operation)
        created = begun + _build_time(world, template) * SHARES[0]
        template.logs.append(SimLog(name, created, world.now, text))
