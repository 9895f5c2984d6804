"""What only shows later: what Microsoft says, runs that were missed, whether we were right."""

from collections.abc import Mapping
from datetime import datetime

from aibwatch.diagnose.incidents import notices_known
from aibwatch.diagnose.missed import filled
from aibwatch.diagnose.score import scored
from aibwatch.model.entry import Entry
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName
from aibwatch.model.policy import Policy
from aibwatch.model.state import Sightings, State


def hindsight(
    images: Mapping[ImageName, Image],
    state: State,
    sightings: Sightings,
    policy: Policy,
    now: datetime,
) -> list[Entry]:
    """Return entries for what has shown by now; asked again with nothing new, none."""
    return [
        *notices_known(state, sightings, policy, now),
        *filled(sightings.attempts.values(), state, now),
        *scored(images, state, policy, now),
    ]
