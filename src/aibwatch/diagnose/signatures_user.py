"""Texts that follow the owner or the watcher to any region: they never start a failover (S9)."""

from aibwatch.diagnose.signature import Place, Signature, wording
from aibwatch.model.verdict import Cause

DOCS = "learn.microsoft.com image-builder-troubleshoot"

OWN_TROUBLE = (
    Signature(
        "token_rejected",
        wording(
            r"\bAADSTS\d{4,9}\b",
            r"\b(?:Expired|Invalid)AuthenticationToken",
            r"Token is expired",
            r"Credential authentication failed",
        ),
        Cause.AUTH,
        "the caller's own token or credential was refused",
        "learn.microsoft.com entra error codes; azure-sdk-for-js#6643",
    ),
    Signature(
        "no_connection",
        wording(
            r"getaddrinfo",
            r"No such host is known",
            r"failure in name resolution",
            r"Max retries exceeded with url",
            r"\bWinError 10060\b",
            r"certificate verify failed",
            r"dial tcp .{0,80}(?:timed out|refused)",
        ),
        Cause.CLIENT_NETWORK,
        "the caller could not connect: its own network, name resolution or TLS",
        "azure-cli-extensions#1091",
    ),
)

DENIED = (
    Signature(
        "authorization_failed",
        wording(
            r"\b(?:Linked)?AuthorizationFailed\b",
            r"does not have authorization to perform action",
            r"Not authorized to access the resource",
            r"not authorized to perform this operation",
            r"\bAuthorizationPermissionMismatch\b",
            r"\bStatusCode=403\b",
        ),
        Cause.PERMISSION,
        "an identity lacks a right",
        f"{DOCS}; azvmimagebuilder#50",
    ),
    Signature(
        "denied_by_policy",
        wording(r"\bRequestDisallowedByPolicy\b", r"disallowed by policy", r"policy violation"),
        Cause.PERMISSION,
        "an Azure Policy forbids it",
        f"{DOCS}; azvmimagebuilder#72",
    ),
    Signature(
        "locked",
        wording(r"\bScopeLocked\b", r"\bReadOnlyDisabledSubscription\b"),
        Cause.PERMISSION,
        "a lock or a disabled subscription forbids changes",
        "learn.microsoft.com resource-manager common deployment errors",
    ),
    Signature(
        "storage_firewall",
        wording(r"storage account with firewall", r"authenticate with Azure Storage"),
        Cause.PERMISSION,
        "a storage account lets the build in by neither network nor identity",
        "azvmimagebuilder#31",
    ),
)

WRONG_SETUP = (
    Signature(
        "jwt_too_short",
        wording(r"client_jwt will expire"),
        Cause.USER_CONFIG,
        "buildTimeoutInMinutes is 1 to 5, too short for the build's own token",
        DOCS,
    ),
    Signature(
        "identity_unusable",
        wording(r"managed identity cannot be used"),
        Cause.USER_CONFIG,
        "the template's identity was removed or is set up wrongly",
        DOCS,
    ),
    Signature(
        "validation_failed",
        wording(
            r"\bValidationFailed\b",
            r"Validation failed:",
            r"Unmarshalling entity encountered error",
            r"\bmust be specified\b",
        ),
        Cause.USER_CONFIG,
        "the template does not pass validation",
        f"{DOCS}; azvmimagebuilder#46",
    ),
    Signature(
        "bad_template_part",
        wording(
            r"\bBad(?:\w{0,20}Source|\w{0,20}Distribute|CustomizerType|ValidatorType"
            r"|SourceType|DistributeType|StagingResourceGroup)\b",
            r"\bUnsupported(?:Customizer|Validator)Type\b",
            r"\bNo(?:Customizer|Validator)Script\b",
        ),
        Cause.USER_CONFIG,
        "a provisioning error code that names a wrong part of the template",
        "azure-rest-api-specs imagebuilder ProvisioningErrorCode",
    ),
    Signature(
        "not_registered",
        wording(
            r"\bMissing(?:Subscription)?Registration(?:ForLocation)?\b",
            r"provider (?:is )?not registered",
            r"subscription is not registered",
        ),
        Cause.USER_CONFIG,
        "a resource provider is not registered",
        DOCS,
    ),
    Signature(
        "size_not_offered",
        wording(r"\bNotAvailableForSubscription\b"),
        Cause.USER_CONFIG,
        "the subscription may not use this VM size here",
        "azure-docs-cli#599",
    ),
    Signature(
        "region_not_permitted",
        wording(r"is not permitted for subscription", r"location not from available regions"),
        Cause.USER_CONFIG,
        "the region is wrong or not open to the subscription",
        "azure common deployment errors",
    ),
    Signature(
        "terms_not_accepted",
        wording(
            r"\bMarketplacePurchaseEligibilityFailed\b",
            r"\bResourcePurchaseValidationFailed\b",
            r"Legal terms have not been accepted",
        ),
        Cause.USER_CONFIG,
        "the marketplace terms of the source image are not accepted",
        "PaloAlto packer templates #14",
    ),
    Signature(
        "download_failed",
        wording(r"Downloading external file"),
        Cause.USER_CONFIG,
        "a file that a customizer names could not be fetched",
        DOCS,
    ),
    Signature(
        "plugin_version",
        wording(r"Incompatible API version with plugin"),
        Cause.USER_CONFIG,
        "a build plugin does not fit; a service regression once, so ask others",
        "azvmimagebuilder#63",
    ),
    Signature(
        "platform_image_missing",
        wording(r"platform image '[^']{0,200}' is not available"),
        Cause.USER_CONFIG,
        "the marketplace source image is spelled wrongly or was withdrawn",
        "azure common deployment errors",
    ),
)

