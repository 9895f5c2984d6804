"""What may be wrong in a World for a time: one row a kind, with how it begins and how it ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aibwatch.model.names import Region
from aibwatch.sim import runs
from aibwatch.sim.body import USUAL_SIZE
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import Op, Partial
from aibwatch.sim.words import duration
from aibwatch.sim.world import World

Change = Callable[[World, str, str], None]
"""Changes a World at a place, by a word."""

PROVIDER = (Op.READ, Op.RUN, Op.GALLERY, Op.LOGS)
DARK = ("500", "503", "504", "html", "silence", "reset")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trouble."""

    begin: Change
    end: Change
    words: Sequence[str] = ("",)
    everywhere: bool = False
    """Whether it is no region's; then its place is EVERYWHERE."""
    lane: str = "answers"
    """Two of one lane never are at one place at one time, as one would end the other."""
    ill: bool = False
    """Whether its region loses every build."""
    hurts: bool = True
    """Whether it may hold up what should be built elsewhere."""


def _answers(*ops: Op, begins: bool = False, every: int = 1) -> tuple[Change, Change]:
    def begin(world: World, place: str, word: str) -> None:
        world.weather.set(place, MENU[word], *ops, begins=begins, every=every)

    def end(world: World, place: str, _word: str) -> None:
        for op in ops:
            world.weather.spells.pop((place, op), None)

    return begin, end


def _fail(world: World, place: str, word: str) -> None:
    world.weather.endings[place] = ENDINGS[word]


def _fail_no_more(world: World, place: str, _word: str) -> None:
    world.weather.endings.pop(place, None)


def _recover(world: World, place: str, word: str) -> None:
    _fail_no_more(world, place, word)
    runs.rerun(world, Region(place))


def _fail_partly(world: World, place: str, word: str) -> None:
    world.weather.partial[place] = Partial(ENDINGS["generic"], int(word))


def _whole_again(world: World, place: str, _word: str) -> None:
    world.weather.partial.pop(place, None)


def _fill(world: World, place: str, _word: str) -> None:
    world.weather.full.add((place, USUAL_SIZE))


def _empty(world: World, place: str, _word: str) -> None:
    world.weather.full.discard((place, USUAL_SIZE))


def _lag(world: World, place: str, word: str) -> None:
    world.weather.lags[place] = duration(word)


def _fresh(world: World, place: str, _word: str) -> None:
    world.weather.lags.pop(place, None)


def _replicate(world: World, place: str, word: str) -> None:
    world.weather.replication[place] = duration(word)


def _replicate_as_usual(world: World, place: str, _word: str) -> None:
    world.weather.replication.pop(place, None)


def _skew(world: World, _place: str, word: str) -> None:
    world.weather.skew = duration(word.lstrip("-")) * (-1 if word.startswith("-") else 1)


def _no_skew(world: World, _place: str, _word: str) -> None:
    world.weather.skew = timedelta(0)


def _cancels_hang(world: World, place: str, _word: str) -> None:
    world.weather.cancels_hang.add(place)


def _cancels_end(world: World, place: str, _word: str) -> None:
    world.weather.cancels_hang.discard(place)


def _nameless(world: World, place: str, _word: str) -> None:
    world.weather.nameless.add(place)


def _named(world: World, place: str, _word: str) -> None:
    world.weather.nameless.discard(place)


OUTAGES = ("generic", "generic", "customization", "identity")
LAGS = ("30s", "1m", "90s")

KINDS: Mapping[str, Kind] = {
    "outage of": Kind(_fail, _fail_no_more, OUTAGES, lane="builds", ill=True),
    "outage, then reruns, of": Kind(_fail, _recover, OUTAGES, lane="builds", ill=True),
    "no room in": Kind(_fill, _empty, lane="room", ill=True),
    "builds fail in part of": Kind(_fail_partly, _whole_again, ("2", "3"), lane="builds"),
    "builds hang in": Kind(_fail, _fail_no_more, ("stuck",), lane="builds"),
    "other ends of builds in": Kind(
        _fail, _fail_no_more, ("timeout", "distribution", "retriable", "partial"), lane="builds"
    ),
    "cancels hang in": Kind(_cancels_hang, _cancels_end, lane="cancels", hurts=False),
    "no answers from": Kind(*_answers(*PROVIDER), DARK),
    "every second answer lost from": Kind(*_answers(*PROVIDER, every=2), DARK),
    "every third read lost from": Kind(*_answers(Op.READ, every=3), DARK),
    "requests to run refused by": Kind(*_answers(Op.RUN), ("500", "503", "504", "403", "429")),
    "requests to run taken, answer lost, by": Kind(
        *_answers(Op.RUN, begins=True), ("500", "503", "504", "reset", "silence")
    ),
    "galleries silent in": Kind(*_answers(Op.GALLERY), (*DARK, "403")),
    "lists fail": Kind(*_answers(Op.LIST), ("503", "429", "reset", "cut"), everywhere=True),
    "throttled": Kind(*_answers(*Op), ("429",), everywhere=True),
    "token expired": Kind(*_answers(*Op), ("401",), everywhere=True),
    "no graph": Kind(*_answers(Op.GRAPH), ("503", "403"), everywhere=True, hurts=False),
    "no self-test": Kind(*_answers(Op.SUBSCRIPTION), ("503", "reset"), everywhere=True),
    "no notices": Kind(*_answers(Op.NOTICES), ("503", "429"), everywhere=True, hurts=False),
    "no activity log": Kind(*_answers(Op.ACTIVITY), ("503", "429"), everywhere=True, hurts=False),
    "no logs in": Kind(*_answers(Op.LOGS), ("403", "503"), lane="logs"),
    "nameless logs in": Kind(_nameless, _named, lane="names"),
    "stale reads of": Kind(_lag, _fresh, LAGS, lane="lags"),
    "slow replication to": Kind(
        _replicate, _replicate_as_usual, ("20m", "3h", "20h"), lane="replicas", hurts=False
    ),
    "Azure's clock is wrong": Kind(
        _skew, _no_skew, ("30s", "-30s", "3m", "-24h", "24h"), everywhere=True, lane="clock"
    ),
}
"""By the words of the story. All that hurts nobody is left out of what may hold up a build."""


def begins(world: World, kind: str, place: str, word: str) -> None:
    """Let a kind of trouble begin."""
    KINDS[kind].begin(world, place, word)


def ends(world: World, kind: str, place: str, word: str) -> None:
    """Let it end."""
    KINDS[kind].end(world, place, word)
