"""Where ARM is, for whom its tokens are, and who issues them, in each Azure cloud.

Source: azure.mgmt.core.tools.get_arm_endpoints and azure.identity.AzureAuthorityHosts. In the
US government cloud the token's audience is another host than the endpoint.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlsplit

from aibwatch.azure.settings import AzureSettings
from aibwatch.errors import ConfigError
from aibwatch.model.access import CloudName


@dataclass(frozen=True, slots=True)
class Cloud:
    """The three addresses that make a cloud."""

    endpoint: str
    """Scheme and host of ARM, no trailing slash."""
    scope: str
    authority: str
    """Host that issues tokens."""


CLOUDS: Mapping[CloudName, Cloud] = MappingProxyType(
    {
        CloudName.PUBLIC: Cloud(
            "https://management.azure.com",
            "https://management.azure.com/.default",
            "login.microsoftonline.com",
        ),
        CloudName.USGOV: Cloud(
            "https://management.usgovcloudapi.net",
            "https://management.core.usgovcloudapi.net/.default",
            "login.microsoftonline.us",
        ),
        CloudName.CHINA: Cloud(
            "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn/.default",
            "login.chinacloudapi.cn",
        ),
    }
)


def choose_cloud(settings: AzureSettings) -> Cloud:
    """Return the cloud with its endpoint replaced by the custom one, if there is one.

    Raises ConfigError if the custom endpoint is not an https origin: over plain http the bearer
    token could be read by anybody, and a path would not survive the joining of URLs.
    """
    cloud = CLOUDS[settings.cloud]
    if settings.endpoint is None:
        return cloud
    parts = urlsplit(settings.endpoint)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigError([f"azure.endpoint {settings.endpoint!r} must be https://host[:port]"])
    return replace(cloud, endpoint=f"https://{parts.netloc}")
