"""Whatever happens to the replicas, each failed build gets one run, and everything ends (S1-S4)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibwatch.model.entry import Booted, Closed, Entry, Intended
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import Op, Weather
from replicas import NORTH, SECOND, UK, Replicas, lived, some_replicas

FEW = settings(max_examples=6, deadline=None)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def at_its_intent(act: Callable[[Replicas, str], None]) -> Callable[[Replicas, str], None]:
    """Do it as soon as an intent of this replica is in the store, before it knows."""

    def armed(replicas: Replicas, name: str) -> None:
        def written(entries: Sequence[Entry]) -> None:
            if any(isinstance(each, Intended) for each in entries):
                replicas.members[name].journal.written = lambda _entries: None
                act(replicas, name)

        replicas.members[name].journal.written = written

    return armed


def at_its_request(act: Callable[[Replicas, str], None]) -> Callable[[Replicas, str], None]:
    """Do it as soon as a request of this replica was carried out, before its answer."""

    def armed(replicas: Replicas, name: str) -> None:
        replicas.members[name].own.received = lambda: act(replicas, name)

    return armed


HAPPENINGS: Mapping[str, Callable[[Replicas, str], None]] = {
    "freezes": Replicas.freeze,
    "freezes at its intent": at_its_intent(Replicas.freeze),
    "freezes at its request": at_its_request(Replicas.freeze),
    "goes on": Replicas.thaw,
    "is cut off": Replicas.cut_off,
    "is cut off at its intent": at_its_intent(Replicas.cut_off),
    "is cut off at its request": at_its_request(Replicas.cut_off),
    "reaches the store": lambda replicas, name: replicas.cut_off(name, ""),
    "dies at its intent": at_its_intent(Replicas.kill),
    "dies at its request": at_its_request(Replicas.kill),
    "finds the north unavailable": lambda replicas, _name: replicas.world.weather.set(
        NORTH, MENU["503"], Op.RUN, times=1
    ),
    "finds the north slow to say yes": lambda replicas, _name: replicas.world.weather.set(
        NORTH, MENU["504"], Op.RUN, begins=True, times=1
    ),
    "finds the south refusing": lambda replicas, _name: replicas.world.weather.set(
        UK, MENU["403"], Op.RUN, times=1
    ),
}
TIMETABLES = st.lists(
    st.tuples(
        st.sampled_from([0, 5, 20, 40, 90, 300, 600]),
        st.sampled_from(["a", "b"]),
        st.sampled_from(sorted(HAPPENINGS)),
    ),
    min_size=3,
    max_size=14,
)


async def mend(replicas: Replicas) -> None:
    """Let everybody go on, and one more come who never had any trouble."""
    replicas.world.weather = Weather()
    for name, each in replicas.members.items():
        each.journal.written = lambda _entries: None
        each.own.received = lambda: None
        replicas.cut_off(name, "")
        replicas.thaw(name)
    replicas.start("c")


@pytest.mark.long
@FEW
@given(TIMETABLES)
def test_whatever_happens_to_the_replicas_each_build_is_answered_once(
    timetable: Sequence[tuple[int, str, str]],
) -> None:
    """Two images whose region fails; from then on the replicas have all sorts of trouble."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        for wait, name, what in timetable:
            await replicas.run_for(wait * SECOND)
            HAPPENINGS[what](replicas, name)
        await replicas.run_for(15 * MINUTE)
        await mend(replicas)
        await replicas.run_for(3 * HOUR)

    replicas = lived(some_replicas("db", "web"), story)

    per_image = [
        [each for each in replicas.began if each in image.templates] for image in replicas.images
    ]
    assert all(len(each) <= 1 for each in per_image), "S1: one run, as none of them fails"
    assert not replicas.both_led, "S4"
    assert replicas.state.open == {}, "L12"
    epochs = [each.epoch for each in replicas.entries(Booted)]
    assert epochs == sorted(set(epochs)), "S4: epochs rise"
    assert all_in_their_epoch(replicas.store.entries), "S4: no intent of an older epoch"
    closed = [each.failover for each in replicas.entries(Closed)]
    assert len(closed) == len(set(closed)), "S41"


def all_in_their_epoch(entries: Sequence[Entry]) -> bool:
    """Whether every intent carries the epoch of the last `Booted` before it."""
    epoch = 0
    for each in entries:
        if isinstance(each, Booted):
            epoch = each.epoch
        elif isinstance(each, Intended) and each.epoch != epoch:
            return False
    return True


def test_the_trouble_is_real() -> None:
    """Positive control: what is said to happen does, and without it one replica does all."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        HAPPENINGS["freezes at its intent"](replicas, "a")
        await replicas.run_for(HOUR)
        await mend(replicas)
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas("db", "web"), story)

    assert replicas.entries(Booted)[1].holder == "b"
    assert sorted(replicas.sent) == ["b"]
    assert len(replicas.began) == 2
