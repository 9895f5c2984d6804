"""What is written about the configuration is true."""

import ast
import re
from pathlib import Path

import pytest

from aibwatch.config import channels, drilling, fleet, schema, sections
from aibwatch.config.known import keys_at
from aibwatch.config.known import sections as section_paths
from aibwatch.config.schema import Settings

ROOT = Path(__file__).parents[3]
TABLE = re.compile(r"^\| `(?P<key>[a-z_.\[\]]+)` \| (?P<default>[^|]*) \|", re.MULTILINE)


def documented() -> dict[str, str]:
    """Return the keys of the table in docs/configuration.md with their defaults."""
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = text.partition("## Keys")[2].partition("\n## ")[0]
    return {found["key"]: found["default"].strip("` ") for found in TABLE.finditer(table)}


def existing() -> set[str]:
    """Return every key of the schema as the table writes it."""
    keys = {(*path, key) for path in section_paths() for key in keys_at(path)}
    leaves = {path for path in keys if not keys_at(path) and not keys_at((*path, 0))}
    return {".".join(str(each) for each in path).replace(".0.", "[].") for path in leaves}


def test_every_key_is_documented_and_no_other() -> None:
    """docs/configuration.md lists exactly the keys that there are."""
    assert documented().keys() == existing()


def test_every_documented_default_is_the_true_one() -> None:
    """A default in the table is the default in force."""
    defaults = Settings().redacted()
    listed = {
        "images[]": fleet.ImageSection.model_fields,
        "images[].schedule": fleet.ScheduleSection.model_fields,
        "replicate[]": fleet.ReplicateSection.model_fields,
        "drills.schedule": fleet.ScheduleSection.model_fields,
        "drills.windows[]": {
            each.alias or name: each for name, each in drilling.WindowSection.model_fields.items()
        },
        "detection.signatures[]": sections.SignatureSection.model_fields,
        "notify[]": channels.ChannelSection.model_fields,
    }

    for key, written in documented().items():
        section, _, name = key.rpartition(".")
        value: object = defaults
        if section in listed:
            field = listed[section][name]
            value = "required" if field.is_required() else field.default
        else:
            for part in key.split("."):
                assert isinstance(value, dict), key
                value = value[part]
        if isinstance(value, list | tuple | frozenset) and value:
            assert written == "see the example", key
        else:
            assert written == _as_written(value), key


def _as_written(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return {"": '""'}.get(str(value), "[]" if value in ([], (), frozenset()) else str(value))


@pytest.mark.parametrize(
    "module",
    [schema, sections, fleet, channels, drilling],
    ids=["schema", "sections", "fleet", "channels", "drilling"],
)
def test_every_key_has_its_docstring(module: object) -> None:
    """Each key says its unit and why its default is what it is; sections say it of themselves."""
    source = Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8")
    classes = [each for each in ast.parse(source).body if isinstance(each, ast.ClassDef)]

    bare = [
        f"{each.name}.{ast.unparse(field.target)}"
        for each in classes
        for field, after in zip(each.body, [*each.body[1:], None], strict=True)
        if isinstance(field, ast.AnnAssign)
        and not ast.unparse(field.annotation).endswith("Section")
        and not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant))
    ]

    assert bare == []


def test_the_example_names_every_key() -> None:
    """Who reads the example has seen everything that can be set."""
    example = (ROOT / "config" / "aibwatch.example.yaml").read_text(encoding="utf-8")

    missing = [key for key in existing() if f"{key.rpartition('.')[2]}:" not in example]

    assert missing == []
