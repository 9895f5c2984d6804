"""What a picture shows and no entry tells: secondaries that are red, images that are stale."""

from collections.abc import Iterator

from aibwatch.model.names import ImageName, name_of
from aibwatch.model.readiness import Check, Colour
from aibwatch.model.state import Snapshot


def stales(snapshot: Snapshot) -> Iterator[tuple[ImageName, str]]:
    """Return each image of which a good build is overdue, whatever became of its last run; why."""
    for name, image in snapshot.view.images.items():
        built = snapshot.view.state.built_last(image)
        if built and image.due(built, snapshot.at):
            ended = f"the last good build ended {built:%Y-%m-%d %H:%M}Z"
            yield name, f"{ended}, and one is expected every {image.expect_every}"


def reds(snapshot: Snapshot) -> Iterator[tuple[ImageName, str, str]]:
    """Return image, secondary and why of each that is red; being busy is no illness."""
    view = snapshot.view
    for (name, template), readiness in view.readiness.items():
        image = view.images.get(name)
        says = [
            f"{each.check}: {each.says}"
            for each in readiness.items
            if each.colour is Colour.RED and each.check is not Check.IDLE
        ]
        if says and image is not None and template in image.secondaries:
            yield name, name_of(template), "; ".join(says)


def is_known(snapshot: Snapshot, name: str) -> bool:
    """Whether nothing about secondaries of a name is unknown: what cannot be seen is not over."""
    return not any(
        each.colour is Colour.UNKNOWN
        for (_, template), readiness in snapshot.view.readiness.items()
        if name_of(template) == name
        for each in readiness.items
    )
