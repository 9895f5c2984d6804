"""Which keys there are, asked of the schema itself."""

from typing import get_args

from pydantic import BaseModel

from aibwatch.config.problems import KeyPath
from aibwatch.config.schema import Settings


def keys_at(path: KeyPath) -> list[str]:
    """Return the keys of the section at `path`; none if no section is there."""
    section = _section_at(path)
    return list(section.model_fields) if section else []


def sections() -> list[KeyPath]:
    """Return the path of every section, `images` by its first item, the root first."""
    found: list[KeyPath] = [()]
    for path in found:
        for key in keys_at(path):
            found += [inner for inner in ((*path, key), (*path, key, 0)) if keys_at(inner)]
    return found


def _section_at(path: KeyPath) -> type[BaseModel] | None:
    here: object = Settings
    for part in path:
        if isinstance(part, int):
            here = next(iter(get_args(here)), None)
        elif isinstance(here, type) and issubclass(here, BaseModel) and part in here.model_fields:
            here = here.model_fields[part].annotation
        else:
            return None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None
