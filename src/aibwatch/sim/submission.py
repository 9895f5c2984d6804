"""Submitting and deleting templates: what the owner's PUT and DELETE do in the World."""

from datetime import timedelta

from aibwatch.model.names import TemplateId, region, template_id
from aibwatch.model.template import ProvisioningState
from aibwatch.sim import body, front, runs
from aibwatch.sim.operations import Operation
from aibwatch.sim.trouble import Trouble, conflict
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import Op
from aibwatch.sim.world import World

CREATING = timedelta(seconds=20)
"""From PUT to Succeeded: 11 to 37 s in recordings."""

DELETING = timedelta(seconds=5)
"""Invented."""

_IMMUTABLE = Trouble(
    409, "Conflict", "Update/Upgrade of image templates is currently not supported"
)
"""Recorded: a template cannot be updated, only deleted and submitted again."""


def put(world: World, name: str, authored: body.Body) -> Operation | Trouble:
    """Submit a template. With autoRun enabled it runs as soon as it is provisioned.

    Where the weather says so, it is taken though the answer says otherwise.
    """
    identity = template_id(name)
    place = region(str(body.at(authored, "location") or ""))
    spell = world.weather.spell(Op.RUN, place)
    trouble = front.admit(world, Op.RUN, identity.split("/")[2], place)
    if trouble is not None and not (spell and spell.begins):
        return trouble
    if not place or not body.at(authored, "properties", "source"):
        return Trouble(400, "ValidationFailed", "Validation failed: Missing field source.")
    if identity in world.templates:
        return _IMMUTABLE
    operation = _taken(world, name, authored)
    return trouble or operation


def _taken(world: World, name: str, authored: body.Body) -> Operation:
    identity = world.add_template(name, authored)
    world.submit(identity, ProvisioningState.CREATING)
    operation = world.open_operation(world.templates[identity])
    operation.ended = world.now + CREATING
    world.after(CREATING, lambda: _provisioned(world, identity))
    return operation


def _provisioned(world: World, template: TemplateId) -> None:
    found = world.templates.get(template)
    if found is None or found.look.provisioning is not ProvisioningState.CREATING:
        return
    world.submit(template, ProvisioningState.SUCCEEDED)
    if body.automatic(found.look.body):
        runs.begin(world, template, Cause.SERVICE)


def delete(world: World, template: TemplateId) -> Operation | Trouble:
    """Delete a template; a busy one may not be deleted (recorded, azvmimagebuilder #48)."""
    found = front.read(world, template)
    if isinstance(found, Trouble):
        return found
    if found.busy:
        state = found.run.state if found.run else ""
        return conflict("delete", found.look.provisioning, state, 405)
    world.submit(template, ProvisioningState.DELETING)
    operation = world.open_operation(found)
    operation.ended = world.now + DELETING
    world.after(DELETING, lambda: world.remove_template(template))
    return operation
