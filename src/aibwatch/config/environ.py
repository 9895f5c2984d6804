"""`AIBWATCH_<SECTION>__<KEY>`: every key as an environment variable.

A list or a whole section is written as YAML: `AIBWATCH_SUBSCRIPTIONS=[…]`. `null` means null; an
empty variable means that it is not set, because compose files and charts like to leave them so.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import yaml
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from pydantic_settings.sources.utils import parse_env_vars

from aibwatch.config import document
from aibwatch.config.known import keys_at, sections
from aibwatch.config.problems import KeyPath, Problem, Where, nearest
from aibwatch.config.schema import Settings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

PREFIX = "AIBWATCH_"
DELIMITER = "__"
NOT_KEYS = frozenset({"AIBWATCH_CONFIG"})
"""Variables of ours that name no key: the path of the file itself."""


class _Variables(Settings, BaseSettings):
    """The schema as pydantic-settings wants to see it; never instantiated."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        env_parse_none_str="null",
    )


class _Source(EnvSettingsSource):
    """The variables of a mapping that is handed over, not those of the process."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.sections: set[str] = set()
        """The texts of lists and sections, once it was asked for the values."""
        super().__init__(_Variables)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return parse_env_vars(
            self._environ, self.case_sensitive, self.env_ignore_empty, self.env_parse_none_str
        )

    def decode_complex_value(self, field_name: str, field: "FieldInfo", value: str) -> object:
        """Read a list or section as YAML; text that is none is left for the schema to refuse."""
        del field_name, field
        self.sections.add(value)
        try:
            return yaml.safe_load(value)
        except (yaml.YAMLError, ValueError, RecursionError):  # no date, too deep
            return value


def values(environ: Mapping[str, str]) -> dict[str, object]:
    """Return what the variables set, nested like the file; unknown ones are left out."""
    return dict(_source(environ)())


def where(environ: Mapping[str, str], path: KeyPath) -> Where | None:
    """Return the variable that sets the value at `path` or the section around it, if one does."""
    setting = [name for name in _known(environ) if path[: len(_path(name))] == _path(name)]
    return Where(max(setting, key=len)) if setting else None


def problems(environ: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with our variables that no schema can tell."""
    return [*_unknown(environ), *_misread(environ)]


def _misread(environ: Mapping[str, str]) -> list[Problem]:
    """Return a problem for each key that a list or section in a variable has twice, and the like.

    Of two values the last would win, and nobody be told.
    """
    source = _source(environ)
    source()
    return [
        Problem(Where(name), (*_path(name), *each.path), each.says)
        for name in sorted(_known(environ))
        if environ[name] in source.sections
        for each in document.problems(environ[name])
    ]


def _source(environ: Mapping[str, str]) -> _Source:
    return _Source({name: environ[name] for name in _known(environ)})


def _unknown(environ: Mapping[str, str]) -> list[Problem]:
    """Return a problem for each variable of ours that names no key."""
    strange = _ours(environ) - _known(environ)
    return [
        Problem(Where(name), (), f"is no variable that aibwatch knows{_hint(name)}")
        for name in sorted(strange)
    ]


def variable(path: KeyPath) -> str:
    """Return the variable that sets the key at `path`."""
    return PREFIX + DELIMITER.join(str(each) for each in path).upper()


def _ours(environ: Mapping[str, str]) -> set[str]:
    return {name for name, value in environ.items() if name.startswith(PREFIX) and value} - NOT_KEYS


def _known(environ: Mapping[str, str]) -> set[str]:
    return {name for name in _ours(environ) if _path(name)[-1] in keys_at(_path(name)[:-1])}


def _path(name: str) -> KeyPath:
    return tuple(name.removeprefix(PREFIX).lower().split(DELIMITER))


def _hint(name: str) -> str:
    paths = [each for each in sections() if 0 not in each]
    names = [variable((*path, key)) for path in paths for key in keys_at(path)]
    # Without the prefix, which makes all of them alike.
    bare = [each.removeprefix(PREFIX) for each in (*names, *NOT_KEYS)]
    near = nearest(name.removeprefix(PREFIX), bare)
    return f"; did you mean {PREFIX}{near}?" if near else "; docs/configuration.md lists them"
