"""What keeps a life from having come to rest once nothing more happens to it (PROMISES L12)."""

from collections.abc import Iterator

from aibwatch.cli.simulate.seeds.replica import Replica
from aibwatch.model.failover import Failover
from aibwatch.model.state import State
from aibwatch.sim.trace import Trace


def unsettled(replica: Replica, trace: Trace) -> list[str]:
    """Return what is not over yet, as the daemon that should lead believes."""
    if not replica.leads:
        return ["no daemon leads"]
    state, view = replica.state, replica.belief.view()
    found = [f"{each.id} of {each.image} is {each.phase}" for each in open_of(state)]
    found += [f"{scope} is paused" for scope in state.pauses]
    if view.suspicion and trace.steady:
        found.append(f"it suspects itself: {view.suspicion.says}")
    return found


def open_of(state: State) -> Iterator[Failover]:
    """Yield the open failovers."""
    return (state.failovers[each] for each in state.open.values())
