"""Are the terms of the marketplace plan that a template builds from accepted in its subscription?

They are accepted once for a subscription and a plan, and a build without that fails at its begin
(learn.microsoft.com/azure/virtual-machines/linux/image-builder-troubleshoot).
"""

from aibwatch.model.blueprint import Blueprint, Offered
from aibwatch.model.fault import Fault
from aibwatch.model.names import ResourceId, TemplateId, subscription_of
from aibwatch.model.readiness import Colour
from aibwatch.secondaries.grounds import Grounds, Lack


def agreement_of(template: TemplateId, blueprint: Blueprint) -> ResourceId | None:
    """Return the id of the agreement that a build needs, None if it builds from no plan."""
    plan = blueprint.plan
    if plan is None:
        return None
    path = (
        f"/subscriptions/{subscription_of(template)}/providers/microsoft.marketplaceordering"
        f"/offertypes/virtualmachine/publishers/{plan.publisher}/offers/{plan.product}"
        f"/plans/{plan.plan}/agreements/current"
    )
    return ResourceId(path.lower())


def unaccepted(grounds: Grounds) -> tuple[Colour, str] | None:
    """Return what is wrong with the terms of the plan, with the remedy; None if nothing is.

    Where they cannot be read, a good build in that subscription has proven them.
    """
    plan, wanted = grounds.blueprint.plan, agreement_of(grounds.template.id, grounds.blueprint)
    if plan is None or wanted is None:
        return None
    answer = grounds.resource(wanted)
    if not isinstance(answer, Lack):
        if answer.told.get("accepted") == "true":
            return None
        return Colour.YELLOW, f"the terms of {_titled(plan)} are not accepted; {_remedy(plan)}"
    if grounds.template.id in grounds.known.successes:
        return None
    if answer.gone:
        says = f"the marketplace has no plan {_titled(plan)} for the subscription"
        return Colour.YELLOW, f"{says}; mend planInfo, or {_remedy(plan)}"
    seen = grounds.sightings.resources.get(wanted)
    why = f" could not be read ({seen})" if isinstance(seen, Fault) else " was not read lately"
    says = f"whether the terms of {_titled(plan)} are accepted{why}"
    return Colour.UNKNOWN, f"{says}; grant {RIGHT}, or {_remedy(plan)}"


RIGHT = "Microsoft.MarketplaceOrdering/offertypes/publishers/offers/plans/agreements/read"


def _titled(plan: Offered) -> str:
    return f"{plan.publisher}:{plan.product}:{plan.plan}"


def _remedy(plan: Offered) -> str:
    named = f"--publisher {plan.publisher} --offer {plan.product} --plan {plan.plan}"
    return f"az vm image terms accept {named}"
