"""The rows of the daemon, of regions and of the sources that it asks, family by family."""

from datetime import datetime

from aibwatch.model.names import Region
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.verdict import Family
from aibwatch.status.rows.group import TRUTH, Groups, Labels, instants, one_of
from aibwatch.status.rows.scene import Scene
from aibwatch.status.watched import pauses

_HEALTHS = tuple(Health)


def leader(scene: Scene) -> Groups:
    """Return whether this daemon may act: it leads, and its store takes the entry before an act."""
    return [((), TRUTH[scene.view.leader and scene.view.writable])]


def paused(scene: Scene) -> Groups:
    """Return whether any pause stands."""
    return [((), TRUTH[bool(pauses(scene.snapshot))])]


def blind(scene: Scene) -> Groups:
    """Return whether nothing of Azure can be seen."""
    return [((), TRUTH[scene.snapshot.blind])]


def writable(scene: Scene) -> Groups:
    """Return whether the store takes entries."""
    return [((), TRUTH[scene.view.writable])]


def health(scene: Scene) -> Groups:
    """Return every health of each region, of which one is 1."""
    found = ((each, _belief(scene, each)) for each in scene.regions)
    return [
        ((region,), one_of(_HEALTHS, belief.health if belief else Health.UNKNOWN))
        for region, belief in found
    ]


def signals(scene: Scene) -> Groups:
    """Return whether each family of evidence speaks against a region."""
    found = ((each, _belief(scene, each)) for each in scene.regions)
    return [
        ((region, family), TRUTH[belief is not None and family in belief.families])
        for region, belief in found
        for family in Family
    ]


def outages(scene: Scene) -> Groups:
    """Return since when a region is out."""
    found = (((each,), _belief(scene, each)) for each in scene.regions)
    return instants((labels, _out_since(belief)) for labels, belief in found)


def _out_since(belief: RegionBelief | None) -> datetime | None:
    return belief.since if belief and belief.health is Health.OUTAGE else None


def _belief(scene: Scene, region: Region) -> RegionBelief | None:
    return scene.view.state.regions.get(region)


def sources(scene: Scene) -> Groups:
    """Return whether each source answered when it was last asked."""
    faults = scene.view.sightings.source_faults
    return [(_source(each), TRUTH[each not in faults]) for each in _asked(scene)]


def sources_answered(scene: Scene) -> Groups:
    """Return when each source last answered."""
    answered = scene.view.sightings.sources
    return instants((_source(each), answered.get(each)) for each in _asked(scene))


def _asked(scene: Scene) -> set[str]:
    sightings = scene.view.sightings
    return sightings.sources.keys() | sightings.source_faults.keys()


def _source(name: str) -> Labels:
    source, _, subscription = name.partition(":")
    return source, subscription
