"""What readiness costs in requests, counted at the simulated ARM: 500 images over one hour.

Every image has a definition of its own in a gallery of its region, twenty teams have a network and
an identity each, and every fifth image builds from a version of the fleet's own. The clock jumps
from beat to beat; what is counted is a whole `readiness.interval` at the steady state, with nothing
remembered by the adapters. Blueprints are made here, as a copy of each template would have made
them.
"""

import asyncio
import re
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from aibwatch.azure.door import RealAzure, open_azure
from aibwatch.azure.settings import AzureSettings
from aibwatch.collect.question import Asked
from aibwatch.collect.sightings import absorb
from aibwatch.collect.sweep import Collector
from aibwatch.daemon.clock import wall
from aibwatch.model.access import CredentialKind
from aibwatch.model.blueprint import Blueprint, Dependency, Part
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import DefinitionId, ImageName, Region, ResourceId, template_id
from aibwatch.model.policy import Policy
from aibwatch.model.state import Sightings, State, View
from aibwatch.model.template import ProvisioningState
from aibwatch.secondaries.checklist import Checklist
from aibwatch.sim import body
from aibwatch.sim.arm import ArmServer, running
from aibwatch.sim.world import World
from bench.cycle import JumpingClock
from bench.names import GROUP, PLACES, template

IMAGES = 500
GOAL = 60
TEAMS = 20
OWN = 5
"""One image in so many builds from a version of the fleet's own."""

SKUS = 10
"""Marketplace images that the others build from."""

BEAT = timedelta(seconds=10)
WARM = timedelta(hours=1)

_PROVIDERS = f"{GROUP}/providers"
_HUB = DefinitionId(f"{_PROVIDERS}/microsoft.compute/galleries/hub/images/base".lower())
_SOURCE = {
    "type": "PlatformImage",
    "publisher": "Canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "version": "latest",
}
_SWEEPS = re.compile(r"(?i)/imagetemplates$|/events$|/emergingissues/|/management/values$")
"""Requests that are made for other ends: lists of templates, and notices."""


def measure() -> tuple[int, Counter[str]]:
    """Return the requests of one round of readiness, in all and by what they ask for."""
    world = fleet()
    with tempfile.TemporaryDirectory() as name, running(world, Path(name), speed=0) as arm:
        return asyncio.run(_measure(arm))


def fleet() -> World:
    """Return a World with IMAGES images, each in both PLACES."""
    world = World(wall())
    world.throttled = False
    hub = world.add_definition(_HUB, Region("swedencentral"))
    made = hub.create(world.now, tuple(map(Region, PLACES)), None, "1.0.0")
    made.state = ProvisioningState.SUCCEEDED
    for number in range(2 * IMAGES):
        place = Region(PLACES[number % len(PLACES)])
        world.add_definition(_definition(number), place)
        world.add_template(template(number), _authored(number, place))
    return world


def _definition(number: int) -> DefinitionId:
    image, place = divmod(number, len(PLACES))
    gallery = f"{_PROVIDERS}/microsoft.compute/galleries/golden_{PLACES[place]}"
    return DefinitionId(f"{gallery}/images/image-{image:05}".lower())


def _team(number: int, place: Region) -> dict[str, str]:
    """Return the ids of what a team has in a region."""
    team = number // len(PLACES) % TEAMS
    network = f"{_PROVIDERS}/microsoft.network/virtualnetworks/team-{team}-{place}"
    identity = f"{_PROVIDERS}/microsoft.managedidentity/userassignedidentities/team-{team}-{place}"
    script = f"https://team{team}scripts.blob.core.windows.net/v7/install.sh"
    return {"subnet": f"{network}/subnets/build", "identity": identity, "script": script}


