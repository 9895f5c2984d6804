"""The table of known error texts: tiers in order, and what stands first in the text within one.

What a customizer's own script says comes first, wherever it stands. Then the errors that name a
thing, whosesoever: of several the first is the root, the others are what came of it. What names
nothing (a deadline, a build that failed, the generic text) only counts where nothing is named.
"""

from aibwatch.diagnose.signature import Signature
from aibwatch.diagnose.signatures_access import BROKEN, CREDENTIAL, DENIED, OWN_TROUBLE
from aibwatch.diagnose.signatures_build import ORDINARY, SCRIPT
from aibwatch.diagnose.signatures_platform import (
    CLEAR_OUTAGE,
    NO_ROOM_NOTICE,
    NOTICE,
    OUTAGE,
    ROOM,
    ROOM_SAID,
    WRAPPER,
)
from aibwatch.diagnose.signatures_setup import MISSING, QUOTA, STATUS, VALIDATION, WRONG_SETUP
from aibwatch.diagnose.signatures_wait import (
    ADVICE,
    CANCELED_CODES,
    DEADLINE,
    PASSING,
    STATE,
    STATE_CODES,
    THROTTLED,
)

NAMED = (*OWN_TROUBLE, *WRONG_SETUP, *DENIED, *QUOTA, *THROTTLED, *STATE, *ROOM)

TIERS: tuple[tuple[Signature, ...], ...] = (
    NO_ROOM_NOTICE,
    NOTICE,
    SCRIPT,
    NAMED,
    MISSING,
    (*VALIDATION, *CREDENTIAL, *BROKEN),
    ROOM_SAID,
    CLEAR_OUTAGE,
    PASSING,
    DEADLINE,
    ORDINARY,
    CANCELED_CODES,
    STATE_CODES,
    OUTAGE,
    ADVICE,
    STATUS,
    WRAPPER,
)
"""Of one tier what stands first in the text decides, of two at one place the earlier row."""

TABLE = tuple(row for tier in TIERS for row in tier)
