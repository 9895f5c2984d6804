"""The probes of a container platform."""

from datetime import timedelta

from aibwatch.status.health import Health, report, well
from builders import MINUTE, NOON


def test_a_daemon_that_beats_is_alive() -> None:
    """A beat that is as old as the limit still counts."""
    health = Health(limit=3 * MINUTE)
    health.beat(NOON)

    assert well(health.live(NOON + 3 * MINUTE))
    assert not well(health.live(NOON + 3 * MINUTE + timedelta(seconds=1)))


def test_a_daemon_that_has_not_begun_is_not_dead() -> None:
    """A slow start is for /startupz to judge."""
    health = Health()

    assert well(health.live(NOON))
    assert not well(health.up())


def test_each_trouble_alone_makes_it_unready() -> None:
    """Readiness needs all three; Azure and leadership are not among them."""
    for trouble in ({"draining": True}, {"writes": lambda: False}, {}):
        health = Health(token_once=bool(trouble))
        for name, value in trouble.items():
            setattr(health, name, value)

        assert not health.is_ready
    assert Health(token_once=True).is_ready


def test_a_report_names_what_is_not_well_and_all_when_asked() -> None:
    """A person with curl sees at once what is wrong."""
    health = Health(writes=lambda: False, token_once=True)

    brief = report(health.ready(), verbose=False)
    full = report(health.ready(), verbose=True)

    assert brief == "[-] store cannot be written\nnot ok"
    assert full.splitlines() == [
        "[+] not_draining",
        "[+] config",
        "[-] store cannot be written",
        "[+] token",
        "not ok",
    ]


def test_who_leads_and_cannot_write_may_not_act() -> None:
    """Nobody else led last: what is amiss is the store."""
    health = Health(writes=lambda: False)

    assert report(health.leading("node-7:12"), verbose=False).splitlines() == [
        "[-] leader its store cannot be written, so it may begin nothing",
        "not ok",
    ]


def test_a_refused_reload_is_told_and_no_reason_to_restart() -> None:
    """The old configuration holds; a restart would be given the wrong one."""
    health = Health(token_once=True, reload_refused=True)

    says = "[+] config the last reload was refused; the one before it holds"
    assert says in report(health.ready(), verbose=True).splitlines()
    assert health.is_ready
