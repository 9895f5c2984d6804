"""Which Azure, and how we log in: the words of the configuration's section `azure`."""

from enum import StrEnum


class CloudName(StrEnum):
    """Which Azure: each has its own endpoints and authority."""

    PUBLIC = "public"
    USGOV = "usgov"
    CHINA = "china"


class CredentialKind(StrEnum):
    """How aibwatch logs in."""

    AUTO = "auto"
    """Workload identity if AZURE_FEDERATED_TOKEN_FILE is set, else managed identity."""
    MANAGED_IDENTITY = "managed_identity"
    WORKLOAD_IDENTITY = "workload_identity"
    CLI = "cli"
    """Who `az login` says; for trying things out."""
    STATIC = "static"
    """A fixed token; only towards a custom endpoint."""
