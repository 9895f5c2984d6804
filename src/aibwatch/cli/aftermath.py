"""What `aibwatch status` says after an outage."""

from collections.abc import Iterator

from aibwatch.cli.output import when
from aibwatch.status.answers.after import Aftermath


def aftermath_lines(found: Aftermath | None) -> Iterator[str]:
    """Yield a line for each thing to look at, and how many more there are."""
    if found is None:
        return
    if found["look"]:
        regions = ", ".join(found["regions"])
        yield f"after the outage of {regions}: see `{found['look']}`"
    for off in found["triggers"]:
        where = f"the trigger of {off['name']} ({off['image']}, {off['region']})"
        yield f"{where} is off since {when(off['since'])} UTC; a good run arms it: {off['command']}"
    yield from _more(found["triggers_count"] - len(found["triggers"]), "triggers")
    for one in found["twice"]:
        made = f"{one['image']} was built twice: {one['name']} of {one['region']}"
        where = f" of {one['winner_region']}" if one["winner_region"] else ""
        yield f"{made} is a duplicate of {one['winner']}{where}"
    yield from _more(found["twice_count"] - len(found["twice"]), "duplicates")


def _more(count: int, what: str) -> Iterator[str]:
    if count:
        yield f"and {count} more {what}"
