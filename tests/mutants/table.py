"""All mutants, in the order of the promises. A new bug is a row in one of the files named here."""

from mutants.deaf import DEAF
from mutants.drills import DRILLS
from mutants.heard import HEARD
from mutants.liveness import LIVENESS
from mutants.measure import MEASURE
from mutants.mutant import Mutant
from mutants.once import ONCE
from mutants.people import PEOPLE
from mutants.reasons import REASONS
from mutants.secondaries import SECONDARIES
from mutants.telling import TELLING

MUTANTS: tuple[Mutant, ...] = (
    *ONCE,
    *REASONS,
    *SECONDARIES,
    *MEASURE,
    *PEOPLE,
    *DRILLS,
    *LIVENESS,
    *TELLING,
    *HEARD,
    *DEAF,
)
