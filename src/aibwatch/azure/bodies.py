"""What the owners of templates wrote, over ARM (`ports.Prerequisites`).

A few are read from the provider, many from Resource Graph. Its rows lag behind, so one counts only
if it shows the revision that the last list showed; and where the provider does not answer, as late.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.faults import nonsense
from aibwatch.azure.imagebuilder import API_VERSION
from aibwatch.azure.inventory import BATCH, listed, rows
from aibwatch.azure.template import read_body
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Raw, WireError
from aibwatch.model.body import Body
from aibwatch.model.fault import DARK, Fault
from aibwatch.model.names import TemplateId, subscription_of

FEW = 10
"""So many are read from the provider, in one call of ours."""

_QUERY = """resources
| where id in~ ({ids})
| project id, location, tags, identity, properties"""

Revisions = Callable[[Sequence[TemplateId]], Mapping[TemplateId, str]]
"""Tells the revisions of templates as the last list showed them."""

Found = Mapping[TemplateId, Body | Fault]


class Bodies:
    """Reads whole templates."""

    def __init__(self, arm: Arm, revisions: Revisions) -> None:
        """Take the door to ARM, and who knows what was listed."""
        self._arm = arm
        self._revisions = revisions

    async def bodies(self, templates: Sequence[TemplateId]) -> Found:
        """Return the body of each, or why not; a few may be left for next time."""
        found: dict[TemplateId, Body | Fault] = {}
        late = await self._rows(templates) if len(templates) > FEW else {}
        known = self._revisions(templates)
        for template, body in late.items():
            if body.revision == known.get(template):
                found[template] = Body(template, body.text)
        left = [each for each in templates if each not in found]
        return {**found, **await self._each(left[:FEW], late), **_unlisted(left[FEW:], late, known)}

    async def _each(
        self, templates: Sequence[TemplateId], late: Mapping[TemplateId, Body]
    ) -> Found:
        answers = await asyncio.gather(*map(self._body, templates))
        found = dict(zip(templates, answers, strict=True))
        dark = [each for each, body in found.items() if isinstance(body, Fault) and _dark(body)]
        rows_of = late or (await self._rows(dark) if dark else {})
        return found | {each: rows_of[each] for each in dark if each in rows_of}

    async def _body(self, template: TemplateId) -> Body | Fault:
        url = path(template, API_VERSION)
        told = await self._arm.read(subscription_of(template), url, Need.ROUTINE)
        if isinstance(told, Fault):
            return told
        try:
            return read_body(told)
        except WireError as error:
            return nonsense(str(error))

    async def _rows(self, templates: Sequence[TemplateId]) -> Mapping[TemplateId, Body]:
        """Return what Resource Graph tells; nothing, if it does not answer either."""
        found: dict[TemplateId, Body] = {}
        for start in range(0, len(templates), BATCH):
            batch = templates[start : start + BATCH]
            query = _QUERY.format(ids=listed(batch))
            answer = await rows(self._arm, query, map(subscription_of, batch))
            told = () if isinstance(answer, Fault) else answer
            found.update({body.template: body for row in told for body in _late(row)})
        return found


def _unlisted(
    templates: Sequence[TemplateId],
    late: Mapping[TemplateId, Body],
    known: Mapping[TemplateId, str],
) -> Found:
    """Return the rows of templates that no list showed: nobody knows whether they are late."""
    return {each: late[each] for each in templates if each in late and each not in known}


def _dark(fault: Fault) -> bool:
    return fault.kind in DARK


def _late(row: Raw) -> list[Body]:
    try:
        return [read_body(row, late=True)]
    except WireError:
        return []
