"""Every checker there is, and the judgement of one life by all of them."""

from aibwatch.sim.checkers.after import OneWinner, ReallyThere
from aibwatch.sim.checkers.bounds import Caps, Cooldown, OnlySecondaries, PerRegion, Resident
from aibwatch.sim.checkers.broken import Broken, Checker
from aibwatch.sim.checkers.clocks import TimePasses
from aibwatch.sim.checkers.leading import OneLeads, SoonLed
from aibwatch.sim.checkers.live import AllEnds, Deadlines, InTime
from aibwatch.sim.checkers.once import Answers, FewRuns, Idle, OneOpen, Settled, Written
from aibwatch.sim.checkers.people import Pauses
from aibwatch.sim.checkers.reason import LookedAgain, NeverItsOwn, NoFalseAlarm, WarmedUp
from aibwatch.sim.checkers.rehearsed import OutOfTheWay
from aibwatch.sim.checkers.steady import Steady
from aibwatch.sim.trace import Trace

CHECKERS: tuple[Checker, ...] = (
    FewRuns(),
    Settled(),
    Written(),
    Answers(),
    OneLeads(),
    OneOpen(),
    Idle(),
    NoFalseAlarm(),
    LookedAgain(),
    WarmedUp(),
    NeverItsOwn(),
    Cooldown(),
    Caps(),
    PerRegion(),
    Steady(),
    TimePasses(),
    Resident(),
    OnlySecondaries(),
    ReallyThere(),
    OneWinner(),
    Pauses(),
    OutOfTheWay(),
    InTime(),
    SoonLed(),
    Deadlines(),
    AllEnds(),
)


def judge(trace: Trace) -> tuple[Broken, ...]:
    """Return every promise that did not hold, in the order of the checkers."""
    return tuple(broken for checker in CHECKERS for broken in checker.broken(trace))
