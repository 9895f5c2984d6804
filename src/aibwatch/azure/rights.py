"""What we may do in a scope, over ARM (`ports.Prerequisites`).

Shapes: Microsoft.Authorization/permissions, API version 2022-04-01. Each entry is one role that
was given to us there or above: what its `actions` name is allowed, but for its own `notActions`,
which another role may allow all the same. Names know no case; `*` stands for anything.
"""

import re
from collections.abc import Iterable

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.pages import follow
from aibwatch.azure.wire import Wire, reader
from aibwatch.model.fault import Fault
from aibwatch.model.names import Scope

API_VERSION = "2022-04-01"
RUN = "Microsoft.VirtualMachineImages/imageTemplates/run/action"


class _Role(Wire):
    actions: list[str | None] | None = None
    not_actions: list[str | None] | None = None


class _Page(Wire):
    value: list[_Role | None] | None = None
    next_link: str | None = None


_read = reader(_Page)


class Rights:
    """Reads what is granted to us."""

    def __init__(self, arm: Arm) -> None:
        """Take the door to ARM."""
        self._arm = arm

    async def may_run(self, scope: Scope) -> bool | Fault:
        """Return whether we may run the templates in a scope."""
        roles: list[_Role] = []

        def take(body: bytes) -> str:
            page = _read(body)
            roles.extend(each for each in page.value or () if each)
            return page.next_link or ""

        link = path(f"{scope}/providers/Microsoft.Authorization/permissions", API_VERSION)
        fault = await follow(self._arm, scope.split("/", 3)[2], link, take)
        return fault or any(map(_allows_run, roles))


def _allows_run(role: _Role) -> bool:
    return names(role.actions or (), RUN) and not names(role.not_actions or (), RUN)


def names(patterns: Iterable[str | None], action: str) -> bool:
    """Return whether one of the patterns, as roles write them, names an action."""
    return any(
        re.fullmatch(re.escape(each).replace(r"\*", ".*"), action, re.IGNORECASE)
        for each in patterns
        if each
    )
