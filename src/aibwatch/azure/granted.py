"""Where identities may do what a build needs, as Azure Resource Graph shows it.

It shows only assignments that we may read, none that come through a group, and perhaps none of a
management group: what it leaves out may have been granted all the same. Shapes: its table
`authorizationresources`, with Microsoft.Authorization/roleAssignments and roleDefinitions as of
2022-04-01.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from aibwatch.azure.arm import Arm
from aibwatch.azure.inventory import listed, rows
from aibwatch.azure.rights import names
from aibwatch.azure.wire import Raw, Wire, WireError, reader
from aibwatch.model.fault import Fault

RIGHTS = (
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.Authorization/roleDefinitions/read",
)
"""What must be granted to us."""

ACTIONS: Mapping[str, str] = {
    "publishes_in": "Microsoft.Compute/galleries/images/versions/write",
    "joins_in": "Microsoft.Network/virtualNetworks/subnets/join/action",
}
"""By the word under which `Resource.told` of an identity has the scopes."""

# The id of a definition is told with a subscription in one of the two, without in the other.
_QUERY = """authorizationresources
| where type =~ 'microsoft.authorization/roleassignments'
| where properties.principalId in~ ({principals})
| extend role = tolower(extract('[^/]+$', 0, tostring(properties.roleDefinitionId)))
| join kind=inner (authorizationresources
    | where type =~ 'microsoft.authorization/roledefinitions'
    | extend role = tolower(name)
    | project role, permissions = properties.permissions) on role
| project principal = tostring(properties.principalId), scope = tostring(properties.scope), \
permissions"""


class _Permission(Wire):
    actions: list[str | None] | None = None
    not_actions: list[str | None] | None = None


class _Row(Wire):
    principal: str | None = None
    scope: str | None = None
    permissions: list[_Permission | None] | None = None


_read_row = reader(_Row)

Told = Mapping[str, Mapping[str, str]]
"""Of each principal of which assignments were shown: its scopes by the words of ACTIONS."""


async def granted(arm: Arm, principals: Iterable[str]) -> Told | Fault:
    """Return what is shown to us of the grants of these principals."""
    answer = await rows(arm, _QUERY.format(principals=listed(sorted(principals))), ())
    if isinstance(answer, Fault):
        return answer
    shown: defaultdict[str, dict[str, list[str]]] = defaultdict(
        lambda: {word: [] for word in ACTIONS}
    )
    for row in map(_row, answer):
        if row and row.principal and row.scope:
            told = shown[row.principal.lower()]
            for word, action in ACTIONS.items():
                if _allows(row, action):
                    told[word].append(row.scope.lower())
    return {
        principal: {word: ",".join(dict.fromkeys(scopes)) for word, scopes in known.items()}
        for principal, known in shown.items()
    }


def _allows(row: _Row, action: str) -> bool:
    return any(
        names(each.actions or (), action) and not names(each.not_actions or (), action)
        for each in row.permissions or ()
        if each
    )


def _row(raw: Raw) -> _Row | None:
    try:
        return _read_row(raw)
    except WireError:
        return None
