"""The door: a file and the environment in, one `Settings` or every problem out.

The environment overrides the file key by key. What is wrong with single keys does not keep the
relations between the others from being checked, so that one run shows everything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from aibwatch.config import checks, document, environ, surroundings
from aibwatch.config.checks import Finding
from aibwatch.config.document import Document
from aibwatch.config.problems import KeyPath, Problem, Where
from aibwatch.config.salvage import salvaged, touches
from aibwatch.config.schema import Settings
from aibwatch.config.words import words
from aibwatch.errors import ConfigError, PermissionDeniedError


def load(path: Path | None, variables: Mapping[str, str], *, files: bool = False) -> Settings:
    """Return the settings of the file at `path`, overridden by `variables` (an environment).

    Without a path there is only the environment. With `files` the files that are named in it are
    checked as well; leave that out where another machine will use the configuration.

    Raises:
        ConfigError: something is wrong; it holds every problem there is.
        PermissionDeniedError: the file may not be read, or nothing is wrong but that a file that
            it names may not be used.
    """
    sources = _Sources(_read(path, variables), variables)
    # A section whose every key is commented out is null, and means its defaults.
    written = {key: value for key, value in sources.file.values.items() if value is not None}
    values = _merged(written, environ.values(variables))
    settings, found = _judged(values)
    found = [each for each in found if each.paths[0] not in sources.file.unreadable]
    denied: list[Finding] = []
    if files and settings is not None:
        wrong = [each.paths[0] for each in found]
        found += _apart(wrong, surroundings.findings(settings))
        denied += _apart(wrong, surroundings.denials(settings))
    known = [*sources.file.problems, *environ.problems(variables)]
    told = {*known, *(sources.problem(each) for each in [*found, *denied])}
    problems = sorted(told, key=lambda each: each.order)
    lines = [str(each) for each in problems]
    if len(lines) > len(denied) or settings is None:
        raise ConfigError(lines)
    if denied:
        raise PermissionDeniedError("\n".join(lines))
    return settings


def _apart(wrong: Sequence[KeyPath], found: Iterable[Finding]) -> list[Finding]:
    """Return what has nothing to do with what is wrong already: of that only defaults are left."""
    return [each for each in found if not any(touches(path, wrong) for path in each.paths)]


def _read(path: Path | None, variables: Mapping[str, str]) -> Document:
    """Read the file; if nothing can be made of it, at least the variables are judged as well."""
    try:
        return document.read(path) if path else Document()
    except ConfigError as error:
        raise ConfigError([*map(str, environ.problems(variables)), *error.problems]) from None


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where values come from."""

    file: Document
    variables: Mapping[str, str]

    def problem(self, finding: Finding) -> Problem:
        """Return a finding with its place: where the first of its keys that is set is set."""
        where = next(filter(None, map(self._where_set, finding.paths)), None)
        return Problem(where or self.file.where(finding.paths[0]), finding.paths[0], finding.says)

    def _where_set(self, path: KeyPath) -> Where | None:
        variable = environ.where(self.variables, path)
        return variable or (self.file.where(path) if path in self.file.lines else None)


def _merged(under: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Lay `over` on `under`, key by key."""
    both = dict(under)
    for key, value in over.items():
        below = both.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            both[key] = _merged(below, value)
        else:
            both[key] = value
    return both


def _judged(values: dict[str, object]) -> tuple[Settings | None, list[Finding]]:
    """Return the settings, as far as anything can be made of the values, and what is wrong."""
    try:
        settings: Settings | None = Settings.model_validate(values)
        wrong: list[Finding] = []
    except ValidationError as error:
        details = error.errors(include_url=False)
        wrong = [Finding((each["loc"],), words(each)) for each in details]
        settings = salvaged(values, [each.paths[0] for each in wrong])
    places = [each.paths[0] for each in wrong]
    return settings, wrong + _apart(places, checks.findings(settings) if settings else ())
