"""Texts that say wait, that a region has no room, or that may be the platform's fault."""

from aibwatch.diagnose.signature import Place, Signature, wording
from aibwatch.model.verdict import Cause

DOCS = "learn.microsoft.com image-builder-troubleshoot"

WAIT = (
    Signature(
        "throttled",
        wording(
            r"\bTooManyRequests\b",
            r"too many requests",
            r"\bSubscriptionRequestsThrottled\b",
            r"being throttled",
            r"Too many Azure Container Instances deployed",
            r"\bStatusCode=429\b",
        ),
        Cause.THROTTLED,
        "too many calls in a short time",
        DOCS,
    ),
    Signature(
        "retryable",
        wording(r"\b(?:Internal)?Retr(?:y|i)ableError\b", r"\bServerTimeout\b"),
        Cause.TRANSIENT,
        "an error that names itself passing",
        "azure-cli#30777",
    ),
)

ROOM = (
    Signature(
        "allocation_failed",
        wording(
            r"\b(?:Zonal)?AllocationFailed\b",
            r"\bOverconstrained(?:Zonal)?AllocationRequest\b",
            r"do not have sufficient capacity",
            r"aka\.ms/allocation-guidance",
        ),
        Cause.CAPACITY,
        "the region has no room for the build VM",
        "learn.microsoft.com allocation-failure; East US, July 2025",
    ),
    Signature(
        "size_unavailable",
        wording(
            r"\bSkuNotAvailable\b.{0,400}(?:currently not available|Capacity Restriction)",
            r"requested (?:VM )?size for resource.{0,300}is currently not available in location",
        ),
        Cause.CAPACITY,
        "the region has no room for this VM size",
        "runner-images; azuresandbox#70",
    ),
)

DEADLINE = (
    Signature(
        "deadline",
        wording(
            r"context deadline exceeded",
            r"Timeout waiting for (?:microservice|WinRM|SSH)",
            r"\bOSProvisioningTimedOut\b",
        ),
        Cause.TIMEOUT,
        "a deadline ran out, and the text does not tell who is to blame",
        f"{DOCS}; azvmimagebuilder#58",
    ),
)

ORDINARY = (
    Signature(
        "build_failed",
        wording(
            r"review the build log",
            r"Packer build logs are at location",
            r"Packer build command has failed",
            r"\bPackerBuildFailed\b",
        ),
        Cause.USER_BUILD,
        "the ordinary build failure: some step failed, its log tells which",
        f"{DOCS}; azure-powershell#24244; in one outage too (azvmimagebuilder#101)",
    ),
    Signature(
        "distribution_failed",
        wording(r"Failed in distributing"),
        Cause.USER_BUILD,
        "the image was built and could not be distributed, which has many causes",
        "azvmimagebuilder#47, #50",
    ),
)

OUTAGE = (
    Signature(
        "builder_gateway_timeout",
        wording(r"gateway did not receive a response from 'Microsoft\.VirtualMachineImages'"),
        Cause.OUTAGE,
        "Image Builder's own provider did not answer",
        "azvmimagebuilder#99",
        clear=True,
    ),
    Signature(
        "server_error",
        wording(r"ServerError"),
        Cause.OUTAGE,
        "the one provisioning error code that blames the service",
        "azure-rest-api-specs imagebuilder ProvisioningErrorCode",
        Place.CODE,
        clear=True,
    ),
    Signature(
        "gateway_timeout",
        wording(r"gateway did not receive a response from", r"\bGatewayTimeout\b"),
        Cause.OUTAGE,
        "a provider that the build stands on did not answer",
        "AzureBillingApi#4; rest-api-specs#16838",
    ),
    Signature(
        "internal_server_error",
        wording(r"\bInternalServerError\b", r"\bServiceUnavailable\b", r"\bBadGateway\b"),
        Cause.OUTAGE,
        "a provider failed within; some requests do that to it every time",
        "reliability-image-builder",
    ),
    Signature(
        "generic_internal",
        wording(
            r"Internal error occurred",
            r"This is a generic error",
            r"\bInternalOperationError\b",
            r"\bInternalError\b",
        ),
        Cause.OUTAGE,
        "the generic error text: an outage, or a right or a setting that is missing",
        "azvmimagebuilder#97 against #88, #119",
    ),
    Signature(
        "impact_statement",
        wording(
            r"subset of (?:customers|Azure)\b",
            r"identified as a customer using",
            r"customers may (?:have )?experienced? ",
            r"impact to multiple Azure Services",
        ),
        Cause.OUTAGE,
        "Microsoft's own words about an incident",
        "azure.status.microsoft history",
    ),
)

WRAPPER = (
    Signature(
        "terminal_failed",
        wording(r"terminal provisioning state 'Failed'"),
        Cause.UNKNOWN,
        "a wrapper that says only that something failed",
        "azvmimagebuilder#12",
    ),
)
