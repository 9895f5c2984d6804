"""Two or three replicas over one store: one run for each failed build, whatever happens to them.

Counted from what really happened in the World, never from what the replicas say.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from aibwatch.errors import NotLeadingError
from aibwatch.model.decision import Reason
from aibwatch.model.entry import Answered, Booted, Entry, Intended
from aibwatch.model.failover import Event
from aibwatch.model.policy import LEASE_MARGIN, Policy
from aibwatch.status.view import status
from replicas import LEASE, SECOND, Replicas, lived, some_replicas

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def plain(replicas: Replicas) -> None:
    """Let the region fail, and live on until the image is built elsewhere."""
    await replicas.strike()
    await replicas.run_for(2 * HOUR)


def target(replicas: Replicas) -> list[str]:
    """Return the first secondary of every image."""
    return [each.secondaries[0] for each in replicas.images]


@pytest.mark.parametrize("names", [("a",), ("a", "b"), ("a", "b", "c")])
def test_one_of_several_acts(names: tuple[str, ...]) -> None:
    """The first to come leads all along and alone sends: the others would, were they alone."""
    replicas = lived(some_replicas(), plain, *names)

    assert replicas.began == target(replicas)
    assert replicas.sent == {"a": 1}
    assert replicas.booted == ["a"]
    assert replicas.outcomes == {"succeeded": 1}
    assert not replicas.both_led


def intended(replicas: Replicas, name: str, act: Callable[[str], None]) -> None:
    """Do `act` with a replica as soon as an intent of it is in the store, before it knows."""

    def written(entries: Sequence[Entry]) -> None:
        if any(isinstance(each, Intended) for each in entries):
            replicas.members[name].journal.written = lambda _entries: None
            act(name)

    replicas.members[name].journal.written = written


def received(replicas: Replicas, name: str, act: Callable[[str], None]) -> None:
    """Do `act` with a replica as soon as a request of it was carried out, before its answer."""
    replicas.members[name].own.received = lambda: act(name)


# the leader dies


def test_a_standby_does_not_take_a_run_that_no_leader_wrote_down_for_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Until it leads it shows what the journal and its own eyes tell, not that nothing began."""
    monkeypatch.setattr("replicas.LEASE", timedelta(seconds=60))
    shown = set[str]()

    def answered(replicas: Replicas, entries: Sequence[Entry]) -> None:
        if any(isinstance(each, Answered) for each in entries):
            replicas.kill("a")

    async def story(replicas: Replicas) -> None:
        replicas.members["a"].journal.written = lambda entries: answered(replicas, entries)
        await replicas.strike()
        await replicas.until(lambda: replicas.began, 2 * HOUR)
        while replicas.booted == ["a"]:
            await replicas.run_for(SECOND)
            snapshot = replicas.members["b"].replica.cycle.snapshot
            shown.update(each.reason for each in snapshot.decisions.values() if snapshot)
        await replicas.run_for(HOUR)

    policy = Policy(settle=SECOND, active_interval=2 * SECOND)
    replicas = lived(some_replicas(policy=policy), story)

    assert Reason.SETTLING in shown
    assert Reason.RUN_NEVER_BEGAN not in shown
    assert replicas.began == target(replicas)
    assert replicas.outcomes == {"succeeded": 1}


def test_a_leader_that_dies_before_it_sends_is_succeeded_by_one_that_does() -> None:
    """Its intent is durable and nothing was sent: settled by reading, then sent again (L2)."""

    async def story(replicas: Replicas) -> None:
        intended(replicas, "a", replicas.kill)
        await plain(replicas)

    replicas = lived(some_replicas(), story)

    first, second = replicas.intents
    assert replicas.sent == {"b": 1}
    assert replicas.began == target(replicas)
    assert (first.epoch, second.epoch) == (1, 2)
    assert second.at - first.at >= replicas.policy.settle + LEASE / 2
    assert second.at - first.at <= LEASE + replicas.policy.settle + 2 * replicas.policy.interval
    assert replicas.outcomes == {"succeeded": 1}


