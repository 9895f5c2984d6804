"""A version number that is fixed in advance can be built once only (PROMISES S30)."""

from aibwatch.model.blueprint import Blueprint
from aibwatch.model.names import ResourceId
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.model.template import Template
from aibwatch.secondaries.grounds import Grounds, Lack
from aibwatch.secondaries.publishing import title


def version_free(grounds: Grounds) -> Item:
    """Check that the gallery has no version of the number that the template asks for."""
    check, definition = Check.VERSION_FREE, grounds.template.definition
    wanted = version_wanted(grounds.template, grounds.blueprint)
    if wanted is None or definition is None:
        return item(check, Colour.GREEN, "the gallery counts its versions")
    answer = grounds.resource(wanted)
    name = f"{title(definition)} {grounds.blueprint.version}"
    if not isinstance(answer, Lack):
        says = f"there is a version {name} already; leave the number out, or name a new one"
        return item(check, Colour.RED, says)
    if not answer.gone:
        return item(check, Colour.UNKNOWN, answer.says)
    says = f"{name} is free, for one build; without a number any number of builds would do"
    return item(check, Colour.YELLOW, says)


def version_wanted(template: Template, blueprint: Blueprint) -> ResourceId | None:
    """Return the id of the gallery version that a build would make, None if that is not fixed."""
    if not blueprint.version or template.definition is None:
        return None
    return ResourceId(f"{template.definition}/versions/{blueprint.version.lower()}")
