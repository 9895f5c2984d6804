"""The JSON Schema of the configuration, for editors: made from the sections and their docstrings.

It is an aid, not the judge: relations between keys are not in it, nor what a text must look like,
so what it accepts can still be refused by `load`.
"""

import ast
import inspect
from datetime import timedelta
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel, JsonValue
from pydantic.json_schema import GenerateJsonSchema

from aibwatch.config.duration import render
from aibwatch.config.known import section_at, sections
from aibwatch.config.schema import Settings

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, JsonValue]:
    """Return the schema of the whole configuration; every key says what its docstring says."""
    schema = Settings.model_json_schema(schema_generator=_Generator)
    told = {each.__name__: _docstrings(each) for each in map(section_at, sections()) if each}
    for name, section in {**schema["$defs"], "Settings": schema}.items():
        for key, value in section.get("properties", {}).items():
            value.pop("title", None)
            if says := told[name].get(key):
                value["description"] = says
    return {"$schema": DIALECT, **schema, "title": "Configuration of aibwatch"}


class _Generator(GenerateJsonSchema):
    """Writes defaults as a file has them."""

    def encode_default(self, dft: object) -> JsonValue:
        match dft:
            case timedelta():
                return render(dft)
            case Fraction():
                return float(dft)
            case frozenset():
                return [*sorted(dft)]
            case BaseModel():
                dumped: JsonValue = dft.model_dump(mode="json")
                return dumped
            case Enum():
                return str(dft.value)
            case _:
                encoded: JsonValue = super().encode_default(dft)
                return encoded


def _docstrings(section: type[BaseModel]) -> dict[str, str]:
    """Return the docstring under each key; read from the source, as nothing keeps them."""
    body = ast.parse(dedent(inspect.getsource(section))).body[0]
    lines = body.body if isinstance(body, ast.ClassDef) else []
    written = {name: each.alias or name for name, each in section.model_fields.items()}
    return {
        written[key.target.id]: " ".join(says.value.value.split())
        for key, says in pairwise(lines)
        if isinstance(key, ast.AnnAssign)
        and isinstance(key.target, ast.Name)
        and isinstance(says, ast.Expr)
        and isinstance(says.value, ast.Constant)
        and isinstance(says.value.value, str)
    }
