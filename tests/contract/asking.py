"""What the contract suite asks about, and how it puts a question to one implementation."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import DefinitionId, Region, TemplateId, template_id
from aibwatch.ports import Azure
from aibwatch.sim import body
from aibwatch.sim.world import World

T = TypeVar("T")

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEST = Region("westeurope")
NORTH = Region("northeurope")
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers"
GALLERY = DefinitionId(f"{GROUP}/Microsoft.Compute/galleries/g/images/web".lower())
ABSENT = template_id(f"{GROUP}/Microsoft.VirtualMachineImages/imageTemplates/absent")


KINDS = {
    "500": FaultKind.PLATFORM,
    "503": FaultKind.PLATFORM,
    "504": FaultKind.PLATFORM,
    "502": FaultKind.PLATFORM,
    "401": FaultKind.AUTH,
    "403": FaultKind.PERMISSION,
    "429": FaultKind.THROTTLED,
    "html": FaultKind.NONSENSE,
    "cut": FaultKind.NONSENSE,
    "junk": FaultKind.NONSENSE,
    "trickle": FaultKind.TIMEOUT,
    "silence": FaultKind.TIMEOUT,
    "reset": FaultKind.TIMEOUT,
}
"""What every client makes of each bad answer."""


def add(world: World, name: str, place: Region) -> TemplateId:
    """Add a template that publishes to the one gallery."""
    path = f"{GROUP}/Microsoft.VirtualMachineImages/imageTemplates/{name}"
    return world.add_template(path, body.write("web", place, GALLERY, [WEST, NORTH]))


class Asker:
    """Puts a question to one implementation; each question opens and closes it."""

    def __init__(self, opening: Callable[[], Awaitable[Azure]]) -> None:
        """Take how to open it."""
        self._opening = opening

    def __call__(self, question: Callable[[Azure], Awaitable[T]]) -> T:
        """Return the answer."""
        return asyncio.run(self._asking(question))

    async def _asking(self, question: Callable[[Azure], Awaitable[T]]) -> T:
        azure = await self._opening()
        try:
            return await question(azure)
        finally:
            await azure.close()


def good(answer: T | Fault) -> T:
    """Return an answer that is no fault."""
    assert not isinstance(answer, Fault), str(answer)
    return answer


def bad(answer: object) -> FaultKind:
    """Return the kind of an answer that is a fault."""
    assert isinstance(answer, Fault)
    return answer.kind
