"""Chance, of which a seed has one stream."""

from random import Random

CALM = 0.35
"""Seeds whose trouble is less than this have little but an outage, so that much can be demanded."""


class Dice(Random):
    """What a seed draws everything from. Repeatable, and so no secret."""

    def chance(self, share: float) -> bool:
        """Return whether this time it happens, which it does in `share` of all cases."""
        return share > 0 and self.random() < share
