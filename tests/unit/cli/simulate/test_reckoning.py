"""A performance is added up from what the World and the journal tell, and compared."""

from dataclasses import replace
from datetime import timedelta

from aibwatch.cli.simulate.perform import perform
from aibwatch.cli.simulate.reckoning import Reckoning, reckon
from aibwatch.config.schema import Settings
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName
from aibwatch.sim.scenario import load
from builders import NORTH, WEST

MINUTE = timedelta(minutes=1)
STORY = """# two images fail by their region, one by its owner
image web  westeurope northeurope
image db   westeurope northeurope
image rhel westeurope northeurope
image mail uksouth northeurope
builds take 20m
lasts 3h
the trouble begins at 1h
at 50m rhel in westeurope fails by customizer
at 50m run rhel in westeurope
at 1h westeurope builds fail with generic text
at 61m run web in westeurope
at 62m run db in westeurope
"""


def reckoned(*lines: str, mode: Mode = Mode.AUTO) -> Reckoning:
    """Play the story with these lines added, and add up."""
    scenario = load(STORY + "\n".join(lines))
    images = [Image(ImageName(name), ids, mode) for name, ids in scenario.images.items()]
    return reckon(perform(scenario, images, Settings().policy()))


def test_the_right_answer_is_counted() -> None:
    """When it failed, when that was known, who was saved; nothing differs."""
    found = reckoned(
        "expects outage in westeurope",
        "expects failover of web",
        "expects failover of db",
        "Microsoft knew after 5h",
    )

    assert found == Reckoning(
        failed=4 * MINUTE,
        detected=found.detected,
        notified=timedelta(hours=5),
        outages=frozenset({WEST}),
        failovers=2,
        would=frozenset(),
        saved=frozenset({"web", "db"}),
        needless=0,
        missed=frozenset(),
        duplicates=0,
        differs=(),
    )
    assert found.detected is not None
    assert 7 * MINUTE <= found.detected <= 12 * MINUTE


def test_what_nobody_expects_is_needless() -> None:
    """Unless the timetable allows so many."""
    strict = reckoned("expects failover of web")
    easy = reckoned("expects failover of web", "at most 1 needless")

    assert (strict.needless, easy.needless) == (1, 1)
    assert strict.differs == ("1 needless failovers, at most 0 expected",)
    assert easy.differs == ()


def test_a_failover_before_its_time_is_needless() -> None:
    """In the first phase of an incident it would have been wrong."""
    found = reckoned("expects failover of web after 2h", "expects failover of db")

    assert found.needless == 1


def test_what_did_not_come_is_missed() -> None:
    """It was expected, and no failover brought it."""
    found = reckoned(
        "expects failover of web", "expects failover of db", "expects failover of mail"
    )

    assert found.missed == {"mail"}
    assert found.differs == ("missed: mail",)


def test_a_region_that_was_well_is_not_to_be_blamed() -> None:
    """Nor one that was out to be thought well."""
    found = reckoned("expects no outage", "at most 2 needless")
    other = reckoned("expects outage in northeurope", "at most 2 needless")

    assert found.differs == ("believed out: westeurope; right: none",)
    assert other.differs == (f"believed out: westeurope; right: {NORTH}",)


def test_who_only_watches_is_told_what_would_have_moved() -> None:
    """No run is asked for, and yet the answer is compared."""
    found = reckoned("expects failover of web", "expects failover of db", mode=Mode.OBSERVE)

    assert (found.failovers, found.saved) == (0, frozenset())
    assert found.would == {"web", "db"}
    assert found.differs == ()


def test_an_image_that_would_have_moved_needlessly_counts_too() -> None:
    """Whoever sets it to auto would pay for it."""
    assert reckoned("expects none", mode=Mode.ADVISE).needless == 2


def test_a_run_asked_for_beyond_the_first_would_be_seen() -> None:
    """The journal has one intent and the World two runs of it."""
    scenario = load(STORY)
    images = [Image(ImageName(n), ids, Mode.AUTO) for n, ids in scenario.images.items()]
    done = perform(scenario, images, Settings().policy())
    asked = next(e for e in done.watch.world.truth if getattr(e, "cause", None) == "request")

    done.watch.world.truth.append(replace(asked, started=asked.started + MINUTE))

    assert reckon(done).duplicates == 1
    assert reckon(done).differs[-1] == "1 runs were asked for twice"
