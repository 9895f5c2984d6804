"""The table of calls -> OpenAPI 3.1, at `/api/v1/openapi.json` and in docs/openapi.json."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from msgspec.json import schema_components

from aibwatch.status.answers.told import Instant, Refused
from aibwatch.status.calls import CALLS, ERRORS, POST, Call, Query

_DESCRIPTION = (
    "What the daemon believes, does and holds, and orders to it. It answers from memory: no call"
    " waits for Azure. Keys are added, never renamed; pass over those that you do not know."
)
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "The token of `http.token_file`; without that file orders are off.",
}

Schema = dict[str, Any]


@cache
def document() -> Schema:
    """Return the whole document. Its version is that of the paths, not of the program."""
    types = {each for call in CALLS for each in (call.answer, call.asks) if each} | {Refused}
    listed = sorted(types, key=lambda each: each.__name__)
    _, schemas = schema_components(
        listed, schema_hook=_instant, ref_template="#/components/schemas/{name}"
    )
    for call in CALLS:
        if call.asks:
            # An order that is misread could do harm: what is not known is refused.
            schemas[call.asks.__name__]["additionalProperties"] = False
    return {
        "openapi": "3.1.0",
        "info": {"title": "aibwatch", "version": "1", "description": _DESCRIPTION},
        "paths": _paths(),
        "components": {"schemas": schemas, "securitySchemes": {"token": _BEARER}},
    }


def _paths() -> Schema:
    found: dict[str, Schema] = {}
    for call in CALLS:
        found.setdefault(call.path, {})[call.method] = _operation(call)
    return found


def _operation(call: Call) -> Schema:
    operation: Schema = {
        "operationId": call.name,
        "summary": call.says,
        "responses": {
            "200": {"description": call.says, "content": _json(_schema(call.answer))},
            **{str(each): _error(each) for each in sorted(call.errors)},
        },
    }
    if call.queries:
        operation["parameters"] = [_parameter(each) for each in call.queries]
    if call.method == POST:
        operation["security"] = [{"token": []}]
    if call.asks:
        content = _json(_schema(call.asks))
        operation["requestBody"] = {"required": not call.empty, "content": content}
    return operation


def _parameter(query: Query) -> Schema:
    return {
        "name": query.name,
        "in": "path" if query.in_path else "query",
        "required": query.in_path,
        "description": query.says,
        "schema": {"type": "string"} | ({"pattern": query.pattern} if query.pattern else {}),
    }


def _error(status: int) -> Schema:
    found: Schema = {"description": ERRORS[status], "content": _json(_schema(Refused))}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        found["headers"] = {
            "Retry-After": {
                "description": "In how many seconds to ask again.",
                "schema": {"type": "integer"},
            }
        }
    return found


def _schema(answer: type | None) -> Schema:
    return {"$ref": f"#/components/schemas/{answer.__name__}"} if answer else {"type": "object"}


def _json(schema: Schema) -> Mapping[str, Schema]:
    return {"application/json": {"schema": schema}}


def _instant(kind: type) -> Schema:
    if kind is Instant:
        return {"type": "string", "format": "date-time"}
    raise NotImplementedError(kind)
