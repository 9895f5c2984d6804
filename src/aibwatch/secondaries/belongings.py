"""What a template names as its own, and must find when it builds: identities, a staging group."""

from aibwatch.model.blueprint import Part
from aibwatch.model.names import Region, ResourceId, TemplateId, group_of, name_of, subscription_of
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.secondaries.grounds import Grounds, Lack
from aibwatch.secondaries.kinds import titled

SHOWN = 3
"""How many things of a kind one item names."""


def identity(grounds: Grounds) -> Item:
    """Check that every identity that the template or its build VM bears is there."""
    check = Check.IDENTITY
    names = [each.names for each in grounds.named(Part.IDENTITY)]
    lacks = [each for each in map(grounds.resource, names) if isinstance(each, Lack)]
    gone = [each.says for each in lacks if each.gone]
    if gone:
        says = f"{listed(gone)}; create it and its roles anew, or mend the template"
        return item(check, Colour.RED, says)
    if lacks:
        return item(check, Colour.UNKNOWN, listed([each.says for each in lacks]))
    if not names:
        return item(check, Colour.GREEN, "it names no identity")
    return item(check, Colour.GREEN, f"{listed([titled(each) for each in names])}: there")


def staging(grounds: Grounds) -> Item:
    """Check the staging group that the owner named.

    It must be in the template's subscription and region, and no other template's: the service
    marks it with the template's name and looks at that when it builds. Source: the service's
    description of `stagingResourceGroup`.
    """
    check = Check.STAGING
    names = [each.names for each in grounds.named(Part.STAGING)]
    if not names:
        return item(check, Colour.GREEN, "the service makes its own")
    name = names[0]
    if subscription_of(grounds.template.id) not in name.split("/"):
        says = f"{titled(name)} is in another subscription; name one in the template's own"
        return item(check, Colour.RED, says)
    others = [each for each in grounds.known.staging.get(name, ()) if each != grounds.template.id]
    if others:
        shared = ", ".join(map(name_of, sorted(others)[:SHOWN]))
        says = f"{titled(name)} is named by {shared} too; give each template a group of its own"
        return item(check, Colour.RED, says)
    return _group(check, grounds, name)


def _group(check: Check, grounds: Grounds, name: ResourceId) -> Item:
    answer, place = grounds.resource(name), grounds.template.region
    if isinstance(answer, Lack) and answer.gone:
        says = f"{answer.says} any more, which it builds in; create the template anew"
        return item(check, Colour.RED, says)
    if isinstance(answer, Lack):
        return item(check, Colour.UNKNOWN, answer.says)
    if answer.region != place:
        says = f"{titled(name)} is in {_at(answer.region)}; name an empty one in {place}"
        return item(check, Colour.RED, says)
    owner = answer.told.get("used_by", "")
    if owner and owner != _called(grounds.template.id):
        says = f"{titled(name)} is marked as that of the template {owner}; name an empty one"
        return item(check, Colour.RED, f"{says}, or take the marks (imageTemplateName) off it")
    state = answer.told.get("provisioning", "")
    if state and state.lower() != "succeeded":
        says = f"{titled(name)} is {state}; wait for its end, or create it and the template anew"
        return item(check, Colour.RED, says)
    return item(check, Colour.GREEN, f"{titled(name)} is there, in {place}, and its alone")


def _called(template: TemplateId) -> str:
    return f"{group_of(template)}/{name_of(template)}"


def listed(words: list[str]) -> str:
    """Return the first few, and how many more there are."""
    more = len(words) - SHOWN
    return "; ".join(words[:SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _at(region: Region) -> str:
    return region or "no region that is told"