MISSING = (
    Signature(
        "not_found",
        wording(
            r"\bResource(?:Group)?NotFound\b",
            r"\b(?:Gallery|Platform)?ImageNotFound\b",
            r"could not be found",
            r"does not exist in the resource group",
            r"contact image owner to replicate to this region",
            r"\bStatusCode=404\b",
        ),
        Cause.NOT_FOUND,
        "a named thing does not exist, or not in this region",
        f"{DOCS}; AgentBaker#8373",
    ),
)

QUOTA = (
    Signature(
        "quota_exceeded",
        wording(
            r"\bQuotaExceeded\b",
            r"exceeding (?:approved )?.{0,60}\bquota",
            r"Container Instances quota exceeded",
            r"\bContainerGroupQuotaReached\b",
            r"\bPublicIPCountLimitReached\b",
        ),
        Cause.QUOTA,
        "the subscription's own limit is reached",
        f"{DOCS}; azvmimagebuilder#9",
    ),
)

STATE = (
    Signature(
        "state_conflict",
        wording(
            r"is not allowed in provisioning ?State",
            r"Update/Upgrade of image templates is currently not supported",
        ),
        Cause.CONFLICT,
        "the template's state does not allow it now",
        "azvmimagebuilder#48, #79, #116",
    ),
    Signature(
        "canceled",
        wording(r"Canceling image build", r"Resource state Cancell?ed\b"),
        Cause.CANCELED,
        "someone stopped it",
        "azure-cli cassette test_image_builder_cancel",
    ),
)

STATE_CODES = (
    Signature(
        "state_conflict_code",
        wording(r"OperationNotAllowed", r"Conflict"),
        Cause.CONFLICT,
        "the resource's state does not allow it now",
        "azvmimagebuilder#48",
        Place.CODE,
    ),
)
"""Codes that also wrap others, so that any text that is known goes before them."""

BUILD = (
    Signature(
        "script_exit_status",
        wording(r"non-zero exit (?:status|code)", r"Allowed exit codes are"),
        Cause.USER_BUILD,
        "a customizer's script ended with an error",
        "azvmimagebuilder customization.log",
    ),
    Signature(
        "provisioner_started",
        wording(r"\(telemetry\) Starting provisioner"),
        Cause.USER_BUILD,
        "the build had reached its VM and was running customizers",
        f"{DOCS}: logs",
    ),
    Signature(
        "connection_cut",
        wording(
            r"Communicator ended with: 2300218",
            r"Remote command exited without exit status",
            r"Cancelling build after receiving terminated",
        ),
        Cause.USER_BUILD,
        "the connection to the VM was lost, most often cut by a script",
        DOCS,
    ),
    Signature(
        "sysprep",
        wording(r"\bIMAGE_STATE_(?:UNDEPLOYABLE|COMPLETE)\b", r"\bSYSPRP LaunchDll"),
        Cause.USER_BUILD,
        "Windows could not be generalised",
        f"{DOCS}; runner-images#6790",
    ),
    Signature(
        "windows_guest",
        wording(
            r"\b0x8024[0-9a-f]{4}\b",
            r"shutdown has already been scheduled",
            r"Timeout waiting for machine to restart",
            r"\+ CategoryInfo\s{0,9}:",
            r"unexpected EOF",
        ),
        Cause.USER_BUILD,
        "the Windows guest, its updates or a PowerShell customizer failed",
        DOCS,
    ),
    Signature(
        "validator",
        wording(r"\bFailed : \{", r"validation step.{0,40} failed"),
        Cause.USER_BUILD,
        "a validator found the image wanting",
        "runner-images Pester output",
    ),
)

USER = (*OWN_TROUBLE, *WRONG_SETUP, *DENIED, *QUOTA, *BUILD, *MISSING)
"""In order of precedence: the most telling first."""
