"""Two real processes on one container: one run for each failed build, whatever befalls the leader.

What left them is counted where it arrives, at the ARM face; what came of it, in the World.
"""

import os
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

import pytest

from aibwatch.sim.weather import Op
from azurite import Azurite
from process.stage import Stage, set_up
from process.twins import LEASE, PATIENCE, Twin, Twins, twins_on

KILLS = int(os.environ.get("REPLICAS", "5"))
"""How many leaders are killed, each at a moment of its own."""
LATE = 3.0
"""Seconds beyond a bound, for a machine that does other things too."""
TAKEOVER = LEASE + 2 + LATE
"""A lease, a look at it each second, and a cycle."""


@pytest.fixture
def twins(stage: Stage, azurite: Azurite) -> Iterator[Twins]:
    """Two replicas that have seen the past; the first one leads."""
    with twins_on(stage, azurite) as found:
        found.begin()
        yield found


def is_built_once(twins: Twins, by: Twin) -> None:
    """Wait until the image is built elsewhere, and a while longer: by one run, and no other."""
    by.waits(lambda: by.outcomes("image") == ["succeeded"], "the image is built elsewhere")
    by.cycles(12)
    assert twins.began == 1
    assert len(by.changes()) == twins.requests


def plainly(told: dict[str, Any]) -> dict[str, Any]:
    """Return what a status tells of the world, without who tells it and when it looked."""
    parts = ("headline", "regions", "images", "failovers", "recent", "incidents", "holder")
    kept = {name: told.get(name) for name in parts}
    for image in kept["images"] or ():
        for template in image["templates"]:
            template.pop("seen", None)
            for item in template.get("amiss") or ():
                item.pop("seen", None)
    return kept


def test_one_leads_and_both_are_ready_and_tell_the_same(twins: Twins) -> None:
    """Before and after a failover, which one of them carries out with one request."""
    leader, standby = twins.leader, twins.standby

    def agree() -> bool:
        return plainly(leader.status()) == plainly(standby.status())

    assert [each.get("/leader")[0] for each in (leader, standby)] == [200, 503]
    assert [each.get("/readyz")[0] for each in (leader, standby)] == [200, 200]
    assert leader.name in standby.get("/leader")[1]
    standby.waits(agree, "both tell the same")
    twins.strike()
    is_built_once(twins, leader)
    standby.waits(agree, "both tell the same again")
    assert standby.outcomes("image") == ["succeeded"]
    assert leader.metric("aibwatch_leader") + standby.metric("aibwatch_leader") == 1
    assert twins.requests == 1


def test_without_a_store_in_common_both_would_ask(tmp_path: Path) -> None:
    """What is counted in the other tests is two here, so it would be seen there."""
    with set_up(tmp_path) as one:
        primary, secondary = one.image("image", "westeurope", "northeurope")
        (tmp_path / "other").mkdir()
        other = Stage(tmp_path / "other", one.arm)
        other.images = one.images
        try:
            one.serve()
            other.serve()
            for each in (one, other):
                each.until(lambda each=each: each.run_state("image") == "Succeeded", "the past")
            one.answers(secondary, "silence", Op.RUN)
            one.fails("westeurope")
            one.begin(primary)
            one.until(lambda: one.requests(secondary) == 2, "both ask")
        finally:
            one.answers_again(secondary)
            other.end()


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_leader_killed_at_any_moment_costs_no_run_and_makes_none(
    twins: Twins, seed: int, record_property: Callable[[str, object], None]
) -> None:
    """The other leads within a lease and a cycle, and ends what was begun or begins it."""
    chance = Random(seed)  # noqa: S311  drawn to be drawn again
    sent, lost = chance.choice([0, 1]), chance.choice(["", "begins", "begins nothing"])
    leader, standby = twins.leader, twins.standby
    if lost:
        leader.answers(twins.secondary, "silence", Op.RUN, begins=lost == "begins", times=1)

    twins.strike()
    leader.until(lambda: twins.requests >= sent, "it is asked")
    leader.lives(chance.uniform(0, 2))
    sent = twins.requests
    leader.kill()
    takeover = standby.waits(lambda: standby.leads, "the other one leads")
    is_built_once(twins, standby)

    record_property(f"leaders killed, {sent} requests sent", 1)
    record_property(f"leaders killed, the other leads within {ceil(takeover)} s", 1)
    leader.go()
    leader.waits(lambda: leader.outcomes("image") == ["succeeded"], "who comes back knows of it")
    assert (leader.leads, standby.leads) == (False, True)
    assert takeover <= TAKEOVER
    assert twins.requests == 1 + (lost == "begins nothing")


@pytest.mark.parametrize("sent", [0, 1])
def test_a_leader_that_froze_for_longer_than_its_lease_follows(twins: Twins, sent: int) -> None:
    """Frozen before its request or while it is under way, it sends nothing when it wakes."""
    leader, standby = twins.leader, twins.standby
    if sent:
        leader.answers(twins.secondary, "silence", Op.RUN, times=sent)

    twins.strike()
    leader.until(lambda: twins.requests == sent, "it is asked so often")
    leader.freeze()
    standby.waits(lambda: standby.leads, "the other one leads")
    is_built_once(twins, standby)
    leader.thaw()
    leader.waits(lambda: leader.outcomes("image") == ["succeeded"], "it knows of that")
    leader.cycles(12)

    assert (leader.leads, standby.leads) == (False, True)
    assert leader.get("/readyz")[0] == 200
    assert (twins.requests, twins.began) == (sent + 1, 1)


