"""What only a build proves, and what is told meanwhile: roles, scripts, triggers. Advisory."""

from aibwatch.model.blueprint import Part
from aibwatch.model.names import ResourceId
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.model.resource import Resource
from aibwatch.secondaries.belongings import listed
from aibwatch.secondaries.granted import RIGHT, ungranted
from aibwatch.secondaries.grounds import Grounds
from aibwatch.secondaries.kinds import account_of, host_of


def roles(grounds: Grounds) -> Item:
    """Tell whether its identities have the roles of a build.

    A good build proves all of them; else what is shown of their assignments tells of the two that
    are missing most often.
    """
    check, success = Check.ROLES, grounds.known.successes.get(grounds.template.id)
    if not grounds.named(Part.IDENTITY):
        return item(check, Colour.GREEN, "it names no identity")
    if success is None or success.identities != grounds.template.identities:
        return _granted(grounds)
    ended = success.run.ended or success.run.started
    return item(check, Colour.GREEN, f"these identities built well there on {ended:%Y-%m-%d}")


def _granted(grounds: Grounds) -> Item:
    lacks = ungranted(grounds)
    if lacks is None:
        says = f"whether its identities have their roles is not shown to us (grant {RIGHT})"
        return item(Check.ROLES, Colour.UNKNOWN, f"{says}; a good build there proves it")
    if lacks:
        says = f"its identity was not granted {listed(list(lacks))}, as far as it is shown to us"
        remedy = "az role assignment create, or run it once"
        return item(Check.ROLES, Colour.YELLOW, f"{says}; {remedy}")
    says = "its identity may publish there, and join the subnets that it names"
    return item(Check.ROLES, Colour.GREEN, f"{says}; all else a good build there proves")


def recent_drill(grounds: Grounds) -> Item:
    """Tell when it last built well, in a drill or for real."""
    check, success = Check.RECENT_DRILL, grounds.known.successes.get(grounds.template.id)
    if success is None:
        says = "no good build there is known; run it once, so that the first is not in an outage"
        return item(check, Colour.YELLOW, says)
    ended = success.run.ended or success.run.started
    if success.recipe != grounds.template.recipe:
        says = f"it built well on {ended:%Y-%m-%d}, and was changed since; run it once"
        return item(check, Colour.YELLOW, says)
    return item(check, Colour.GREEN, f"it built well on {ended:%Y-%m-%d}")


def triggers(grounds: Grounds) -> Item:
    """Tell whether the service switched off what would build by itself.

    It does so after several builds that failed, and one good build arms it again. Source:
    learn.microsoft.com, image-builder-triggers-how-to.
    """
    check, template = Check.TRIGGERS, grounds.template
    if not grounds.blueprint.triggers:
        return item(check, Colour.GREEN, "it builds when it is asked to only")
    if template.automatic is False:
        says = "its automatic builds were switched off; run it once by hand, which arms them again"
        return item(check, Colour.YELLOW, says)
    return item(check, Colour.GREEN, "its automatic builds are on")


def scripts(grounds: Grounds) -> Item:
    """Tell where it takes its scripts and files from, and who is let in there.

    Nothing is fetched: what our machine reaches is not what a build VM reaches, and an address may
    be signed. What the account itself says of its network is read.
    """
    check = Check.SCRIPTS
    names = [each.names for each in grounds.named(Part.SCRIPT)]
    plain = sorted({host_of(each) for each in names if each.lower().startswith("http://")})
    if plain:
        says = f"from {listed(plain)} without TLS: anybody on the way may change what is built"
        return item(check, Colour.YELLOW, f"{says}; use https")
    if not names:
        return item(check, Colour.GREEN, "it takes nothing from an address")
    read = {_store(each): grounds.resource(each) for each in sorted(names)}
    stores = {name: each for name, each in read.items() if isinstance(each, Resource)}
    shut = [name for name, each in stores.items() if each.told.get("network")]
    if shut:
        says = f"{listed(shut)} lets in only whom its network rules name"
        return item(check, Colour.YELLOW, f"{says}; let the build's subnet in, or run it once")
    hosts = [_placed(name, stores.get(name)) for name in sorted(read)]
    says = f"from {listed(hosts)}; whether they can be reached is not asked"
    return item(check, Colour.GREEN, says)


def _store(address: ResourceId) -> str:
    return account_of(address) or host_of(address)


def _placed(name: str, store: Resource | None) -> str:
    told = (store.region, store.redundancy) if store else ()
    words = ", ".join(filter(None, told))
    return f"{name} ({words})" if words else name
