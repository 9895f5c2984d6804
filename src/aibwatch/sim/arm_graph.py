"""ARM's answers to queries of Resource Graph: ids, names of accounts and columns are understood."""

import json
import re
from collections.abc import Mapping, Sequence

from aibwatch.model.names import TemplateId, group_of, subscription_of
from aibwatch.sim import body, front, registry, wire
from aibwatch.sim.exchange import Answer, Desk, Request, failed, said
from aibwatch.sim.templates import Look, SimTemplate
from aibwatch.sim.trouble import Trouble
from aibwatch.sim.world import World

_IDS = re.compile(r"\bid\s+in~?\s*\(([^)]*)\)", re.IGNORECASE)
_ACCOUNT = re.compile(r"storageaccounts'\s*\| where name =~ '([^']*)'")
_NAMES = re.compile(r"\bname\s+in~?\s*\(([^)]*)\)", re.IGNORECASE)
_PRINCIPALS = re.compile(r"principalId\s+in~?\s*\(([^)]*)\)", re.IGNORECASE)
_PROJECT = re.compile(r"\|\s*project\s+([^|]*)", re.IGNORECASE)
_COLUMN = re.compile(r"(\w+)\s*=\s*(?:\w+\()?\s*([\w.]+)|([\w.]+)")
_STAGING = re.compile(r"\b(name|resourceGroup) startswith 'IT_'")
"""What queries of staging groups say: of the groups by name, of what is in them by group."""
_GROUPS = "resourcecontainers"
"""The table of resource groups: who asks it asks for resources of many kinds."""
_ROLES = "authorizationresources"
"""The table of roles and of what is granted."""
_JUNK = Trouble(400, "BadRequest", "Please provide below info when asking for support")

Row = Mapping[str, object]


def graph(desk: Desk, request: Request, _match: re.Match[str]) -> Answer:
    """Answer a query for templates, or one for resources of many kinds."""
    try:
        asked = json.loads(request.body)
    except ValueError:
        return failed(_JUNK)
    subscriptions = [str(each).lower() for each in _list(body.at(asked, "subscriptions"))]
    query = str(body.at(asked, "query") or "")
    account = _ACCOUNT.search(query)
    if account is not None:
        return _account(desk.world, account[1])
    rows = _rows(desk.world, query, subscriptions)
    if isinstance(rows, Trouble):
        return failed(rows)
    return said(_result(desk.world, query, body.at(asked, "options"), rows))


def _rows(world: World, query: str, subscriptions: Sequence[str]) -> Sequence[Row] | Trouble:
    if _STAGING.search(query):
        return _staging(world, query, subscriptions)
    if query.startswith(_ROLES):
        return registry.assigned(world, _named(_PRINCIPALS, query) or ())
    return (_resources if _GROUPS in query else _templates)(world, query, subscriptions)


def _staging(world: World, query: str, subscriptions: Sequence[str]) -> Sequence[Row] | Trouble:
    """Return rows of staging groups, or of what is in them."""
    found = front.staging_groups(world, subscriptions[0] if subscriptions else "")
    if isinstance(found, Trouble):
        return found
    if _GROUPS in query:
        return [*map(wire.staging_group, found)]
    return [row for each in found for row in wire.staged(each)]


def _account(world: World, name: str) -> Answer:
    found = front.account(world, name)
    if isinstance(found, Trouble):
        return failed(found)
    rows = [{"id": f"/storageAccounts/{name}", "location": found}] if found else []
    return said({"totalRecords": len(rows), "count": len(rows), "data": rows})


def _resources(world: World, query: str, subscriptions: Sequence[str]) -> Sequence[Row] | Trouble:
    """Return rows of resources, of all subscriptions if none is named."""
    first = subscriptions[0] if subscriptions else ""
    ids, names = _named(_IDS, query) or (), _named(_NAMES, query) or ()
    known = [each for each in ids if not subscriptions or each.split("/")[2] in subscriptions]
    return registry.inventory(world, first, sorted(set(known)), names)


def _templates(world: World, query: str, subscriptions: Sequence[str]) -> Sequence[Row] | Trouble:
    wanted = [each.id for name in subscriptions for each in world.roster(name)]
    listed = _named(_IDS, query)
    if listed is not None:
        wanted = [TemplateId(each) for each in wanted if each in set(listed)]
    rows = front.rows(world, subscriptions[0] if subscriptions else "", wanted)
    return rows if isinstance(rows, Trouble) else [_row(*each) for each in rows]


def _named(pattern: re.Pattern[str], query: str) -> Sequence[str] | None:
    """Return what the lists of a query name, None if it has no such list."""
    lists = pattern.findall(query)
    named = [each.strip(" '\"\n").lower() for found in lists for each in found.split(",")]
    return [each for each in named if each] if lists else None


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _result(world: World, query: str, options: object, rows: Sequence[Row]) -> Row:
    start = int(str(body.at(options, "$skipToken") or 0))
    most = int(str(body.at(options, "$top") or world.graph_page))
    end = start + min(most, world.graph_page)
    data = [_projected(query, each) for each in rows[start:end]]
    result: dict[str, object] = {
        "totalRecords": len(rows),
        "count": len(data),
        "resultTruncated": "false",
        "facets": [],
        "data": data,
    }
    if end < len(rows):
        result["$skipToken"] = str(end)
    return result


def _row(template: SimTemplate, look: Look) -> Row:
    written = wire.template(template, look, None)
    subscription = subscription_of(template.id)
    places = {"resourceGroup": group_of(template.id), "subscriptionId": subscription}
    return {**written, **places, "type": "microsoft.virtualmachineimages/imagetemplates"}


def _projected(query: str, row: Row) -> Row:
    """Return the columns that `project` names; `tostring()` of nothing is empty text."""
    clauses = _PROJECT.findall(query)
    if not clauses:
        return row
    columns = [(each[1] or each[3], each[2]) for each in _COLUMN.finditer(clauses[-1])]
    return {
        name: body.at(row, name) if path is None else body.at(row, *path.split(".")) or ""
        for name, path in columns
    }