def test_a_leader_that_dies_before_the_answer_leaves_its_run_to_the_next() -> None:
    """The run is adopted, none is asked for again."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        received(replicas, "a", replicas.kill)
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story)

    assert replicas.sent == {"a": 1}
    assert replicas.began == target(replicas)
    assert replicas.booted == ["a", "b"]
    assert replicas.outcomes == {"succeeded": 1}


def test_a_leader_that_dies_is_succeeded_within_its_lease() -> None:
    """The standby looks every second, so the lease and no more than two looks go by."""

    async def story(replicas: Replicas) -> None:
        await replicas.run_for(5 * MINUTE)
        assert replicas.leader == "a"
        replicas.kill("a")
        began = replicas.now
        await replicas.until(lambda: replicas.leader == "b", MINUTE)
        assert replicas.now - began <= LEASE + 2 * SECOND

    lived(some_replicas(), story)


@pytest.mark.parametrize("after", [1, 4, 6, 9, 12, 15, 25, 35])
def test_whenever_the_leader_dies_each_build_is_answered_once(after: int) -> None:
    """Two images, and a death some minutes after their builds began: two runs, two successes."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        await replicas.run_for(after * MINUTE)
        replicas.kill("a")
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas("db", "web"), story)

    assert sorted(replicas.began) == sorted(target(replicas))
    assert replicas.outcomes == {"succeeded": 2}
    assert replicas.booted == ["a", "b"]


# the leader freezes


@pytest.mark.parametrize("minutes", [1, 4, 10, 30])
def test_who_froze_between_intent_and_request_does_not_send_it(minutes: int) -> None:
    """It wakes up when another one leads, and finds out before it sends (S4)."""

    async def story(replicas: Replicas) -> None:
        intended(replicas, "a", replicas.freeze)
        await replicas.strike()
        await replicas.until(lambda: replicas.intents, HOUR)
        await replicas.run_for(minutes * MINUTE)
        replicas.thaw("a")
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story)

    assert replicas.sent == {"b": 1}
    assert replicas.began == target(replicas)
    assert not replicas.both_led
    assert replicas.outcomes == {"succeeded": 1}


def test_who_froze_shorter_than_his_lease_goes_on() -> None:
    """Positive control: the same freeze, ended in time, costs nothing."""

    async def story(replicas: Replicas) -> None:
        intended(replicas, "a", replicas.freeze)
        await replicas.strike()
        await replicas.until(lambda: replicas.intents, HOUR)
        await replicas.run_for(5 * SECOND)
        replicas.thaw("a")
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story)

    assert replicas.sent == {"a": 1}
    assert replicas.booted == ["a"]
    assert replicas.began == target(replicas)


def test_who_froze_while_others_led_and_left_does_not_send_what_it_meant_to() -> None:
    """The lease is free when it wakes up, so it leads again; the old intent is an old epoch's."""

    async def story(replicas: Replicas) -> None:
        intended(replicas, "a", replicas.freeze)
        await replicas.strike()
        await replicas.until(lambda: replicas.intents, HOUR)
        await replicas.until(lambda: replicas.leader == "b", MINUTE)
        await replicas.stop("b")
        replicas.thaw("a")
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story)

    first, second = replicas.intents
    assert replicas.booted == ["a", "b", "a"]
    assert (first.epoch, second.epoch) == (1, 3)
    assert second.at - first.at >= replicas.policy.settle
    assert replicas.began == target(replicas)
    assert replicas.sent == {"a": 1}


def test_who_freezes_alone_for_longer_than_his_lease_begins_anew() -> None:
    """Nobody led meanwhile, but that is not known: a new epoch, and the intent is settled."""

    async def story(replicas: Replicas) -> None:
        intended(replicas, "a", replicas.freeze)
        await replicas.strike()
        await replicas.until(lambda: replicas.intents, HOUR)
        await replicas.run_for(2 * LEASE)
        replicas.thaw("a")
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story, "a")

    assert [each.epoch for each in replicas.intents] == [1, 2]
    assert replicas.sent == {"a": 1}
    assert replicas.began == target(replicas)


# the store


def test_a_leader_cut_off_from_the_store_gives_way() -> None:
    """It leads no longer than its lease; the other one answers, once; back again, it follows."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        replicas.cut_off("a")
        await replicas.run_for(LEASE + 3 * SECOND)
        assert replicas.leaders == ["b"]
        await replicas.run_for(2 * HOUR)
        replicas.cut_off("a", "")
        await replicas.run_for(2 * MINUTE)
        assert replicas.members["a"].state == replicas.state
        assert not replicas.members["a"].leads

    replicas = lived(some_replicas(), story)

    assert replicas.booted == ["a", "b"]
    assert replicas.sent == {"b": 1}
    assert replicas.began == target(replicas)
    assert not replicas.both_led


def test_a_leader_cut_off_at_its_intent_sends_nothing() -> None:
    """The store has its intent, and it does not know that; the other one settles it."""

    async def story(replicas: Replicas) -> None:
        intended(replicas, "a", replicas.cut_off)
        await plain(replicas)

    replicas = lived(some_replicas(), story)

    assert replicas.began == target(replicas)
    assert replicas.outcomes == {"succeeded": 1}


def test_with_the_store_lost_to_both_nothing_is_sent_and_all_is_told() -> None:
    """They observe only; when it is back one leads, warms up anew, and answers once (S44, S16)."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        for name in replicas.members:
            replicas.cut_off(name)
        await replicas.run_for(HOUR)
        assert replicas.sent == {}
        assert replicas.leaders == []
        for each in replicas.members.values():
            image = replicas.images[0]
            assert each.state.failures[image.primary].region == "westeurope"
            assert not each.ledger.writable
            assert each.cycle.snapshot is not None
            held = [one.reason for one in each.cycle.snapshot.decisions[image.name].held_by]
            assert {"not_leader", "store_unwritable"} <= set(held)
        for name in replicas.members:
            replicas.cut_off(name, "")
        back = replicas.now
        await replicas.run_for(2 * HOUR)
        assert replicas.intents[0].at - back >= replicas.policy.interval

    replicas = lived(some_replicas(), story)

    assert len(replicas.booted) == 2
    assert replicas.began == target(replicas)
    assert replicas.outcomes == {"succeeded": 1}


