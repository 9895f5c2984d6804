"""The table of known error texts, in order of precedence: the first row that matches decides.

What follows the owner to any region comes first, wherever in the text it stands: outer codes wrap
inner ones, and the generic text stands before everything. Then what says wait, then a region
without room, and only then what may be the platform's fault.
"""

from aibwatch.diagnose.signatures_platform import (
    DEADLINE,
    ORDINARY,
    OUTAGE,
    ROOM,
    WAIT,
    WRAPPER,
)
from aibwatch.diagnose.signatures_user import STATE, STATE_CODES, USER

TABLE = (*USER, *WAIT, *STATE, *ROOM, *DEADLINE, *ORDINARY, *STATE_CODES, *OUTAGE, *WRAPPER)
