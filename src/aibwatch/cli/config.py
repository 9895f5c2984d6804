"""`aibwatch config`: is the configuration right, and what is in force?"""

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, notify, table
from aibwatch.errors import ConfigError


def validate(config: ConfigOption = None, output: OutputOption = Output.TABLE) -> None:
    """Say everything that is wrong with the configuration, all at once.

    Files that it names are not looked at, so that it can be validated on any machine; check does.
    """
    try:
        settings = settings_of(config)
    except ConfigError as error:
        if output is Output.JSON:
            emit({"sha256": None, "warnings": [], "problems": error.problems})
        raise
    if output is Output.JSON:
        warnings = list(settings.warnings)
        emit({"sha256": settings.sha256, "warnings": warnings, "problems": []})
        return
    for warning in settings.warnings:
        notify(f"warning: {warning}")
    count = len(settings.images)
    line(f"valid: {count} image{'' if count == 1 else 's'}, sha256 {settings.sha256[:12]}")


def show(config: ConfigOption = None, output: OutputOption = Output.TABLE) -> None:
    """Print what is in force: the file, the environment and the defaults, secrets masked."""
    settings = settings_of(config)
    values = settings.redacted()
    if output is Output.JSON:
        emit({"sha256": settings.sha256, "settings": values})
        return
    line(f"sha256 {settings.sha256}")
    table("Settings in force", ("key", "value"), _flat("", values))


def schema() -> None:
    """Print the JSON Schema of the configuration, for editors; needs no configuration."""
    from aibwatch.config.published import json_schema

    emit(json_schema())


def _flat(prefix: str, value: object) -> list[tuple[str, str]]:
    """Return one row for each key, lists of texts in one."""
    if isinstance(value, dict):
        return [
            row for key, each in value.items() for row in _flat(f"{prefix}.{key}".strip("."), each)
        ]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [row for at, each in enumerate(value) for row in _flat(f"{prefix}[{at}]", each)]
    if isinstance(value, list):
        return [(prefix, ", ".join(map(str, value)) or "[]")]
    return [(prefix, "null" if value is None else str(value))]
