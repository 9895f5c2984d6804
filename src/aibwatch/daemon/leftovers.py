"""One look at what builds left behind in subscriptions. It only reads."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from aibwatch.config.schema import Settings
from aibwatch.daemon.discovery import refused, unlisted
from aibwatch.daemon.wiring import azure_of
from aibwatch.diagnose.leftovers import Answers, leftovers
from aibwatch.model.fault import Fault
from aibwatch.model.leftover import Leftover, StagingGroup
from aibwatch.model.names import TemplateId
from aibwatch.model.template import Template
from aibwatch.ports import Azure

AT_ONCE = 8
"""Templates that a list left out are asked for by their own id, so many at a time."""


async def look(settings: Settings, subscriptions: Sequence[str], now: datetime) -> list[Leftover]:
    """Return what was left behind in subscriptions, the oldest first.

    Raises PermissionDeniedError or TemporaryError if one of them cannot be read: what is not
    listed would be taken for gone.
    """
    azure = await azure_of(settings)
    groups: list[StagingGroup] = []
    answers: dict[TemplateId, Template | Fault] = {}
    try:
        for subscription in subscriptions:
            found = await azure.staging_groups(subscription)
            if isinstance(found, Fault):
                says = f"the resource groups of subscription {subscription} cannot be listed"
                raise refused(says, found, "Microsoft.Resources/subscriptions/resourceGroups/read")
            templates = await azure.templates(subscription)
            if isinstance(templates, Fault):
                raise unlisted(subscription, templates)
            groups += found
            answers |= {each.id: each for each in templates}
        answers |= await _alone(azure, groups, answers)
    finally:
        await azure.close()
    return leftovers(groups, answers, now)


async def _alone(azure: Azure, groups: Sequence[StagingGroup], listed: Answers) -> Answers:
    """Ask for each template that a group names and no list has: it may be gone, or its region."""
    wanted = sorted({each.template for each in groups if each.template} - listed.keys())
    found: dict[TemplateId, Template | Fault] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        found |= zip(some, await asyncio.gather(*map(azure.template, some)), strict=True)
    return found