def _authored(number: int, place: Region) -> dict[str, object]:
    image = number // len(PLACES)
    team = _team(number, place)
    written = body.write(f"image-{image}", place, _definition(number), [place], group=GROUP)
    properties = written["properties"]
    assert isinstance(properties, dict)
    source = {**_SOURCE, "sku": f"22_04-lts-{image % SKUS}"}
    if image % OWN == 0:
        source = {"type": "SharedImageVersion", "imageVersionId": f"{_HUB}/versions/1.0.0"}
    return {
        **written,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {team["identity"]: {}}},
        "properties": {
            **properties,
            "source": source,
            "customize": [{"type": "Shell", "name": "all", "scriptUri": team["script"]}],
            "vmProfile": {"vnetConfig": {"subnetId": team["subnet"]}},
        },
    }


def _blueprint(number: int) -> Blueprint:
    team = _team(number, Region(PLACES[number % len(PLACES)]))
    parts = (
        (Part.SUBNET, team["subnet"]),
        (Part.IDENTITY, team["identity"]),
        (Part.SCRIPT, team["script"]),
        (Part.DEFINITION, _definition(number)),
    )
    return Blueprint(
        (), tuple(Dependency(part, "$", ResourceId(each.lower())) for part, each in parts)
    )


def _images() -> list[Image]:
    ids = [template_id(template(number)) for number in range(2 * IMAGES)]
    pairs = zip(ids[::2], ids[1::2], strict=True)
    return [Image(ImageName(f"image-{n:05}"), pair, mode=Mode.AUTO) for n, pair in enumerate(pairs)]


class Watching:
    """Collects, remembers and works out what is needed, as the daemon does, for as long as told."""

    def __init__(self) -> None:
        """Begin with what copies of all templates would have told."""
        self.policy = Policy()
        images = _images()
        ids = [each for image in images for each in image.templates]
        self.state = State(blueprints={each: _blueprint(n) for n, each in enumerate(ids)})
        self.sightings = Sightings(booted=wall())
        self._images = {each.name: each for each in images}
        self._checklist = Checklist(images, self.policy)
        self._clock = JumpingClock()
        self._asked = Asked()

    async def live(self, azure: RealAzure, lasts: timedelta) -> None:
        """Beat for a while, with an Azure that is closed at the end."""
        collector = Collector(azure, self._clock, asked=self._asked)
        for _ in range(lasts // BEAT):
            await self._beat(collector)
            self._clock.jumped += BEAT
        await azure.close()

    async def _beat(self, collector: Collector) -> None:
        now, seen = self._clock.now(), self.sightings
        needs, policy = self._checklist.needs, self.policy
        view = View(self._images, self.state, seen, {}, {}, policy, needs)
        changed = absorb(seen, await collector.collect(view, now))
        for each in changed:
            self.state.copies[each.id] = each.revision, now
        self._checklist.renew([each.id for each in changed], seen, now, state=self.state)

    def check(self) -> None:
        """Give up if anything is not known: the figure would be of no use."""
        needs, seen = self._checklist.needs, self.sightings
        offers = {(scope, place) for scope, place, _ in needs.offers}
        for asked, told in (
            (set(needs.resources), seen.resources),
            (set(needs.bases), seen.supplies),
            (set(needs.scopes), seen.rights),
            (offers, seen.offers),
        ):
            unknown = [each for each in asked if isinstance(told.get(each, DARK), Fault)]
            if not asked or unknown:
                raise SystemExit(f"{len(unknown)} of {len(asked)} are not known: {unknown[:1]}")


DARK = Fault(FaultKind.PLATFORM, "not told")


async def _measure(arm: ArmServer) -> tuple[int, Counter[str]]:
    watching = Watching()
    settings = AzureSettings(
        endpoint=arm.endpoint,
        ca_file=arm.ca_file,
        credential=CredentialKind.STATIC,
        token="simulated",  # noqa: S106  it opens nothing
        call_seconds=20.0,
    )
    await watching.live(await open_azure(settings), WARM)
    watching.check()
    before = len(arm.requests)
    await watching.live(await open_azure(settings), watching.policy.readiness_interval)
    asked = [each.path for each in arm.requests[before:] if not _SWEEPS.search(each.path)]
    return len(asked), Counter(map(_kind, asked))


def _kind(path: str) -> str:
    return path.lower().rpartition("/providers/")[2].split("/locations/")[0].split("/")[0]
