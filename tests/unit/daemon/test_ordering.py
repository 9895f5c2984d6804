"""Orders through the whole daemon in process: the executor, the journal, and making it again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from aibwatch.daemon.replay import replay
from aibwatch.failover.plan import plan
from aibwatch.model.entry import FailoverOpened, Intended, Ordered
from aibwatch.model.failover import Outcome
from aibwatch.model.image import Mode
from aibwatch.model.names import OrderId, TemplateId
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.plan import Plan, changed
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import UNACCEPTABLE, Check
from aibwatch.ports import Reply
from aibwatch.sim.jumping import play
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import Op
from unit.daemon.outage import NORTH, WEST, Meddled, Outage, an_outage

HOUR = timedelta(hours=1)


class Doorkeeper(Meddled):
    """Notes which requests were said to be ordered."""

    ordered: list[tuple[TemplateId, bool]]

    async def start(self, template: TemplateId, *, ordered: bool = False) -> Reply:
        """Note it, then let it through."""
        self.ordered.append((template, ordered))
        return await super().start(template, ordered=ordered)


def guarded(outage: Outage) -> Doorkeeper:
    """Put a doorkeeper between the executor and the World."""
    door = Doorkeeper(outage.world)
    door.ordered = []
    outage.azure_of_executor = door
    return door


def order(outage: Outage, kind: OrderKind = OrderKind.FAILOVER) -> Order:
    """Return an order about the one image, as of now."""
    (image,) = outage.images
    return Order(OrderId("0rder"), kind, image.name, outage.clock.now(), "ada", "a move")


def lived(outage: Outage, kind: OrderKind, before: Callable[[], None] | None = None) -> Outage:
    """Let an operator order a build after ten minutes of peace, and two hours pass."""

    async def story() -> None:
        outage.boot()
        await outage.run_for(timedelta(minutes=10))
        if before:
            before()
        await outage.orders.order(order(outage, kind))
        await outage.run_for(2 * HOUR)

    play(story)
    return outage


def test_an_order_is_carried_out_for_an_image_that_is_only_observed() -> None:
    """One request, said to be ordered, by the actor who ordered it; everything is on record."""
    outage = an_outage(mode=Mode.OBSERVE)
    door = guarded(outage)

    lived(outage, OrderKind.FAILOVER)

    (image,) = outage.images
    assert door.ordered == [(image.secondaries[0], True)]
    assert outage.began == [image.secondaries[0]]
    assert outage.failover.outcome is Outcome.SUCCEEDED
    assert outage.failover.order is not None
    assert outage.state.orders == {}
    (intent,) = (each for each in outage.journal.entries if isinstance(each, Intended))
    assert (intent.actor, intent.evidence) == ("ada", ())


def test_what_answers_a_failure_is_not_said_to_be_ordered() -> None:
    """The transport stays as it was opened for it."""
    outage = an_outage()
    door = guarded(outage)

    async def story() -> None:
        await outage.strike()
        await outage.run_for(HOUR)

    play(story)

    (image,) = outage.images
    assert door.ordered == [(image.secondaries[0], False)]


def test_coming_home_runs_the_primary_once() -> None:
    """It is read once just before, and its version has no double (PROMISES S31, S33)."""
    outage = an_outage(mode=Mode.OBSERVE)

    lived(outage, OrderKind.FAILBACK)

    (image,) = outage.images
    assert outage.began == [image.primary]
    assert outage.failover.outcome is Outcome.SUCCEEDED
    editions = outage.state.editions[image.name]
    assert [each.duplicate_of for each in editions] == [""]


def test_an_order_comes_before_the_primary_was_ever_seen() -> None:
    """A daemon that begins in the dark cannot tell where it lives; that is accepted."""
    outage = an_outage(mode=Mode.OBSERVE)
    allowed = frozenset({WEST, NORTH})
    outage.images[:] = [replace(each, allowed_regions=allowed) for each in outage.images]

    async def story() -> None:
        outage.world.weather.set(WEST, MENU["503"], *Op)
        outage.boot()
        await outage.run_for(timedelta(minutes=1))
        accepting = frozenset(Check) - UNACCEPTABLE
        await outage.orders.order(replace(order(outage), accept=accepting))
        await outage.run_for(2 * HOUR)

    play(story)

    (image,) = outage.images
    assert outage.began == [image.secondaries[0]]


def test_an_order_that_comes_while_a_build_goes_on_waits_and_is_dropped() -> None:
    """The secondary builds for a failure; what is ordered meanwhile never is a second run."""
    outage = an_outage(policy=Policy(max_failure_age=HOUR))

    async def story() -> None:
        await outage.strike()
        outage.world.build_time = 3 * HOUR
        await outage.until(lambda: outage.began, HOUR)
        await outage.orders.order(order(outage))
        await outage.run_for(timedelta(minutes=70))

    play(story)

    assert len(outage.began) == 1
    assert outage.state.orders == {}
    assert len(outage.entries_of("OrderDropped")) == 1


def test_an_order_that_comes_between_the_decision_and_the_intent_goes_first() -> None:
    """The automatic request is withheld; one run answers both (precedence human > real)."""
    outage = an_outage()

    async def story() -> None:
        await outage.strike()
        outage.azure_of_executor.meanwhile = lambda: outage.ledger.record(
            [Ordered(outage.clock.now(), order(outage))]
        )
        await outage.run_for(2 * HOUR)

    play(story)

    opened = [each for each in outage.journal.entries if isinstance(each, FailoverOpened)]
    outcomes = [outage.state.failovers[each.failover].outcome for each in opened]
    assert [each.order is None for each in opened] == [True, False]
    assert outcomes == [Outcome.SUPERSEDED, Outcome.SUCCEEDED]
    assert len(outage.began) == 1


def test_every_decision_about_an_order_is_made_again_alike() -> None:
    """What it rests on is kept, the order too (PROMISES S40); of drills `test_drills` says so."""
    for kind in set(OrderKind) - {OrderKind.DRILL}:
        outage = lived(an_outage(mode=Mode.OBSERVE), kind)

        made = list(replay(outage.journal.entries))

        acting = [each for each in made if each.again.action is not None]
        assert {each.failover for each in acting} == {outage.failover.id}
        assert all(each.same for each in made)


def test_the_plan_that_is_advised_is_the_plan_that_is_made() -> None:
    """Whoever types the command that was shown is not refused, while the failure matters."""
    outage, plans = an_outage(mode=Mode.ADVISE), list[Plan]()

    async def story() -> None:
        await outage.strike()
        await outage.run_for(HOUR)
        asked = replace(order(outage), to=outage.images[0].secondaries[0])
        plans.append(plan(outage.images[0], asked, outage.belief.view(), outage.clock.now()))

    play(story)

    (image,), (now,) = outage.images, plans
    (hold,) = outage.snapshots[-1].decisions[image.name].held_by
    shown = hold.says.split("--plan ")[1].split()[0]
    assert changed(shown, now.hash) == ()
    assert now.request == f"POST {image.secondaries[0]}/run"
