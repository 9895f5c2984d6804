"""What can still be judged of a configuration in which single values are wrong.

Relations between keys should be checked in the same run, so wrong values give way to their
defaults, and images keep their places: a wrong name or template gives way to a stand-in.
"""

from collections.abc import Sequence
from copy import deepcopy

from pydantic import ValidationError

from aibwatch.config.problems import KeyPath
from aibwatch.config.schema import Settings

_STAND_IN = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/stand-in"
    "/providers/microsoft.virtualmachineimages/imagetemplates/"
)


def salvaged(values: dict[str, object], wrong: Sequence[KeyPath]) -> Settings | None:
    """Return settings without the values at `wrong`, None if nothing can be made of the rest."""
    rest = deepcopy(values)
    for path in wrong:
        if path[0] == "images" and len(path) > 1:
            _mend_image(rest, path)
        else:
            _cut(rest, path)
    try:
        return Settings.model_validate(rest)
    except ValidationError:
        return None


def touches(path: KeyPath, wrong: Sequence[KeyPath]) -> bool:
    """Whether the value at `path` is wrong, is part of a wrong one or has a wrong part."""
    return any(path[: len(each)] == each or each[: len(path)] == path for each in wrong)


def _cut(values: dict[str, object], path: KeyPath) -> None:
    """Take out the key at `path`; the whole list, where the path leads into one."""
    here: object = values
    names = [each for each in path if isinstance(each, str)]
    depth = next((at for at, each in enumerate(path) if isinstance(each, int)), len(path))
    for name in names[: depth - 1]:
        here = here.get(name) if isinstance(here, dict) else None
    if isinstance(here, dict):
        here.pop(path[depth - 1], None)


def _mend_image(values: dict[str, object], path: KeyPath) -> None:
    _, at, *keys = path
    images = values["images"]
    if not isinstance(images, list) or not isinstance(at, int):
        return
    stand_in = {"name": f"stand-in-{at}", "templates": [f"{_STAND_IN}{at}"]}
    if not keys or not isinstance(images[at], dict):
        images[at] = stand_in
    elif keys[0] in stand_in:
        images[at][keys[0]] = stand_in[str(keys[0])]
    else:
        images[at].pop(keys[0], None)
