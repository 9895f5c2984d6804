"""Which keys there are, asked of the schema itself."""

from types import NoneType, UnionType
from typing import get_args, get_origin

from pydantic import BaseModel

from aibwatch.config.problems import KeyPath
from aibwatch.config.schema import Settings


def keys_at(path: KeyPath) -> list[str]:
    """Return the keys of the section at `path`; none if no section is there."""
    section = section_at(path)
    return [each.alias or name for name, each in section.model_fields.items()] if section else []


def sections() -> list[KeyPath]:
    """Return the path of every section, `images` by its first item, the root first."""
    found: list[KeyPath] = [()]
    for path in found:
        for key in keys_at(path):
            found += [inner for inner in ((*path, key), (*path, key, 0)) if keys_at(inner)]
    return found


def section_at(path: KeyPath) -> type[BaseModel] | None:
    """Return the section at `path`, None if there is none."""
    here: object = Settings
    for part in path:
        if isinstance(part, int):
            here = next(iter(get_args(here)), None) if get_origin(here) is tuple else None
        elif isinstance(here, type) and issubclass(here, BaseModel) and part in here.model_fields:
            here = _without_null(here.model_fields[part].annotation)
        else:
            return None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _without_null(annotation: object) -> object:
    """Return what a key holds if it is not null."""
    if not isinstance(annotation, UnionType):
        return annotation
    held = [each for each in get_args(annotation) if each is not NoneType]
    return held[0] if len(held) == 1 else annotation
