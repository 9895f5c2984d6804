"""What the checks of one secondary may look at, and how they ask for it.

An answer that is too old, a fault, and no answer at all are one thing to them: a lack, which says
why and names the right that would help (PROMISES S26). That something is not there is another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aibwatch.model.blueprint import Blueprint, Dependency, Part
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import (
    ImageName,
    Region,
    ResourceId,
    TemplateId,
    subscription_of,
)
from aibwatch.model.offer import Offer
from aibwatch.model.policy import Policy
from aibwatch.model.resource import Resource
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template
from aibwatch.model.verdict import Success
from aibwatch.secondaries.kinds import read_right, titled

BODY_RIGHT = "Microsoft.VirtualMachineImages/imageTemplates/read"
OFFER_RIGHT = "Microsoft.Compute/skus/read"


@dataclass(frozen=True, slots=True)
class Lack:
    """Why nothing can be said of something, with the remedy."""

    says: str
    gone: bool = False
    """It is not there, by Azure's own word: that is known, not unknown."""


Users = Mapping[ResourceId, tuple[TemplateId, ...]]
"""Of each staging group: which templates name it."""
Route = tuple[Region, str, Region]
"""From the primaries' region to a subscription's target region."""
Crowd = Mapping[Route, Mapping[str, int]]
"""How many builds of each VM size would go which way if the primaries' region went out; of one size
no more are counted than can matter."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the whole fleet, besides what was last seen."""

    out: frozenset[Region] = frozenset()
    """The regions with an open incident."""
    blueprints: Mapping[TemplateId, Blueprint] | None = None
    """As `State` has them; None where nobody reads what owners wrote: then nothing is said."""
    copies: Mapping[TemplateId, tuple[str, datetime]] = field(default_factory=dict)
    """As `State` has them."""
    successes: Mapping[TemplateId, Success] = field(default_factory=dict)
    """The newest good run of each template."""
    changes: int | None = None
    """Of the state that these are of: the same number is the same state; None: nobody counts."""
    staging: Users = field(default_factory=dict)
    """Which templates name each staging group."""
    sent: Mapping[ImageName, tuple[Route, str]] = field(default_factory=dict)
    """Which way the build of each image would go, and its VM size: it is counted in the crowd."""
    crowd: Crowd = field(default_factory=dict)


UNREAD = Known()
"""Nothing but what was last seen."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """One secondary, and all that its checks rest on."""

    image: Image
    template: Template
    blueprint: Blueprint
    sightings: Sightings
    known: Known
    policy: Policy
    now: datetime

    @property
    def replaces(self) -> Region | None:
        """The primary's region, None if it was not seen yet."""
        primary = self.sightings.templates.get(self.image.primary)
        return primary.region if primary else None

    @property
    def subscription(self) -> str:
        """The subscription that the secondary builds in."""
        return subscription_of(self.template.id)

    def named(self, *parts: Part) -> tuple[Dependency, ...]:
        """Return what the template names as one of these parts, each thing once."""
        found = {each.names: each for each in self.blueprint.rests_on if each.part in parts}
        return tuple(found.values())

    def resource(self, name: ResourceId) -> Resource | Lack:
        """Return a resource as it was lately read, or why it is not known."""
        answer, seen = self.sightings.resources.get(name), self.sightings.resources_seen.get(name)
        young = seen is not None and self._is_young(seen)
        if young and isinstance(answer, Resource):
            return answer
        if young and isinstance(answer, Fault) and answer.kind is FaultKind.NOT_FOUND:
            return Lack(f"there is no {titled(name)}", gone=True)
        return Lack(f"{titled(name)} {self._why(answer, seen)}; grant {read_right(name)}")

    def offer(self, region: Region) -> Offer | Lack:
        """Return what a region offers the secondary's subscription, or why it is not known."""
        key = (self.subscription, region)
        answer, seen = self.sightings.offers.get(key), self.sightings.offers_seen.get(key)
        if isinstance(answer, Offer) and seen is not None and self._is_young(seen):
            return answer
        why = self._why(answer, seen)
        return Lack(f"what {region} offers the subscription {why}; grant {OFFER_RIGHT}")

    def _is_young(self, seen: datetime) -> bool:
        return self.now - seen <= self.policy.readiness_max_age

    def _why(self, answer: object, seen: datetime | None) -> str:
        if answer is not None and seen is not None and not self._is_young(seen):
            return f"was last read at {seen:%Y-%m-%d %H:%M} UTC"
        return f"could not be read ({answer})" if isinstance(answer, Fault) else "was not read yet"


def blueprint_of(template: Template, sightings: Sightings, known: Known) -> Blueprint | Lack:
    """Return what a template says besides its state, or why nobody knows that.

    A copy of an older revision says what it was, not what it is.
    """
    fault = sightings.bodies.get(template.id)
    blueprint = (known.blueprints or {}).get(template.id)
    revision, _ = known.copies.get(template.id, (template.revision, None))
    if blueprint is None:
        why = f"could not be read ({fault})" if fault else "was not read yet"
        return Lack(f"what it is made of {why}; grant {BODY_RIGHT}")
    if template.revision and revision != template.revision:
        why = f" could not be read ({fault})" if fault else " was not read yet"
        return Lack(f"it was changed, and what it is made of now{why}; grant {BODY_RIGHT}")
    return blueprint