def test_a_leader_cut_off_from_the_store_gives_way(twins: Twins) -> None:
    """It sends nothing on what it cannot write down; the other one does, and is followed then."""
    leader, standby = twins.leader, twins.standby

    leader.doors.store.shut()
    twins.strike()
    lapse = leader.waits(lambda: not leader.leads, "its lease lapses")
    standby.waits(lambda: standby.leads, "the other one leads")
    is_built_once(twins, standby)
    leader.waits(lambda: leader.get("/readyz")[0] == 503, "it misses the store")
    leader.doors.store.open()
    leader.waits(lambda: leader.outcomes("image") == ["succeeded"], "it follows")

    assert lapse <= LEASE + LATE
    assert (leader.leads, standby.leads) == (False, True)
    assert leader.get("/readyz")[0] == 200
    assert twins.requests == 1


def test_with_the_store_cut_off_from_both_nothing_is_sent_until_it_is_back(twins: Twins) -> None:
    """Both watch and tell; then one of them goes on."""
    both = (twins.leader, twins.standby)

    for each in both:
        each.doors.store.shut()
    twins.strike()
    for each in both:
        each.waits(lambda each=each: not each.leads, "nobody leads")
        each.waits(lambda each=each: each.run_state("image") == "Failed", "the failure is seen")
        each.waits(lambda each=each: each.status()["writable"] is False, "the store is missed")
        each.cycles(12)
    assert twins.leader.changes() == []
    for each in both:
        each.doors.store.open()
    both[0].waits(lambda: sum(each.leads for each in both) == 1, "one leads")
    is_built_once(twins, next(each for each in both if each.leads))

    assert twins.requests == 1


def test_a_leader_that_cannot_see_azure_gives_way_to_one_that_can(twins: Twins) -> None:
    """It cannot build anything, nor tell a failure; when it sees again it follows."""
    leader, standby = twins.leader, twins.standby

    leader.doors.azure.shut()
    twins.strike()
    standby.waits(lambda: standby.leads, "the other one leads")
    is_built_once(twins, standby)
    leader.doors.azure.open()
    leader.waits(lambda: leader.status()["blind"] is False, "it sees")

    assert (leader.leads, standby.leads) == (False, True)
    assert leader.get("/readyz")[0] == 200
    assert twins.requests == 1


def test_a_standby_that_cannot_see_azure_changes_nothing(twins: Twins) -> None:
    """It knows what the leader does all the same, and does not lead while another one may."""
    leader, standby = twins.leader, twins.standby

    standby.doors.azure.refuse()
    standby.waits(lambda: standby.status()["blind"], "it sees nothing")
    twins.strike()
    is_built_once(twins, leader)
    standby.waits(lambda: standby.outcomes("image") == ["succeeded"], "it knows of that")

    assert (leader.leads, standby.leads) == (True, False)
    assert twins.requests == 1


def test_a_standby_that_was_cut_off_from_the_store_catches_up(twins: Twins) -> None:
    """It tells what it sees meanwhile, and does not lead for having heard nothing of the leader."""
    leader, standby = twins.leader, twins.standby

    standby.doors.store.refuse()
    twins.strike()
    is_built_once(twins, leader)
    standby.waits(lambda: standby.run_state("image") == "Failed", "it sees the failure")
    assert standby.outcomes("image") == []
    standby.doors.store.open()
    standby.waits(lambda: standby.outcomes("image") == ["succeeded"], "it knows the rest")

    assert (leader.leads, standby.leads) == (True, False)
    assert twins.requests == 1


def test_a_clean_stop_hands_over_within_two_seconds(
    twins: Twins, record_property: Callable[[str, object], None]
) -> None:
    """In the middle of an outage; the lease is given up, not left to lapse."""
    leader, standby = twins.leader, twins.standby

    twins.strike()
    leader.until(lambda: twins.began == 1, "the secondary builds")
    assert leader.daemon is not None
    leader.daemon.terminate()
    handover = standby.waits(lambda: standby.leads, "the other one leads")
    is_built_once(twins, standby)

    record_property(f"leaders stopped, the other leads within {ceil(10 * handover) / 10} s", 1)
    assert leader.daemon.wait(PATIENCE) == 0
    assert handover <= 2
    assert twins.requests == 1


def test_a_standby_refuses_orders_and_names_the_leader(twins: Twins) -> None:
    """Nothing is paused by it; the leader takes the order, and the standby then shows it."""
    leader, standby = twins.leader, twins.standby
    order = {"reason": "the freeze of the year's end"}

    code, says = standby.post("/api/v1/pause", order)
    assert code == 503
    assert leader.name in says
    assert not leader.status()["paused"]
    assert leader.post("/api/v1/pause", order)[0] == 200
    standby.waits(lambda: standby.status()["paused"], "the standby knows of it")
    twins.strike()
    leader.kill()
    standby.waits(lambda: standby.leads, "the other one leads")
    standby.waits(lambda: "paused" in standby.held_by("image"), "it holds the image")
    standby.cycles(12)

    assert standby.changes() == []
