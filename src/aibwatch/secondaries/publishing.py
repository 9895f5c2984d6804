"""Could a secondary publish what it builds while the primary's region is out (PROMISES S26, S27)?

A version is a resource of its definition, which lives in one region, the definition's home. Where
that is out, a build in any other region fails too, when it distributes.
"""

from datetime import datetime

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition
from aibwatch.model.image import Image
from aibwatch.model.names import DefinitionId, Region, name_of
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template

RIGHT = "Microsoft.Compute/galleries/images/read"


def distribute_target(
    template: Template, image: Image, sightings: Sightings, policy: Policy, now: datetime
) -> Item:
    """Check that the definition is there, and so its gallery, and say which replicas come late."""
    check = Check.DISTRIBUTE_TARGET
    wanted = template.definition
    if wanted is None:
        return item(check, Colour.GREEN, "it publishes to no gallery")
    answer, name = sightings.definitions.get(wanted), title(wanted)
    if isinstance(answer, Fault) and answer.kind is FaultKind.NOT_FOUND:
        says = f"there is no image definition {name}; create it, or mend the template"
        return item(check, Colour.RED, says)
    if not isinstance(answer, Definition):
        why = f"could not be read ({answer})" if answer else "was not read yet"
        says = f"the image definition {name} {why}; grant {RIGHT} on its gallery"
        return item(check, Colour.UNKNOWN, says)
    seen = sightings.definitions_seen.get(wanted)
    if seen is not None and now - seen > policy.readiness_max_age:
        when = f"{seen:%Y-%m-%d %H:%M} UTC"
        says = f"the image definition {name} was last read at {when}; it must be readable ({RIGHT})"
        return item(check, Colour.UNKNOWN, says)
    primary = sightings.templates.get(image.primary)
    if primary is not None and primary.region in template.targets:
        says = f"its replica in {primary.region}, the primary's region, comes when that is well"
        return item(check, Colour.YELLOW, says)
    return item(check, Colour.GREEN, "the definition and its gallery are there")


def gallery_home(
    template: Template, image: Image, sightings: Sightings, out: frozenset[Region]
) -> Item:
    """Check that the definition is at home neither with the primary nor in a region in `out`."""
    check = Check.GALLERY_HOME
    wanted = template.definition
    if wanted is None:
        return item(check, Colour.GREEN, "it publishes to no gallery")
    answer = sightings.definitions.get(wanted)
    if not isinstance(answer, Definition):
        says = f"where the image definition {title(wanted)} is at home is not known"
        return item(check, Colour.UNKNOWN, says)
    primary = sightings.templates.get(image.primary)
    if primary is None:
        says = f"the region of the primary {name_of(image.primary)} was not seen yet"
        return item(check, Colour.UNKNOWN, says)
    if answer.home == primary.region:
        says = (
            f"its image definition {title(wanted)} is at home in {answer.home}, as the primary is,"
            " and would be out with it; publish to a gallery in another region, or accept it"
            " (tolerate: [gallery_home])"
        )
        return item(check, Colour.RED, says)
    if answer.home in out:
        says = f"its image definition {title(wanted)} is at home in {answer.home}, which is out"
        return item(check, Colour.RED, f"{says}; wait for the end of that incident")
    return item(check, Colour.GREEN, f"its definition is at home in {answer.home}")


def title(definition: DefinitionId) -> str:
    """Return gallery and definition, as a person finds them."""
    gallery, _, name = definition.rpartition("/images/")
    return f"{gallery.rpartition('/')[2]}/{name}"
