"""Making an image template over ARM (`ports.Creation`): for `aibwatch replicate --deploy` only.

The daemon must not be able to make templates, so this is no part of `door`, and the gate of this
connection lets exactly one such request pass and no run.
"""

from collections.abc import Mapping
from time import monotonic

from azure.mgmt.imagebuilder.models import ImageTemplate

from aibwatch.azure.arm import Arm
from aibwatch.azure.cloud import choose_cloud
from aibwatch.azure.credentials import Tokens, open_credential
from aibwatch.azure.gate import Gate
from aibwatch.azure.meter import Unobserved
from aibwatch.azure.settings import AzureSettings
from aibwatch.azure.transport import choose_proxy, open_session
from aibwatch.model.fault import Fault
from aibwatch.model.names import TemplateId, group_of, name_of, subscription_of


class ImageBuilderCreation:
    """The door through which one template can be made."""

    def __init__(self, arm: Arm) -> None:
        """Take the door to ARM, with a gate that admits it."""
        self._arm = arm

    async def create(self, template: TemplateId, body: Mapping[str, object]) -> Fault | None:
        """Send the request, once. The operation is not polled: the template tells how it goes."""
        templates = self._arm.builder(subscription_of(template)).virtual_machine_image_templates
        sent = templates.begin_create_or_update(
            group_of(template), name_of(template), ImageTemplate(body), polling=False
        )
        found = await self._arm.attempt(sent)
        return found if isinstance(found, Fault) else None

    async def close(self) -> None:
        """Close connections and credential."""
        await self._arm.close()


async def open_creation(settings: AzureSettings, template: TemplateId) -> ImageBuilderCreation:
    """Return the door for making `template`. Nothing is sent yet.

    Call it inside the running loop. Raises ConfigError if the settings cannot be used.
    """
    cloud = choose_cloud(settings)
    tokens = Tokens(open_credential(settings, cloud), monotonic)
    session = open_session(choose_proxy(cloud.endpoint, settings.proxy), settings.ca_file)
    gate = Gate(cloud.endpoint, frozenset(), may_create=template)
    arm = Arm(cloud, tokens, session, gate, Unobserved(), settings.call_seconds)
    return ImageBuilderCreation(arm)