def test_a_leader_that_cannot_see_azure_gives_way_to_one_that_can() -> None:
    """What failed meanwhile is answered; who gave way follows, and stays when it sees again."""

    async def story(replicas: Replicas) -> None:
        await replicas.run_for(MINUTE)
        replicas.members["a"].own.cut_off = True
        await replicas.strike()
        assert replicas.leader == "b"
        await replicas.run_for(HOUR)
        replicas.members["a"].own.cut_off = False
        await replicas.run_for(HOUR)
        assert replicas.leader == "b"

    replicas = lived(some_replicas(), story)

    assert replicas.sent == {"b": 1}
    assert replicas.outcomes == {"succeeded": 1}
    assert replicas.booted == ["a", "b"]
    assert not replicas.both_led


@pytest.mark.long
def test_where_nobody_sees_azure_the_lead_goes_round_ever_more_seldom() -> None:
    """Each gives it up seven times in five hours; then there is one to answer what fails."""

    async def story(replicas: Replicas) -> None:
        for each in replicas.members.values():
            each.own.cut_off = True
        await replicas.run_for(5 * HOUR)
        assert replicas.leader
        for each in replicas.members.values():
            each.own.cut_off = False
        await replicas.strike()
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story)

    assert len(replicas.booted) == 1 + 2 * 7
    assert len(replicas.began) == 1
    assert not replicas.both_led


def test_a_leader_that_was_fenced_off_follows() -> None:
    """Its lease was taken from it without its knowing: the store refuses its next entry."""

    async def story(replicas: Replicas) -> None:
        await replicas.run_for(5 * MINUTE)
        replicas.store.holder = None  # as if somebody had broken the lease
        await replicas.until(lambda: len(replicas.booted) > 1, MINUTE)
        await plain(replicas)

    replicas = lived(some_replicas(), story)

    assert replicas.booted == ["a", "b"]
    assert replicas.sent == {"b": 1}
    assert replicas.began == target(replicas)


# in good order


def test_a_clean_stop_hands_over_at_once() -> None:
    """The lease is given up, so the standby leads within two seconds."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        await replicas.run_for(5 * MINUTE)
        await replicas.stop("a")
        began = replicas.now
        await replicas.until(lambda: replicas.leader == "b", MINUTE)
        assert replicas.now - began <= 2 * SECOND
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story)

    assert replicas.began == target(replicas)
    assert replicas.booted == ["a", "b"]


def test_a_rolling_restart_costs_no_run_and_no_answer() -> None:
    """Every ten minutes one is stopped and another one started, all through an outage."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        for number in range(6):
            await replicas.run_for(10 * MINUTE)
            replicas.start(f"c{number}")
            await replicas.run_for(10 * SECOND)
            await replicas.stop(replicas.leader)
        await replicas.run_for(HOUR)

    replicas = lived(some_replicas("db", "web"), story)

    assert sorted(replicas.began) == sorted(target(replicas))
    assert replicas.outcomes == {"succeeded": 2}
    assert len(replicas.booted) == 7


# what a standby shows and takes


