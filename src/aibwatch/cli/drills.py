"""What `aibwatch status` shows of drills."""

from collections.abc import Iterator, Sequence

from aibwatch.cli.output import when
from aibwatch.status.answers.document import Image
from aibwatch.status.answers.drilled import Drill, Took

DRILL_COLUMNS = ("image", "last drill (UTC)", "outcome", "recovery", "proven (UTC)", "due (UTC)")


def drill_rows(images: Sequence[Image]) -> Iterator[tuple[str, ...]]:
    """Yield a line for each image that has, or may have, drills."""
    for image in images:
        drill = image["drill"]
        if drill is None:
            continue
        last = drill["last"]
        yield (
            image["name"],
            when(last["ordered"]) if last else "never",
            _outcome(drill),
            _took(last["seconds"]) if last and last["seconds"] else "",
            when(drill["proven"]),
            when(drill["due"]),
        )


def _outcome(drill: Drill) -> str:
    """Return what came of the newest drill; of one that was blocked since, why."""
    last, blocked = drill["last"], drill["blocked"]
    if blocked and (last is None or blocked["at"] > last["ordered"]):
        return blocked["says"]
    return last["outcome"] if last else ""


def _took(seconds: Took) -> str:
    parts = ", ".join(
        f"{name} {seconds[name] / 60:.0f}" for name in ("trigger", "build", "replicate")
    )
    return f"{seconds['total'] / 60:.0f} min ({parts})"


def versions(images: Sequence[Image]) -> Iterator[str]:
    """Yield a line for each version that drills made, with the command that removes it."""
    for image in images:
        drill = image["drill"]
        for each in drill["versions"] if drill else ():
            made = f"a drill of {image['name']} made {each['name']} {when(each['made'])} UTC"
            yield f"{made}, {each['cost']}; to remove it: {each['remove']}"