def test_a_standby_shows_what_the_leader_shows() -> None:
    """In the middle of an outage: the same but for who leads, and what each has read itself."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        await replicas.run_for(15 * MINUTE)
        pictures = []
        for each in replicas.members.values():
            assert each.cycle.snapshot is not None
            pictures.append(status(each.cycle.snapshot, "1"))
        leading, standing_by = pictures
        assert (leading["leader"], standing_by["leader"]) == (True, False)
        assert leading["holder"] == standing_by["holder"] == "a"
        assert leading["failovers"]
        for part in ("failovers", "recent", "incidents", "scores", "pauses", "headline", "summary"):
            assert leading[part] == standing_by[part]
        for part in ("regions", "images"):
            assert plainly(leading[part]) == plainly(standing_by[part])

    lived(some_replicas(), story)


def plainly(part: object) -> list[dict[str, object]]:
    """Return a list of the status without the instants at which this replica read something."""
    assert isinstance(part, list)
    return [
        {
            **each,
            "templates": [
                {name: value for name, value in one.items() if name != "seen"}
                for one in each.get("templates", ())
            ],
        }
        for each in part
    ]


def test_a_pause_holds_whoever_leads() -> None:
    """The standby refuses it and names the leader; taken there, it outlasts the leader (S35)."""

    async def story(replicas: Replicas) -> None:
        a, b = replicas.members["a"], replicas.members["b"]
        await replicas.strike()
        for order in (b.orders.pause("all", "move", "kim", None), b.orders.resume("all", "", "")):
            with pytest.raises(NotLeadingError, match="ask a"):
                await order
        await a.orders.pause("all", "move", "kim", None)
        replicas.kill("a")
        await replicas.run_for(HOUR)
        assert replicas.leader == "b"
        assert replicas.sent == {}
        await b.orders.resume("all", "", "kim")
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story)

    assert replicas.began == target(replicas)


def test_a_standby_counts_as_the_leader_does() -> None:
    """Totals of failovers are the same on every replica, and survive each of them (S41)."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        await replicas.run_for(20 * MINUTE)
        replicas.kill("a")
        await replicas.run_for(2 * HOUR)
        replicas.start("c")
        await replicas.run_for(MINUTE)

    replicas = lived(some_replicas(), story)

    for name in ("b", "c"):
        text = replicas.members[name].metrics.render("")[0].decode()
        counted = [each for each in text.splitlines() if each.startswith("aibwatch_failovers_tot")]
        assert sum(float(each.rpartition(" ")[2]) for each in counted) == 1


# a request that does not end


def test_a_request_is_given_up_before_another_replica_could_lead() -> None:
    """The answer never comes: unclear after so many seconds, and settled by reading."""

    async def story(replicas: Replicas) -> None:
        async def never() -> None:
            await asyncio.sleep(3600)

        await replicas.strike()
        replicas.members["a"].own.answered = never
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story)

    (intent,) = replicas.intents
    (answer,) = replicas.entries(Answered)
    assert answer.event is Event.UNCLEAR
    assert answer.at - intent.at == Policy().request_timeout
    assert replicas.began == target(replicas)
    assert replicas.outcomes == {"succeeded": 1}


def test_a_settle_that_is_too_short_for_two_replicas_is_longer() -> None:
    """What the last leader sent may still be on its way: so long nothing is sent again (S4)."""
    often = timedelta(seconds=3)
    hasty = Policy(settle=SECOND, interval=often, active_interval=often, debounce=often)

    async def story(replicas: Replicas) -> None:
        intended(replicas, "a", replicas.kill)
        await replicas.strike()
        await replicas.until(lambda: replicas.began, HOUR)

    replicas = lived(some_replicas(policy=hasty), story)

    first, second = replicas.intents
    led = replicas.entries(Booted)[1].at
    assert first.at < led
    assert second.at - led >= Policy().request_timeout + LEASE_MARGIN
    assert replicas.began == target(replicas)


# three at once, and everything that one of them knew alone


def test_a_failure_that_only_the_standby_saw_is_judged_when_it_leads() -> None:
    """The leader is dead before its next look; the standby reads on, and then it leads."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        primary = replicas.images[0].primary
        await replicas.until(
            lambda: replicas.world.shown(replicas.world.templates[primary]).run.ended, HOUR
        )
        replicas.kill("a")
        b = replicas.members["b"]
        await replicas.until(lambda: b.belief.sightings.templates[primary].run.ended, MINUTE)
        assert replicas.state.failures == {}
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(), story)

    assert replicas.booted == ["a", "b"]
    assert replicas.began == target(replicas)


def test_a_new_leader_warms_up_before_it_begins_anything() -> None:
    """Though it has read all along as a standby: sweeps count from its beginning (S16)."""

    async def story(replicas: Replicas) -> None:
        await replicas.strike()
        await replicas.until(lambda: replicas.state.failures, HOUR)
        replicas.kill("a")
        b = replicas.members["b"]
        assert b.belief.sightings.sweeps > replicas.policy.warmup_sweeps
        await replicas.run_for(2 * HOUR)

    replicas = lived(some_replicas(policy=Policy(debounce=SECOND)), story)

    led = replicas.entries(Booted)[1].at
    assert replicas.intents[0].at - led >= replicas.policy.interval
    assert replicas.began == target(replicas)
